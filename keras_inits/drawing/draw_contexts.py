"""What initializers draw in: the installed Keras, or the block of an older or of a seeded one.

A context has an era and generators with their state. That of the installed Keras has Keras' own generators; a
replay block has its own, and so has a seeded one (see `model_weights/seeding.py`). Each thread has a stack of
the contexts of its blocks.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import math
import random
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing import eras, streams
from keras_inits.drawing.calls import Call
from keras_inits.drawing.eras import Era, SecondCall, SeedMeaning, SeedSource, SeedTime
from keras_inits.drawing.streams import Part, Stream
from keras_inits.keras_compat import seed_sources

# What `random_seed.get_seed` of TensorFlow takes where the graph has no seed.
DEFAULT_GRAPH_SEED = 87654321
_MAX_SEED = 2**31 - 1
# What stands for a seed where none is drawn; no draw gives it.
NO_SEED = _MAX_SEED
# The counts that a stateful kernel sets aside for each value that it draws.
_COUNTS_PER_VALUE = 256


class _Local(threading.local):
    """What each thread is in: the contexts of its blocks, and how many calls of layers."""

    blocks: tuple[DrawContext, ...] = ()
    layers = 0


_LOCAL = _Local()


class DrawContext:
    """What all contexts share; a subclass has an `era` and says where seeds and streams come from."""

    era: Era

    def __init__(self):
        # What the first part of each weight was drawn with.
        self._of_first_parts: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()

    def seed_at_construction(self, seed: Any, initializer: Any) -> Any:
        """Returns the seed that an initializer has once it is made: its own, or one that is drawn then."""
        if not self.era.is_seed(seed) and self.era.seed_drawn_at is SeedTime.CONSTRUCTION:
            return self.default_seed(initializer)
        return seed

    def of_weight(self, initializer: Any, part: Part | None, make: Callable[[], Any]) -> Any:
        """Returns what `make` makes, for the first part of a weight; its other parts get the same.

        A partitioned variable calls an initializer once for each of its parts, from the first on.
        """
        if part is None:
            return make()
        if not any(part.offset) or initializer not in self._of_first_parts:
            made = make()
            self._of_first_parts[initializer] = _kept(made)
            return made
        return _kept(self._of_first_parts[initializer])

    def default_seed(self, initializer: Any) -> int:
        """Returns the seed of an initializer that was given none."""
        raise NotImplementedError

    def call(self, initializer: Any, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        """Returns what a call of an initializer that draws asks for."""
        raise NotImplementedError

    def graph_seeds(self, op_seed: int | None) -> tuple[int, int]:
        """Returns TensorFlow 1's two seeds of an initializer."""
        raise NotImplementedError


def _kept(made: Any) -> Any:
    # A generator of NumPy's moves on as it draws.
    return copy.deepcopy(made) if isinstance(made, np.random.RandomState) else made


class InstalledContext(DrawContext):
    """The context of the installed Keras."""

    @functools.cached_property
    def era(self) -> Era:  # type: ignore[override]  # Found when asked for; nobody sets it.
        """Its era."""
        return eras.installed()

    def default_seed(self, initializer: Any) -> int:
        """As `DrawContext.default_seed`."""
        return seed_sources.default_seed()

    def call(self, initializer: Any, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        """As `DrawContext.call`."""
        return Call(self.era, shape, dtype, part, stream=lambda *_: self._stream(initializer, part))

    def graph_seeds(self, op_seed: int | None) -> tuple[int, int]:
        """As `DrawContext.graph_seeds`."""
        graph_seed, op_seed = tf.compat.v1.get_seed(op_seed)
        if graph_seed is None:
            return random.SystemRandom().getrandbits(64), 0
        return int(graph_seed), int(op_seed)

    def _stream(self, initializer: Any, part: Part | None) -> Stream:
        seed = initializer.seed
        if seed_sources.is_seed_generator(seed):
            seed = self.of_weight(initializer, part, functools.partial(seed_sources.next_seed, seed))
            return streams.stateless_stream(self.era.fold_seed(seed))
        # A partitioned variable calls once for each of its parts.
        if initializer.is_unseeded and part is None:
            seed_sources.warn_of_reuse(initializer)
        if seed is None:
            seed = initializer.drawn_seed
        return streams.stateless_stream((self.era.fold_seed(seed), 0))


class UndrawnContext(InstalledContext):
    """The context of a block in which initializers are made only to be looked at: no seed is drawn."""

    def default_seed(self, initializer: Any) -> int:
        """As `DrawContext.default_seed`."""
        return NO_SEED


class ReplayContext(DrawContext):
    """The context of an older Keras that was just started and seeded.

    Args:
        version: What `keras.__version__` said, or `"tf1"`.
        numpy: The seed of `numpy.random.seed`, or `None`.
        tensorflow: The seed of `tf.random.set_seed` or `tf.set_random_seed`, or `None`.
        keras: The seed of `keras.utils.set_random_seed`, or `None`.

    Raises:
        ValueError: If there is no such version, or a seed that it could not have been given.
    """

    def __init__(
        self, version: str, numpy: int | None = None, tensorflow: int | None = None, keras: int | None = None
    ):
        super().__init__()
        self.version = version
        self.era = eras.era_of(version)
        # Keras' own function seeds all three.
        numpy = keras if numpy is None else numpy
        tensorflow = keras if tensorflow is None else tensorflow
        self.graph_seed = tensorflow
        self._generators = {
            SeedSource.NUMPY: None if numpy is None else np.random.RandomState(numpy),
            SeedSource.TENSORFLOW: None if tensorflow is None else random.Random(tensorflow),
            SeedSource.PYTHON: None if keras is None else random.Random(keras),
        }
        # For what that Keras did not have, which must leave its generators alone.
        self.other_seeds = random.Random(repr((version, numpy, tensorflow, keras)))
        # How many values each kernel has drawn, each initializer's next seed, and each one's twin.
        self._drawn: dict[Any, int] = {}
        self._seeds: dict[Any, int] = {}
        self.twins: dict[Any, Any] = {}

    def is_seeded(self) -> bool:
        """Returns whether the generator of unseeded draws was seeded."""
        return self._generators.get(self.era.seeds_from) is not None

    def generator(self, source: SeedSource) -> Any:
        """Returns one of the block's generators.

        Raises:
            ValueError: If it was not seeded.
        """
        generator = self._generators.get(source)
        if generator is None:
            raise _error_of_source(source, self.version)
        return generator

    def default_seed(self, initializer: Any = None) -> int:
        """Returns the seed of an unseeded draw, from the generator that the era takes it from."""
        generator = self.generator(self.era.seeds_from)
        if self.era.seeds_from is SeedSource.NUMPY:
            return int(generator.randint(self.era.seeds_below))
        if self.era.seeds_from is SeedSource.TENSORFLOW:
            return generator.randint(0, _MAX_SEED)
        return generator.randint(1, 10**9)

    def call(self, initializer: Any, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        """As `DrawContext.call`."""
        return Call(
            self.era,
            shape,
            dtype,
            part,
            stream=lambda *drawn: self.of_weight(
                initializer, part, lambda: self._stream(initializer, *drawn)
            ),
            numpy=lambda: self.of_weight(initializer, part, lambda: self._numpy(initializer)),
            in_layer=in_layer(),
        )

    def graph_seeds(self, op_seed: int | None) -> tuple[int, int]:
        """As `DrawContext.graph_seeds`."""
        if op_seed is None:
            raise _error_of_source(SeedSource.NONE, eras.TENSORFLOW_1_NAME)
        graph_seed = DEFAULT_GRAPH_SEED if self.graph_seed is None else self.graph_seed
        graph_seed, op_seed = graph_seed % _MAX_SEED, op_seed % _MAX_SEED
        # TensorFlow keeps (0, 0) for "no seed".
        return (graph_seed, op_seed) if graph_seed or op_seed else (0, _MAX_SEED)

    def _stream(self, initializer: Any, distribution: str, dtype: tf.DType, shape: Any) -> Stream:
        seed, was_drawn = self._seed_of(initializer)
        if (self.era.drawn_seed_means if was_drawn else self.era.seed_means) is SeedMeaning.STATELESS:
            return streams.stateless_stream((self.era.fold_seed(seed), 0))
        stream = streams.graph_stream(*self.graph_seeds(seed))
        if not self.era.kernels_go_on:
            return stream
        kernel = (distribution, dtype, stream)
        drawn = self._drawn.get(kernel, 0)
        self._drawn[kernel] = drawn + math.prod(shape)
        return streams.advance(stream, _COUNTS_PER_VALUE * drawn)

    def _numpy(self, initializer: Any) -> np.random.RandomState:
        """Returns the generator that NumPy's values of an initializer come from."""
        if initializer.is_unseeded or self.era.seed_means is SeedMeaning.VALUES:
            return self.generator(SeedSource.NUMPY)
        generator = np.random.RandomState(self._seed_of(initializer)[0])
        if self.era.orthogonal_seed_is_global:
            self._generators[SeedSource.NUMPY] = generator
        return generator

    def _seed_of(self, initializer: Any) -> tuple[int, bool]:
        """Returns the seed of this call of an initializer, and whether it was drawn because it had none."""
        seed = initializer.seed
        if seed_sources.is_seed_generator(seed):
            raise ValueError(
                f"Keras {self.version} had no SeedGenerator. Received: {type(initializer).__name__} "
                "with one as its seed, in a replay block."
            )
        if initializer.is_unseeded or not self.era.is_seed(seed):
            if self.era.seed_drawn_at is SeedTime.EACH_CALL:
                return self.default_seed(), True
            if initializer not in self._seeds:
                at_construction = self.era.seed_drawn_at is SeedTime.CONSTRUCTION and seed is not None
                self._seeds[initializer] = seed if at_construction else self.default_seed()
            return self._seeds[initializer], True
        if self.era.second_call is SecondCall.NEXT_SEED:
            seed = self._seeds.get(initializer, seed)
            self._seeds[initializer] = seed + 1
        return seed, False


# What has a seed, the function that sets it, and the argument of `replay` for it.
_SEEDED_BY = {
    SeedSource.NUMPY: ("NumPy's global generator", "numpy.random.seed", "numpy"),
    SeedSource.TENSORFLOW: ("TensorFlow's global seed", "tf.random.set_seed", "tensorflow"),
    SeedSource.PYTHON: ("Python's generator", "keras.utils.set_random_seed", "keras"),
}


def _error_of_source(source: SeedSource, version: str) -> ValueError:
    if source is SeedSource.NONE:
        return ValueError(
            f"An unseeded draw of Keras {version} cannot be reproduced: its seed was the number of the "
            "operations that the graph had by then."
        )
    holder, function, argument = _SEEDED_BY[source]
    return ValueError(
        f"Keras {version} takes the seed of this draw from {holder}, which was not seeded in this replay "
        f"block. Say what was given to {function}: replay({version!r}, {argument}=...)"
    )


_INSTALLED = InstalledContext()


def current() -> DrawContext:
    """Returns the context that initializers draw in: the innermost block's, or the installed Keras'."""
    return _LOCAL.blocks[-1] if _LOCAL.blocks else _INSTALLED


def is_in_block() -> bool:
    """Returns whether this thread is in a block that has a context of its own."""
    return bool(_LOCAL.blocks)


@contextlib.contextmanager
def entered(context: DrawContext) -> Iterator[None]:
    """Makes a context this thread's for a block."""
    outer = _LOCAL.blocks
    _LOCAL.blocks = (*outer, context)
    try:
        yield
    finally:
        _LOCAL.blocks = outer


def in_layer() -> bool:
    """Returns whether this thread is inside a layer of Keras, as far as a replay block sees it."""
    return _LOCAL.layers > 0


@contextlib.contextmanager
def inside_layer() -> Iterator[None]:
    """Marks this thread as inside a layer for a block."""
    _LOCAL.layers += 1
    try:
        yield
    finally:
        _LOCAL.layers -= 1
