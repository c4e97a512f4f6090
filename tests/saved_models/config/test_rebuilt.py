"""Which layers are rebuilt, and as what."""

import pytest

from keras_inits.keras_compat import versions
from keras_inits.saved_models.config import rebuilt
from keras_inits.saved_models.config.changed_layers import CHANGED
from keras_inits.saved_models.config.context import Context
from keras_inits.saved_models.config.dropped_layers import DROPPED
from keras_inits.saved_models.config.origin import Origin


def context(keras_3):
    return Context(Origin((1, 2, 2)), keras_3, {}, None, layer="model/maxout")


def test_a_layer_has_one_row():
    assert not DROPPED.keys() & CHANGED.keys()


@pytest.mark.parametrize("name", sorted(rebuilt.ROWS))
def test_a_row_with_arrays_says_how_many_there_are_with_biases(name):
    without, with_biases = rebuilt.ROWS[name].arrays
    assert 0 <= without <= with_biases


@pytest.mark.parametrize("keras_3", [True, False])
def test_tf_keras_2_has_locally_connected_layers(keras_3):
    assert rebuilt.applies(context(keras_3), "LocallyConnected1D", {}) == keras_3


def test_a_layer_of_today_is_left_alone():
    assert not rebuilt.applies(context(versions.is_keras_3()), "Dense", {})


def test_several_layers_are_a_sequential_of_the_layers_name():
    at_work = context(versions.is_keras_3())
    words = {"name": "maxout", "output_dim": 2, "units": 2, "nb_feature": 3, "use_bias": True}
    small = rebuilt.rebuild(at_work, "MaxoutDense", words)
    assert (small["class_name"], small["config"]["name"]) == ("Sequential", "maxout")
    assert "MaxoutDense rebuilt as" in at_work.notes[0].text
