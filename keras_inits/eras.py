"""How each Keras turned a seed into a stream, and a stream into weights.

What differed between versions is a row of `ERAS`; the arithmetic that they share is a function here,
which reads the row.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from packaging.version import Version

from keras_inits import generic_utils, random_streams
from keras_inits.arguments import rank
from keras_inits.orthogonal_matrices import orthonormal_columns
from keras_inits.random_streams import Part, Stream

# The deviation of a standard normal truncated at two deviations, scipy.stats.truncnorm.std(-2, 2).
TRUNCATED_NORMAL_STDDEV = 0.87962566103423978


class Era(NamedTuple):
    """What a range of Keras versions did.

    Args:
        since: The first version, as `keras.__version__` has it.
        fold_seed: A seed, an integer or an integer tensor, as it enters TensorFlow's stateless seed.
        seed_drawn_at: When an unseeded initializer draws its seed: `"construction"` or
            `"first call"`.
        numbers_as_float32: Whether a Python number (a bound, a constant) is rounded to float32 before
            it becomes the weight's dtype. It shows in float64.
    """

    since: str
    fold_seed: Callable[[Any], Any]
    seed_drawn_at: str
    numbers_as_float32: bool

    def stream_of_seed(self, seed: Any) -> Stream:
        """The stream of an integer seed, or of the pair that a `SeedGenerator` holds, a tensor."""
        if tf.is_tensor(seed):
            return random_streams.stateless_stream(self.fold_seed(seed))
        return random_streams.stateless_stream((self.fold_seed(seed), 0))


def _as_signed(seed: Any) -> Any:
    # Keras 3.0 held seeds as uint32 and cast them to int32 for TensorFlow, which wraps.
    if tf.is_tensor(seed):
        return tf.cast(seed, tf.int32)
    return _within(seed, 0, 2**32) - (2**32 if seed >= 2**31 else 0)


def _as_remainder(seed: Any) -> Any:
    return (seed if tf.is_tensor(seed) else _within(seed, -(2**63), 2**63)) % (2**31 - 2)


def _as_it_is(seed: Any) -> Any:
    return _within(seed, -(2**63), 2**63)


def _within(seed: int, low: int, high: int) -> int:
    if not low <= seed < high:
        raise ValueError(f"`seed` must be from {low} to {high - 1}. Received: seed={seed}")
    return seed


ERAS = (
    Era("2.10", _as_it_is, "first call", False),
    Era("3.0", _as_signed, "construction", True),
    Era("3.5", _as_remainder, "construction", True),
)


TENSORFLOW_1 = Era("tf1", _as_it_is, "first call", False)


@functools.cache
def era_of(version: str) -> Era:
    """The row of a Keras version, given as `keras.__version__` has it."""
    return [era for era in ERAS if Version(era.since) <= Version(version)][-1]


def current() -> Era:
    """The era that initializers draw by: that of the installed `tf.keras`."""
    return era_of(generic_utils.keras_version())


class Call(NamedTuple):
    """What one call of an initializer asks for.

    Args:
        era: The `Era` to draw by.
        stream: The `Stream` to draw from, `None` where nothing is random.
        shape: The whole weight's shape, a tuple of integers or an integer tensor.
        dtype: The weight's `tf.DType`.
        part: The `Part` to return, or `None` for the whole.
    """

    era: Era
    stream: Stream | None
    shape: Any
    dtype: tf.DType
    part: Part | None


def constant(call: Call, value: Any) -> tf.Tensor:
    """`value` everywhere, or, where it is an array, the array."""
    if tf.is_tensor(value) or np.ndim(value):
        return _part_of(_array_in_shape(value, call), call.part)
    shape = call.part.shape if call.part else call.shape
    return tf.fill(shape, number(_as_python_number(call.era, value), call.dtype))


def _array_in_shape(value: Any, call: Call) -> tf.Tensor:
    """An array of that shape, one that broadcasts to it, or one of as many values."""
    if isinstance(value, (list, tuple)):
        value = np.asarray(value)
        if call.era.numbers_as_float32 and value.dtype == np.float64:
            value = value.astype(np.float32)
    value = tf.cast(value, call.dtype)
    if value.shape.num_elements() == math.prod(call.shape):
        return tf.reshape(value, call.shape)
    try:
        return tf.broadcast_to(value, call.shape)
    except (ValueError, tf.errors.InvalidArgumentError):
        raise ValueError(
            f"A constant of shape {tuple(value.shape)} fits neither the shape {call.shape} nor its "
            "number of values, and does not broadcast to it."
        ) from None


def uniform(call: Call, minval: Any, maxval: Any) -> tf.Tensor:
    """Uniform values, `u * (maxval - minval) + minval` of u from [0, 1)."""
    if call.dtype.is_integer:
        _check_whole(call.dtype, minval, maxval)
    low, high = (number(_as_python_number(call.era, v), call.dtype) for v in (minval, maxval))
    if call.dtype.is_integer:
        return random_streams.draw_integers(call.stream, call.shape, call.dtype, low, high, call.part)
    return _standard(call, "uniform") * (high - low) + low


def normal(call: Call, mean: Any, stddev: Any) -> tf.Tensor:
    """Normal values, `z * stddev + mean` of a standard normal z."""
    return _scaled(call, _standard(call, "normal"), mean, stddev)


def truncated_normal(call: Call, mean: Any, stddev: Any) -> tf.Tensor:
    """The same of a standard normal z that is redrawn beyond two deviations."""
    return _scaled(call, _standard(call, "truncated_normal"), mean, stddev)


def variance_scaling(
    call: Call, scale: float, mode: str, distribution: str, fans: tuple[Any, Any]
) -> tf.Tensor:
    """Values of mean 0 and variance `scale / fan`, whose fan is the one that `mode` names.

    A uniform distribution has that variance with the limit `sqrt(3 * scale / fan)`, a normal one with
    the deviation `sqrt(scale / fan)`, a truncated one with that deviation divided by what truncation
    leaves of it.
    """
    variance = scale / _at_least_one(FAN_OF_MODE[mode](*fans))
    if distribution == "uniform":
        limit = _square_root(3.0 * variance)
        return uniform(call, -limit, limit)
    if distribution == "truncated_normal":
        return truncated_normal(call, 0.0, _square_root(variance) / TRUNCATED_NORMAL_STDDEV)
    return normal(call, 0.0, _square_root(variance))


def orthogonal(call: Call, gain: float) -> tf.Tensor:
    """A Haar-distributed matrix of orthonormal rows or columns times `gain`, in the weight's shape.

    The weight is seen as a matrix, its last axis beside all others.
    """
    if rank(call.shape) < 2:
        raise ValueError(
            "The tensor to initialize must be at least two-dimensional. Received: "
            f"shape={call.shape} of rank {rank(call.shape)}."
        )
    if tf.is_tensor(call.shape):
        rows, columns = tf.math.reduce_prod(call.shape[:-1]), call.shape[-1]
        tall, wide = (tf.maximum(rows, columns), tf.minimum(rows, columns)), rows < columns
    else:
        rows, columns = math.prod(call.shape[:-1]), call.shape[-1]
        tall, wide = (max(rows, columns), min(rows, columns)), rows < columns
    # TensorFlow has no QR of 16 bits.
    dtype = tf.float32 if call.dtype.size == 2 else call.dtype
    gaussian = random_streams.draw("normal", call.stream, tall, dtype)
    matrix = orthonormal_columns(gaussian)
    if tf.is_tensor(wide):
        matrix = tf.cond(wide, lambda: tf.transpose(matrix), lambda: matrix)
    elif wide:
        matrix = tf.transpose(matrix)
    weight = tf.reshape(number(gain, dtype) * matrix, call.shape)
    return _part_of(tf.cast(weight, call.dtype), call.part)


def identity(call: Call, gain: float) -> tf.Tensor:
    """`gain` on the main diagonal and zeros beside it."""
    if rank(call.shape) != 2:
        raise ValueError(
            "Identity matrix initializer can only be used for 2D matrices. "
            f"Received: shape={call.shape} of rank {rank(call.shape)}."
        )
    rows, columns = call.part.shape if call.part else (call.shape[0], call.shape[1])
    first_row, first_column = call.part.offset if call.part else (0, 0)
    diagonal = first_row - first_column
    length = tf.minimum(rows - max(-diagonal, 0), columns - max(diagonal, 0))
    gain = tf.convert_to_tensor(number(gain, call.dtype))
    # Minus zero where the gain is negative, as Keras multiplies.
    beside = gain * tf.zeros((), call.dtype)
    if tf.executing_eagerly() and length <= 0:
        return tf.fill((rows, columns), beside)
    return tf.raw_ops.MatrixDiagV3(
        diagonal=tf.fill((length,), gain),
        k=diagonal,
        num_rows=rows,
        num_cols=columns,
        padding_value=beside,
    )


FAN_OF_MODE: dict[str, Callable[[Any, Any], Any]] = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_out": lambda fan_in, fan_out: fan_out,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2.0,
}


def checked_scaling(scale: float, mode: str, distribution: str) -> tuple[float, str, str]:
    """The arguments of variance scaling, or an error that says what is wrong with them."""
    if scale <= 0.0:
        raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
    if mode not in FAN_OF_MODE:
        raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {', '.join(FAN_OF_MODE)}.")
    name = DISTRIBUTION_ALIASES.get(str(distribution).lower(), str(distribution).lower())
    if name not in DISTRIBUTIONS:
        raise ValueError(
            f"Invalid `distribution` argument: {distribution}. Please use one of {', '.join(DISTRIBUTIONS)}."
        )
    return scale, mode, name


DISTRIBUTIONS = ("uniform", "truncated_normal", "untruncated_normal")
# What Keras before 2.2.3 called it.
DISTRIBUTION_ALIASES = {"normal": "truncated_normal"}


def number(value: Any, dtype: tf.DType) -> Any:
    """A Python number, or a tensor, as a scalar of a dtype, rounded as TensorFlow rounds it."""
    if tf.is_tensor(value):
        return tf.cast(value, dtype)
    if dtype.size == 2 and isinstance(value, float):
        value = np.float32(value)
    return np.asarray(value).astype(dtype.as_numpy_dtype)


def _check_whole(dtype: tf.DType, *bounds: Any) -> None:
    if any(not tf.is_tensor(bound) and bound != int(bound) for bound in bounds):
        raise ValueError(
            f"Values of the dtype {dtype.name} need whole bounds. "
            f"Received: minval={bounds[0]}, maxval={bounds[1]}"
        )


def _as_python_number(era: Era, value: Any) -> Any:
    return np.float32(value) if era.numbers_as_float32 and isinstance(value, float) else value


def _standard(call: Call, distribution: str) -> tf.Tensor:
    return random_streams.draw(distribution, call.stream, call.shape, call.dtype, call.part)


def _scaled(call: Call, values: tf.Tensor, mean: Any, stddev: Any) -> tf.Tensor:
    return values * number(stddev, call.dtype) + number(mean, call.dtype)


def _square_root(value: Any) -> Any:
    return tf.sqrt(value) if tf.is_tensor(value) else math.sqrt(value)


def _at_least_one(fan: Any) -> Any:
    return tf.maximum(fan, 1.0) if tf.is_tensor(fan) else max(1.0, fan)


def _part_of(whole: tf.Tensor, part: Part | None) -> tf.Tensor:
    return whole if part is None else tf.slice(whole, part.offset, part.shape)
