"""Sees how the layers of `tf.keras` are built, for a replay block.

What it touches is public: `Layer.add_weight`, `Layer.__call__` and `Sequential.build`, of Keras 2.15,
tf_keras 2.21 and Keras 3.15; and, of Keras 3 alone, `make_default_seed`, from which a `SeedGenerator`
without a seed takes one. The methods that stand in for them while any block is open serve all threads,
and do nothing in a thread that is in no block.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits import generic_utils, method_hooks, sessions
from keras_inits.sessions import ReplaySession


class Watcher(NamedTuple):
    """What to do about layers in a block.

    Args:
        initializer: Called with what a layer was given as a weight's initializer; returns the one to
            take in its place.
        before_call: Called with a layer, before a symbolic call of it that is in no other layer's.
        after_call: The same after it.
        default_seed: Gives the seed of a `SeedGenerator` that is made without one.
    """

    initializer: Callable[[ReplaySession, Any], Any]
    before_call: Callable[[ReplaySession, Any], None]
    after_call: Callable[[ReplaySession, Any], None]
    default_seed: Callable[[ReplaySession], int]


_LOCK = threading.Lock()
_THREAD = threading.local()
_OPEN: list[Watcher] = []
_PUT: list[tuple[Any, str, Callable]] = []


@contextlib.contextmanager
def watched_layers(watcher: Watcher) -> Iterator[None]:
    """Has a watcher see the layers that are built in replay blocks while this block is open."""
    with _LOCK:
        _OPEN.append(watcher)
        if len(_OPEN) == 1:
            _put_hooks(watcher)
    try:
        yield
    finally:
        with _LOCK:
            _OPEN.pop()
            if not _OPEN:
                _take_hooks_out()


def _put_hooks(watcher: Watcher) -> None:
    layer = tf.keras.layers.Layer
    hooks = [
        (layer, "add_weight", _add_weight),
        (layer, "__call__", _call),
        (tf.keras.Sequential, "build", _build_sequential),
        *((module, "make_default_seed", _make_default_seed) for module in generic_utils.seed_makers()),
    ]
    for owner, name, hook in hooks:
        _PUT.append((owner, name, functools.partial(hook, watcher)))
        method_hooks.put(*_PUT[-1])


def _take_hooks_out() -> None:
    for put in _PUT:
        method_hooks.take_out(*put)
    _PUT.clear()


def _add_weight(watcher: Watcher, original: Callable) -> Callable:
    # Keras 3 and Keras 2 have the initializer among other arguments, and it is always given by name.
    def add_weight(layer: Any, *args: Any, **kwargs: Any) -> Any:
        session = sessions.replaying()
        if session is None:
            return original(layer, *args, **kwargs)
        if "initializer" in kwargs:
            kwargs["initializer"] = watcher.initializer(session, kwargs["initializer"])
        with sessions.inside_layer():
            return original(layer, *args, **kwargs)

    return add_weight


def _call(watcher: Watcher, original: Callable) -> Callable:
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        session = sessions.replaying()
        if session is None or _is_inside_call() or not _is_symbolic(args, kwargs):
            return original(layer, *args, **kwargs)
        again = _is_rebuilding() and layer in session.called_layers
        session.called_layers.add(layer)
        if not again:
            watcher.before_call(session, layer)
        with _marked("inside_call", True):
            outputs = original(layer, *args, **kwargs)
        if not again:
            watcher.after_call(session, layer)
        return outputs

    return call


def _build_sequential(watcher: Watcher, original: Callable) -> Callable:
    # Keras 3 builds a Sequential anew, and calls all its layers, for each layer that is added.
    def build(model: Any, *args: Any, **kwargs: Any) -> Any:
        with _marked("rebuilding", True), _marked("inside_call", False):
            return original(model, *args, **kwargs)

    return build


def _make_default_seed(watcher: Watcher, original: Callable) -> Callable:
    def make_default_seed() -> int:
        session = sessions.replaying()
        return original() if session is None else watcher.default_seed(session)

    return make_default_seed


@contextlib.contextmanager
def _marked(name: str, value: bool) -> Iterator[None]:
    before = getattr(_THREAD, name, False)
    setattr(_THREAD, name, value)
    try:
        yield
    finally:
        setattr(_THREAD, name, before)


def _is_inside_call() -> bool:
    return getattr(_THREAD, "inside_call", False)


def _is_rebuilding() -> bool:
    return getattr(_THREAD, "rebuilding", False)


def _is_symbolic(args: tuple, kwargs: dict[str, Any]) -> bool:
    return any(_is_keras_tensor(value) for value in tf.nest.flatten([args, kwargs]))


def _is_keras_tensor(value: Any) -> bool:
    # `is_keras_tensor` of Keras 2 raises an error for what is no tensor at all.
    return type(value).__name__ == "KerasTensor"
