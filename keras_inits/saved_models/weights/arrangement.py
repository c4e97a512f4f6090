"""How each Keras laid out a layer's weights, and how today's does.

`count` says how many arrays a layer was saved with; `arranged` turns them into those of today's
layer. Both know a layer by its plan.
"""

from collections.abc import Callable

import numpy as np

from keras_inits.saved_models.config import rebuilt
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.config.small_models import Arrays

# Layers whose kernels Theano applied flipped, and how many of their first arrays are kernels.
_FLIPPED_BY_THEANO = {
    "Conv1D": 1, "Conv2D": 1, "Conv3D": 1, "Conv2DTranspose": 1, "Conv3DTranspose": 1, "ConvLSTM2D": 2,
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
        row = rebuilt.ROWS[plan.class_name]
        total = (
            row.counted(plan.config) if row.counted else row.arrays[bool(plan.config.get("use_bias", True))]
        )
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
    return rebuilt.ROWS[plan.class_name].arranged(plan, arrays) if plan.rebuilt else arrays


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
    """Arranges an LSTM of CuDNN: its two biases are added, and the kernels of its gates transposed."""
    if len(arrays) != 3 or arrays[2].shape != (8 * arrays[1].shape[0],):
        return arrays
    kernel, recurrent = _from_cudnn(arrays, 4)
    return [kernel, recurrent, np.sum(np.split(arrays[2], 2), axis=0)]


def _gru(plan: Plan, arrays: Arrays) -> Arrays:
    """Arranges a GRU of CuDNN: its two biases are in a row, and the kernels of its gates transposed."""
    if len(arrays) != 3 or arrays[2].shape != (6 * arrays[1].shape[0],):
        return arrays
    kernel, recurrent = _from_cudnn(arrays, 3)
    return [kernel, recurrent, arrays[2].reshape(2, -1)]


def _from_cudnn(arrays: Arrays, gates: int) -> tuple[np.ndarray, np.ndarray]:
    parts = np.split(arrays[0], gates, axis=1)
    kernel = np.hstack([part.T.reshape(part.shape, order="F") for part in parts])
    return kernel, np.hstack([part.T for part in np.split(arrays[1], gates, axis=1)])


_BY_CLASS: dict[str, Callable[[Plan, Arrays], Arrays]] = {"LSTM": _lstm, "GRU": _gru}
