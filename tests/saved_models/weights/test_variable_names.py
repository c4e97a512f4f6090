"""Variables are found by the ends of their names."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.saved_models.files.stored import Array
from keras_inits.saved_models.weights import live_plans, variable_names
from keras_inits.saved_models.weights.parts import WeightsError

layers = tf.keras.layers


def named(*names):
    return {name: Array(name, (), lambda: np.zeros(())) for name in names}


@pytest.fixture
def model():
    return tf.keras.Sequential(
        [layers.Input((5, 3)), layers.LSTM(2, name="lstm"), layers.Dense(2, name="last")]
    )


LSTM = ["lstm/kernel", "lstm/recurrent_kernel", "lstm/bias"]


def found(model, names):
    pairs = variable_names.dealt(live_plans.plan_of(model), model, named(*names))
    return [array.name for _, arrays in pairs for array in arrays]


def test_cells_and_outer_scopes_are_no_part_of_a_name(model):
    names = [*LSTM, "net/last/kernel", "net/last/bias", "net/last/kernel/Adam", "beta1_power", "global_step"]
    assert found(model, names) == names[:5]


def test_a_missing_variable_is_named(model):
    with pytest.raises(WeightsError, match="no variable '.*last/bias', of layer 'last'"):
        found(model, [*LSTM, "last/kernel"])


def test_what_could_be_several_is_refused(model):
    with pytest.raises(WeightsError, match="could be any of"):
        found(model, [*LSTM, "a/last/kernel", "b/last/kernel", "last/bias"])
