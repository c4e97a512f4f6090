"""What the values of a weight follow: the law that its initializer's own formula states.

The law of what draws is told by its `Drawing`, the distribution with its scale and shift that the values
are made from, whatever the initializer's name. Those that draw otherwise, or do not draw, have a row each.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from keras_inits import arguments, initializers_v2, sessions
from keras_inits.eras import Drawing
from keras_inits.initializer import Initializer


class Law(NamedTuple):
    """The law of one value of a weight.

    Args:
        mean: Its expectation.
        deviation: Its standard deviation.
        density: Its density, a function of an array; `None` where it has none that is known.
        support: The least and the greatest value that it can be.
        atoms: Values that it is with some probability, each with that; the density's share is the rest.
    """

    mean: float
    deviation: float
    density: Callable[[np.ndarray], np.ndarray] | None = None
    support: tuple[float, float] = (-math.inf, math.inf)
    atoms: tuple[tuple[float, float], ...] = ()


def law_of(initializer: Any, shape: tuple[int, ...], dtype: Any = None) -> Law | None:
    """The law that an initializer's values follow at a shape.

    Args:
        initializer: An initializer of this package.
        shape: Tuple of integers, the weight's shape.
        dtype: The weight's dtype; `tf.keras.backend.floatx()` if not given.

    Returns:
        A `Law`; `None` where none is known, as for a class of one's own.

    Raises:
        ValueError: If the initializer takes no such shape or dtype.

    Example:

    >>> import keras_inits
    >>> law = law_of(keras_inits.HeNormal(seed=7), (200, 100))
    >>> round(law.mean, 6), round(law.deviation, 6)
    (0.0, 0.1)
    """
    if not type(initializer).__module__.startswith(f"{__package__}."):
        return None
    formula = getattr(initializer, "_formula", tuple)()
    if formula:
        function, *values = formula
        dtype = arguments.dtype_of(dtype, initializer._dtypes)
        drawing = function(sessions.current().call(initializer, shape, dtype, None), *values)
        return _law_of_drawing(drawing)
    rows = (LAWS_OF_CLASSES.get(cls) for cls in type(initializer).__mro__)
    law = next(filter(None, rows), None)
    return None if law is None else law(initializer, shape)


def _law_of_drawing(drawing: Drawing) -> Law | None:
    law = LAWS_OF_DISTRIBUTIONS.get(drawing.distribution)
    return None if law is None else law(float(drawing.scale), float(drawing.shift))


def normal(scale: float, shift: float) -> Law:
    """A normal distribution."""
    if scale == 0:
        return constant(shift)
    return Law(shift, abs(scale), lambda x: _standard_normal((x - shift) / scale) / abs(scale))


def truncated_normal(scale: float, shift: float, lower: float = -2.0, upper: float = 2.0) -> Law:
    """A normal distribution of which only what lies from `lower` to `upper` deviations is kept.

    With the mass Z and the standard normal's density f, the mean is m = (f(lower) - f(upper)) / Z and the
    variance 1 + (lower f(lower) - upper f(upper)) / Z - m^2, before scale and shift.
    """
    if scale == 0:
        return constant(shift)
    if lower > 0:  # Mirrored, as the mass of an upper tail would be lost in 1 less the rest.
        return truncated_normal(-scale, shift, -upper, -lower)
    mass = (math.erfc(-upper / math.sqrt(2)) - math.erfc(-lower / math.sqrt(2))) / 2
    at_lower, at_upper = (float(_standard_normal(np.array(bound))) for bound in (lower, upper))
    mean = (at_lower - at_upper) / mass
    first = 0.0 if math.isinf(lower) else lower * at_lower
    last = 0.0 if math.isinf(upper) else upper * at_upper
    variance = 1 + (first - last) / mass - mean**2
    support = tuple(sorted((shift + scale * lower, shift + scale * upper)))

    def density(x: np.ndarray) -> np.ndarray:
        inside = (x >= support[0]) & (x <= support[1])
        return np.where(inside, _standard_normal((x - shift) / scale) / (mass * abs(scale)), 0.0)

    return Law(shift + scale * mean, abs(scale) * math.sqrt(max(variance, 0.0)), density, support)


def uniform(scale: float, shift: float) -> Law:
    """A uniform distribution from `shift` up to `shift + scale`."""
    if scale == 0:
        return constant(shift)
    low, high = sorted((shift, shift + scale))

    def density(x: np.ndarray) -> np.ndarray:
        return np.where((x >= low) & (x <= high), 1 / (high - low), 0.0)

    return Law((low + high) / 2, (high - low) / math.sqrt(12), density, (low, high))


def uniform_integers(high: float, low: float) -> Law:
    """The integers from `low` up to and without `high`, with equal chance.

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
    """An entry of a random orthonormal vector of some length, times `gain`.

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

    def density(x: np.ndarray) -> np.ndarray:
        return share * of_law(x)

    return Law(
        mean,
        math.sqrt(max(square - mean**2, 0.0)),
        None if of_law is None else density,
        (min(law.support[0], value), max(law.support[1], value)),
        ((value, 1 - share), *((atom, share * chance) for atom, chance in law.atoms)),
    )


def _standard_normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)


def _of_constant(initializer: Any, shape: tuple[int, ...]) -> Law | None:
    value = np.asarray(initializer.value)
    return constant(float(value)) if value.ndim == 0 and not np.iscomplexobj(value) else None


def _of_identity(initializer: Any, shape: tuple[int, ...]) -> Law:
    rows, columns = shape[-2:]
    return mixture(1 / max(rows, columns), constant(float(initializer.gain)))


def _of_orthogonal(initializer: Any, shape: tuple[int, ...]) -> Law:
    return entry_of_orthogonal_matrix(float(initializer.gain), max(math.prod(shape[:-1]), shape[-1]))


# Each of the scale and the shift of a `Drawing`.
LAWS_OF_DISTRIBUTIONS: dict[str, Callable[[float, float], Law]] = {
    "normal": normal,
    "truncated_normal": truncated_normal,
    "uniform": uniform,
    "uniform_integers": uniform_integers,
}
# Each of an initializer and a shape.
LAWS_OF_CLASSES: dict[type[Initializer], Callable[[Any, tuple[int, ...]], Law | None]] = {
    initializers_v2.Zeros: lambda initializer, shape: constant(0.0),
    initializers_v2.Ones: lambda initializer, shape: constant(1.0),
    initializers_v2.Constant: _of_constant,
    initializers_v2.Identity: _of_identity,
    initializers_v2.Orthogonal: _of_orthogonal,
}
