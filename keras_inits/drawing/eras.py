"""How each Keras turned a seed into a stream, and a stream into weights.

What differed between versions is a row of `ERAS`, read from those versions' own source; the arithmetic
that they share is a function here, which reads the row. `docs/eras.md` is this table, rendered.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from packaging.version import InvalidVersion, Version

from keras_inits.drawing import streams, truncated_normals
from keras_inits.drawing.call_arguments import rank
from keras_inits.drawing.complex_values import COMPLEX_DISTRIBUTIONS
from keras_inits.drawing.fans import compute_fans, keras_1_fans, multi_backend_fans
from keras_inits.drawing.hidden_constants import hidden
from keras_inits.drawing.orthogonal_matrices import orthonormal_columns
from keras_inits.drawing.streams import Part, Stream, is_tensor
from keras_inits.drawing.transforms import Transform, draw_transformed

# The deviation of a standard normal truncated at two deviations, scipy.stats.truncnorm.std(-2, 2).
TRUNCATED_NORMAL_STDDEV = 0.87962566103423978


class Era(NamedTuple):
    """What a range of Keras versions did; each field has the words that the tables below know.

    Args:
        since: The first version, as `keras.__version__` has it.
        seeds_from: Whose generator an unseeded draw takes its seed from: `"numpy"`, `"tensorflow"`,
            `"python"`; `"none"` where it cannot be had again.
        seeds_below: NumPy's generator gives seeds below this number.
        seed_drawn_at: When it does: at `"each call"`, the `"first call"`, or `"construction"`.
        seed_means: What an initializer's seed is: `"operation"`, TensorFlow's stateful seed beside the
            graph's; `"stateless"`, TensorFlow's stateless seed `[seed, 0]`; `"values"` where NumPy
            draws the values themselves.
        drawn_seed_means: The same of an unseeded draw's seed.
        fold_seed: A seed, an integer or an integer tensor, as it enters a stateless seed.
        second_call: What a seeded initializer does when it is called again: `"repeats"`, or takes the
            `"next seed"`.
        kernels_go_on: Whether all draws of a process that have a kernel and seed in common go on from
            one another.
        fans: How fans are computed, a key of `FANS`.
        layer_fans: The same inside a layer.
        scaled_normal: The distribution that `"normal"` means, and with which deviation, a key of
            `SCALED_NORMALS`.
        orthogonal: How `Orthogonal` is made, a key of `ORTHOGONAL`.
        orthogonal_gain: The gain where none is given.
        orthogonal_seed_is_global: Whether a seeded `Orthogonal` reseeds NumPy's generator.
        identity: What becomes of an oblong `Identity`, a key of `IDENTITY`.
        numbers_as_float32: Whether a Python number (a bound, a constant) is rounded to float32 before
            it becomes the weight's dtype. It shows in float64.
        zero_is_a_seed: Whether `seed=0` is one; else a seed is drawn for it as for none.
        axes: Whether `input_axes` and `output_axes` are known.
        identity_axes: Of how many axes an `Identity` may be at most.
    """

    since: str
    seeds_from: str
    seeds_below: int = 0
    seed_drawn_at: str = "each call"
    seed_means: str = "operation"
    drawn_seed_means: str = "operation"
    fold_seed: Callable[[Any], Any] = lambda seed: seed
    second_call: str = "repeats"
    kernels_go_on: bool = False
    fans: str = "Keras"
    layer_fans: str = "Keras"
    scaled_normal: str = "truncated, corrected"
    orthogonal: str = "QR"
    orthogonal_gain: float = 1.0
    orthogonal_seed_is_global: bool = False
    identity: str = "padded"
    numbers_as_float32: bool = False
    zero_is_a_seed: bool = True
    axes: bool = False
    identity_axes: float = 2

    def is_seed(self, seed: Any) -> bool:
        """Whether an initializer that was given this has a seed of its own."""
        return seed is not None and (self.zero_is_a_seed or seed != 0)


def _within(seed: int, low: int, high: int) -> int:
    if not low <= seed < high:
        raise ValueError(f"`seed` must be from {low} to {high - 1}. Received: seed={seed}")
    return seed


def _as_it_is(seed: Any) -> Any:
    return _within(seed, -(2**63), 2**63)


def _as_signed(seed: Any) -> Any:
    # Keras 3.0 to 3.4 cast a seed to uint32 and that to int32 for TensorFlow, which wraps.
    if is_tensor(seed):
        return tf.cast(seed, tf.int32)
    return (_within(seed, -(2**63), 2**63) + 2**31) % 2**32 - 2**31


def _as_remainder(seed: Any) -> Any:
    return (seed if is_tensor(seed) else _within(seed, -(2**63), 2**63)) % (2**31 - 2)


_KERAS_1 = Era(
    since="1.0.0",
    seeds_from="numpy",
    seeds_below=10**9,
    fans="Keras 1",
    layer_fans="Theano",
    scaled_normal="not truncated",
    orthogonal="SVD of Keras 1",
    orthogonal_gain=1.1,
    identity="refused",
)
_MULTI_BACKEND = Era(
    since="2.0.0",
    seeds_from="numpy",
    seeds_below=10**7,
    fans="multi-backend",
    layer_fans="multi-backend",
    orthogonal="SVD",
)
_STATELESS = Era(
    since="2.10.0",
    seeds_from="python",
    seed_drawn_at="first call",
    seed_means="stateless",
    drawn_seed_means="stateless",
    fold_seed=_as_it_is,
)
_KERAS_3 = _STATELESS._replace(since="3.0.0", seed_drawn_at="construction", numbers_as_float32=True)

# In each row: what is new in that version.
ERAS = (
    _KERAS_1._replace(
        seed_means="values",
        drawn_seed_means="values",
        fans="Keras 1, window on one side",
        layer_fans="Theano, window on one side",
    ),
    _KERAS_1._replace(since="1.0.4", seed_means="values", drawn_seed_means="values"),
    _KERAS_1._replace(since="1.0.7", seeds_from="none"),
    _KERAS_1._replace(since="1.0.8"),
    _KERAS_1._replace(since="1.2.1", layer_fans="Keras 1, Conv1D as Theano"),
    _MULTI_BACKEND._replace(
        fans="multi-backend, window of two axes",
        layer_fans="multi-backend, window of two axes",
        scaled_normal="truncated",
        orthogonal_seed_is_global=True,
        identity="refused",
    ),
    _MULTI_BACKEND._replace(
        since="2.0.6", scaled_normal="truncated", orthogonal_seed_is_global=True, identity="refused"
    ),
    _MULTI_BACKEND._replace(since="2.2.0", orthogonal_seed_is_global=True, identity="refused"),
    _MULTI_BACKEND._replace(since="2.2.3", orthogonal_seed_is_global=True, identity="tiled"),
    _MULTI_BACKEND._replace(since="2.2.5"),
    _MULTI_BACKEND._replace(since="2.3.0", second_call="next seed"),
    Era(since="2.4.0", seeds_from="tensorflow", seed_means="stateless", fold_seed=_as_it_is),
    Era(since="2.7.0", seeds_from="tensorflow", second_call="next seed", kernels_go_on=True),
    _STATELESS,
    _KERAS_3._replace(fold_seed=_as_signed, zero_is_a_seed=False),
    _KERAS_3._replace(since="3.2.0", fold_seed=_as_signed),
    _KERAS_3._replace(since="3.5.0", fold_seed=_as_remainder),
    _KERAS_3._replace(since="3.15.0", fold_seed=_as_remainder, axes=True),
)
TENSORFLOW_1 = Era(since="tf1", seeds_from="none")

# The newest release of each series before 3; those of 2.16 and later are tf_keras'.
NEWEST = {
    **{"1.0": "1.0.8", "1.1": "1.1.2", "1.2": "1.2.2", "2.0": "2.0.9", "2.1": "2.1.6", "2.2": "2.2.5"},
    **{"2.3": "2.3.1", "2.4": "2.4.3", "2.13": "2.13.1"},
    **{f"2.{minor}": f"2.{minor}.0" for minor in (*range(5, 13), *range(14, 22))},
}


@functools.cache
def era_of(version: str) -> Era:
    """The row of a Keras version.

    Args:
        version: What `keras.__version__` said, or `"tf1"`. One that names a series alone, such as
            `"2.2"` or `"3"`, is the newest of that series.

    Returns:
        An `Era`.

    Raises:
        ValueError: If there is no such version.
    """
    if version == TENSORFLOW_1.since:
        return TENSORFLOW_1
    exact = exact_version(version)
    return [era for era in ERAS if Version(era.since) <= exact][-1]


@functools.cache
def exact_version(version: str) -> Version:
    """A version as a number; one that names a series alone is the newest of that series."""
    try:
        asked = Version(version)
    except (InvalidVersion, TypeError):
        raise _error_of_version(version) from None
    if asked.major >= 3 and asked.major < 4:
        return asked if "." in version else Version("3.999")
    if "." not in version:
        series = [name for name in NEWEST if name.startswith(f"{version}.")]
        version = max(series, key=Version, default=version)
    newest = NEWEST.get(".".join(version.split(".")[:2]))
    if newest is None or asked > Version(newest):
        raise _error_of_version(version)
    return asked if version.count(".") > 1 else Version(newest)


def _error_of_version(version: Any) -> ValueError:
    return ValueError(
        f"There is no Keras {version!r} to draw as. Versions are what `keras.__version__` said: 1.0 to "
        f"1.2, 2.0 to 2.15 (tf_keras to 2.21) and 3, such as '2.2.4'; or 'tf1' for tf.keras in "
        "TensorFlow 1."
    )


class Call(NamedTuple):
    """What one call of an initializer asks for.

    Args:
        era: The `Era` to draw by.
        shape: The whole weight's shape, a tuple of integers or an integer tensor.
        dtype: The weight's `tf.DType`.
        part: The `Part` to return, or `None` for the whole.
        stream: Gives the `Stream` to draw from, of a distribution, a dtype and the shape of all values.
        numpy: Gives the NumPy generator that the values are drawn from, where they were.
        in_layer: Whether a layer of Keras asks.
    """

    era: Era
    shape: Any
    dtype: tf.DType
    part: Part | None
    stream: Callable[[str, tf.DType, Any], Stream] | None = None
    numpy: Callable[[], np.random.RandomState] | None = None
    in_layer: bool = False


def constant(call: Call, value: Any) -> tf.Tensor:
    """`value` everywhere, or, where it is an array, the array."""
    if is_tensor(value) or np.ndim(value):
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


class Drawing(NamedTuple):
    """How random values are made of standard ones: `x * scale + shift`.

    Args:
        distribution: The distribution of x; `"uniform_integers"` are from `shift` up to `scale`.
        scale: A scalar of the weight's dtype; of its real dtype where that is complex.
        shift: Another.
        transform: What makes x of the numbers of that distribution, where they are not x themselves.
    """

    distribution: str
    scale: Any
    shift: Any
    transform: Transform | None = None


def drawn(call: Call, drawing: Drawing) -> tf.Tensor:
    """The values that a call asks for."""
    distribution, scale, shift, transform = drawing
    if call.era.seed_means == "values":
        return _drawn_by_numpy(call, drawing)
    if transform is not None:
        stream = call.stream(distribution, transform.dtype, transform.drawn_shape(call.shape))
        return draw_transformed(
            transform, distribution, stream, call.shape, call.dtype, call.part, scale, shift
        )
    stream = call.stream(distribution, call.dtype, call.shape)
    if distribution == "uniform_integers":
        return streams.draw_integers(stream, call.shape, call.dtype, shift, scale, call.part)
    return streams.draw_scaled(distribution, stream, call.shape, call.dtype, call.part, scale, shift)


def uniform(call: Call, minval: Any, maxval: Any) -> Drawing:
    """Uniform values, `u * (maxval - minval) + minval` of u from [0, 1)."""
    if call.dtype.is_integer:
        _check_whole(call.dtype, minval, maxval)
    low = _scalar(call, _as_python_number(call.era, minval))
    high = _scalar(call, _as_python_number(call.era, maxval))
    if call.dtype.is_integer:
        return Drawing("uniform_integers", high, low)
    return Drawing("uniform", high - low, low)


def uniform_unit_scaling(call: Call, factor: float) -> Drawing:
    """Uniform values within `factor * sqrt(3 / n)`, n being the product of all axes but the last."""
    if is_tensor(call.shape):
        inputs = tf.maximum(tf.math.reduce_prod(tf.cast(call.shape[:-1], tf.float64)), 1.0)
    else:
        inputs = max(float(math.prod(call.shape[:-1])), 1.0)
    limit = _square_root(_beside(inputs, 3.0) / inputs) * _beside(inputs, factor)
    if is_tensor(limit) and call.era.numbers_as_float32:
        limit = tf.cast(limit, tf.float32)
    return uniform(call, -limit, limit)


def normal(call: Call, mean: Any, stddev: Any, distribution: str = "normal") -> Drawing:
    """Normal values, `z * stddev + mean` of a standard normal z.

    With the distribution `"truncated_normal"`, z is redrawn beyond two deviations.

    Raises:
        ValueError: If `stddev` is negative.
    """
    if not is_tensor(stddev) and number(stddev, tf.float64) < 0:
        raise ValueError(f"`stddev` must not be negative. Received: stddev={stddev}")
    return Drawing(distribution, _scalar(call, stddev), _scalar(call, mean))


def truncated_normal(call: Call, mean: Any, stddev: Any, lower: float, upper: float) -> Drawing:
    """Normal values, `z * stddev + mean` of a standard normal z from `lower` to `upper`."""
    z = Transform(tf.float64, *truncated_normals.between(lower, upper))
    return normal(call, mean, stddev, "uniform")._replace(transform=z)


def variance_scaling(
    call: Call,
    scale: float,
    mode: str,
    distribution: str,
    input_axes: Any = None,
    output_axes: Any = None,
    batch_axes: Any = None,
    fans: tuple[int, int] | None = None,
) -> Drawing:
    """Values of mean 0 and variance `scale / fan`, whose fan is the one that `mode` names.

    A uniform distribution has that variance with the limit `sqrt(3 * scale / fan)`, a normal one with
    the deviation `sqrt(scale / fan)`, a truncated one with that deviation divided by what truncation
    leaves of it. `fans` are those of the call's shape unless they are given.
    """
    fans = fans or _fans(call, input_axes, output_axes, batch_axes)
    fan = _at_least(call.era, FAN_OF_MODE[mode](*fans))
    variance = _beside(fan, scale) / fan
    if call.dtype.is_complex:
        kernel, function, stddev = COMPLEX_DISTRIBUTIONS[distribution]
        pairs = Transform(call.dtype.real_dtype, function, axes=(2,))
        scaled = normal(call, 0.0, _square_root(variance) / _beside(fan, stddev), kernel)
        return scaled._replace(transform=pairs)
    if distribution == "uniform":
        limit = _square_root(_beside(fan, 3.0) * variance)
        if is_tensor(limit) and call.era.numbers_as_float32:
            limit = tf.cast(limit, tf.float32)
        return uniform(call, -limit, limit)
    if distribution == "untruncated_normal":
        return normal(call, 0.0, _square_root(variance))
    truncated, of_deviation = SCALED_NORMALS[call.era.scaled_normal]
    return normal(call, 0.0, _square_root(variance) / _beside(fan, of_deviation), truncated)


def orthogonal(call: Call, gain: float) -> tf.Tensor:
    """A Haar-distributed matrix of orthonormal rows or columns times `gain`, in the weight's shape.

    The weight is seen as a matrix, its last axis beside all others (in Keras 1 its first).
    """
    if rank(call.shape) < 2:
        raise ValueError(
            "The tensor to initialize must be at least two-dimensional. Received: "
            f"shape={call.shape} of rank {rank(call.shape)}."
        )
    gain = call.era.orthogonal_gain if gain == 1.0 else gain
    weight = tf.reshape(ORTHOGONAL[call.era.orthogonal](call, gain), call.shape)
    return _part_of(tf.cast(weight, call.dtype), call.part)


def _orthogonal_by_qr(call: Call, gain: float) -> tf.Tensor:
    if is_tensor(call.shape):
        rows, columns = tf.math.reduce_prod(call.shape[:-1]), call.shape[-1]
        tall, wide = (tf.maximum(rows, columns), tf.minimum(rows, columns)), rows < columns
    else:
        rows, columns = math.prod(call.shape[:-1]), call.shape[-1]
        tall, wide = (max(rows, columns), min(rows, columns)), rows < columns
    # TensorFlow has no QR of 16 bits.
    dtype = tf.float32 if call.dtype.size == 2 else call.dtype
    stream = call.stream("normal", dtype, tall)
    gaussian = streams.draw("normal", stream, tall, dtype)
    matrix = orthonormal_columns(gaussian, transposed=wide is True)
    if is_tensor(wide):
        matrix = tf.cond(wide, lambda: tf.transpose(matrix), lambda: matrix)
    return matrix if gain == 1.0 else number(gain, dtype) * matrix


def _orthogonal_by_svd(call: Call, gain: float, first_axis_alone: bool = False) -> np.ndarray:
    """As NumPy had it: U of a matrix of normals, or V where U has not the matrix's shape."""
    axis = 1 if first_axis_alone else len(call.shape) - 1
    flat = math.prod(call.shape[:axis]), math.prod(call.shape[axis:])
    u, _, v = np.linalg.svd(call.numpy().normal(0.0, 1.0, flat), full_matrices=False)
    return gain * (u if u.shape == flat else v)


def identity(call: Call, gain: float) -> tf.Tensor:
    """`gain` on the main diagonal of the last two axes and zeros beside it."""
    if not 2 <= rank(call.shape) <= call.era.identity_axes:
        allowed = "2" if call.era.identity_axes == 2 else "at least 2"
        raise ValueError(
            f"The shape of an identity matrix has {allowed} axes. "
            f"Received: shape={call.shape} of rank {rank(call.shape)}."
        )
    return IDENTITY[call.era.identity](call, gain)


def _padded_identity(call: Call, gain: float) -> tf.Tensor:
    shape = call.part.shape if call.part else [call.shape[axis] for axis in range(rank(call.shape))]
    *batch, rows, columns = shape
    first_row, first_column = call.part.offset[-2:] if call.part else (0, 0)
    diagonal = first_row - first_column
    smaller = tf.minimum if is_tensor(rows) or is_tensor(columns) else min
    length = smaller(rows - max(-diagonal, 0), columns - max(diagonal, 0))
    gain = tf.convert_to_tensor(number(gain, call.dtype))
    # Minus zero where the gain is negative, as Keras multiplies.
    beside = gain * tf.zeros((), call.dtype)
    if not is_tensor(length) and length <= 0:
        return tf.fill(shape, beside)
    return tf.raw_ops.MatrixDiagV3(
        diagonal=tf.fill((*batch, length), gain),
        k=diagonal,
        num_rows=rows,
        num_cols=columns,
        padding_value=beside,
    )


def _square_identity(call: Call, gain: float) -> tf.Tensor:
    if call.shape[0] != call.shape[1]:
        raise ValueError(
            f"That Keras made identity matrices of square shapes alone. Received: shape={call.shape}"
        )
    return _padded_identity(call, gain)


def _tiled_identity(call: Call, gain: float) -> tf.Tensor:
    short, long = sorted(call.shape)
    if long % short:
        raise ValueError(
            "That Keras made identity matrices of shapes whose long side is a multiple of the short "
            f"one. Received: shape={call.shape}"
        )
    repeats = (call.shape[0] // short, call.shape[1] // short)
    return _part_of(tf.cast(np.tile(gain * np.identity(short), repeats), call.dtype), call.part)


FAN_OF_MODE: dict[str, Callable[[Any, Any], Any]] = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_out": lambda fan_in, fan_out: fan_out,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2.0,
}
FANS: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "Keras": compute_fans,
    "Keras 1": lambda shape: keras_1_fans(shape, "tf"),
    "Keras 1, window on one side": lambda shape: keras_1_fans(shape, "tf", bare=True),
    # Until 1.2.0 layers dropped the ordering on the way, and kernels of any were taken for Theano's.
    "Theano": lambda shape: keras_1_fans(_with_window_of_conv1d(shape), "th"),
    "Theano, window on one side": lambda shape: keras_1_fans(shape, "th", bare=True),
    "Keras 1, Conv1D as Theano": lambda shape: keras_1_fans(
        _with_window_of_conv1d(shape), "th" if len(shape) == 3 else "tf"
    ),
    "multi-backend": lambda shape: multi_backend_fans(shape, slice(None, -2)),
    "multi-backend, window of two axes": lambda shape: multi_backend_fans(shape, slice(2)),
}
# The distribution of a scaled normal, and what its deviation is divided by.
SCALED_NORMALS = {
    "not truncated": ("normal", 1.0),
    "truncated": ("truncated_normal", 1.0),
    "truncated, corrected": ("truncated_normal", TRUNCATED_NORMAL_STDDEV),
}
ORTHOGONAL: dict[str, Callable[[Call, float], Any]] = {
    "QR": _orthogonal_by_qr,
    "SVD": _orthogonal_by_svd,
    "SVD of Keras 1": functools.partial(_orthogonal_by_svd, first_axis_alone=True),
}
IDENTITY: dict[str, Callable[[Call, float], tf.Tensor]] = {
    "padded": _padded_identity,
    "refused": _square_identity,
    "tiled": _tiled_identity,
}
DISTRIBUTIONS = ("uniform", "truncated_normal", "untruncated_normal")
# What Keras before 2.2.3 called it.
DISTRIBUTION_ALIASES = {"normal": "truncated_normal"}


def checked_scaling(scale: float, mode: str, distribution: str) -> tuple[float, str, str]:
    """The arguments of variance scaling, or an error that says what is wrong with them."""
    if not scale > 0.0:
        raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
    if mode not in FAN_OF_MODE:
        raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {', '.join(FAN_OF_MODE)}.")
    name = DISTRIBUTION_ALIASES.get(str(distribution).lower(), str(distribution).lower())
    if name not in DISTRIBUTIONS:
        raise ValueError(
            f"Invalid `distribution` argument: {distribution}. Please use one of {', '.join(DISTRIBUTIONS)}."
        )
    return scale, mode, name


def number(value: Any, dtype: tf.DType) -> Any:
    """A Python number, or a tensor, as a scalar of a dtype, rounded as TensorFlow rounds it.

    Raises:
        ValueError: If it is no number: `None`, of which NumPy makes nan, or text.
    """
    if value is None or isinstance(value, (str, bytes)):
        raise ValueError(f"An initializer's argument must be a number here. Received: {value!r}")
    if is_tensor(value):
        return tf.cast(value, dtype)
    # What is too large becomes infinite, of which TensorFlow does not warn.
    with np.errstate(over="ignore"):
        if dtype is tf.float32 and isinstance(value, float | np.float32):
            return np.float32(value)
        if dtype.size == 2 and isinstance(value, float):
            value = np.float32(value)
        return np.asarray(value).astype(dtype.as_numpy_dtype)[()]


def _scalar(call: Call, value: Any) -> Any:
    return value if call.era.seed_means == "values" else number(value, call.dtype.real_dtype)


def _check_whole(dtype: tf.DType, *bounds: Any) -> None:
    if any(not is_tensor(bound) and bound != int(bound) for bound in bounds):
        raise ValueError(
            f"Values of the dtype {dtype.name} need whole bounds. "
            f"Received: minval={bounds[0]}, maxval={bounds[1]}"
        )


def _as_python_number(era: Era, value: Any) -> Any:
    return number(value, tf.float32) if era.numbers_as_float32 and isinstance(value, float) else value


def _drawn_by_numpy(call: Call, drawing: Drawing) -> tf.Tensor:
    """Values of the Keras that let NumPy draw and scale them, in float64."""
    distribution, scale, shift, transform = drawing
    if transform is not None or distribution == "truncated_normal":
        raise ValueError("That Keras had no truncated normal distribution and no complex weights.")
    standard = {"uniform": "random_sample", "normal": "standard_normal"}[distribution]
    values = shift + scale * getattr(call.numpy(), standard)(call.shape)
    return _part_of(tf.cast(values, call.dtype), call.part)


def _fans(call: Call, input_axes: Any, output_axes: Any, batch_axes: Any) -> tuple[Any, Any]:
    if batch_axes is not None:
        return compute_fans(call.shape, input_axes, output_axes, batch_axes)
    if call.era.axes and input_axes is not None and output_axes is not None:
        return compute_fans(call.shape, input_axes, output_axes)
    return FANS[call.era.layer_fans if call.in_layer else call.era.fans](call.shape)


def _with_window_of_conv1d(shape: tuple[int, ...]) -> tuple[int, ...]:
    # Its kernel was (length, 1, inputs, outputs).
    return (shape[0], 1, *shape[1:]) if len(shape) == 3 else shape


def _at_least(era: Era, fan: Any) -> Any:
    if era.fans.startswith("Keras 1"):
        return fan
    return tf.maximum(fan, 1.0) if is_tensor(fan) else max(1.0, fan)


def _beside(fan: Any, value: float) -> Any:
    """A number to reckon with beside a fan: where that is a tensor, a hidden one."""
    return hidden(value, tf.float64) if is_tensor(fan) else value


def _square_root(value: Any) -> Any:
    return tf.sqrt(value) if is_tensor(value) else math.sqrt(value)


def _part_of(whole: tf.Tensor, part: Part | None) -> tf.Tensor:
    return whole if part is None else tf.slice(whole, part.offset, part.shape)


_COLUMNS: dict[str, Callable[[Era], str]] = {
    "since Keras": lambda era: "TensorFlow 1" if era.since == "tf1" else era.since,
    "an unseeded draw's seed is from": lambda era: (
        "-" if era.seed_means == "values" else _SEED_SOURCES[era.seeds_from].format(era.seeds_below)
    ),
    "drawn at": lambda era: "-" if era.seeds_from == "none" else era.seed_drawn_at,
    "a seed means": lambda era: _SEED_MEANINGS[era.seed_means],
    "an unseeded draw's means": lambda era: _SEED_MEANINGS[era.drawn_seed_means],
    "a second call": lambda era: "goes on" if era.kernels_go_on else era.second_call,
    "scaled normals are": lambda era: era.scaled_normal,
    "`Orthogonal`": lambda era: era.orthogonal,
    "an oblong `Identity`": lambda era: era.identity,
    "fans": lambda era: era.fans,
}
_SEED_SOURCES = {
    "numpy": "`numpy.random.randint({})`",
    "tensorflow": "`tf.random.set_seed`",
    "python": "`keras.utils.set_random_seed`",
    "none": "nothing that can be had again",
}
_SEED_MEANINGS = {
    "operation": "key = graph's seed, counter = (0, seed)",
    "stateless": "stateless seed [seed, 0]",
    "values": "NumPy draws the values",
}


def table() -> str:
    """`ERAS` as a table in Markdown, as `docs/eras.md` has it."""
    rows = [list(_COLUMNS), ["---"] * len(_COLUMNS)]
    rows += [[cell(era) for cell in _COLUMNS.values()] for era in (*ERAS, TENSORFLOW_1)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
