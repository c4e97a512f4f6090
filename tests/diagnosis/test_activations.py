"""What is known of activation functions."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.diagnosis import activations
from keras_inits.keras_compat import backend_tensors

layers = tf.keras.layers


class TestName:
    @pytest.mark.parametrize(
        ("layer", "name"),
        [
            (lambda: layers.Dense(1), "linear"),
            (lambda: layers.Dense(1, "tanh"), "tanh"),
            (lambda: layers.Dense(1, tf.nn.relu), "relu"),
            (lambda: layers.Conv2D(1, 1, activation="swish"), "silu"),
            (lambda: layers.Dense(1, activation=layers.LeakyReLU()), "leakyrelu"),
            (lambda: layers.Activation("hard_sigmoid"), "hardsigmoid"),
            (lambda: layers.ReLU(), "relu"),
            (lambda: layers.Softmax(), "softmax"),
            (lambda: layers.Flatten(), "linear"),
            (lambda: layers.SimpleRNN(1), "tanh"),
        ],
    )
    def test_is_that_of_the_function(self, layer, name):
        same = {"swish": "silu"}
        found = activations.name_of(layer())
        assert same.get(found, found) == name

    @pytest.mark.parametrize("layer", [layers.LSTM, layers.GRU])
    def test_of_a_gated_layer_is_unknown(self, layer):
        assert activations.of(layer(1)) is None

    def test_of_a_users_function_is_unknown(self):
        assert activations.of(layers.Dense(1, lambda x: x**3)) is None


class TestScale:
    @pytest.mark.parametrize("name", ["relu", "leakyrelu", "linear"])
    def test_holds_the_mean_square_of_standard_normal_values(self, name):
        points, weights = np.polynomial.hermite_e.hermegauss(200)
        layer = {"relu": layers.ReLU(), "leakyrelu": layers.LeakyReLU(), "linear": layers.Dense(1)}[name]
        scale = activations.of(layer).scale
        inputs = backend_tensors.of_array(np.sqrt(scale) * points, "float32")
        squares = np.square(backend_tensors.as_numpy(inputs if name == "linear" else layer(inputs)))
        assert np.sum(weights * squares) / np.sum(weights) == pytest.approx(1.0, rel=1e-2)


class TestSaturatedShare:
    @pytest.mark.parametrize(
        ("name", "outputs", "share"),
        [
            ("tanh", [-0.999, 0.0, 0.9, 0.999], 0.5),
            ("sigmoid", [0.001, 0.5, 0.9, 0.999], 0.5),
            ("hardsigmoid", [0.0, 0.5, 0.9, 1.0], 0.5),
            ("relu6", [0.0, 1.0, 5.0, 6.0], 0.25),
            ("softsign", [-0.9, 0.0, 0.1, 0.2], 0.25),
            ("softmax", [[0.999, 0.001], [0.5, 0.5]], 0.5),
            ("softmax", [[0.001] * 1000], 0.0),
        ],
    )
    def test_is_that_of_values_at_the_flat_ends(self, name, outputs, share):
        assert activations.saturated_share(activations.ACTIVATIONS[name], np.array(outputs)) == share

    def test_of_a_function_without_flat_ends(self):
        assert activations.saturated_share(activations.ACTIVATIONS["linear"], np.ones(3)) is None

    @pytest.mark.parametrize(
        ("name", "slope"), [("tanh", lambda y: 1 - y**2), ("sigmoid", lambda y: 4 * y * (1 - y))]
    )
    def test_flat_is_where_the_slope_is_a_twentieth(self, name, slope):
        outputs = np.linspace(0.5, 0.9999, 1000)
        flat = activations.ACTIVATIONS[name].flat(outputs)
        assert (flat == (slope(outputs) < 0.05)).all()


@pytest.mark.parametrize(
    ("layer", "is_only"),
    [
        (layers.ReLU, True),
        (layers.Softmax, True),
        (layers.Flatten, False),
        (lambda: layers.Dense(1, "relu"), False),
    ],
)
def test_is_only_activation(layer, is_only):
    assert activations.is_only_activation(layer()) == is_only
