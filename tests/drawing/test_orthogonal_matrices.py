import itertools

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.drawing import orthogonal_matrices
from keras_inits.drawing.orthogonal_matrices import orthonormal_columns, panel_edges

SHAPES = [(65, 65), (66, 65), (128, 128), (200, 65), (300, 130), (1000, 999), (1025, 963), (1024, 256)]


def gaussian(shape, dtype, seed=7):
    return tf.random.stateless_normal(shape, [seed, 0], dtype=dtype)


def error_of_orthogonality(q):
    q = tf.cast(q, tf.float64)
    gram = tf.matmul(q, q, transpose_a=True)
    return float(tf.reduce_max(abs(gram - tf.eye(q.shape[1], dtype=tf.float64))))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype, bound", [(tf.float32, 5e-6), (tf.float64, 1e-12)])
def test_its_columns_are_orthonormal(shape, dtype, bound):
    assert error_of_orthogonality(orthonormal_columns(gaussian(shape, dtype))) < bound


@pytest.mark.slow
@pytest.mark.parametrize("dtype, bound", [(tf.float32, 5e-6), (tf.float64, 1e-12)])
def test_its_columns_are_orthonormal_at_4096(dtype, bound):
    assert error_of_orthogonality(orthonormal_columns(gaussian((4096, 4096), dtype))) < bound


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_q_whose_r_has_a_positive_diagonal(shape):
    matrix = gaussian(shape, tf.float64)
    q, r = np.linalg.qr(matrix.numpy())
    assert np.allclose(orthonormal_columns(matrix), q * np.sign(np.diag(r)), atol=1e-9)


@pytest.mark.parametrize("shape", [(64, 64), (300, 130), (200, 200)])
def test_its_transpose_has_the_same_values(shape):
    matrix = gaussian(shape, tf.float64)
    assert np.allclose(
        orthonormal_columns(matrix, transposed=True), tf.transpose(orthonormal_columns(matrix))
    )


@pytest.mark.parametrize("shape", [(300, 130), (200, 200)])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_graph_gives_the_same(shape, jit_compile):
    matrix = gaussian(shape, tf.float64)
    in_graph = tf.function(orthonormal_columns, jit_compile=jit_compile)
    assert np.allclose(in_graph(matrix), orthonormal_columns(matrix), atol=1e-9)


# Of one panel; of two; of the last dimensions; of the last dimensions and of any.
DEPENDENT = [((300, 130), 100, 3), ((300, 130), 129, 3), ((130, 130), 100, 70), ((130, 130), 100, 3)]
# Where columns are the same, what is left of one is rounding, which is each processor's own: there
# the bound is the one that the function holds itself to. A column of zeros leaves nothing.
BOUNDS = {1: np.finfo(np.float32).eps ** 0.5, 0: 5e-6}


@pytest.mark.parametrize("shape, column, source", DEPENDENT)
@pytest.mark.parametrize("share", [1, 0])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("run", [lambda function: function, tf.function])
def test_columns_that_depend_on_others_are_made_orthonormal(shape, column, source, share, transposed, run):
    columns = np.asarray(gaussian(shape, tf.float32)).copy()
    columns[:, column] = share * columns[:, source]
    q = run(orthonormal_columns)(tf.constant(columns), transposed)
    assert error_of_orthogonality(tf.transpose(q) if transposed else q) < BOUNDS[share]


@pytest.mark.parametrize("rows, columns", [(65, 65), (128, 70), (1024, 256), (1024, 1024), (5000, 4097)])
def test_a_panel_takes_at_most_half_of_the_dimensions_left(rows, columns):
    edges = panel_edges(rows, columns)
    assert edges[0] == 0 and edges[-1] <= min(columns, rows - orthogonal_matrices.LAST)
    for begin, end in itertools.pairwise(edges):
        assert 0 < end - begin <= max(orthogonal_matrices.LAST, (rows - begin) // 2)
