"""What a call of an initializer is given: its shape, its dtype and its part, checked and normal."""

import functools
import inspect
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_inits.drawing.streams import Part, is_tensor
from keras_inits.keras_compat import backend, nearest


class Dtypes(NamedTuple):
    """The dtypes that an initializer takes: what an error calls them, and whether a dtype is one of them."""

    words: str
    allows: Callable[[tf.DType], bool]


def _is_small_float(dtype: tf.DType) -> bool:
    """Returns whether a dtype is a floating point one of 8 bits or fewer, which TensorFlow only moves."""
    return dtype.is_floating and dtype.size == 1


def _is_float(dtype: tf.DType) -> bool:
    return dtype.is_floating and not _is_small_float(dtype)


FLOATING = Dtypes("a floating point", _is_float)
FLOATING_OR_COMPLEX = Dtypes("a floating point or complex", lambda d: _is_float(d) or d.is_complex)
FLOATING_OR_INTEGER = Dtypes("a floating point or integer", lambda d: _is_float(d) or d.is_integer)
FLOATING_INT32_OR_INT64 = Dtypes(
    "a floating point, int32 or int64", lambda d: _is_float(d) or d in (tf.int32, tf.int64)
)
NUMERIC_OR_BOOLEAN = Dtypes(
    "a numeric or boolean", lambda d: d.is_numpy_compatible and d != tf.string and not _is_small_float(d)
)


def static_shape(shape: Any) -> Any:
    """Returns a shape as a tuple of Python integers, or as an int32 tensor where only the graph will know it.

    Args:
        shape: Tuple, list or `TensorShape` of integers, or an integer tensor of one axis.

    Raises:
        TypeError: If `shape` is no sequence of integers.
        ValueError: If a dimension is negative or `None`.
    """
    if _is_plain(shape):
        return shape
    if is_tensor(shape) or (isinstance(shape, (list, tuple)) and any(map(is_tensor, shape))):
        tensor = tf.convert_to_tensor(shape)
        known = tf.get_static_value(tensor)
        if known is None:
            return tf.cast(tensor, tf.int32)
        shape = known
    dims = _integers(shape)
    if any(dim < 0 for dim in dims):
        raise ValueError(f"A shape cannot have a negative dimension. Received: shape={dims}")
    return dims


def _is_plain(shape: Any) -> bool:
    """Returns whether a shape is a tuple of Python integers already."""
    # Most shapes are, and a loop is faster than a generator.
    if type(shape) is not tuple:
        return False
    for dim in shape:  # noqa: SIM110
        if type(dim) is not int or dim < 0:
            return False
    return True


def _integers(shape: Any) -> tuple[int, ...]:
    try:
        return tuple(operator.index(dim) for dim in shape)
    except (TypeError, ValueError):
        raise _error_of_shape(shape) from None


def _error_of_shape(shape: Any) -> Exception:
    if isinstance(shape, tf.TensorShape) or None in tuple(np.atleast_1d(shape)):
        return ValueError(f"A shape must be fully known. Received: shape={shape}")
    return TypeError(f"`shape` must be a tuple, list or TensorShape of integers. Received: shape={shape!r}")


def dtype_of(dtype: Any, allowed: Dtypes) -> tf.DType:
    """Returns a dtype as a `tf.DType`, `None` being `tf.keras.backend.floatx()`.

    Args:
        dtype: Whatever names a dtype: a string, a `tf.DType`, a NumPy dtype, or `None`.
        allowed: The dtypes that are allowed.

    Raises:
        ValueError: If `dtype` names no dtype, or one that is not allowed.
    """
    return _dtype_named(backend.floatx() if dtype is None else backend.dtype_name(dtype), allowed)


@functools.lru_cache(maxsize=256)
def _dtype_named(dtype: Any, allowed: Dtypes) -> tf.DType:
    try:
        converted = tf.as_dtype(dtype)
    except (TypeError, ValueError):
        hint = nearest.hint(str(dtype), _names_of(allowed))
        raise ValueError(
            f"Expected {allowed.words} dtype. Received: dtype={dtype!r}, which is none{hint}"
        ) from None
    if not allowed.allows(converted):
        why = ", of which TensorFlow makes no values" if _is_small_float(converted) else ""
        raise ValueError(f"Expected {allowed.words} dtype. Received: dtype={converted.name}{why}")
    return converted


def _names_of(allowed: Dtypes) -> list[str]:
    dtypes = [value for _, value in inspect.getmembers(tf.dtypes) if isinstance(value, tf.DType)]
    return [dtype.name for dtype in dtypes if allowed.allows(dtype)]


def part_of(shape: Any, partition_shape: Any, partition_offset: Any) -> Part | None:
    """Returns the part of a weight that a partitioned variable asks for, `None` for the whole.

    Raises:
        ValueError: If one of the two is missing, or the part lies outside the weight.
    """
    if partition_shape is None and partition_offset is None:
        return None
    if partition_shape is None or partition_offset is None:
        raise ValueError(
            "`partition_shape` and `partition_offset` go together. Received: "
            f"partition_shape={partition_shape}, partition_offset={partition_offset}"
        )
    part = Part(_integers(partition_shape), _integers(partition_offset))
    if not _lies_within(part, shape):
        raise ValueError(
            "A part must lie within the weight's shape. Received: "
            f"shape={shape}, partition_shape={part.shape}, partition_offset={part.offset}"
        )
    return part


def rank(shape: Any) -> int:
    """Returns how many axes a shape has, be it a tuple or a tensor."""
    return shape.shape[0] if is_tensor(shape) else len(shape)


def _lies_within(part: Part, shape: Any) -> bool:
    if not len(part.shape) == len(part.offset) == rank(shape) or any(n < 0 for n in sum(part, ())):
        return False
    # A shape that only the graph knows is checked there, by the slice.
    return is_tensor(shape) or all(
        offset + dim <= whole for dim, offset, whole in zip(part.shape, part.offset, shape)
    )
