"""Constants: one number everywhere, or an array that fits the shape."""

import numpy as np
import pytest
import tensorflow as tf

from drawing.made_calls import call
from keras_inits.drawing.constants import constant
from keras_inits.drawing.streams import Part


def test_a_number_is_everywhere():
    assert constant(call((2, 2)), 3).numpy().tolist() == [[3.0, 3.0], [3.0, 3.0]]


def test_a_part_of_a_number_has_the_parts_shape():
    assert constant(call((2, 2), part=Part(offset=(0, 0), shape=(1, 2))), 3).shape == (1, 2)


@pytest.mark.parametrize(
    "value, want",
    [
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        ([1, 2, 3, 4], [[1, 2], [3, 4]]),
        ([5, 6], [[5, 6], [5, 6]]),
        (np.array([[7], [8]]), [[7, 7], [8, 8]]),
    ],
    ids=["of the shape", "of as many values", "that broadcasts", "a column"],
)
def test_an_array_fits(value, want):
    assert np.array_equal(constant(call((2, 2)), value), want)


def test_an_array_is_cut_to_a_part():
    part = Part(offset=(1, 0), shape=(1, 2))
    assert np.array_equal(constant(call((2, 2), part=part), [[1, 2], [3, 4]]), [[3, 4]])


def test_an_array_that_does_not_fit_is_an_error_that_says_both_shapes():
    with pytest.raises(ValueError, match=r"shape \(3,\) fits neither the shape \(2, 2\)"):
        constant(call((2, 2)), [1, 2, 3])


def test_a_float_list_is_rounded_to_float32_first_where_keras_does():
    (value,) = constant(call((1,), tf.float64, version="3.0.0"), [0.1]).numpy()
    assert value == np.float64(np.float32(0.1))
