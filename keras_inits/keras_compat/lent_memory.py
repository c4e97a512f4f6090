"""Memory of NumPy's that a variable of TensorFlow's or JAX's takes for its own, without a copy.

TensorFlow reads its tensors with instructions that want them aligned, and copies what is not. What is aligned
it takes over by DLPack: the array lives as long as the tensor, or the variable that is assigned it. It never
writes there: the first update of a variable, in training, moves it into memory of TensorFlow's own. Memory
that the system gives for zeros is not in use before something is written to it.
"""

import math
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import backend

# From so many bytes on, a copy takes longer than lending does.
LEAST = 1 << 20
_ALIGNMENT = 64


def zeros(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Returns zeros of NumPy's in memory that can be lent."""
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    memory = np.zeros(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


def can_be_lent(array: Any) -> bool:
    """Returns whether variables would take an array's memory: one of numbers, large, aligned and whole."""
    return (
        tf.executing_eagerly()
        and backend.name() in ("tensorflow", "jax", "torch")
        and isinstance(array, np.ndarray)
        and array.nbytes >= LEAST
        and array.dtype.isnative
        and array.dtype.kind in "fiu"
        and array.flags.c_contiguous
        and array.flags.writeable
        and array.ctypes.data % _ALIGNMENT == 0
    )


def lent(array: np.ndarray) -> Any:
    """Returns a tensor that has an array's memory, on the CPU; on an accelerator JAX makes a copy of it.

    A variable of torch's copies it, but not twice, as Keras does with an array.
    """
    if backend.name() == "jax":
        import jax

        return jax.device_put(array)
    if backend.name() == "torch":
        import torch

        return torch.from_numpy(array)
    return _lent_to_tensorflow(array)


def _lent_to_tensorflow(array: np.ndarray) -> tf.Tensor:
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


def zeros_tensor(shape: tuple[int, ...], dtype: tf.DType) -> tf.Tensor:
    """Returns zeros on the device in use; on this process's CPU, in memory that is not in use yet."""
    size = math.prod(shape) * dtype.size
    if size < LEAST or not tf.executing_eagerly() or not (dtype.is_floating or dtype.is_integer):
        return tf.zeros(shape, dtype)
    # NumPy has no bfloat16; a bitcast keeps the memory.
    words = _lent_to_tensorflow(zeros(shape if dtype.size == 1 else (*shape, dtype.size), np.uint8))
    return tf.bitcast(words, dtype) if words.device == tf.zeros(()).device else tf.zeros(shape, dtype)
