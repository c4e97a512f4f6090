"""What `tf.keras.backend` is set to."""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf


def floatx() -> str:
    """Returns the dtype that weights have unless another is asked for, `tf.keras.backend.floatx()`."""
    return _floatx_of_keras()()


@functools.cache
def name() -> str:
    """Returns what Keras computes with: `"tensorflow"`, on Keras 3 also `"jax"`, `"torch"` or another.

    A process has one backend.
    """
    return tf.keras.backend.backend()


def is_tensorflow() -> bool:
    """Returns whether Keras computes with TensorFlow, rather than with JAX or torch."""
    return name() == "tensorflow"


def why_no_text() -> str | None:
    """Returns why a model that reads text does not run on the backend, `None` where it does."""
    if is_tensorflow():
        return None
    return (
        f"the model reads text, which Keras computes with TensorFlow alone, not with {name()}: "
        "run this with KERAS_BACKEND=tensorflow"
    )


def dtype_name(dtype: Any) -> Any:
    """Returns the name of a dtype that only the backend knows, such as torch's; any other dtype as it is."""
    return str(dtype).removeprefix("torch.") if type(dtype).__module__ == "torch" else dtype


@functools.cache
def _floatx_of_keras() -> Callable[[], str]:
    # `tf.keras` is slow to look into.
    return tf.keras.backend.floatx
