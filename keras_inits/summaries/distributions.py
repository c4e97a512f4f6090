"""The laws that random values follow: their means, deviations and densities, as mathematics has them."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from keras_inits.drawing import truncated_normals


class Law(NamedTuple):
    """The law of one value of a weight.

    Args:
        mean: Its expectation.
        deviation: Its standard deviation.
        density: Its density, a function of an array; of a complex value that of its real part, and of
            its imaginary part. `None` where it has none that is known.
        support: The least and the greatest value that it can be, or that such a part can be.
        atoms: Values that it is with some probability, each with that; the density has the rest.
    """

    mean: float
    deviation: float
    density: Callable[[np.ndarray], np.ndarray] | None = None
    support: tuple[float, float] = (-math.inf, math.inf)
    atoms: tuple[tuple[float, float], ...] = ()


def normal(scale: float, shift: float) -> Law:
    """Returns a normal distribution."""
    if scale == 0:
        return constant(shift)
    return Law(shift, abs(scale), lambda x: _standard_normal((x - shift) / scale) / abs(scale))


def truncated_normal(scale: float, shift: float, lower: float = -2.0, upper: float = 2.0) -> Law:
    """Returns a normal distribution of which only what lies from `lower` to `upper` deviations is kept.

    With the mass Z and the standard normal's density f, the mean is m = (f(lower) - f(upper)) / Z and the
    variance 1 + (lower f(lower) - upper f(upper)) / Z - m^2, before scale and shift. All are taken relative
    to f at the point nearest to 0, which is less than a float can be in far tails.
    """
    if scale == 0:
        return constant(shift)
    if upper < 0:
        return truncated_normal(-scale, shift, -upper, -lower)
    nearest = max(lower, 0.0)

    def relative(x: np.ndarray) -> np.ndarray:
        return np.exp((nearest - x) * (nearest + x) / 2)

    at_lower, at_upper = (float(relative(np.float64(bound))) for bound in (lower, upper))
    if lower > 0:
        mass = _mills_ratio(lower) - (_mills_ratio(upper) * at_upper if at_upper else 0.0)
    else:
        mass = math.sqrt(math.pi / 2) * (math.erf(upper / math.sqrt(2)) - math.erf(lower / math.sqrt(2)))
    mean = (at_lower - at_upper) / mass
    # At an infinite bound the product is 0, which floats do not know.
    first = lower * at_lower if at_lower else 0.0
    last = upper * at_upper if at_upper else 0.0
    variance = 1 + (first - last) / mass - mean**2
    lowest, highest = sorted((shift + scale * lower, shift + scale * upper))

    def density(x: np.ndarray) -> np.ndarray:
        standard = (np.clip(x, lowest, highest) - shift) / scale
        inside = (x >= lowest) & (x <= highest)
        return np.where(inside, relative(standard) / (mass * abs(scale)), 0.0)

    deviation = abs(scale) * math.sqrt(max(variance, 0.0))
    return Law(shift + scale * mean, deviation, density, (lowest, highest))


def _mills_ratio(x: float) -> float:
    """Returns what of a standard normal lies beyond a positive x, divided by its density there."""
    if x < truncated_normals.FAR:
        return math.sqrt(math.pi / 2) * math.erfc(x / math.sqrt(2)) * math.exp(x**2 / 2)
    return truncated_normals.mills_series(x) / x


def uniform(scale: float, shift: float) -> Law:
    """Returns a uniform distribution from `shift` up to `shift + scale`."""
    if scale == 0:
        return constant(shift)
    low, high = sorted((shift, shift + scale))

    def density(x: np.ndarray) -> np.ndarray:
        return np.where((x >= low) & (x <= high), 1 / (high - low), 0.0)

    return Law((low + high) / 2, (high - low) / math.sqrt(12), density, (low, high))


def uniform_integers(high: float, low: float) -> Law:
    """Returns the integers from `low` up to and without `high`, with equal chance.

    Its density is that of whole units, each around its integer.
    """
    count = high - low
    spread = uniform(count, low - 0.5)
    deviation = math.sqrt((count**2 - 1) / 12)
    return Law((low + high - 1) / 2, deviation, spread.density, (low, high - 1))


def constant(value: float) -> Law:
    """One value, always."""
    return Law(value, 0.0, None, (value, value), ((value, 1.0),))


def entry_of_orthogonal_matrix(gain: float, length: int) -> Law:
    """Returns an entry of a random orthonormal vector of some length, times `gain`.

    The vector is uniform on a sphere, so that an entry x has the density of (1 - x^2)^((length - 3) / 2)
    on [-1, 1], and the variance 1 / length.
    """
    gain = abs(gain)
    if gain == 0:
        return constant(0.0)
    if length == 1:
        return Law(0.0, gain, None, (-gain, gain), ((-gain, 0.5), (gain, 0.5)))
    log_of_factor = math.lgamma(length / 2) - math.lgamma((length - 1) / 2) - math.log(math.pi) / 2

    def density(x: np.ndarray) -> np.ndarray:
        left = np.maximum(1 - np.square(x / gain), np.finfo(float).tiny)
        values = np.exp(log_of_factor + (length - 3) / 2 * np.log(left)) / gain
        return np.where(np.abs(x) <= gain, values, 0.0)

    return Law(0.0, gain / math.sqrt(length), density, (-gain, gain))


def mixture(share: float, law: Law, value: float = 0.0) -> Law:
    """`law` with the probability `share`, else `value`."""
    if share == 1:
        return law
    mean = share * law.mean + (1 - share) * value
    square = share * (law.deviation**2 + law.mean**2) + (1 - share) * value**2
    of_law = law.density
    return Law(
        mean,
        math.sqrt(max(square - mean**2, 0.0)),
        None if of_law is None else lambda x: share * of_law(x),
        (min(law.support[0], value), max(law.support[1], value)),
        ((value, 1 - share), *((atom, share * chance) for atom, chance in law.atoms)),
    )


def complex_normal(scale: float) -> Law:
    """Returns a complex number whose real and imaginary parts are normal, of the deviation `scale` each."""
    return normal(scale, 0.0)._replace(deviation=scale * math.sqrt(2))


def complex_truncated_normal(scale: float, radius: float) -> Law:
    """Returns a complex number of the density of exp(-|z|^2) within the disk of some radius, times `scale`.

    Its squared modulus is exponentially distributed below the radius' square r, of the mean
    1 - r exp(-r) / (1 - exp(-r)); its real part x has the density of exp(-x^2) erf(sqrt(r - x^2)).
    """
    square = radius**2
    mass = -math.expm1(-square)
    error_function = np.vectorize(math.erf, otypes=[float])

    def density(x: np.ndarray) -> np.ndarray:
        x = x / scale
        half_chord = np.sqrt(np.maximum(square - x**2, 0.0))
        return np.exp(-(x**2)) * error_function(half_chord) / (math.sqrt(math.pi) * mass * scale)

    deviation = scale * math.sqrt(1 - square * math.exp(-square) / mass)
    return Law(0.0, deviation, density, (-radius * scale, radius * scale))


def complex_uniform(scale: float) -> Law:
    """Returns a complex number in the disk of the radius `scale`, of any place in it with equal chance.

    The density of its real part is a half circle's.
    """

    def density(x: np.ndarray) -> np.ndarray:
        return 2 * np.sqrt(np.maximum(scale**2 - x**2, 0.0)) / (math.pi * scale**2)

    return Law(0.0, scale / math.sqrt(2), density, (-scale, scale))


def _standard_normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)
