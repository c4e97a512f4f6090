"""Weights that are orthogonal matrices, as each Keras made them."""

import numpy as np
import pytest
import tensorflow as tf

from drawing.made_calls import call
from keras_inits.drawing.orthogonal_weights import orthogonal
from keras_inits.drawing.streams import Part


def is_orthonormal(matrix, gain=1.0):
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    return np.allclose(tall.T @ tall, gain**2 * np.eye(tall.shape[1]), atol=1e-5)


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (3, 6)])
@pytest.mark.parametrize("version", [None, "2.2.4"])
def test_the_shorter_side_is_orthonormal_times_the_gain(shape, version):
    assert is_orthonormal(orthogonal(call(shape, version=version), 2.0).numpy(), 2.0)


def test_a_kernel_is_its_last_axis_against_all_others():
    kernel = orthogonal(call((3, 3, 2, 8)), 1.0).numpy()
    assert is_orthonormal(kernel.reshape(18, 8))


def test_in_keras_1_it_is_the_first_axis_and_the_gain_is_1_1():
    kernel = orthogonal(call((8, 2, 3), version="1.2.2"), 1.0).numpy()
    assert is_orthonormal(kernel.reshape(8, 6), 1.1)


def test_the_svd_is_numpys_of_the_generators_normals():
    normals = np.random.RandomState(7).normal(0.0, 1.0, (4, 3))
    u, _, _ = np.linalg.svd(normals, full_matrices=False)
    assert np.allclose(orthogonal(call((4, 3), version="2.2.4"), 1.0), u, atol=1e-6)


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16])
def test_16_bits_are_rounded_from_float32(dtype):
    assert np.array_equal(orthogonal(call((4, 4), dtype), 1.0), tf.cast(orthogonal(call((4, 4)), 1.0), dtype))


def test_a_part_is_cut_out():
    part = Part(offset=(1, 0), shape=(2, 4))
    assert np.array_equal(orthogonal(call((4, 4), part=part), 1.0), orthogonal(call((4, 4)), 1.0)[1:3])


def test_a_vector_is_an_error():
    with pytest.raises(ValueError, match="at least two-dimensional. Received: shape=.3,. of rank 1"):
        orthogonal(call((3,)), 1.0)
