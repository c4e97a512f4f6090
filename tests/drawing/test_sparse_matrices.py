"""Sparse matrices: as many zeros in each column."""

import numpy as np
import pytest
import tensorflow as tf

from drawing.made_calls import call
from keras_inits.drawing.sparse_matrices import sparse_columns
from keras_inits.drawing.streams import Part


@pytest.mark.parametrize("sparsity, zeros", [(0.0, 0), (0.25, 3), (0.3, 3), (0.99, 10), (1.0, 10)])
def test_each_column_has_so_many_zeros(sparsity, zeros):
    values = sparse_columns(call((10, 40)), sparsity, 1.0).numpy()
    assert ((values == 0).sum(axis=0) == zeros).all()


def test_the_rows_differ_from_column_to_column():
    values = sparse_columns(call((10, 40)), 0.5, 1.0).numpy()
    assert len({tuple(column) for column in (values == 0).T}) > 30


def test_the_others_are_normal():
    values = sparse_columns(call((100, 400)), 0.5, 0.1).numpy()
    assert abs(values[values != 0].std() - 0.1) < 0.002


def test_all_axes_but_the_last_are_rows():
    values = sparse_columns(call((2, 5, 40)), 0.3, 1.0)
    assert np.array_equal(tf.reshape(values, (10, 40)), sparse_columns(call((10, 40)), 0.3, 1.0))


def test_a_part_is_cut_out():
    part = Part(offset=(2, 3), shape=(4, 5))
    whole = sparse_columns(call((10, 40)), 0.3, 1.0)
    assert np.array_equal(sparse_columns(call((10, 40), part=part), 0.3, 1.0), whole[2:6, 3:8])


def test_a_vector_is_an_error():
    with pytest.raises(ValueError, match="at least two axes. Received: shape="):
        sparse_columns(call((3,)), 0.5, 1.0)
