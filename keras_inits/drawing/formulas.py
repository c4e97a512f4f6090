"""What is drawn for a weight: a standard distribution, and the scale and shift that each formula gives it.

Each formula returns a `Drawing`, from which all else follows: the values by `drawn`, the expected
distribution in `summaries`.
"""

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.drawing import streams, truncated_normals
from keras_inits.drawing.calls import Call, part_of
from keras_inits.drawing.complex_values import COMPLEX_DISTRIBUTIONS
from keras_inits.drawing.eras import Era, Fans, ScaledNormal, SeedMeaning
from keras_inits.drawing.fans import compute_fans, keras_1_fans, multi_backend_fans
from keras_inits.drawing.scalars import as_python_number, next_to, number, square_root
from keras_inits.drawing.streams import is_tensor
from keras_inits.drawing.transforms import Transform, draw_transformed

# The deviation of a standard normal truncated at two deviations, scipy.stats.truncnorm.std(-2, 2).
TRUNCATED_NORMAL_STDDEV = 0.87962566103423978
# The types of arguments by whose values a drawing is kept.
_PLAIN = (int, float, bool, str, tuple, type(None))


class Drawing(NamedTuple):
    """How random values are made of standard ones: `x * scale + shift`.

    Args:
        distribution: The distribution of x: `"uniform"` on [0, 1), `"normal"`, `"truncated_normal"` within
            two deviations, `"bounded_normal"`, or `"complex_"` and one of `DISTRIBUTIONS`;
            `"uniform_integers"` are from `shift` up to `scale`.
        scale: A scalar of the weight's dtype; of its real dtype where that is complex.
        shift: Another.
        transform: What makes x out of a kernel's numbers, where they are not x themselves.
        bounds: The bounds of a bounded normal distribution, in deviations.
    """

    distribution: str
    scale: Any
    shift: Any
    transform: Transform | None = None
    bounds: tuple[float, float] | None = None


def drawn(call: Call, drawing: Drawing) -> tf.Tensor:
    """Returns the values that a call asks for."""
    if call.era.seed_means is SeedMeaning.VALUES:
        return _drawn_by_numpy(call, drawing)
    distribution, scale, shift, transform, _ = drawing
    if transform is not None:
        stream = call.stream(transform.kernel, transform.dtype, transform.drawn_shape(call.shape))
        return draw_transformed(transform, stream, call.shape, call.dtype, call.part, scale, shift)
    stream = call.stream(distribution, call.dtype, call.shape)
    if distribution == "uniform_integers":
        return streams.draw_integers(stream, call.shape, call.dtype, shift, scale, call.part)
    return streams.draw(distribution, stream, call.shape, call.dtype, call.part, scale, shift)


def _kept(formula: Callable[..., Drawing]) -> Callable[..., Drawing]:
    """Keeps a formula's drawings by the values that they follow from, where these are plain."""

    @functools.lru_cache(maxsize=1024, typed=True)
    def drawing_of(era: Era, shape: Any, dtype: tf.DType, in_layer: bool, *arguments: Any) -> Drawing:
        return formula(Call(era, shape, dtype, in_layer=in_layer), *arguments)

    @functools.wraps(formula)
    def drawing(call: Call, *arguments: Any) -> Drawing:
        shape = _shape_of_fans(call)
        if type(shape) is not tuple or not all(map(_is_plain, arguments)):
            return formula(call, *arguments)
        return drawing_of(call.era, shape, call.dtype, call.in_layer, *arguments)

    return drawing


def _is_plain(value: Any) -> bool:
    # Minus zero equals zero, and would be taken for it.
    return type(value) in _PLAIN and (value != 0 or math.copysign(1.0, value) > 0)


@_kept
def uniform(call: Call, minval: Any, maxval: Any) -> Drawing:
    """Returns uniform values, `u * (maxval - minval) + minval` of u from [0, 1)."""
    if call.dtype.is_integer:
        _check_whole(call.dtype, minval, maxval)
    low = _scalar(call, as_python_number(call.era, minval))
    high = _scalar(call, as_python_number(call.era, maxval))
    if call.dtype.is_integer:
        return Drawing("uniform_integers", high, low)
    return Drawing("uniform", high - low, low)


@_kept
def uniform_unit_scaling(call: Call, factor: float) -> Drawing:
    """Returns uniform values within `factor * sqrt(3 / n)`, n being the product of all axes but the last."""
    shape = _shape_of_fans(call)
    if is_tensor(shape):
        inputs = tf.maximum(tf.math.reduce_prod(tf.cast(shape[:-1], tf.float64)), 1.0)
    else:
        inputs = max(float(math.prod(shape[:-1])), 1.0)
    return _uniform_within(call, square_root(next_to(inputs, 3.0) / inputs) * next_to(inputs, factor))


@_kept
def normal(call: Call, mean: Any, stddev: Any, distribution: str = "normal") -> Drawing:
    """Returns normal values, `z * stddev + mean` of a standard normal z.

    With the distribution `"truncated_normal"`, z is redrawn beyond two deviations.

    Raises:
        ValueError: If `stddev` is negative.
    """
    scale = _scalar(call, stddev)
    if not is_tensor(scale) and scale < 0:
        raise ValueError(f"`stddev` must not be negative. Received: stddev={stddev}")
    return Drawing(distribution, scale, _scalar(call, mean))


@_kept
def bounded_normal(call: Call, mean: Any, stddev: Any, lower: float, upper: float) -> Drawing:
    """Returns normal values, `z * stddev + mean` of a standard normal z from `lower` to `upper`."""
    if (lower, upper) == truncated_normals.STOCK_BOUNDS:
        return normal(call, mean, stddev, "truncated_normal")
    z = Transform("uniform", tf.float64, *truncated_normals.between(lower, upper))
    return normal(call, mean, stddev, "bounded_normal")._replace(transform=z, bounds=(lower, upper))


@_kept
def variance_scaling(
    call: Call,
    scale: float,
    mode: str,
    distribution: str,
    input_axes: Any = None,
    output_axes: Any = None,
    batch_axes: Any = None,
) -> Drawing:
    """Returns values of mean 0 and variance `scale / fan`, whose fan is the one that `mode` names.

    A uniform distribution has that variance with the limit `sqrt(3 * scale / fan)`, a normal one with
    the deviation `sqrt(scale / fan)`, a truncated one with that deviation divided by what truncation
    leaves of it. The fans are those of the call's shape.
    """
    fan = _fan(call, mode, input_axes, output_axes, batch_axes)
    variance = next_to(fan, scale) / fan
    if call.dtype.is_complex:
        kernel, function, stddev = COMPLEX_DISTRIBUTIONS[distribution]
        pairs = Transform(kernel, call.dtype.real_dtype, function, axes=(2,))
        scaled = normal(call, 0.0, square_root(variance) / next_to(fan, stddev), f"complex_{distribution}")
        return scaled._replace(transform=pairs)
    if distribution == "uniform":
        return _uniform_within(call, square_root(next_to(fan, 3.0) * variance))
    if distribution == "untruncated_normal":
        return normal(call, 0.0, square_root(variance))
    truncated, of_deviation = SCALED_NORMALS[call.era.scaled_normal]
    return normal(call, 0.0, square_root(variance) / next_to(fan, of_deviation), truncated)


def _uniform_within(call: Call, limit: Any) -> Drawing:
    if is_tensor(limit) and call.era.numbers_as_float32:
        limit = tf.cast(limit, tf.float32)
    return uniform(call, -limit, limit)


FAN_OF_MODE: dict[str, Callable[[Any, Any], Any]] = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_out": lambda fan_in, fan_out: fan_out,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2.0,
}
FANS: dict[Fans, Callable[[Any], tuple[Any, Any]]] = {
    Fans.KERAS: compute_fans,
    Fans.KERAS_1: lambda shape: keras_1_fans(shape, "tf"),
    Fans.KERAS_1_ON_ONE_SIDE: lambda shape: keras_1_fans(shape, "tf", bare=True),
    # Until 1.2.0 layers dropped the ordering on the way, and kernels of any were taken for Theano's.
    Fans.THEANO: lambda shape: keras_1_fans(_with_window_of_conv1d(shape), "th"),
    Fans.THEANO_ON_ONE_SIDE: lambda shape: keras_1_fans(shape, "th", bare=True),
    Fans.KERAS_1_BUT_CONV1D: lambda shape: keras_1_fans(
        _with_window_of_conv1d(shape), "th" if len(shape) == 3 else "tf"
    ),
    Fans.MULTI_BACKEND: lambda shape: multi_backend_fans(shape, slice(None, -2)),
    Fans.MULTI_BACKEND_TWO_AXES: lambda shape: multi_backend_fans(shape, slice(2)),
}
# The distribution of a scaled normal, and what its deviation is divided by.
SCALED_NORMALS = {
    ScaledNormal.NOT_TRUNCATED: ("normal", 1.0),
    ScaledNormal.TRUNCATED: ("truncated_normal", 1.0),
    ScaledNormal.CORRECTED: ("truncated_normal", TRUNCATED_NORMAL_STDDEV),
}
DISTRIBUTIONS = ("uniform", "truncated_normal", "untruncated_normal")
# What Keras before 2.2.3 called it.
DISTRIBUTION_ALIASES = {"normal": "truncated_normal"}


def checked_scaling(scale: float, mode: str, distribution: str) -> tuple[float, str, str]:
    """Returns the arguments of variance scaling in one form, or raises an error that says what is wrong."""
    if not _is_positive(scale):
        raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale!r}")
    if mode not in FAN_OF_MODE:
        raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {', '.join(FAN_OF_MODE)}.")
    name = DISTRIBUTION_ALIASES.get(str(distribution).lower(), str(distribution).lower())
    if name not in DISTRIBUTIONS:
        raise ValueError(
            f"Invalid `distribution` argument: {distribution}. Please use one of {', '.join(DISTRIBUTIONS)}."
        )
    return scale, mode, name


def _is_positive(value: Any) -> bool:
    try:
        return bool(value > 0.0)
    except TypeError:  # It is no number.
        return False


def _fan(call: Call, mode: str, *axes: Any) -> Any:
    """Returns the fan that a mode names."""
    input_axes, output_axes, batch_axes = axes
    shape, era = _shape_of_fans(call), call.era
    if batch_axes is not None:
        fans = compute_fans(shape, input_axes, output_axes, batch_axes)
    elif era.axes and input_axes is not None and output_axes is not None:
        fans = compute_fans(shape, input_axes, output_axes)
    else:
        fans = FANS[era.layer_fans if call.in_layer else era.fans](shape)
    fan = FAN_OF_MODE[mode](*fans)
    return tf.maximum(fan, era.least_fan) if is_tensor(fan) else max(era.least_fan, fan)


def _shape_of_fans(call: Call) -> Any:
    return call.shape if call.shape_of_fans is None else call.shape_of_fans


def _with_window_of_conv1d(shape: tuple[int, ...]) -> tuple[int, ...]:
    # Its kernel was (length, 1, inputs, outputs).
    return (shape[0], 1, *shape[1:]) if len(shape) == 3 else shape


def _scalar(call: Call, value: Any) -> Any:
    is_for_numpy = call.era.seed_means is SeedMeaning.VALUES
    return number(value, tf.float64 if is_for_numpy else call.dtype.real_dtype)


def _check_whole(dtype: tf.DType, *bounds: Any) -> None:
    if any(not is_tensor(bound) and bound != int(bound) for bound in bounds):
        raise ValueError(
            f"Values of the dtype {dtype.name} need whole bounds. "
            f"Received: minval={bounds[0]}, maxval={bounds[1]}"
        )


def _drawn_by_numpy(call: Call, drawing: Drawing) -> tf.Tensor:
    """Returns values of the Keras versions that let NumPy draw and scale them, in float64."""
    if drawing.distribution not in _OF_NUMPY:
        raise ValueError("That Keras had no truncated normal distribution and no complex weights.")
    standard = getattr(call.numpy(), _OF_NUMPY[drawing.distribution])(call.shape)
    return part_of(tf.cast(drawing.shift + drawing.scale * standard, call.dtype), call.part)


_OF_NUMPY = {"uniform": "random_sample", "normal": "standard_normal"}
