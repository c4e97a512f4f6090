"""What `tf.keras.backend` is set to."""

import pytest
import tensorflow as tf

from keras_inits.keras_compat.backend import floatx


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_a_change_is_seen(dtype):
    before = tf.keras.backend.floatx()
    try:
        tf.keras.backend.set_floatx(dtype)
        assert floatx() == dtype
    finally:
        tf.keras.backend.set_floatx(before)
