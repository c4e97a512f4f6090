"""Models of a user's own class, whose code no file has."""

import pytest
import tensorflow as tf

from keras_inits.saved_models.build import own_models
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files.config_trees import OwnClass
from keras_inits.saved_models.files.saved_model_texts import Spec


class Own(tf.keras.Model):
    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.keras.layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs["x"] if isinstance(inputs, dict) else inputs)


INPUTS = Spec([None, 3], "float32")


def built(config=None, inputs=INPUTS):
    return own_models.build(OwnClass("Own", config or {}, inputs, None, None), {"Own": Own}, True, 1000)


@pytest.mark.parametrize("inputs", [Spec([7, 3], "float32"), {"x": Spec([None, 3], "float32")}])
def test_is_built_by_its_config_and_its_inputs(inputs):
    assert tuple(built({"units": 2}, inputs).dense.kernel.shape) == (3, 2)


def test_of_a_config_that_is_not_its_own():
    with pytest.raises(UpgradeError, match="'Own' cannot be made from its config"):
        built({"unknown_word": 2})


def test_of_inputs_that_nothing_says():
    with pytest.raises(UpgradeError, match="does not say what the model 'Own' was called with"):
        built(inputs=None)
