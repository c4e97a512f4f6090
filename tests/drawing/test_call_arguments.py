import numpy as np
import pytest
import tensorflow as tf

from keras_inits.drawing import call_arguments
from keras_inits.drawing.streams import Part


@pytest.mark.parametrize(
    "shape",
    [
        (2, 3),
        [2, 3],
        tf.TensorShape([2, 3]),
        np.array([2, 3]),
        (np.int64(2), np.int32(3)),
        tf.constant([2, 3]),
        (tf.constant(2), 3),
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_a_shape_becomes_a_tuple_of_python_integers(shape):
    dims = call_arguments.static_shape(shape)
    assert dims == (2, 3) and all(type(dim) is int for dim in dims)


def test_an_unknown_shape_stays_a_tensor():
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int64)])
    def is_tensor(shape):
        return tf.constant(tf.is_tensor(call_arguments.static_shape(shape)))

    assert is_tensor(tf.constant([2, 3], tf.int64))


@pytest.mark.parametrize("shape", [(2, None), tf.TensorShape(None), tf.TensorShape([None, 2])])
def test_an_unknown_dimension_is_an_error(shape):
    with pytest.raises(ValueError, match="fully known"):
        call_arguments.static_shape(shape)


@pytest.mark.parametrize("shape", [3, "ab", (2.5, 3), None])
def test_what_is_no_shape_is_an_error(shape):
    with pytest.raises((TypeError, ValueError), match="shape"):
        call_arguments.static_shape(shape)


def test_a_negative_dimension_is_an_error():
    with pytest.raises(ValueError, match=r"negative.*\(2, -1\)"):
        call_arguments.static_shape((2, -1))


def test_no_dtype_is_floatx():
    tf.keras.backend.set_floatx("float64")
    try:
        assert call_arguments.dtype_of(None, call_arguments.FLOATING) == tf.float64
    finally:
        tf.keras.backend.set_floatx("float32")


@pytest.mark.parametrize("dtype", ["float16", np.float16, np.dtype("float16"), tf.float16])
def test_a_dtype_may_be_named_in_any_way(dtype):
    assert call_arguments.dtype_of(dtype, call_arguments.FLOATING) == tf.float16


@pytest.mark.parametrize(
    "dtype, allowed",
    [
        ("int32", call_arguments.FLOATING),
        ("bool", call_arguments.FLOATING_OR_INTEGER),
        ("string", call_arguments.NUMERIC_OR_BOOLEAN),
        ("flaot32", call_arguments.NUMERIC_OR_BOOLEAN),
    ],
)
def test_a_dtype_that_is_not_allowed_is_an_error_that_names_both(dtype, allowed):
    with pytest.raises(ValueError, match=f"{allowed.words}.*{dtype}"):
        call_arguments.dtype_of(dtype, allowed)


@pytest.mark.parametrize(
    "allowed",
    [
        call_arguments.FLOATING,
        call_arguments.FLOATING_OR_COMPLEX,
        call_arguments.FLOATING_OR_INTEGER,
        call_arguments.FLOATING_INT32_OR_INT64,
        call_arguments.NUMERIC_OR_BOOLEAN,
    ],
)
def test_no_floats_of_8_bits_are_made(allowed):
    with pytest.raises(ValueError, match="dtype=float8_e4m3fn, of which TensorFlow makes no values"):
        call_arguments.dtype_of("float8_e4m3fn", allowed)


def test_a_misspelled_dtype_has_its_nearest():
    with pytest.raises(ValueError, match="dtype='flaot16', which is none; did you mean 'float16'"):
        call_arguments.dtype_of("flaot16", call_arguments.FLOATING)


def test_no_part_is_the_whole():
    assert call_arguments.part_of((4, 3), None, None) is None


def test_a_part_is_a_shape_and_an_offset():
    assert call_arguments.part_of((4, 3), [2, 3], tf.TensorShape([1, 0])) == Part((2, 3), (1, 0))


@pytest.mark.parametrize("part, offset", [((2, 3), None), (None, (0, 0))])
def test_half_a_part_is_an_error(part, offset):
    with pytest.raises(ValueError, match="go together"):
        call_arguments.part_of((4, 3), part, offset)


@pytest.mark.parametrize(
    "part, offset", [((2, 3), (3, 0)), ((5, 3), (0, 0)), ((2,), (0,)), ((2, 3, 1), (0, 0, 0))]
)
def test_a_part_outside_the_shape_is_an_error(part, offset):
    with pytest.raises(ValueError, match="must lie within"):
        call_arguments.part_of((4, 3), part, offset)
