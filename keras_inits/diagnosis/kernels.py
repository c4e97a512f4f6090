"""The kernel of a layer: how many inputs each output adds up, and the scale of its values."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from keras_inits.diagnosis import measures
from keras_inits.drawing.fans import compute_fans


class Kernel(NamedTuple):
    """The kernel of a layer.

    Args:
        inputs: How many inputs each output adds up; for most layers the fan-in of the kernel's shape.
        scale: `inputs * mean(kernel ** 2)`: by how much a linear layer multiplies the mean square.
        size: How many values it has.
        fans: Fan-in and fan-out, as an initializer computes them of the kernel's shape.
    """

    inputs: float
    scale: float
    size: int
    fans: tuple[float, float]


class _Kind(NamedTuple):
    attributes: tuple[str, ...]
    inputs: Callable[[Any, tuple[int, ...]], float]


def _of_all_but_the_last(layer: Any, shape: tuple[int, ...]) -> float:
    return math.prod(shape[:-1])


def _of_window(layer: Any, shape: tuple[int, ...]) -> float:
    return math.prod(shape[:-2])


def _transposed(layer: Any, shape: tuple[int, ...]) -> float:
    # With a stride, each output meets a part of the window.
    return math.prod(shape[:-2]) * shape[-1] / math.prod(layer.strides)


def _contracted(layer: Any, shape: tuple[int, ...]) -> float:
    """Returns the axes that an `EinsumDense` adds up: those of its kernel that are not in its output."""
    operands, output = layer.equation.replace(" ", "").split("->")
    kernel = operands.split(",")[1]
    return math.prod(size for axis, size in zip(kernel, shape) if axis not in output)


_PLAIN = _Kind(("kernel",), _of_all_but_the_last)
_TRANSPOSED = _PLAIN._replace(inputs=_transposed)
# Keras 2 calls it `depthwise_kernel`, Keras 3 `kernel`.
_DEPTHWISE = _Kind(("depthwise_kernel", "kernel"), _of_window)
# By the class of the layer, or of the nearest it inherits from.
_KINDS = {
    "Dense": _PLAIN,
    "EinsumDense": _PLAIN._replace(inputs=_contracted),
    **{f"Conv{n}D": _PLAIN for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": _TRANSPOSED for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": _DEPTHWISE for n in (1, 2)},
}


def of(layer: Any) -> Kernel | None:
    """Returns the kernel of a layer that adds up its weighted inputs; `None` for any other layer."""
    names = (cls.__name__ for cls in type(layer).__mro__)
    kind = next((_KINDS[name] for name in names if name in _KINDS), None)
    if kind is None:
        return None
    values = next(getattr(layer, name) for name in kind.attributes if hasattr(layer, name))
    values = np.asarray(values.numpy())
    inputs = kind.inputs(layer, values.shape)
    scale = inputs * measures.mean_square(values)
    return Kernel(inputs, scale, values.size, compute_fans(values.shape))


def bias_mean(layer: Any) -> float:
    """Returns the mean of a layer's bias; zero without one."""
    bias = getattr(layer, "bias", None)
    return 0.0 if bias is None or not hasattr(bias, "numpy") else float(np.mean(bias.numpy()))
