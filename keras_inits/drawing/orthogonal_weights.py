"""Weights that are orthogonal matrices, as each Keras made them."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing import streams
from keras_inits.drawing.call_arguments import rank
from keras_inits.drawing.calls import Call, part_of
from keras_inits.drawing.eras import Orthogonal
from keras_inits.drawing.orthogonal_matrices import orthonormal_columns
from keras_inits.drawing.scalars import number
from keras_inits.drawing.streams import is_tensor


def orthogonal(call: Call, gain: float) -> tf.Tensor:
    """Returns a Haar-distributed matrix of orthonormal rows or columns times `gain`, in the weight's shape.

    The weight is seen as a matrix, its last axis against all others (in Keras 1 its first).
    """
    if rank(call.shape) < 2:
        raise ValueError(
            "The tensor to initialize must be at least two-dimensional. Received: "
            f"shape={call.shape} of rank {rank(call.shape)}."
        )
    gain = call.era.orthogonal_gain if gain == 1.0 else gain
    weight = tf.reshape(WAYS[call.era.orthogonal](call, gain), call.shape)
    return part_of(tf.cast(weight, call.dtype), call.part)


def _orthogonal_by_qr(call: Call, gain: float) -> tf.Tensor:
    if is_tensor(call.shape):
        rows, columns = tf.math.reduce_prod(call.shape[:-1]), call.shape[-1]
        tall, wide = (tf.maximum(rows, columns), tf.minimum(rows, columns)), rows < columns
    else:
        rows, columns = math.prod(call.shape[:-1]), call.shape[-1]
        tall, wide = (max(rows, columns), min(rows, columns)), rows < columns
    # TensorFlow has no QR of 16 bits.
    dtype = tf.float32 if call.dtype.size == 2 else call.dtype
    stream = call.stream("normal", dtype, tall)
    gaussian = streams.draw("normal", stream, tall, dtype)
    matrix = orthonormal_columns(gaussian, transposed=wide is True)
    if is_tensor(wide):
        matrix = tf.cond(wide, lambda: tf.transpose(matrix), lambda: matrix)
    return matrix if gain == 1.0 else number(gain, dtype) * matrix


def _orthogonal_by_svd(call: Call, gain: float, first_axis_alone: bool = False) -> np.ndarray:
    """As NumPy had it: U of a matrix of normals, or V where U has not the matrix's shape."""
    axis = 1 if first_axis_alone else len(call.shape) - 1
    flat = math.prod(call.shape[:axis]), math.prod(call.shape[axis:])
    u, _, v = np.linalg.svd(call.numpy().normal(0.0, 1.0, flat), full_matrices=False)
    return gain * (u if u.shape == flat else v)


WAYS: dict[Orthogonal, Callable[[Call, float], Any]] = {
    Orthogonal.QR: _orthogonal_by_qr,
    Orthogonal.SVD: _orthogonal_by_svd,
    Orthogonal.SVD_OF_KERAS_1: functools.partial(_orthogonal_by_svd, first_axis_alone=True),
}
