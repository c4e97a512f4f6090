"""The activation functions: where each is flat, and which initializer holds the signal in front of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_inits.diagnosis import measures

# Where a function's slope is less than this share of its greatest, it is flat.
FLAT_SLOPE = 0.05
UNKNOWN = "unknown"


class Activation(NamedTuple):
    """What is known of an activation function.

    Args:
        initializer: The initializer for a weight in front of it, `None` where its scale is no matter of
            taste: a sigmoid's output stays near a half whatever comes in.
        scale: The variance of a weight's values, times the fan `mode`, that this initializer gives.
        mode: `"fan_in"` or `"fan_avg"`.
        flat: Which values lie where it is flat, a function of its output; `None` if it has no flat end
            but zero.
        is_zero_below: Whether it is zero for all that is negative, so that a unit can be dead.
        holds_signal: Whether the mean square of its output, over that of the weight's input, should be 1.
    """

    initializer: str
    scale: float = 1.0
    mode: str = "fan_in"
    flat: Callable[[np.ndarray], np.ndarray] | None = None
    is_zero_below: bool = False
    holds_signal: bool = True


def _flat_tanh(outputs: np.ndarray) -> np.ndarray:
    return 1.0 - np.square(outputs) < FLAT_SLOPE


def _flat_sigmoid(outputs: np.ndarray) -> np.ndarray:
    return 4.0 * outputs * (1.0 - outputs) < FLAT_SLOPE


def _flat_softmax(outputs: np.ndarray) -> np.ndarray:
    # One class has nearly all; the others near zero are no sign of it where classes are many.
    return _flat_sigmoid(np.max(outputs, axis=-1)) & (np.max(outputs, axis=-1) > 0.5)


def _flat_softsign(outputs: np.ndarray) -> np.ndarray:
    return np.square(1.0 - np.abs(outputs)) < FLAT_SLOPE


def _at(*ends: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda outputs: np.isin(outputs, ends)


# By the function's name in small letters without underscores, as Keras 2 and 3 and TensorFlow name it.
_LINEAR = Activation("LecunNormal")
_RELU = Activation("HeNormal", 2.0, is_zero_below=True)
_NEAR_RELU = Activation("HeNormal", 2.0)
_SIGMOID = Activation("GlorotUniform", 1.0, "fan_avg", _flat_sigmoid, holds_signal=False)
_HARD_SIGMOID = _SIGMOID._replace(flat=_at(0.0, 1.0))
_TANH = Activation("GlorotUniform", 1.0, "fan_avg", _flat_tanh)
ACTIVATIONS = {
    "linear": _LINEAR,
    "selu": Activation("LecunNormal"),
    "relu": _RELU,
    "relu6": _RELU._replace(flat=_at(6.0)),
    "thresholdedrelu": _RELU,
    "squaredrelu": _RELU._replace(holds_signal=False),
    "leakyrelu": _NEAR_RELU,
    "prelu": _NEAR_RELU,
    "elu": _NEAR_RELU,
    "celu": _NEAR_RELU,
    "gelu": _NEAR_RELU,
    "silu": _NEAR_RELU,
    "swish": _NEAR_RELU,
    "hardsilu": _NEAR_RELU,
    "hardswish": _NEAR_RELU,
    "mish": _NEAR_RELU,
    "tanh": _TANH,
    "hardtanh": _TANH._replace(flat=_at(-1.0, 1.0)),
    "softsign": _TANH._replace(flat=_flat_softsign),
    "sigmoid": _SIGMOID,
    "hardsigmoid": _HARD_SIGMOID,
    "softplus": _NEAR_RELU._replace(holds_signal=False),
    "exponential": _LINEAR._replace(holds_signal=False),
    "softmax": _SIGMOID._replace(flat=_flat_softmax),
    "logsoftmax": _SIGMOID._replace(flat=None),
}


def name_of(layer: Any) -> str:
    """Returns the activation function that gives a layer's output, a key of `ACTIVATIONS`, or `"unknown"`.

    Args:
        layer: A layer, or an operation of Keras 3: one with an `activation`, or that is one itself.
    """
    if isinstance(layer, tf.keras.layers.RNN) and not isinstance(layer, tf.keras.layers.SimpleRNN):
        # The activation of a gated layer is not what gives its output.
        return UNKNOWN
    if not hasattr(layer, "activation"):
        # A function of TensorFlow's is a layer, with this attribute, in Keras 2.
        name = _key(getattr(layer, "function", None) or layer)
        return name if name in ACTIVATIONS else "linear"
    if layer.activation is None:
        return "linear"
    name = _key(layer.activation)
    return name if name in ACTIVATIONS else UNKNOWN


def _key(function: Any) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return name.lower().replace("_", "")


def of(layer: Any) -> Activation | None:
    """Returns the row of `ACTIVATIONS` for a layer, `None` where its function is not there."""
    activation = ACTIVATIONS.get(name_of(layer))
    slope = _negative_slope(layer)
    if activation is None or slope is None:
        return activation
    return activation._replace(initializer="VarianceScaling", scale=2.0 / (1.0 + slope**2))


def _negative_slope(layer: Any) -> float | None:
    """Returns the negative slope of a leaky relu; `None` where a layer has none."""
    if name_of(layer) != "leakyrelu":
        return None
    function = getattr(layer, "activation", layer)
    for name in ("negative_slope", "alpha"):  # Keras 3, Keras 2.
        if hasattr(function, name):
            return float(getattr(function, name))
    return 0.2  # The default of the function in both.


def is_only_activation(layer: Any) -> bool:
    """Returns whether a layer does nothing but to apply an activation function."""
    if hasattr(layer, "activation"):
        return isinstance(layer, tf.keras.layers.Activation)
    return name_of(layer) != "linear"


def saturated_share(activation: Activation, outputs: np.ndarray) -> float | None:
    """Returns the share of outputs where the function is flat, `None` if it is nowhere so."""
    return None if activation.flat is None else measures.share(activation.flat(outputs))
