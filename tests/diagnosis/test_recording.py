"""A model's calls, recorded once."""

import numpy as np
import pytest
import tensorflow as tf

from diagnosis import models
from keras_inits.diagnosis import recording
from keras_inits.keras_compat import backend, backend_tensors


def recorded(model, x):
    tensor = backend_tensors.of_array(x, "float32")
    return recording.record(model, tensor, np.random.default_rng(0), x_is_made=False)


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


def test_gradients_are_those_of_the_chain_rule(model):
    found = recorded(model, np.ones((5, 4)))
    first, last = (backend_tensors.as_numpy(layer.kernel) for layer in model.layers)
    of_output = np.random.default_rng(0).standard_normal((5, 2))
    tensors = found.outputs[0], found.calls[0].output, found.inputs[0]
    for tensor, gradient in zip(tensors, (of_output, of_output @ last.T, of_output @ last.T @ first.T)):
        expected = np.mean(np.square(gradient))
        assert found.gradient_mean_squares[id(tensor)] == pytest.approx(expected, rel=1e-5)


def test_a_tensor_between_layers_has_the_gradient_of_all_its_uses():
    class Residual(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(4, kernel_initializer="identity")

        def call(self, inputs):
            hidden = 2.0 * inputs
            return hidden + 3.0 * self.dense(hidden)

    model = Residual()
    model(np.ones((1, 4), "float32"))
    found = recorded(model, np.ones((5, 4)))
    of_output = np.random.default_rng(0).standard_normal((5, 4))
    gradient = found.gradient_mean_squares[id(found.calls[0].inputs[0])]
    assert gradient == pytest.approx(np.mean(np.square(4 * of_output)), rel=1e-5)


def test_a_model_without_floats_is_an_error():
    cast = tf.keras.layers.Lambda(lambda x: models.ops.cast(x, "int32"))
    model = tf.keras.Sequential([tf.keras.Input((4,)), cast])
    with pytest.raises(ValueError, match="no floating point tensor"):
        recorded(model, np.ones((5, 4)))


@pytest.mark.skipif(backend.name() != "jax", reason="on JAX alone")
@pytest.mark.parametrize(
    ("asks", "error"),
    [
        (lambda x: x if models.ops.sum(x) > 0 else -x, "TracerBoolConversionError"),
        (lambda x: x * float(models.ops.sum(x)), "ConcretizationTypeError"),
        (lambda x: x + np.asarray(x), "TracerArrayConversionError"),
        (tf.nn.leaky_relu, "TracerArrayConversionError"),
    ],
)
def test_a_layer_that_asks_for_values_is_named(asks, error):
    layer = tf.keras.layers.Lambda(lambda x: x, output_shape=(4,), name="asking")
    inner = tf.keras.Sequential([tf.keras.Input((4,)), layer], name="inner")
    model = tf.keras.Sequential([tf.keras.Input((4,)), inner])
    layer.function = asks
    with pytest.raises(RuntimeError, match=f"'inner/asking' asks for values .{error}: .*KERAS_BACKEND"):
        recorded(model, np.ones((5, 4)))


@pytest.mark.skipif(backend.name() != "jax", reason="on JAX alone")
def test_another_error_stays_as_it_is():
    def fails(x):
        raise OSError("of the layer's own")

    layer = tf.keras.layers.Lambda(lambda x: x, output_shape=(4,))
    model = tf.keras.Sequential([tf.keras.Input((4,)), layer])
    layer.function = fails
    with pytest.raises(OSError, match="of the layer's own"):
        recorded(model, np.ones((5, 4)))
