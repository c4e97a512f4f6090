"""The standard normal distribution between any two bounds, by its inverse distribution function.

Nothing is rejected: one uniform number gives one value, so that parts of a weight stay parts of a stream.
All is float64. Where a probability is near 1 it has lost the digits that tell values apart, so the tail
nearer to zero is what is reckoned with, turned to the negative side. Beyond 30 deviations there are too few
probabilities left as well, and their logarithms are used:

    log Q(x) = -x^2 / 2 - log(x sqrt(2 pi)) + log S(x),  S(x) = 1 - 1/x^2 + 3/x^4 - 15/x^6 + ...

of the survival function Q (Laplace's series of the Mills ratio).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import tensorflow as tf

# Keras' own bounds, in deviations.
STOCK_BOUNDS = (-2.0, 2.0)
# Half of the step of TensorFlow's uniform float64 numbers. With it they lie symmetrically within (0, 1).
HALF_STEP = 2.0**-53
# From so many deviations on, the series gives all digits of a float64.
FAR = 30.0
# Between bounds that are so near each other, in deviations, the density does not change in 8 digits.
NARROW = 1e-8
# (-1)^k (2k - 1)!!, from the last one to the first; the next one's term is 5e-18 at `FAR`.
MILLS = (-135135.0, 10395.0, -945.0, 105.0, -15.0, 3.0, -1.0, 1.0)


def checked_bounds(lower: Any, upper: Any) -> tuple[float, float]:
    """Two bounds as floats, or an error that says what is wrong with them."""
    for bound in (lower, upper):
        if not isinstance(bound, Real) or isinstance(bound, bool):
            raise TypeError(
                f"`lower` and `upper` must be Python numbers. Received: lower={lower!r}, upper={upper!r}"
            )
    if not lower < upper:
        raise ValueError(f"`lower` must be less than `upper`. Received: lower={lower}, upper={upper}")
    return float(lower), float(upper)


def between(uniforms: tf.Tensor, lower: float, upper: float) -> tf.Tensor:
    """A standard normal's values between two bounds, in the order of their probabilities.

    Args:
        uniforms: A float64 tensor of multiples of 2^-52 in [0, 1), as TensorFlow draws them.
        lower: The lower bound, in deviations, may be minus infinity.
        upper: The upper bound, greater than `lower`, may be infinity.

    Returns:
        A float64 tensor, the quantiles of `uniforms + 2^-53`.

    Example:

    >>> [round(value, 4) for value in between(tf.constant([0.0, 0.5], tf.float64), 0.0, math.inf).numpy()]
    [0.0, 0.6745]
    """
    quantiles = _method(lower, upper)
    values = quantiles(uniforms + HALF_STEP, lower, upper)
    return tf.minimum(tf.maximum(values, lower), upper)


Quantiles = Callable[[tf.Tensor, float, float], tf.Tensor]


def _method(lower: float, upper: float) -> Quantiles:
    if (upper - lower) * max(1.0, abs(lower), abs(upper)) < NARROW:
        return _in_a_line
    if upper <= 0.0:
        return functools.partial(_mirrored, _method(-upper, -lower))
    if lower < 0.0:
        return _around_zero
    return _near_tail if lower < FAR else _far_tail


def _mirrored(quantiles: Quantiles, p: tf.Tensor, lower: float, upper: float) -> tf.Tensor:
    return -quantiles(1.0 - p, -upper, -lower)


def _in_a_line(p: tf.Tensor, lower: float, upper: float) -> tf.Tensor:
    return lower + p * (upper - lower)


def _around_zero(p: tf.Tensor, lower: float, upper: float) -> tf.Tensor:
    below, above = _survival(-lower), _survival(upper)
    inside = 1.0 - below - above
    left = below + p * inside
    is_left = left < 0.5
    values = tf.math.ndtri(tf.where(is_left, left, above + (1.0 - p) * inside))
    return tf.where(is_left, values, -values)


def _near_tail(p: tf.Tensor, lower: float, upper: float) -> tf.Tensor:
    largest, smallest = _survival(lower), _survival(upper)
    return -tf.math.ndtri(smallest + (1.0 - p) * (largest - smallest))


def _survival(x: float) -> float:
    return math.erfc(x / math.sqrt(2.0)) / 2.0


def _far_tail(p: tf.Tensor, lower: float, upper: float) -> tf.Tensor:
    """Newton's method on the fall of log Q from `lower` on, in terms of the way from there.

    At the way's first guess log S and the logarithm of x are left out, which is right to 0.002 of it or
    better; each step squares that.
    """
    inside = -math.expm1(-_fall(upper - lower, lower, math)) if upper < math.inf else 1.0
    wanted = -tf.math.log1p(-inside * p)
    # The root of way * (lower + way / 2) = wanted.
    way = 2.0 * wanted / (lower + tf.sqrt(lower * lower + 2.0 * wanted))
    for _ in range(2):
        x = lower + way
        way -= (_fall(way, lower, tf.math) - wanted) * _mills(x) / x
    return lower + way


def _fall(way: Any, lower: float, functions: Any) -> Any:
    """log Q(lower) - log Q(lower + way)."""
    series = functions.log(_mills(lower + way) * (1.0 / _mills(lower)))
    return way * (lower + 0.5 * way) + functions.log1p(way * (1.0 / lower)) - series


def _mills(x: Any) -> Any:
    """S(x), which x Q(x) / the density is."""
    y = 1.0 / (x * x)
    series = MILLS[0]
    for coefficient in MILLS[1:]:
        series = series * y + coefficient
    return series
