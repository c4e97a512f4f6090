"""What the values of a weight follow: the law that its initializer's own formula states.

The law of what draws is told by its `Drawing`, the distribution with its scale and shift that the values
are made from, whatever the initializer's name. Those that draw otherwise, or do not draw, have a row each.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_inits.drawing import complex_values
from keras_inits.drawing.fans import compute_fans
from keras_inits.drawing.formulas import Drawing
from keras_inits.initializers import convolutions, initializers_v2, others
from keras_inits.initializers.base import Initializer, drawing_of
from keras_inits.keras_compat.own import is_own_class
from keras_inits.summaries import distributions
from keras_inits.summaries.distributions import Law


def law_of(initializer: Any, shape: tuple[int, ...], dtype: Any = None) -> Law | None:
    """Returns the law that an initializer's values follow at a shape.

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
    if not is_own_class(type(initializer)):
        return None
    drawing = drawing_of(initializer, shape, dtype)
    if drawing is not None:
        return _law_of_drawing(drawing)
    rows = (_OF_CLASSES.get(cls) for cls in type(initializer).__mro__)
    law = next(filter(None, rows), None)
    return None if law is None else law(initializer, shape)


def _law_of_drawing(drawing: Drawing) -> Law:
    law = _OF_DISTRIBUTIONS[drawing.distribution]
    return law(float(drawing.scale), float(drawing.shift), *(drawing.bounds or ()))


def _of_constant(initializer: Any, shape: tuple[int, ...]) -> Law | None:
    value = np.asarray(initializer.value)
    return distributions.constant(float(value)) if value.ndim == 0 and not np.iscomplexobj(value) else None


def _of_identity(initializer: Any, shape: tuple[int, ...]) -> Law:
    return distributions.mixture(1 / max(shape[-2:]), distributions.constant(float(initializer.gain)))


def _of_orthogonal(initializer: Any, shape: tuple[int, ...]) -> Law:
    return _entry_of_orthogonal(float(initializer.gain), shape)


def _entry_of_orthogonal(gain: float, shape: tuple[int, ...]) -> Law:
    return distributions.entry_of_orthogonal_matrix(gain, max(math.prod(shape[:-1]), shape[-1]))


def _of_dirac(initializer: Any, shape: tuple[int, ...]) -> Law:
    passed_on = min(shape[-1] // initializer.groups, shape[-2]) * initializer.groups
    return distributions.mixture(passed_on / math.prod(shape), distributions.constant(1.0))


def _of_delta_orthogonal(initializer: Any, shape: tuple[int, ...]) -> Law:
    of_entry = distributions.entry_of_orthogonal_matrix(float(initializer.gain), shape[-1])
    return distributions.mixture(1 / math.prod(shape[:-2]), of_entry)


def _of_convolution_orthogonal(initializer: Any, shape: tuple[int, ...]) -> Law:
    # The squares of all values are gain^2 * channels in sum; their law is no simple one.
    return Law(0.0, abs(initializer.gain) / math.sqrt(math.prod(shape[:-2]) * shape[-1]))


def _of_convolution_aware(initializer: Any, shape: tuple[int, ...]) -> Law:
    if 3 <= len(shape) <= 5:
        return Law(0.0, math.sqrt(2 / compute_fans(shape)[0]))
    return _entry_of_orthogonal(1.0, shape)


def _of_copies(initializer: Any, shape: tuple[int, ...]) -> Law | None:
    copies = initializer.scale ** (len(shape) - 2)
    return law_of(initializer.initializer, (*shape[:-1], shape[-1] // copies))


def _of_sparse(initializer: Any, shape: tuple[int, ...]) -> Law:
    rows = math.prod(shape[:-1])
    kept = rows - math.ceil(initializer.sparsity * rows)
    return distributions.mixture(kept / rows, distributions.normal(initializer.stddev, 0.0))


# Each of the scale, the shift and the bounds of a `Drawing`.
_OF_DISTRIBUTIONS: dict[str, Callable[..., Law]] = {
    "normal": distributions.normal,
    "truncated_normal": distributions.truncated_normal,
    "bounded_normal": distributions.truncated_normal,
    "uniform": distributions.uniform,
    "uniform_integers": distributions.uniform_integers,
    "complex_untruncated_normal": lambda scale, shift: distributions.complex_normal(scale),
    "complex_truncated_normal": lambda scale, shift: distributions.complex_truncated_normal(
        scale, complex_values.TRUNCATION
    ),
    "complex_uniform": lambda scale, shift: distributions.complex_uniform(scale),
}
# Each of an initializer and a shape.
_OF_CLASSES: dict[type[Initializer], Callable[[Any, tuple[int, ...]], Law | None]] = {
    initializers_v2.Zeros: lambda initializer, shape: distributions.constant(0.0),
    initializers_v2.Ones: lambda initializer, shape: distributions.constant(1.0),
    initializers_v2.Constant: _of_constant,
    initializers_v2.Identity: _of_identity,
    initializers_v2.Orthogonal: _of_orthogonal,
    convolutions.ConvolutionAware: _of_convolution_aware,
    convolutions.ConvolutionOrthogonal1D: _of_convolution_orthogonal,
    convolutions.ConvolutionOrthogonal2D: _of_convolution_orthogonal,
    convolutions.ConvolutionOrthogonal3D: _of_convolution_orthogonal,
    convolutions.DeltaOrthogonal: _of_delta_orthogonal,
    convolutions.Dirac: _of_dirac,
    convolutions.ICNR: _of_copies,
    others.Sparse: _of_sparse,
}
