"""Bounds how large a stranger's model may become while it is built.

A config of a few bytes can ask for weights that no memory holds, each small enough by its own
arguments. What it asks for is counted as layers ask for it, before anything is drawn. The method that
stands in is public, `Layer.add_weight`, of Keras 2.15, tf_keras 2.21 and Keras 3.15.
"""

import contextlib
import functools
import inspect
import math
import threading
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_inits.legacy.context import UpgradeError

# Where a file has no weights to say how large its layers are.
MOST_WITHOUT_FILE = 2**28
# A model of today may hold constants that the old file had no need of.
_TIMES_THE_FILE, _SPARE = 4, 2**20

_THREAD = threading.local()


class TooLargeError(UpgradeError):
    """The config asks for more weights than the file can hold."""


@contextlib.contextmanager
def bounded(stored: int | None) -> Iterator[None]:
    """Keeps the weights of all layers that are built in this block and thread within a bound.

    Args:
        stored: How many numbers the file of the weights holds, `None` without such a file.

    Raises:
        TooLargeError: Layers ask for more, by a margin; Keras may wrap it in an error of its own.
    """
    before = getattr(_THREAD, "left", None)
    layer = tf.keras.layers.Layer
    original = vars(layer)["add_weight"]
    if stored is None:
        _THREAD.left = MOST_WITHOUT_FILE
        reason = f"the model is larger than {MOST_WITHOUT_FILE} numbers, which only a file of weights allows"
    else:
        _THREAD.left = _TIMES_THE_FILE * stored + _SPARE
        reason = f"the model is larger than the {stored} numbers in the file of its weights"
    hook = _counted(original, reason)
    layer.add_weight = hook
    try:
        yield
    finally:
        _THREAD.left = before
        # Where another block has put its own method in since, that one holds on to this.
        if vars(layer)["add_weight"] is hook:
            layer.add_weight = original


def _counted(original: Any, reason: str) -> Any:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def add_weight(layer: Any, *args: Any, **kwargs: Any) -> Any:
        left = getattr(_THREAD, "left", None)
        if left is not None:
            shape = signature.bind_partial(layer, *args, **kwargs).arguments.get("shape")
            _THREAD.left = left - _size(shape)
            if _THREAD.left < 0:
                raise TooLargeError(f"layer {layer.name!r}, a weight of shape {shape}: with it {reason}")
        return original(layer, *args, **kwargs)

    return add_weight


def _size(shape: Any) -> int:
    """Counts the numbers of a shape; a strange shape is Keras' to refuse."""
    try:
        return max(0, math.prod(int(size) for size in shape or ()))
    except (TypeError, ValueError):
        return 0
