"""Which Keras `tf.keras` is, and the way into its source.

`tf.keras` is one of two families: Keras 3, or Keras 2 (the packages `keras` 2.x and `tf_keras`).
"""

import functools
import importlib
import sys
from typing import Any

import tensorflow as tf


@functools.cache
def keras_version() -> str:
    """Returns the version of the Keras that `tf.keras` is."""
    return sys.modules[package()].__version__


@functools.cache
def is_keras_3() -> bool:
    """Returns whether `tf.keras` is Keras 3."""
    return int(keras_version().split(".")[0]) >= 3


def package() -> str:
    """Returns the name of the package that `tf.keras` is from."""
    # `tf.keras` itself has no version in Keras 2; its classes know their package.
    return tf.keras.initializers.Initializer.__module__.split(".")[0]


def hint_of_another(value: Any) -> str:
    """Returns which Keras `tf.keras` is, for an error about an object of the other one; else nothing."""
    own, packages = package(), (cls.__module__.split(".")[0] for cls in type(value).__mro__)
    other = next((name for name in packages if name in ("keras", "tf_keras") and name != own), None)
    if other is None:
        return ""
    why = "TF_USE_LEGACY_KERAS is set" if own == "tf_keras" else "TF_USE_LEGACY_KERAS=1 makes it tf_keras"
    return f", which is {own} here ({why}), and this is one of {other}"


def source(module: str) -> Any:
    """Returns a module of Keras' own source: Keras 2.13 and later, tf_keras, Keras 3."""
    return importlib.import_module(f"{package()}.src.{module}")
