"""What an initializer draws at a shape, as plain facts: moments, a histogram, singular values.

Beside what was drawn stands what was asked for, by the law of the initializer's own formula.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from keras_inits.drawing import call_arguments, fans
from keras_inits.initializers import registry
from keras_inits.keras_compat import backend, serialization, stock_initializers
from keras_inits.summaries.distributions import Law
from keras_inits.summaries.expected_distributions import law_of

BINS = 40
# Points in a bin at which a density is taken for its average there.
_POINTS = 16
# The singular values of larger matrices take minutes.
MOST_SINGULAR_VALUES = 2048
# What is described is held several times, in float64.
MOST_VALUES = 1 << 26
_LONGEST_ARGUMENT = 60
# By how much more than the values a law may range for its ends to be shown.
_NEAR = 1.2


class Description(NamedTuple):
    """What an initializer drew.

    Args:
        name: The initializer's class, or a function's name.
        arguments: Its config.
        shape: The weight's shape.
        dtype: The name of its dtype.
        fan_in: How many inputs an output has, by the initializer's own axes where it has such.
        fan_out: How many outputs an input has.
        mean_asked: The mean by the initializer's formula; `None` where there is none.
        mean: The mean of what was drawn, of complex values the absolute of it.
        deviation_asked: The standard deviation by the formula; `None` where there is none.
        deviation: That of what was drawn.
        minimum: The least value; of complex values the least of all real and imaginary parts.
        maximum: The greatest.
        edges: The edges of the histogram's bins, one more than there are bins.
        counts: How many values are in each bin; complex ones count twice, by their parts.
        expected: How many are to be expected there by the formula; `None` where it tells no density.
        matrix: The shape of the matrix whose singular values follow, all axes but the last against it;
            `None` for less than two axes.
        singular_values: Those of that matrix, the largest first; `None` without a matrix, and where
            there would be more than `MOST_SINGULAR_VALUES`.
    """

    name: str
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    dtype: str
    fan_in: int
    fan_out: int
    mean_asked: float | None
    mean: float
    deviation_asked: float | None
    deviation: float
    minimum: float
    maximum: float
    edges: np.ndarray
    counts: np.ndarray
    expected: np.ndarray | None
    matrix: tuple[int, int] | None
    singular_values: np.ndarray | None


def described(initializer: Any, shape: Any, dtype: Any = None, bins: int = BINS) -> Description:
    """Calls an initializer once and says what came of it.

    Raises:
        ValueError: If the shape has no values or too many, or the initializer does not take it or the
            dtype.

    Example:

    >>> import keras_inits
    >>> facts = described(keras_inits.GlorotUniform(seed=7), (300, 200))
    >>> facts.fan_in, round(facts.deviation_asked, 4), round(facts.deviation, 4)
    (300, 0.0632, 0.0633)
    """
    shape = _checked(shape)
    initializer = with_law(initializer)
    dtype = tf.as_dtype(backend.floatx() if dtype is None else dtype)
    values = as_numbers(initializer(shape, dtype=dtype))
    law = law_of(initializer, shape, dtype)
    parts = _real_parts(values)
    edges = _edges(parts, law, dtype, bins)
    fan_in, fan_out = fans_of(initializer, shape)
    return Description(
        name=name_of(initializer),
        arguments=initializer.get_config() if hasattr(initializer, "get_config") else {},
        shape=shape,
        dtype=dtype.name,
        fan_in=fan_in,
        fan_out=fan_out,
        mean_asked=None if law is None else law.mean,
        mean=mean_of(values),
        deviation_asked=None if law is None else law.deviation,
        deviation=float(np.std(values)),
        minimum=float(parts.min()),
        maximum=float(parts.max()),
        edges=edges,
        counts=np.histogram(parts, edges)[0],
        expected=None if law is None else _expected(law, edges, parts.size),
        matrix=_matrix_shape(shape),
        singular_values=_singular_values(values),
    )


def with_law(initializer: Any) -> Any:
    """This package's own initializer in the place of Keras', which draws the same values."""
    if stock_initializers.is_stock(initializer):
        return registry.deserialize(serialization.serialize(initializer))
    return initializer


def name_of(initializer: Any) -> str:
    """Returns the name of an initializer's class, or of a function."""
    return getattr(initializer, "__name__", type(initializer).__name__)


def details_of(facts: Description) -> str:
    """Returns what an initializer was given, its arguments, the shape and the dtype, as a line."""
    given = {**facts.arguments, "shape": facts.shape, "dtype": facts.dtype}
    texts = (f"{name}={_shortly(value)}" for name, value in given.items() if value is not None)
    cut = (text if len(text) <= _LONGEST_ARGUMENT else f"{text[:_LONGEST_ARGUMENT]}..." for text in texts)
    return " ".join(", ".join(cut).split())


def _shortly(value: Any) -> Any:
    """Returns the class alone of an initializer within another one."""
    return value["class_name"] if isinstance(value, dict) and "class_name" in value else value


def fans_of(initializer: Any, shape: tuple[int, ...]) -> tuple[int, int]:
    """Returns a shape's fans, by the axes that the initializer was told, if it was."""
    axes = (getattr(initializer, name, None) for name in ("input_axes", "output_axes", "batch_axes"))
    return fans.compute_fans(shape, *axes)


def as_numbers(values: Any) -> np.ndarray:
    """Returns a tensor or a variable as an array of float64, or of complex128."""
    values = np.asarray(tf.convert_to_tensor(values))
    return values.astype(np.complex128 if np.iscomplexobj(values) else np.float64)


def mean_of(values: np.ndarray) -> float:
    """Returns the mean, of complex values its absolute."""
    mean = np.mean(values)
    return float(abs(mean) if np.iscomplexobj(values) else mean)


def _checked(shape: Any) -> tuple[int, ...]:
    shape = call_arguments.static_shape(shape)
    if not 0 < math.prod(shape) <= MOST_VALUES:
        raise ValueError(f"A shape to describe has 1 to {MOST_VALUES} values. Received: shape={shape}")
    return shape


def _real_parts(values: np.ndarray) -> np.ndarray:
    flat = np.ravel(values)
    return np.concatenate([flat.real, flat.imag]) if np.iscomplexobj(flat) else flat


def _edges(values: np.ndarray, law: Law | None, dtype: tf.DType, bins: int) -> np.ndarray:
    """Returns the edges of bins that cover all values, out to the ends of their law where these are near."""
    low, high = float(values.min()), float(values.max())
    if law is not None and law.support[1] - law.support[0] <= _NEAR * (high - low):
        low, high = min(low, law.support[0]), max(high, law.support[1])
    if dtype.is_integer or dtype.is_bool:
        # Each bin has the same number of integers.
        width = math.ceil((high - low + 1) / bins)
        count = math.ceil((high - low + 1) / width)
        return low - 0.5 + width * np.arange(count + 1)
    return np.histogram_bin_edges([low, high], bins)


def _expected(law: Law, edges: np.ndarray, count: int) -> np.ndarray | None:
    """Returns how many of `count` values are to be expected in each bin."""
    of_atoms = sum(chance for _, chance in law.atoms)
    if law.density is None and of_atoms < 1:
        return None
    chances = np.zeros(len(edges) - 1)
    if law.density is not None:
        chances += chances_in_bins(law.density, edges)
    for value, chance in law.atoms:
        chances += chance * np.histogram([value], edges)[0]
    return count * chances


def chances_in_bins(density: Callable[[np.ndarray], np.ndarray], edges: np.ndarray) -> np.ndarray:
    """Returns the probability that a density gives each bin."""
    widths = np.diff(edges)
    middles = (np.arange(_POINTS) + 0.5) / _POINTS
    points = edges[:-1, None] + widths[:, None] * middles
    return density(points).mean(axis=1) * widths


def _matrix_shape(shape: tuple[int, ...]) -> tuple[int, int] | None:
    return (math.prod(shape[:-1]), shape[-1]) if len(shape) > 1 else None


def _singular_values(values: np.ndarray) -> np.ndarray | None:
    shape = _matrix_shape(values.shape)
    if shape is None or min(shape) > MOST_SINGULAR_VALUES:
        return None
    matrix = values.reshape(shape)
    return np.linalg.svd(matrix, compute_uv=False)
