"""Fan-in and fan-out: how many inputs and outputs a weight's shape connects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from keras_inits.random_streams import is_tensor


def compute_fans(
    shape: Any,
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[Any, Any]:
    """Computes the number of input and output units for a weight shape.

    A matrix is `(inputs, outputs)`; a weight of more axes is a convolution's kernel,
    `(*window, inputs, outputs)`, whose window counts on both sides; a vector counts as both, a
    scalar as 1.

    Args:
        shape: Tuple, list or `TensorShape` of integers, or an integer tensor of one axis and static
            length.
        input_axes: Axes of `shape` that are inputs, for weights that are laid out otherwise. Only
            used together with `output_axes`.
        output_axes: Axes of `shape` that are outputs.

    Returns:
        A tuple `(fan_in, fan_out)` of Python integers; of float64 tensors where `shape` is a tensor.

    Raises:
        ValueError: If an axis lies outside `shape`, or a dimension is unknown.

    Example:

    >>> compute_fans((3, 3, 16, 32))
    (144, 288)
    >>> compute_fans((4, 8, 64), input_axes=[0, 1], output_axes=[2])
    (32, 64)

    Source: `compute_fans` of Keras 3.15; without the axes, of every Keras since 2.0.
    """
    if is_tensor(shape):
        # float64 by name, as an empty product has no dtype of its own.
        product, dims = _product_of_tensors, tf.unstack(tf.cast(shape, tf.float64))
    else:
        product, dims = math.prod, [_known(dim, shape) for dim in shape]
    if input_axes is not None and output_axes is not None:
        return product(_chosen(dims, input_axes)), product(_chosen(dims, output_axes))
    if not dims:
        return 1, 1
    if len(dims) == 1:
        return dims[0], dims[0]
    window = product(dims[:-2]) if len(dims) > 2 else 1
    return window * dims[-2], window * dims[-1]


def multi_backend_fans(shape: tuple[int, ...], window: slice) -> tuple[float, float]:
    """The fans of Keras 2.0 to 2.3.

    Args:
        shape: Tuple of integers.
        window: The axes that are taken for the window. Until 2.0.5 it was always the first two.

    Returns:
        A tuple `(fan_in, fan_out)`.

    Source: `keras.initializers._compute_fans`.
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) in (3, 4, 5):
        size = math.prod(shape[window])
        return shape[-2] * size, shape[-1] * size
    return (math.sqrt(math.prod(shape)),) * 2


def keras_1_fans(shape: tuple[int, ...], ordering: str, bare: bool = False) -> tuple[float, float]:
    """The fans of Keras 1.

    Args:
        shape: Tuple of integers.
        ordering: `"th"` for kernels of `(outputs, inputs, *window)`, `"tf"` for those of
            `(*window, inputs, outputs)`.
        bare: Whether the window counts on one side only, as it did before 1.0.4.

    Returns:
        A tuple `(fan_in, fan_out)`.

    Source: `keras.initializations.get_fans`.
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) not in (4, 5):
        return (math.sqrt(math.prod(shape)),) * 2
    if bare:
        return (math.prod(shape[1:]), shape[0]) if ordering == "th" else (math.prod(shape[:-1]), shape[-1])
    if ordering == "th":
        size = math.prod(shape[2:])
        return shape[1] * size, shape[0] * size
    size = math.prod(shape[:2])
    return shape[-2] * size, shape[-1] * size


def _product_of_tensors(dims: list) -> Any:
    return tf.math.reduce_prod(tf.convert_to_tensor(dims, tf.float64))


def _known(dim: Any, shape: Any) -> int:
    if dim is None:
        raise ValueError(
            f"Fans can only be computed for a shape whose dimensions are known. Received: shape={shape}"
        )
    return int(dim)


def _chosen(dims: list, axes: Sequence[int]) -> list:
    try:
        return [dims[axis] for axis in axes]
    except IndexError:
        raise ValueError(
            f"Axes must lie in a shape of {len(dims)} axes, from {-len(dims)} to {len(dims) - 1}. "
            f"Received: axes={list(axes)}"
        ) from None
