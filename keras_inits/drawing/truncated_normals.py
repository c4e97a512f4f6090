"""The standard normal distribution between any two bounds, by its inverse distribution function.

Nothing is rejected: one uniform number gives one value, so that parts of a weight stay parts of a stream.
All is float64. A probability near 1 has too few digits left to distinguish values, so the other tail's
is computed, and the result negated. Beyond 30 deviations even a small probability has too few, and its
logarithm is used:

    log Q(x) = -x^2 / 2 - log(x sqrt(2 pi)) + log S(x),  S(x) = 1 - 1/x^2 + 3/x^4 - 15/x^6 + ...

of the survival function Q (Laplace's series of the Mills ratio).
"""

import functools
import math
from collections.abc import Callable
from numbers import Real
from typing import Any, NamedTuple

import tensorflow as tf

# Keras' own bounds, in deviations.
STOCK_BOUNDS = (-2.0, 2.0)
# Half of the step of TensorFlow's uniform float64 numbers. With it they lie symmetrically within (0, 1).
HALF_STEP = 2.0**-53
# The largest of them.
LARGEST = 1.0 - 2.0**-52
# From so many deviations on, the series is exact in float64.
FAR = 30.0
# Between bounds that are so near each other, in deviations, the density does not change in 8 digits.
NARROW = 1e-8
# (-1)^k (2k - 1)!!, from the last one to the first; the next one's term is 5e-18 at `FAR`.
MILLS = (-135135.0, 10395.0, -945.0, 105.0, -15.0, 3.0, -1.0, 1.0)


def checked_bounds(lower: Any, upper: Any) -> tuple[float, float]:
    """Returns two bounds as floats, or raises an error that says what is wrong with them."""
    for bound in (lower, upper):
        if not isinstance(bound, Real) or isinstance(bound, bool):
            raise TypeError(
                f"`lower` and `upper` must be Python numbers. Received: lower={lower!r}, upper={upper!r}"
            )
    if not lower < upper:
        raise ValueError(f"`lower` must be less than `upper`. Received: lower={lower}, upper={upper}")
    return float(lower), float(upper)


class Quantiles(NamedTuple):
    """An inverse distribution function: `function(uniforms, *numbers)`.

    Args:
        function: Takes a float64 tensor of multiples of 2^-52 in [0, 1), as TensorFlow draws them, and gives
            the quantiles of those plus 2^-53.
        numbers: Floats that follow from the bounds.
    """

    function: Callable[..., tf.Tensor]
    numbers: tuple[float, ...]


def between(lower: float, upper: float) -> Quantiles:
    """Returns the inverse distribution function of a standard normal between two bounds.

    Args:
        lower: The lower bound, in deviations, may be minus infinity.
        upper: The upper bound, greater than `lower`, may be infinity.

    Example:

    >>> function, numbers = between(0.0, math.inf)
    >>> function(tf.constant([0.0, 0.5], tf.float64), *numbers).numpy().round(4).tolist()
    [0.0, 0.6745]
    """
    if (upper - lower) * max(1.0, abs(lower), abs(upper)) < NARROW:
        return Quantiles(_in_a_line, (lower, upper))
    if lower < 0.0 < upper:
        return Quantiles(_around_zero, (lower, upper, _survival(-lower), _survival(upper)))
    is_below = lower < 0.0
    near, far = (-upper, -lower) if is_below else (lower, upper)
    if near < FAR:
        quantiles = Quantiles(_near_tail, (near, far, _survival(near), _survival(far)))
    else:
        inside = -math.expm1(-_fall(far - near, near, math)) if far < math.inf else 1.0
        quantiles = Quantiles(_far_tail, (near, far, inside))
    return quantiles._replace(function=_BELOW_ZERO[quantiles.function]) if is_below else quantiles


def _survival(x: float) -> float:
    return math.erfc(x / math.sqrt(2.0)) / 2.0


def _in_a_line(uniforms: tf.Tensor, lower: Any, upper: Any) -> tf.Tensor:
    return _within(lower + (uniforms + HALF_STEP) * (upper - lower), lower, upper)


def _around_zero(uniforms: tf.Tensor, lower: Any, upper: Any, below: Any, above: Any) -> tf.Tensor:
    p, inside = uniforms + HALF_STEP, 1.0 - below - above
    left = below + p * inside
    is_left = left < 0.5
    values = tf.math.ndtri(tf.where(is_left, left, above + (1.0 - p) * inside))
    return _within(tf.where(is_left, values, -values), lower, upper)


def _near_tail(uniforms: tf.Tensor, near: Any, far: Any, above_near: Any, above_far: Any) -> tf.Tensor:
    p = uniforms + HALF_STEP
    return _within(-tf.math.ndtri(above_far + (1.0 - p) * (above_near - above_far)), near, far)


def _far_tail(uniforms: tf.Tensor, near: Any, far: Any, inside: Any) -> tf.Tensor:
    """Returns quantiles by Newton's method on the fall of log Q from `near` on, for the way from there.

    The first guess leaves out log S and the logarithm of x, and is right to 0.002 of the way or better; each
    step squares that. `inside` is the probability between the bounds divided by that beyond `near`.
    """
    wanted = -tf.math.log1p(-inside * (uniforms + HALF_STEP))
    # The root of way * (near + way / 2) = wanted.
    way = 2.0 * wanted / (near + tf.sqrt(near * near + 2.0 * wanted))
    for _ in range(2):
        x = near + way
        way -= (_fall(way, near, tf.math) - wanted) * mills_series(x) / x
    return _within(near + way, near, far)


def _fall(way: Any, near: Any, functions: Any) -> Any:
    """Returns log Q(near) - log Q(near + way)."""
    series = functions.log(mills_series(near + way) * (1.0 / mills_series(near)))
    return way * (near + 0.5 * way) + functions.log1p(way * (1.0 / near)) - series


def mills_series(x: Any) -> Any:
    """Returns S(x), which is x Q(x) divided by the density."""
    y = 1.0 / (x * x)
    series = MILLS[0]
    for coefficient in MILLS[1:]:
        series = series * y + coefficient
    return series


def _within(values: tf.Tensor, lower: Any, upper: Any) -> tf.Tensor:
    return tf.minimum(tf.maximum(values, lower), upper)


def _below_zero(tail: Callable[..., tf.Tensor], uniforms: tf.Tensor, *numbers: Any) -> tf.Tensor:
    # 1 - p comes from this uniform number, if p comes from the other.
    return -tail(LARGEST - uniforms, *numbers)


# Always the same objects, as a transform is traced for each.
_BELOW_ZERO = {tail: functools.partial(_below_zero, tail) for tail in (_near_tail, _far_tail)}
