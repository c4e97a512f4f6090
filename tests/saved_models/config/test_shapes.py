"""The shapes that reach the layers of a model."""

import pytest
import tensorflow as tf

from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.config.graph import Call, Tensor
from keras_inits.saved_models.config.shapes import Shapes

INPUT = {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "dtype": "float32"}}


def dense(units):
    return {"class_name": "Dense", "config": {"units": units}}


@pytest.fixture
def shapes():
    found = Shapes(lambda emitted: tf.keras.layers.Dense(emitted["config"]["units"]))
    found.add("input", INPUT, [])
    return found


def test_in_a_sequential_it_is_what_came_last(shapes):
    shapes.add("a", dense(3), [])
    assert shapes.before([]) == [None, 3]


def test_in_a_graph_it_is_what_the_call_names(shapes):
    shapes.add("a", dense(3), [Call([Tensor("input", 0, 0)], {})])
    shapes.add("b", dense(5), [Call([Tensor("a", 0, 0)], {})])
    assert shapes.before([Call([Tensor("a", 0, 0)], {})]) == [None, 3]


def test_of_a_tensor_that_nothing_made_it_is_unknown(shapes):
    assert shapes.before([Call([Tensor("nothing", 0, 0)], {})]) is None


def test_a_layer_that_cannot_be_called_is_an_error_that_names_it():
    found = Shapes(lambda emitted: tf.keras.layers.Conv2D(1, 3))
    found.add("input", INPUT, [])
    with pytest.raises(UpgradeError, match="layer 'conv'"):
        found.add("conv", {"class_name": "Conv2D", "config": {}}, [])
