"""`seeded`: a block in which models are built with the same initial weights each time.

An unseeded initializer takes its seed from the block's and the weight's path (see `weight_paths`), so that
`reinitialize` with that seed gives a model of named layers the same weights.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_inits.drawing import draw_contexts
from keras_inits.keras_compat import backend, layer_hooks, seed_sources
from keras_inits.keras_compat.layer_hooks import Watcher, watched_layers
from keras_inits.keras_compat.own import public
from keras_inits.model_weights import reseeding, weight_paths
from keras_inits.model_weights.blocks import Block
from keras_inits.model_weights.weight_paths import Numbering


@public
def seeded(seed: int) -> Block:
    """Opens a block in which a model is built with the same initial weights each time.

    It applies to each layer of `tf.keras` whose weights this thread makes in the block, whoever wrote the
    layer. An initializer that has no seed, given by name, config, instance or not at all, takes the seed
    that follows from the block's and the weight's path; one with a seed keeps it, and draws on each backend
    what it draws on TensorFlow. What else is unseeded takes its seed by its place among its kind in the
    block: an initializer of this package that is called outside layers, and, on Keras 3, the generator of a
    `Dropout` and the like. The generators of Python, NumPy and TensorFlow are left as they were. Blocks nest,
    the innermost applies.

    A model that makes its weights when it is first called has to be called in the block.

    Args:
        seed: Any integer.

    Raises:
        TypeError: If `seed` is no integer.

    Example:

    >>> import keras_inits
    >>> import numpy as np
    >>> import tensorflow as tf
    >>> with keras_inits.seeded(7):
    ...     kernel = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)]).get_weights()[0]
    >>> with keras_inits.seeded(7):
    ...     again = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)]).get_weights()[0]
    >>> bool(np.array_equal(kernel, again))
    True

    Source: `docs/reinitialize.md` has the seeds' formula.
    """
    return _seeded(weight_paths.checked_seed(seed))


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    context = SeededContext(seed)
    watcher = Watcher(context.add_weight, lambda kind: context.next_seed(f"/keras/{kind}"))
    unseeded = functools.partial(context.next_seed, "/keras/unseeded")
    with draw_contexts.entered(context), seed_sources.seeds_drawn_from(unseeded), watched_layers(watcher):
        yield


class SeededContext(draw_contexts.InstalledContext):
    """The context of a seeded block: the installed Keras', with seeds that follow from one."""

    def __init__(self, seed: int):
        super().__init__()
        self._seed = seed
        self._paths = Numbering()
        # The layers that are in no other layer, in the order in which they made their first weights.
        self._outermost_names = Numbering()
        self._outermost: dict[Any, str] = {}
        self._paths_in: dict[Any, dict[int, str]] = {}

    def next_seed(self, path: str) -> int:
        """Returns the seed of what has this path; the next with the same path gets another."""
        return weight_paths.derived_seed(self._seed, self._paths.unique(path))

    def default_seed(self, initializer: Any) -> int:
        """As `DrawContext.default_seed`."""
        return self.next_seed(f"/initializers/{type(initializer).__name__}")

    def add_weight(self, layer: Any, arguments: dict[str, Any], make: Callable) -> Any:
        """Makes a layer's weight as Keras does, with its seed."""
        path = weight_paths.weight_path(self._layer_path(layer), arguments.get("name"))
        reseed = functools.partial(
            reseeding.with_missing_seed,
            seed=self.next_seed(path),
            # Keras' own draws other numbers elsewhere.
            always_own=not backend.is_tensorflow(),
        )
        initializer = reseeding.asked_of_layer(layer, arguments)
        return make({**arguments, "initializer": reseeding.of_layer(initializer, layer, reseed)})

    def _layer_path(self, layer: Any) -> str:
        for outer in (*layer_hooks.layers_being_built(), layer):
            path = None if isinstance(outer, tf.keras.Model) else self._paths_of(outer, layer).get(id(layer))
            if path is not None:
                name = weight_paths.lasting_name(outer)
                if outer not in self._outermost:
                    self._outermost[outer] = self._outermost_names.unique(name)
                return self._outermost[outer] + path.removeprefix(name)
        return ""

    def _paths_of(self, outer: Any, layer: Any) -> dict[int, str]:
        if id(layer) not in self._paths_in.get(outer, {}):
            # A layer may get others while it is built.
            self._paths_in[outer] = weight_paths.layer_paths(outer)
        return self._paths_in[outer]
