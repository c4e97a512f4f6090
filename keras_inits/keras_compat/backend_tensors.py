"""TensorFlow's tensors, in which this package draws, as tensors of the backend that Keras computes with.

On the CPU a tensor's memory is handed on without a copy, which JAX (`jax.device_put` of an aligned array) and
torch (DLPack) take over. Both may write there later: JAX by donation, torch in place. So memory that anything
else may see is copied first. An accelerator gets a copy, made from the memory of the CPU.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import backend


def of_backend(tensor: tf.Tensor, is_fresh: bool) -> Any:
    """Returns a tensor of TensorFlow's as one of the backend's, on the device that Keras would make it on.

    What only a graph of TensorFlow's knows stays as it is.

    Args:
        tensor: The tensor.
        is_fresh: Whether nothing else can see its memory.
    """
    if backend.is_tensorflow() or not is_eager(tensor):
        return tensor
    return _HANDED_ON.get(backend.name(), _converted)(tensor, is_fresh)


def is_eager(tensor: Any) -> bool:
    """Returns whether it is a tensor of TensorFlow's that has values."""
    return tf.is_tensor(tensor) and hasattr(tensor, "numpy")


def array(tensor: tf.Tensor) -> np.ndarray:
    """Returns an eager tensor of TensorFlow's as an array, which has its memory where NumPy has its dtype."""
    # Its own method copies; a dtype that is none of NumPy's own has no other way.
    is_of_numpy = np.dtype(tensor.dtype.as_numpy_dtype).isbuiltin == 1
    return np.asarray(memoryview(tensor)) if is_of_numpy else tensor.numpy()


def as_numpy(values: Any) -> np.ndarray:
    """Returns what the backend computed, or anything else with values, as an array of NumPy's."""
    if is_eager(values):
        return values.numpy()
    if backend.is_tensorflow():
        return np.asarray(values)
    return np.asarray(_ops().convert_to_numpy(values))


def as_tensorflow(values: Any) -> tf.Tensor:
    """Returns a tensor of the backend's as one of TensorFlow's."""
    return values if backend.is_tensorflow() or tf.is_tensor(values) else tf.constant(as_numpy(values))


def of_array(values: np.ndarray, dtype: Any) -> Any:
    """Returns an array as a tensor of the backend's, of a dtype of the backend's or one by name."""
    if backend.is_tensorflow():
        return tf.cast(values, dtype)
    return _ops().convert_to_tensor(values, dtype=backend.dtype_name(getattr(dtype, "name", dtype)))


def with_default_floats(values: Any) -> Any:
    """Returns an array or tensor as a tensor of the backend's; float64 becomes the default float dtype."""
    if backend.is_tensorflow():
        tensor = tf.convert_to_tensor(values)
        return tf.cast(tensor, backend.floatx()) if tensor.dtype == tf.float64 else tensor
    ops = _ops()
    tensor = ops.convert_to_tensor(as_numpy(values) if tf.is_tensor(values) else values)
    return ops.cast(tensor, backend.floatx()) if backend.dtype_name(tensor.dtype) == "float64" else tensor


def is_backends(values: Any) -> bool:
    """Returns whether it is a tensor of the backend's."""
    return tf.is_tensor(values) if backend.is_tensorflow() else _ops().is_tensor(values)


def converted(values: Any, dtype: Any) -> Any:
    """Returns values as a tensor of the backend's; one that is spread over devices stays so."""
    if backend.is_tensorflow():
        return tf.convert_to_tensor(values, dtype=dtype)
    return _ops().convert_to_tensor(values, dtype=dtype)


def without_values(shape: Any, dtype: tf.DType) -> Any:
    """Returns a tensor without values where Keras makes none, on torch's device "meta"; `None` elsewhere."""
    if backend.name() != "torch" or _ops().zeros(()).device.type != "meta":
        return None
    return _ops().zeros(shape, dtype.name)


def symbolic_zeros(shape: Any, dtype: tf.DType) -> Any:
    """Returns zeros where nothing is computed yet, as in a function that JAX traces; `None` elsewhere."""
    return _ops().zeros(shape, dtype.name) if is_tracing() else without_values(shape, dtype)


def is_traced(values: Any) -> bool:
    """Returns whether values are known only where a function that JAX traces runs."""
    if backend.name() != "jax":
        return False
    import jax

    return isinstance(values, jax.core.Tracer)


def is_tracing() -> bool:
    """Returns whether JAX is tracing a function here."""
    if backend.name() != "jax":
        return False
    import jax

    # What is computed in a function that is traced has no value, constants included.
    return is_traced(jax.numpy.add(0, 0))


def asking_for_values(error: BaseException | None) -> BaseException | None:
    """Returns by which error JAX said that a function it traces asks for values, if that led to an error."""
    if backend.name() != "jax":
        return None
    from jax import errors

    asking = (
        errors.ConcretizationTypeError,
        errors.NonConcreteBooleanIndexError,
        errors.TracerArrayConversionError,
        errors.TracerIntegerConversionError,
    )
    # Keras raises the class of an error again with a text, which those of JAX do not take.
    while error is not None and not isinstance(error, asking):
        error = error.__cause__ or error.__context__
    return error


def _ops() -> Any:
    import keras  # `tf.keras.ops` is not there in Keras 2, which has no other backend.

    return keras.ops


def _of_jax(tensor: tf.Tensor, is_fresh: bool) -> Any:
    import jax

    values = array(tensor)
    # Uncommitted, as what JAX draws: it goes where what it is computed with is.
    return jax.device_put(values if is_fresh else np.array(values))


def _of_torch(tensor: tf.Tensor, is_fresh: bool) -> Any:
    import torch

    values = torch.from_dlpack(tensor)
    return _ops().convert_to_tensor(values if is_fresh else values.clone(), dtype=tensor.dtype.name)


def _converted(tensor: tf.Tensor, is_fresh: bool) -> Any:
    return _ops().convert_to_tensor(tensor.numpy(), dtype=tensor.dtype.name)


_HANDED_ON: dict[str, Callable[[tf.Tensor, bool], Any]] = {"jax": _of_jax, "torch": _of_torch}
