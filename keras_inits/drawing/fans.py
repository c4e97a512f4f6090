"""Fan-in and fan-out: how many inputs and outputs a weight's shape connects."""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing.streams import is_tensor
from keras_inits.keras_compat.own import public


@public
def compute_fans(
    shape: Any,
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
    batch_axes: Sequence[int] | None = None,
) -> tuple[Any, Any]:
    """Computes the number of input and output units for a weight shape.

    Without axes, a matrix is `(inputs, outputs)`; a weight of more axes is a convolution's kernel,
    `(*window, inputs, outputs)`, whose window counts on both sides; a vector counts as both, a scalar as 1.

    With `input_axes` and `output_axes` alone, a fan is the product of the axes listed for it. With
    `batch_axes`, which count on neither side and may be empty, it is that times the window: all other axes.

    | kernel | shape | axes |
    | --- | --- | --- |
    | dense layer, convolution | `(*window, in, out)` | none |
    | depthwise convolution | `(*window, in, multiplier)` | `input_axes=[], batch_axes=[-2]` |
    | transposed convolution | `(*window, out, in)` | `input_axes=[-1], output_axes=[-2], batch_axes=[]` |
    | grouped convolution | `(*window, in / groups, out)` | none; the fan-out is `groups` times too large |
    | query, key, value | `(in, heads, size)` | `input_axes=[0], output_axes=[1, 2]` |
    | attention's output | `(heads, size, out)` | `input_axes=[0, 1], output_axes=[2]` |
    | mixture of experts | `(experts, in, out)` | `batch_axes=[0]` |

    For a grouped convolution, `VarianceScaling(scale=groups, mode="fan_out")` makes up for that. A stride
    does not count: these are the fans of stride 1.

    Args:
        shape: Tuple, list or `TensorShape` of integers, or an integer tensor of one axis and static length.
        input_axes: Axes of `shape` that are inputs; without `batch_axes` only used together with
            `output_axes`, with them `[-2]` unless given.
        output_axes: Axes of `shape` that are outputs; with `batch_axes` `[-1]` unless given.
        batch_axes: Axes along which independent weights lie side by side. They may be among `output_axes`,
            as `EinsumDense` lists all axes of its output there.

    Returns:
        A tuple `(fan_in, fan_out)` of Python integers, or of float64 tensors for a tensor.

    Raises:
        TypeError: If `shape` is no sequence of integers, or axes are no list or tuple of them.
        ValueError: If an axis is outside `shape`, or listed twice with `batch_axes`; if a dimension is
            unknown or negative.

    Example:

    >>> import keras_inits
    >>> keras_inits.compute_fans((3, 3, 16, 32))
    (144, 288)
    >>> keras_inits.compute_fans((4, 8, 64), input_axes=[0, 1], output_axes=[2])
    (32, 64)
    >>> keras_inits.compute_fans((3, 3, 16, 2), input_axes=[], batch_axes=[-2])
    (9, 18)

    Source: `compute_fans` of Keras 3.15; without the axes, of every Keras since 2.0; with `batch_axes`,
    `jax.nn.initializers.variance_scaling` of JAX 0.10.
    """
    dims, product = _dimensions(shape)
    inputs, outputs, window = _sides(len(dims), input_axes, output_axes, batch_axes)
    fan_in, fan_out = (product([dims[axis] for axis in window + side]) for side in (inputs, outputs))
    return fan_in, fan_out


def multi_backend_fans(shape: tuple[int, ...], window: slice) -> tuple[float, float]:
    """Returns the fans of Keras 2.0 to 2.3, as `keras.initializers._compute_fans` had them.

    Args:
        window: The axes that are taken for the window. Until 2.0.5 it was always the first two.
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) in (3, 4, 5):
        size = math.prod(shape[window])
        return shape[-2] * size, shape[-1] * size
    return (math.sqrt(math.prod(shape)),) * 2


def keras_1_fans(shape: tuple[int, ...], ordering: str, bare: bool = False) -> tuple[float, float]:
    """Returns the fans of Keras 1, as `keras.initializations.get_fans` had them.

    Args:
        ordering: `"th"` for kernels of `(outputs, inputs, *window)`, `"tf"` for those of
            `(*window, inputs, outputs)`.
        bare: Whether the window counts on one side only, as it did before 1.0.4.
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) not in (4, 5):
        return (math.sqrt(math.prod(shape)),) * 2
    if ordering == "th":
        outputs, inputs, *window = shape
    else:
        *window, inputs, outputs = shape
    if bare:
        return inputs * math.prod(window), outputs
    # Keras 1 forgot the third axis of a window here.
    size = math.prod(window if ordering == "th" else window[:2])
    return inputs * size, outputs * size


def _product_of_tensors(dims: list) -> tf.Tensor:
    # float64 by name, as an empty product has no dtype of its own.
    return tf.math.reduce_prod(tf.convert_to_tensor(dims, tf.float64))


def _dimensions(shape: Any) -> tuple[list, Callable[[list], Any]]:
    """Returns a shape's dimensions, and the function that multiplies such."""
    if is_tensor(shape):
        return tf.unstack(tf.cast(shape, tf.float64)), _product_of_tensors
    try:
        dims = [dim if dim is None else operator.index(dim) for dim in shape]
    except (TypeError, ValueError):
        raise TypeError(
            f"`shape` must be a tuple, list or TensorShape of integers. Received: shape={shape!r}"
        ) from None
    if any(dim is None or dim < 0 for dim in dims):
        raise ValueError(
            "Fans can only be computed for a shape whose dimensions are known and not negative. "
            f"Received: shape={shape}"
        )
    return dims, math.prod


def _sides(rank: int, input_axes: Any, output_axes: Any, batch_axes: Any) -> tuple[list, list, list]:
    """Returns the axes of the inputs, of the outputs and of the window."""
    if batch_axes is not None:
        return _sides_by_batch(rank, input_axes, output_axes, batch_axes)
    if input_axes is not None and output_axes is not None:
        return _from_first(input_axes, rank), _from_first(output_axes, rank), []
    axes = list(range(rank))
    return axes[-2:-1] or axes, axes[-1:], axes[:-2]


def _sides_by_batch(rank: int, input_axes: Any, output_axes: Any, batch_axes: Any) -> tuple[list, list, list]:
    batch = _from_first(batch_axes, rank)
    inputs = _from_first([-2] if input_axes is None else input_axes, rank)
    outputs = _from_first([-1] if output_axes is None else output_axes, rank)
    for listed in (batch, outputs, batch + inputs, inputs + outputs):
        if len(set(listed)) < len(listed):
            raise ValueError(
                "With `batch_axes`, an axis is listed once (one of the outputs may be in `batch_axes` too). "
                f"Received: input_axes={inputs}, output_axes={outputs}, batch_axes={batch} of {rank} axes"
            )
    sides = {*inputs, *outputs, *batch}
    window = [axis for axis in range(rank) if axis not in sides]
    return inputs, [axis for axis in outputs if axis not in batch], window


def _from_first(axes: Any, rank: int) -> list[int]:
    """Returns axes that may be counted from the last one, counted from the first."""
    try:
        if not isinstance(axes, (Sequence, np.ndarray)):
            raise TypeError
        numbers = [operator.index(axis) for axis in axes]
    except TypeError:
        raise TypeError(f"Axes are a list or tuple of integers. Received: axes={axes!r}") from None
    if any(not -rank <= axis < rank for axis in numbers):
        raise ValueError(
            f"Axes must lie in a shape of {rank} axes, from {-rank} to {rank - 1}. Received: axes={numbers}"
        )
    return [axis % rank for axis in numbers]
