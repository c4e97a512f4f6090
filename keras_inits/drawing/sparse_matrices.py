"""Matrices most of whose entries are zero, the same number in each column."""

import math

import numpy as np
import tensorflow as tf

from keras_inits.drawing import streams
from keras_inits.drawing.calls import Call, part_of

# Keys of all 32 bits, as two equal ones would favour the earlier row.
_LOWEST, _HIGHEST = np.int32(-(2**31)), np.int32(2**31 - 1)


def sparse_columns(call: Call, sparsity: float, stddev: float) -> tf.Tensor:
    """Returns normal values in random rows of each column, and zeros in `ceil(sparsity * rows)` of them.

    The columns are the last axis; all other axes together are the rows. 16 bits are computed in float32.
    """
    if streams.is_tensor(call.shape) or len(call.shape) < 2:
        raise ValueError(
            "A sparse weight needs a shape of known dimensions and at least two axes. "
            f"Received: shape={call.shape}"
        )
    rows, columns = math.prod(call.shape[:-1]), call.shape[-1]
    kept = rows - math.ceil(sparsity * rows)
    dtype = tf.float32 if call.dtype.size == 2 else call.dtype
    if kept * columns == 0:
        matrix = tf.zeros((rows, columns), dtype)
    else:
        matrix = _scattered(call, rows, columns, kept, dtype) * tf.constant(stddev, dtype)
    whole = tf.reshape(tf.cast(matrix, call.dtype), call.shape)
    return part_of(whole, call.part)


def _scattered(call: Call, rows: int, columns: int, kept: int, dtype: tf.DType) -> tf.Tensor:
    """Returns standard normals in `kept` rows of each column: those of the column's largest keys."""
    stream = call.stream("normal", dtype, (columns * (kept + rows),))
    values = streams.draw("normal", stream, (columns, kept), dtype)
    stream = streams.advance(stream, -(-columns * kept // streams.group_size(dtype)))
    keys = streams.draw_integers(stream, (columns, rows), tf.int32, _LOWEST, _HIGHEST)
    row = tf.math.top_k(keys, kept).indices
    column = tf.broadcast_to(tf.range(columns)[:, tf.newaxis], row.shape)
    return tf.scatter_nd(tf.stack([row, column], axis=-1), values, (rows, columns))
