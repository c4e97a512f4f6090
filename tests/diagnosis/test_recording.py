"""A model's calls, recorded once."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.diagnosis import recording


def recorded(model, x):
    return recording.record(model, tf.constant(x, tf.float32), np.random.default_rng(0), x_is_made=False)


@pytest.fixture
def model():
    layers = [
        tf.keras.Input((4,)),
        tf.keras.layers.Dense(3, name="first"),
        tf.keras.layers.Dense(2, name="last"),
    ]
    return tf.keras.Sequential(layers)


def test_each_call_has_its_layer_inputs_and_output(model):
    found = recorded(model, np.ones((5, 4)))
    assert [call.name for call in found.calls] == ["first", "last"]
    assert [call.output.shape[-1] for call in found.calls] == [3, 2]
    assert found.calls[1].inputs[0] is found.calls[0].output


def test_a_layer_inside_has_the_path_of_those_around_it():
    inner = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3, name="dense")], name="inner")
    found = recorded(tf.keras.Sequential([tf.keras.Input((4,)), inner]), np.ones((5, 4)))
    assert [call.name for call in found.calls] == ["inner/dense"]


def test_what_is_handed_on_unchanged_is_no_call(model):
    dropped = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dropout(0.5), *model.layers])
    assert [call.name for call in recorded(dropped, np.ones((5, 4))).calls] == ["first", "last"]


def test_mean_squares_are_of_values_and_of_the_gradient(model):
    found = recorded(model, np.full((5, 4), 2.0))
    assert found.mean_squares[id(found.inputs[0])] == 4.0
    output = found.calls[-1].output
    assert 0.1 < found.gradient_mean_squares[id(output)] < 3.0


def test_a_model_without_floats_is_an_error():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Lambda(lambda x: tf.cast(x, "int32"))])
    with pytest.raises(ValueError, match="no floating point tensor"):
        recorded(model, np.ones((5, 4)))
