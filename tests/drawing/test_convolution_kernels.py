"""Kernels of convolutions; their mathematics is in tests/initializers/test_convolutions.py."""

import numpy as np
import pytest

from drawing.made_calls import call
from keras_inits.drawing import convolution_kernels
from keras_inits.drawing.streams import Part


def test_dirac_passes_each_channel_on_at_the_center():
    kernel = convolution_kernels.dirac(call((3, 2, 2)), 1).numpy()
    assert np.array_equal(kernel[1], np.eye(2)) and not kernel[[0, 2]].any()


def test_dirac_of_groups_begins_again_with_each():
    assert np.array_equal(
        convolution_kernels.dirac(call((1, 2, 4)), 2).numpy()[0], [[1, 0, 1, 0], [0, 1, 0, 1]]
    )


@pytest.mark.parametrize("offset", [(0, 0, 0), (1, 0, 1), (1, 1, 0)])
def test_a_part_of_dirac_is_cut_out(offset):
    part = Part(shape=(2, 1, 1), offset=offset)
    place = tuple(slice(begin, begin + size) for begin, size in zip(offset, part.shape))
    whole = convolution_kernels.dirac(call((3, 2, 2)), 1).numpy()
    assert np.array_equal(convolution_kernels.dirac(call((3, 2, 2), part=part), 1), whole[place])


def test_filters_that_are_no_multiple_of_the_groups_are_an_error():
    with pytest.raises(ValueError, match="must be a multiple of its groups, 2"):
        convolution_kernels.dirac(call((1, 2, 3)), 2)


def test_delta_orthogonal_is_a_matrix_at_the_center():
    kernel = convolution_kernels.delta_orthogonal(call((3, 3, 2, 4)), 1.0).numpy()
    assert np.allclose(kernel[1, 1] @ kernel[1, 1].T, np.eye(2), atol=1e-5)
    assert np.count_nonzero(kernel) == 8


def test_an_orthogonal_kernel_has_the_window_that_is_asked_for():
    assert convolution_kernels.orthogonal(call((3, 3, 2, 4)), 1.0, 2).shape == (3, 3, 2, 4)


def test_an_aware_kernel_has_the_variance_of_its_fan():
    kernel = convolution_kernels.aware(call((3, 3, 4, 8)), 0.05).numpy()
    assert kernel.var() == pytest.approx(2 / 36, rel=1e-5)


def test_icnr_repeats_a_kernel_of_fewer_filters():
    assert convolution_kernels.shape_of_copied(call((3, 3, 2, 8)), 2) == (3, 3, 2, 2)


def test_a_kernel_without_values_is_not_computed():
    assert convolution_kernels.delta_orthogonal(call((3, 0, 4)), 1.0).shape == (3, 0, 4)


@pytest.mark.parametrize("shape", [(2, 4), (3, 3, 3, 3, 2, 4)])
def test_a_window_of_no_convolution_is_an_error(shape):
    with pytest.raises(ValueError, match="with a window of 1 or 2 or 3 axes. Received: shape="):
        convolution_kernels.dirac(call(shape), 1)
