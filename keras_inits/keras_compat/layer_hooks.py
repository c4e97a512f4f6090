"""Sees how the layers of `tf.keras` are built, for the blocks that have a say in it.

What it touches is public: `Layer.add_weight`, `Layer.__call__` and `Sequential.build`, of Keras 2.15,
tf_keras 2.21 and Keras 3.15; and, of Keras 3 alone, `make_default_seed`, from which a `SeedGenerator`
and an initializer without a seed take one. The methods that stand in for them while any block is open
serve all threads, and do nothing in a thread that is in no block. Where blocks nest, the innermost applies.
"""

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.keras_compat import layer_internals, patching, seed_sources


class Watcher(NamedTuple):
    """What to do about layers in a block.

    Args:
        add_weight: Called instead of `Layer.add_weight`, with the layer, a dict of the arguments by name, and
            Keras' own method, which takes such a dict.
        default_seed: Gives the seed of what is made without one on Keras 3, of the `"initializers"` or of the
            `"seed_generators"`.
        before_call: Called with a layer, before a symbolic call of it that is in no other layer's call.
        after_call: Called with it after that.
    """

    add_weight: Callable[[Any, dict[str, Any], Callable[[dict[str, Any]], Any]], Any]
    default_seed: Callable[[str], int]
    before_call: Callable[[Any], Any] = lambda layer: None
    after_call: Callable[[Any], Any] = lambda layer: None


class _Block(NamedTuple):
    """A block that is open in a thread, and the layers that were called in it."""

    watcher: Watcher
    called_layers: set[Any]


class _Local(threading.local):
    """What each thread is in."""

    blocks: tuple[_Block, ...] = ()
    calls: tuple[Any, ...] = ()
    inside_call = False
    rebuilding = False


_LOCAL = _Local()


@contextlib.contextmanager
def watched_layers(watcher: Watcher) -> Iterator[None]:
    """Opens a block in which a watcher sees the layers that this thread builds."""
    with patching.hooked(_hooks()), _marked(blocks=(*_LOCAL.blocks, _Block(watcher, set()))):
        yield


def layers_being_built() -> list[Any]:
    """Returns the layers that this thread is calling, or on Keras 3 building, the outermost first."""
    return layer_internals.layers_in_scope() or list(_LOCAL.calls)


@functools.cache
def _hooks() -> list[tuple[Any, str, Callable]]:
    """Returns the hooks and what they replace, always the same ones, so that each is put in once."""
    layer = tf.keras.layers.Layer
    return [
        (layer, "add_weight", _add_weight),
        (layer, "__call__", _call),
        (tf.keras.Sequential, "build", _build_sequential),
        *(
            (module, "make_default_seed", functools.partial(_make_default_seed, kind))
            for kind, module in seed_sources.seed_makers().items()
        ),
    ]


def _add_weight(original: Callable) -> Callable:
    names = layer_internals.weight_arguments()

    def add_weight(layer: Any, *args: Any, **kwargs: Any) -> Any:
        arguments = dict(zip(names, args))
        # Keras says what is wrong with arguments that cannot be.
        if not _LOCAL.blocks or len(args) > len(names) or arguments.keys() & kwargs.keys():
            return original(layer, *args, **kwargs)

        def make(arguments: dict[str, Any]) -> Any:
            return original(layer, **arguments)

        return _LOCAL.blocks[-1].watcher.add_weight(layer, {**arguments, **kwargs}, make)

    return add_weight


def _call(original: Callable) -> Callable:
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        if not _LOCAL.blocks:
            return original(layer, *args, **kwargs)
        with _marked(calls=(*_LOCAL.calls, layer)):
            if _LOCAL.inside_call or not _is_symbolic(args, kwargs):
                return original(layer, *args, **kwargs)
            watcher, called_layers = _LOCAL.blocks[-1]
            again = _LOCAL.rebuilding and layer in called_layers
            called_layers.add(layer)
            if not again:
                watcher.before_call(layer)
            with _marked(inside_call=True):
                outputs = original(layer, *args, **kwargs)
            if not again:
                watcher.after_call(layer)
            return outputs

    return call


def _build_sequential(original: Callable) -> Callable:
    # Keras 3 builds a Sequential again, and calls all its layers, for each layer that is added.
    def build(model: Any, *args: Any, **kwargs: Any) -> Any:
        with _marked(rebuilding=True, inside_call=False):
            return original(model, *args, **kwargs)

    return build


def _make_default_seed(kind: str, original: Callable) -> Callable:
    def make_default_seed() -> int:
        return _LOCAL.blocks[-1].watcher.default_seed(kind) if _LOCAL.blocks else original()

    return make_default_seed


@contextlib.contextmanager
def _marked(**marks: Any) -> Iterator[None]:
    before = {name: getattr(_LOCAL, name) for name in marks}
    vars(_LOCAL).update(marks)
    try:
        yield
    finally:
        vars(_LOCAL).update(before)


def _is_symbolic(args: tuple, kwargs: dict[str, Any]) -> bool:
    # `is_keras_tensor` of Keras 2 raises an error for what is no tensor at all.
    return any(type(value).__name__ == "KerasTensor" for value in tf.nest.flatten([args, kwargs]))
