"""How each Keras laid out a layer's weights, and how today's does.

`count` says how many arrays a layer was saved with; `arranged` turns them into those of today's
layer. Both know a layer by its plan.
"""

from collections.abc import Callable

import numpy as np

from keras_inits.saved_models.config import rebuilt
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan

Arrays = list[np.ndarray]

# Layers whose kernels Theano applied flipped, and how many of their first arrays are kernels.
_FLIPPED_BY_THEANO = {
    "Conv1D": 1, "Conv2D": 1, "Conv3D": 1, "Conv2DTranspose": 1, "Conv3DTranspose": 1, "ConvLSTM2D": 2,
}  # fmt: skip
# How many arrays a layer that is rebuilt today was saved with, without biases and with them.
_REBUILT = {
    "MaxoutDense": (1, 2), "LocallyConnected1D": (1, 2), "LocallyConnected2D": (1, 2),
    "Highway": (2, 4), "SReLU": (4, 4), "ParametricSoftplus": (2, 2),
    **dict.fromkeys(rebuilt.CONVOLUTIONS, (1, 2)), "SeparableConv1D": (2, 3),
    "SeparableConv2D": (2, 3), **dict.fromkeys(rebuilt.TIME_MAJOR, (2, 3)),
}  # fmt: skip
_GATES = {"LSTM": 4, "GRU": 3, "ConvLSTM2D": 4}
# The order in which Keras 1 stored the gates of an LSTM: input, cell, forget, output.
_GATE_ORDER = {"LSTM": (0, 2, 1, 3), "ConvLSTM2D": (0, 2, 1, 3), "GRU": (0, 1, 2)}


def count(plan: Plan, origin: Origin, trained: int, fixed: int) -> tuple[int, int]:
    """Says how many arrays a layer was saved with.

    Args:
        trained: How many trained weights today's layer has.
        fixed: How many others.

    Returns:
        The number of trained weights and of others in the file.
    """
    if plan.rebuilt:
        without_bias, with_bias = _REBUILT.get(plan.class_name, (0, 0))
        total = with_bias if plan.config.get("use_bias", True) else without_bias
        return (total, 0) if plan.trainable else (0, total)
    if _gates_apart(plan, origin):
        total = 3 * _GATES[plan.class_name]
        return (total, 0) if plan.trainable else (0, total)
    if plan.class_name == "Discretization":
        return 0, int(plan.config.get("bin_boundaries") is None and origin.major < 3)
    return trained, fixed


def _gates_apart(plan: Plan, origin: Origin) -> bool:
    return origin.major == 1 and plan.class_name in _GATES and plan.saved_config.get("consume_less") != "gpu"


def arranged(plan: Plan, origin: Origin, arrays: Arrays) -> Arrays:
    """Turns a layer's arrays as they were saved into those of today's layer.

    Returns:
        The arrays of today's layer, trained ones first; of a rebuilt one, in the order of its layers.

    Raises:
        ValueError: The arrays do not have the axes that such a layer has.
    """
    if not arrays:
        return arrays
    if origin.major == 1:
        arrays = _from_keras_1(plan, arrays)
    if origin.backend == "theano":
        kernels = _FLIPPED_BY_THEANO.get(plan.class_name, 0)
        arrays = [_flipped(a) if n < kernels else a for n, a in enumerate(arrays)]
    if plan.class_name in _BY_CLASS:
        arrays = _BY_CLASS[plan.class_name](plan, arrays)
    return arrays


def _flipped(kernel: np.ndarray) -> np.ndarray:
    return kernel[tuple(slice(None, None, -1) for _ in kernel.shape[:-2])]


def _from_keras_1(plan: Plan, arrays: Arrays) -> Arrays:
    """Brings a layer's arrays from the layout of Keras 1 into that of Keras 2."""
    name = plan.class_name
    first = plan.config.get("data_format") == "channels_first"
    gates = _GATES.get(name, 0)
    if gates and len(arrays) == 3 * gates:
        arrays = [
            np.concatenate([arrays[3 * g + part] for g in _GATE_ORDER[name]], axis=-1)
            if not (first and name == "ConvLSTM2D" and part < 2)
            else np.concatenate([arrays[3 * g + part] for g in _GATE_ORDER[name]], axis=0)
            for part in range(3)
        ]
    kernel, rest = arrays[0], arrays[1:]
    if name == "Conv1D" and kernel.ndim == 4:
        filters = plan.config.get("filters")
        size = plan.config.get("kernel_size")
        if kernel.shape[1] != 1 or kernel.shape[0] != size or kernel.shape[3] != filters:
            kernel = np.transpose(kernel, (2, 3, 1, 0))
        kernel = kernel[:, 0]
    elif name in ("Conv2D", "Conv3D") and first:
        kernel = np.moveaxis(kernel, (0, 1), (-1, -2))
    elif name == "Conv2DTranspose":
        kernel = np.transpose(kernel, (2, 3, 0, 1) if first else (0, 1, 3, 2))
    elif name == "ConvLSTM2D" and first:
        kernel = np.moveaxis(kernel, (0, 1), (-1, -2))
        rest = [np.moveaxis(rest[0], (0, 1), (-1, -2)), *rest[1:]]
    elif name == "SeparableConv2D" and first:
        kernel = np.transpose(kernel, (2, 3, 1, 0))
        rest = [np.transpose(rest[0], (2, 3, 1, 0)), *rest[1:]]
    return [kernel, *rest]


def _lstm(plan: Plan, arrays: Arrays) -> Arrays:
    """Returns an LSTM of CuDNN has two biases, which are added, and gates' kernels transposed."""
    if len(arrays) != 3 or arrays[2].shape != (8 * arrays[1].shape[0],):
        return arrays
    kernel, recurrent = _from_cudnn(arrays, 4)
    return [kernel, recurrent, np.sum(np.split(arrays[2], 2), axis=0)]


def _gru(plan: Plan, arrays: Arrays) -> Arrays:
    """Returns a GRU of CuDNN has its two biases in a row, and gates' kernels transposed."""
    if len(arrays) != 3 or arrays[2].shape != (6 * arrays[1].shape[0],):
        return arrays
    kernel, recurrent = _from_cudnn(arrays, 3)
    return [kernel, recurrent, arrays[2].reshape(2, -1)]


def _from_cudnn(arrays: Arrays, gates: int) -> tuple[np.ndarray, np.ndarray]:
    parts = np.split(arrays[0], gates, axis=1)
    kernel = np.hstack([part.T.reshape(part.shape, order="F") for part in parts])
    return kernel, np.hstack([part.T for part in np.split(arrays[1], gates, axis=1)])


def _maxout_dense(plan: Plan, arrays: Arrays) -> Arrays:
    """Kernels of shape (features, inputs, units) become one of shape (inputs, features · units)."""
    kernel = np.moveaxis(arrays[0], 0, 1)
    return [kernel.reshape(kernel.shape[0], -1), *(bias.reshape(-1) for bias in arrays[1:])]


def _highway(plan: Plan, arrays: Arrays) -> Arrays:
    """Returns the kernels of both dense layers come before their biases, from Keras 1.2 on."""
    if len(arrays) == 4 and arrays[1].ndim == 1:
        return arrays
    half = len(arrays) // 2
    return [array for pair in zip(arrays[:half], arrays[half:], strict=True) for array in pair]


def _locally_connected(plan: Plan, arrays: Arrays) -> Arrays:
    """Kernels of a patch per place become those of an einsum over a depthwise convolution.

    That convolution lays a patch out channel by channel, so the kernel is brought to the shape
    (*places, channels, *patch, filters) first.
    """
    if not plan.rebuilt:
        return arrays
    rank = 1 if plan.class_name.endswith("1D") else 2
    size = rebuilt.listed(plan.config["kernel_size"], rank)
    strides = rebuilt.listed(plan.config.get("strides", 1), rank)
    filters, first = plan.config["filters"], plan.config.get("data_format") == "channels_first"
    places = plan.places
    implementation = plan.config.get("implementation", 1)
    kernel, bias = arrays[0], arrays[1:]
    if implementation == 2:  # From every input to every output, of which most are masked.
        kernel = _unmasked(kernel, size, strides, places, first)
    elif implementation == 3:  # The same, of which only the unmasked are kept, output by output.
        if first:
            kernel = np.moveaxis(kernel.reshape(filters, *places, -1, *size), 0, -1)
        else:
            kernel = kernel.reshape(*places, filters, *size, -1)
            kernel = np.moveaxis(kernel, (rank, -1), (-1, rank))
    elif first:
        kernel = kernel.reshape(*places, -1, *size, filters)
    else:
        kernel = np.moveaxis(kernel.reshape(*places, *size, -1, filters), -2, rank)
    channels = kernel.shape[rank]
    kernel = kernel.reshape(*places, channels * int(np.prod(size)), filters)
    if first:
        # Keras reshaped such a bias, rather than transposing it.
        bias = [b.reshape(b.shape[-1], *b.shape[:-1]) for b in bias]
    fixed = np.asarray(rebuilt.one_hot(size), "float32").repeat(channels, axis=rank)
    return [fixed, kernel, *bias]


def _unmasked(
    kernel: np.ndarray, size: list[int], strides: list[int], places: list[int], first: bool
) -> np.ndarray:
    """Cuts the kernel of each place out of one from every input to every output."""
    rank = len(size)
    # (channels, *inputs, filters, *places) or (*inputs, channels, *places, filters)
    kernel = np.moveaxis(kernel, rank + 1, -1) if first else np.moveaxis(kernel, rank, 0)
    cut = np.empty((*places, kernel.shape[0], *size, kernel.shape[-1]), kernel.dtype)
    for place in np.ndindex(*places):
        starts = zip(place, strides, size, strict=True)
        patch = tuple(slice(at * step, at * step + length) for at, step, length in starts)
        cut[place] = kernel[(slice(None), *patch, *place)]
    return cut


def _s_relu(plan: Plan, arrays: Arrays) -> Arrays:
    """Kinks and slopes become the kernels and biases of four elementwise layers."""
    left, left_slope, right, right_slope = arrays
    right = left + np.abs(right)  # Keras 1 kept the distance of the right kink from the left one.
    one = np.ones_like(left)
    return [-one, left, one, -right, 1 - left_slope, right_slope - 1]


def _parametric_softplus(plan: Plan, arrays: Arrays) -> Arrays:
    return arrays[::-1]


_BY_CLASS: dict[str, Callable[[Plan, Arrays], Arrays]] = {
    "LSTM": _lstm,
    "GRU": _gru,
    "MaxoutDense": _maxout_dense,
    "Highway": _highway,
    "SReLU": _s_relu,
    "ParametricSoftplus": _parametric_softplus,
    "LocallyConnected1D": _locally_connected,
    "LocallyConnected2D": _locally_connected,
}
