"""Weights that hold a constant: one number everywhere, or an array."""

import math
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing.calls import Call, part_of
from keras_inits.drawing.scalars import as_python_number, number
from keras_inits.drawing.streams import is_tensor


def constant(call: Call, value: Any) -> tf.Tensor:
    """Returns `value` everywhere, or, where it is an array, the array."""
    if is_tensor(value) or np.ndim(value):
        return part_of(_array_in_shape(value, call), call.part)
    shape = call.part.shape if call.part else call.shape
    return tf.fill(shape, number(as_python_number(call.era, value), call.dtype))


def _array_in_shape(value: Any, call: Call) -> tf.Tensor:
    """Returns an array of that shape, one that broadcasts to it, or one of as many values."""
    if isinstance(value, (list, tuple)):
        value = np.asarray(value)
        if call.era.numbers_as_float32 and value.dtype == np.float64:
            value = value.astype(np.float32)
    value = tf.cast(value, call.dtype)
    if value.shape.num_elements() == math.prod(call.shape):
        return tf.reshape(value, call.shape)
    try:
        return tf.broadcast_to(value, call.shape)
    except (ValueError, tf.errors.InvalidArgumentError):
        raise ValueError(
            f"A constant of shape {tuple(value.shape)} fits neither the shape {call.shape} nor its "
            "number of values, and does not broadcast to it."
        ) from None
