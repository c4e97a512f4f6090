"""An initializer's numbers as scalars of a weight's dtype, rounded as TensorFlow rounds them."""

import math
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing.eras import Era
from keras_inits.drawing.hidden_constants import hidden
from keras_inits.drawing.streams import is_tensor

# Greater numbers may be infinite in float32.
_LARGE = 3e38


def number(value: Any, dtype: tf.DType) -> Any:
    """Returns a Python number, or a tensor, as a scalar of a dtype.

    Raises:
        ValueError: If it is no number: `None`, of which NumPy makes nan, or text.
    """
    if dtype is tf.float32 and type(value) is float and abs(value) < _LARGE:
        return np.float32(value)
    if value is None or isinstance(value, (str, bytes)):
        raise ValueError(f"An initializer's argument must be a number here. Received: {value!r}")
    if is_tensor(value):
        return tf.cast(value, dtype)
    # What is too large becomes infinite, of which TensorFlow does not warn.
    with np.errstate(over="ignore"):
        if dtype.size == 2 and isinstance(value, float):
            value = np.float32(value)
        return np.asarray(value).astype(dtype.as_numpy_dtype)[()]


def as_python_number(era: Era, value: Any) -> Any:
    """Returns a bound or a constant as the Keras versions of an era round it first."""
    return number(value, tf.float32) if era.numbers_as_float32 and isinstance(value, float) else value


def next_to(fan: Any, value: float) -> Any:
    """Returns a number to compute with next to a fan: where that is a tensor, a hidden one."""
    return hidden(value, tf.float64) if is_tensor(fan) else value


def square_root(value: Any) -> Any:
    """Returns the square root of a float or of a tensor."""
    return tf.sqrt(value) if is_tensor(value) else math.sqrt(value)
