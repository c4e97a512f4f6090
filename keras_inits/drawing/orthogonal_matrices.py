"""Random orthogonal matrices out of matrix products.

TensorFlow's QR works column by column. Here panels of columns are made orthogonal to those before them and
made orthonormal by Cholesky QR (block Gram-Schmidt): nearly all of that is matrix products.

Why that is as orthogonal as Householder's: a Gaussian matrix, made orthogonal to k of its columns, is a
Gaussian matrix in the other m - k dimensions, so b columns of it have a condition number near
(sqrt(m - k) + sqrt(b)) / (sqrt(m - k) - sqrt(b)). Panels that take at most half of the dimensions left keep
it under 6, where one pass of Cholesky QR is accurate. Only the last dimensions of a square matrix, where
little is left of each column, need two passes, the first of them in float64.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing.streams import call_traced

# The most columns of a panel; and the dimensions that are left to two passes: so many, or one in so many.
WIDEST = 128
LAST, LAST_SHARE = 64, 16


@tf.autograph.experimental.do_not_convert
def orthonormal_columns(matrix: tf.Tensor, transposed: bool = False) -> tf.Tensor:
    """Returns the Q of the QR factorization of a Gaussian matrix whose R has a positive diagonal.

    That Q is unique, so it is what Householder's QR gives up to rounding; and of a matrix of independent
    standard normals it is Haar-distributed (Mezzadri, "How to generate random matrices from the classical
    compact groups", 2007). Matrices of at most 64 columns, of an unknown shape or of another dtype than
    float32 and float64 take TensorFlow's own QR, as do those whose columns depend on one another.

    Args:
        matrix: Float tensor of shape `(rows, columns)`, at least as many rows as columns.
        transposed: Whether to return the transpose of Q.

    Returns:
        A tensor of the same dtype, whose columns (rows, if transposed) are orthonormal.

    Example:

    >>> q = orthonormal_columns(tf.random.stateless_normal((200, 100), [7, 0]))
    >>> bool(tf.reduce_max(abs(tf.matmul(q, q, transpose_a=True) - tf.eye(100))) < 5e-6)
    True
    """
    rows, columns = matrix.shape
    fast = rows is not None and columns is not None and matrix.dtype in (tf.float32, tf.float64)
    if not fast or columns <= LAST:
        return _householder(matrix, transposed)
    edges = panel_edges(rows, columns)
    has_rest = edges[-1] < columns
    if tf.executing_eagerly():
        return call_traced(_traced, (matrix.dtype, transposed, has_rest), matrix, tf.constant(edges))
    return _by_panels(matrix, edges, transposed, has_rest)


def panel_edges(rows: int, columns: int) -> list[int]:
    """Returns where panels begin and end: each takes at most half of the dimensions left."""
    edges, end = [0], min(columns, rows - max(LAST, rows // LAST_SHARE))
    while edges[-1] < end:
        width = min(WIDEST, max(LAST, (rows - edges[-1]) // 2))
        edges.append(min(edges[-1] + width, end))
    return edges


@functools.cache
def _traced(dtype: tf.DType, transposed: bool, has_rest: bool) -> Callable:
    """Returns `_by_panels` for any shape, where TensorFlow reuses buffers, unlike in eager mode."""

    def traced(matrix: tf.Tensor, edges: tf.Tensor) -> tf.Tensor:
        return _by_panels(matrix, edges, transposed, has_rest)

    with tf.init_scope():
        function = tf.function(traced, autograph=False)
        return function.get_concrete_function(
            tf.TensorSpec([None, None], dtype), tf.TensorSpec([None], tf.int32)
        )


def _by_panels(matrix: tf.Tensor, edges: Any, transposed: bool, has_rest: bool) -> tf.Tensor:
    """Returns Q, or its transpose; the edges are integers, or a tensor of them."""

    def add_panel(q: tf.Tensor, begin: Any, end: Any) -> tf.Tensor:
        panel = _cholesky_qr(_orthogonal_to(q, matrix[:, begin:end], transposed), transposed)
        return _joined(q, panel, transposed)

    q = tf.transpose(matrix[:, :0]) if transposed else matrix[:, :0]
    q = _with_panels(add_panel, q, edges)
    if has_rest:
        rest = _orthogonal_to(q, matrix[:, edges[-1] :], transposed)
        first_pass = tf.cast(_cholesky_qr(tf.cast(rest, tf.float64)), matrix.dtype)
        q = _joined(q, _cholesky_qr(_orthogonal_to(q, first_pass, transposed), transposed), transposed)
    return tf.cond(_is_orthonormal(q, transposed), lambda: q, lambda: _householder(matrix, transposed))


def _with_panels(add_panel: Callable, q: tf.Tensor, edges: Any) -> tf.Tensor:
    if isinstance(edges, Sequence):
        for begin, end in itertools.pairwise(edges):
            q = add_panel(q, begin, end)
        return q
    _, q = tf.while_loop(
        lambda panel, q: panel + 1 < tf.size(edges),
        lambda panel, q: (panel + 1, add_panel(q, edges[panel], edges[panel + 1])),
        (tf.constant(0), q),
        shape_invariants=(tf.TensorShape([]), tf.TensorShape([None, None])),
    )
    return q


def _joined(q: tf.Tensor, panel: tf.Tensor, transposed: bool) -> tf.Tensor:
    return tf.concat([q, panel], axis=0 if transposed else 1)


def _orthogonal_to(q: tf.Tensor, matrix: tf.Tensor, transposed: bool) -> tf.Tensor:
    """Returns a matrix without its projection on the orthonormal columns of `q`."""
    shares = tf.matmul(q, matrix, transpose_a=not transposed)
    return matrix - tf.matmul(q, shares, transpose_a=transposed)


def _cholesky_qr(matrix: tf.Tensor, transposed: bool = False) -> tf.Tensor:
    factor = tf.linalg.cholesky(tf.matmul(matrix, matrix, transpose_a=True))
    inverse = tf.linalg.triangular_solve(factor, tf.eye(tf.shape(matrix)[1], dtype=matrix.dtype))
    # A product with a transpose costs nothing more.
    if transposed:
        return tf.matmul(inverse, matrix, transpose_b=True)
    return tf.matmul(matrix, inverse, transpose_b=True)


def _is_orthonormal(q: tf.Tensor, transposed: bool) -> tf.Tensor:
    """Returns whether transpose(Q) Q gives a vector of ones again: that costs next to nothing.

    A column that depends on those before it leaves rounding errors, which end as NaN or as any direction:
    which of them depends on the processor. Its products with the other columns are what is added to the ones.
    """
    ones = tf.ones([tf.shape(q)[0 if transposed else 1]], q.dtype)
    again = tf.linalg.matvec(q, tf.linalg.matvec(q, ones, transpose_a=transposed), transpose_a=not transposed)
    # A comparison with NaN is false.
    return tf.reduce_all(abs(again - ones) < np.finfo(q.dtype.as_numpy_dtype).eps ** 0.5)


def _householder(matrix: tf.Tensor, transposed: bool = False) -> tf.Tensor:
    q, r = tf.linalg.qr(matrix, full_matrices=False)
    signs = tf.sign(tf.linalg.diag_part(r))
    # It may be zero at a column that depends on those before it.
    q = q * tf.where(signs == 0, tf.ones_like(signs), signs)
    return tf.transpose(q) if transposed else q
