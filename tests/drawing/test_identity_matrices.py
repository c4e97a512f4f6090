"""Identity matrices, as each Keras made them."""

import numpy as np
import pytest

from drawing.made_calls import call
from keras_inits.drawing.identity_matrices import identity
from keras_inits.drawing.streams import Part


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2)])
def test_a_rectangular_one_is_padded_with_zeros(shape):
    assert np.array_equal(identity(call(shape), 2.0), 2 * np.eye(*shape))


@pytest.mark.parametrize("offset", [(0, 0), (1, 0), (0, 2), (2, 0), (1, 2)])
def test_a_part_of_it_is_cut_out(offset):
    part = Part(offset=offset, shape=(2, 2))
    cut = np.eye(4, 4)[offset[0] : offset[0] + 2, offset[1] : offset[1] + 2]
    assert np.array_equal(identity(call((4, 4), part=part), 1.0), cut)


def test_more_axes_are_a_batch():
    assert np.array_equal(identity(call((3, 2, 2)), 1.0), np.stack([np.eye(2)] * 3))


def test_a_vector_is_an_error():
    with pytest.raises(ValueError, match="at least 2 axes. Received: shape=.3,. of rank 1"):
        identity(call((3,)), 1.0)


def test_keras_2_2_3_tiled_it():
    tiled = identity(call((2, 4), version="2.2.3"), 1.0)
    assert np.array_equal(tiled, np.tile(np.eye(2), (1, 2)))


def test_keras_2_2_3_refused_a_side_that_is_no_multiple():
    with pytest.raises(ValueError, match="a multiple of the short one"):
        identity(call((2, 3), version="2.2.3"), 1.0)


def test_keras_2_0_refused_a_rectangular_one():
    with pytest.raises(ValueError, match="square shapes alone"):
        identity(call((2, 3), version="2.0.0"), 1.0)


def test_an_older_keras_refused_more_than_two_axes():
    with pytest.raises(ValueError, match="has 2 axes"):
        identity(call((2, 3, 3), version="2.12.0"), 1.0)
