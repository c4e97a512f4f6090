"""Keras' own initializers: the classes of `tf.keras.initializers`, and the arguments that they write."""

import functools
import inspect
from typing import Any

import tensorflow as tf


@functools.cache
def stock_class(name: str) -> type | None:
    """Returns the class of `tf.keras.initializers` of that name, `None` where it has none."""
    return getattr(tf.keras.initializers, name, None)


@functools.cache
def stock_arguments(name: str) -> frozenset[str] | None:
    """Returns the arguments that Keras' own class of that name writes into its config, `None` without one.

    They may be fewer than it takes: the `Identity` of Keras 3 does not write its `gain`.
    """
    cls = stock_class(name)
    if cls is None:
        return None
    return frozenset(cls(**seed_of_its_own(cls)).get_config())


def seed_of_its_own(cls: Any) -> dict[str, Any]:
    """Returns an argument that keeps Keras 3 from drawing a seed, which would move its user's generator."""
    # 0 was none in Keras 3.0.
    return {"seed": 1} if "seed" in inspect.signature(cls).parameters else {}


def is_stock(initializer: Any) -> bool:
    """Returns whether an initializer is of a class of `tf.keras.initializers`."""
    return stock_class(type(initializer).__name__) is type(initializer)
