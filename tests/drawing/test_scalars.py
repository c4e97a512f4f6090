"""An initializer's numbers as scalars of a weight's dtype."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.drawing import eras, scalars


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32])
def test_a_number_is_tensorflow_s_of_that_dtype(dtype):
    found = scalars.number(7.0, dtype)
    assert found.dtype == dtype.as_numpy_dtype and found == 7


def test_sixteen_bits_are_rounded_from_32():
    # Halfway between two float16 in float32, and above that in float64.
    value = 1.0 + 2.0**-11 + 2.0**-40
    assert scalars.number(value, tf.float16) == 1.0


def test_what_is_too_large_is_infinite_without_a_warning():
    assert scalars.number(1e39, tf.float32) == np.inf


@pytest.mark.parametrize("value", [None, "7", b"7"])
def test_what_is_no_number_is_an_error(value):
    with pytest.raises(ValueError, match="must be a number"):
        scalars.number(value, tf.float32)


def test_a_keras_that_rounded_numbers_first_does_so():
    assert scalars.as_python_number(eras.era_of("3"), 0.1) == np.float32(0.1)
    assert scalars.as_python_number(eras.era_of("2.10"), 0.1) == 0.1


def test_a_number_stays_one_but_next_to_a_tensor():
    assert scalars.next_to(4.0, 2.0) == 2.0 and scalars.square_root(4.0) == 2.0
    fan = tf.constant(4.0, tf.float64)
    assert scalars.next_to(fan, 2.0).dtype == tf.float64 and scalars.square_root(fan).numpy() == 2.0
