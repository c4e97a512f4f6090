"""A variable takes the memory of an array that is lent, and zeros take none."""

import numpy as np
import pytest
import tensorflow as tf
from environments import tensorflow_only

from keras_inits.keras_compat import lent_memory

LARGE = (1024, 1024)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (5,), (3, 7), LARGE])
@pytest.mark.parametrize("dtype", ["float16", "float32", ">f4", "int8", "float64"])
def test_zeros_have_the_shape_and_dtype_asked_for(shape, dtype):
    zeros = lent_memory.zeros(shape, dtype)
    assert zeros.shape == shape and zeros.dtype == np.dtype(dtype) and not zeros.any()


def test_a_variable_has_the_very_memory_that_was_lent():
    array = lent_memory.zeros(LARGE, "float32")
    variable = tf.Variable(tf.zeros(LARGE))
    variable.assign(lent_memory.lent(array))
    array[3, 5] = 7.0
    assert float(variable[3, 5]) == 7.0


def test_what_was_lent_is_not_written_to_when_the_variable_is_trained():
    array = lent_memory.zeros(LARGE, "float32")
    variables = [tf.Variable(tf.zeros(LARGE)) for _ in range(2)]
    for variable in variables:
        variable.assign(lent_memory.lent(array))
    variables[0].assign_add(tf.ones(LARGE))
    assert not array.any() and not variables[1].numpy().any()
    assert (variables[0].numpy() == 1.0).all()


def test_what_is_lent_outlives_its_name():
    def made():
        array = lent_memory.zeros(LARGE, "float32")
        array[:] = np.arange(1024)
        return lent_memory.lent(array)

    tensors = [made() for _ in range(8)]
    assert all(bool(tf.reduce_all(tensor == tf.range(1024.0))) for tensor in tensors)


NOT_LENT = {
    "small": np.zeros(3, "float32"),
    "small and aligned": lent_memory.zeros((8,), "float32"),
    "turned": lent_memory.zeros(LARGE, "float32").T,
    "of another byte order": lent_memory.zeros(LARGE, ">f4"),
    "not aligned": lent_memory.zeros((1025, 1024), "float32").reshape(-1)[1:],
    "of one number": np.broadcast_to(np.float32(1), LARGE),
    "of truths": np.zeros(LARGE, bool),
    "of objects": np.zeros(LARGE, object),
}


@pytest.mark.parametrize("array", NOT_LENT.values(), ids=list(NOT_LENT))
def test_what_tensorflow_would_copy_is_not_lent(array):
    assert not lent_memory.can_be_lent(array)


@tensorflow_only
def test_nothing_is_lent_to_a_graph():
    array = lent_memory.zeros(LARGE, "float32")
    assert lent_memory.can_be_lent(array)
    with tf.Graph().as_default():
        assert not lent_memory.can_be_lent(array)
