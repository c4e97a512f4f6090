"""Random orthogonal matrices."""

from __future__ import annotations

import tensorflow as tf


def orthonormal_columns(matrix: tf.Tensor) -> tf.Tensor:
    """The Q of the QR factorization whose R has a positive diagonal.

    That Q is unique, and of a matrix of independent standard normals it is Haar-distributed
    (Mezzadri, "How to generate random matrices from the classical compact groups", 2007).

    Args:
        matrix: Float tensor of shape `(rows, columns)`, at least as many rows as columns.

    Returns:
        A tensor of the same shape and dtype whose columns are orthonormal.
    """
    q, r = tf.linalg.qr(matrix, full_matrices=False)
    return q * tf.sign(tf.linalg.diag_part(r))
