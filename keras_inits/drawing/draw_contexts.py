"""A session is one process of a Keras: its era, its generators, and what they have come to.

There is the session of the installed Keras, whose generators are Keras' own, and there are those of
blocks: of replay blocks, which have generators of their own, and of seeded ones (see `seeding`). Each
thread has a stack of the latter.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import math
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.drawing import eras, streams
from keras_inits.drawing.eras import Call, Era
from keras_inits.drawing.streams import Part, Stream
from keras_inits.keras_compat import seed_sources, versions

# What `random_seed.get_seed` of TensorFlow takes where the graph has no seed.
DEFAULT_GRAPH_SEED = 87654321
_MAX_SEED = 2**31 - 1
# What stands for a seed where none is drawn; no draw gives it.
NO_SEED = _MAX_SEED
# The counts that a stateful kernel sets aside for each value that it draws.
_COUNTS_PER_VALUE = 256


class _Local(threading.local):
    """What each thread is in: the sessions of its blocks, and how many calls of layers."""

    blocks: tuple[InstalledSession | ReplaySession, ...] = ()
    layers = 0


_LOCAL = _Local()


class InstalledSession:
    """The session of the installed Keras."""

    @functools.cached_property
    def era(self) -> Era:
        """Its era; what this package adds to Keras is known in it."""
        return eras.era_of(versions.keras_version())._replace(axes=True, identity_axes=math.inf)

    def seed_at_construction(self, seed: Any, initializer: Any) -> Any:
        """The seed that an initializer has once it is made: its own, or one that is drawn then."""
        if not self.era.is_seed(seed) and self.era.seed_drawn_at == "construction":
            return self.default_seed(initializer)
        return seed

    def default_seed(self, initializer: Any) -> int:
        """The seed of an initializer that was given none."""
        return seed_sources.default_seed()

    def call(self, initializer: Any, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        """What a call of a random initializer asks for."""
        return Call(self.era, shape, dtype, part, stream=lambda *_: self._stream(initializer, part))

    def graph_seeds(self, op_seed: int | None) -> tuple[int, int]:
        """TensorFlow 1's two seeds of an initializer."""
        graph_seed, op_seed = tf.compat.v1.get_seed(op_seed)
        if graph_seed is None:
            return random.SystemRandom().getrandbits(64), 0
        return int(graph_seed), int(op_seed)

    def _stream(self, initializer: Any, part: Part | None) -> Stream:
        seed = initializer.seed
        if seed_sources.is_seed_generator(seed):
            return streams.stateless_stream(self.era.fold_seed(initializer.generated_seed(part)))
        # A partitioned variable calls once for each of its parts.
        if initializer.is_unseeded and part is None:
            seed_sources.warn_of_reuse(initializer)
        if seed is None:
            seed = initializer.drawn_seed
        return streams.stateless_stream((self.era.fold_seed(seed), 0))


class UndrawnSession(InstalledSession):
    """The session of a block in which initializers are made only to be looked at: no seed is drawn."""

    def default_seed(self, initializer: Any) -> int:
        """As `InstalledSession.default_seed`."""
        return NO_SEED


class ReplaySession:
    """A session of an older Keras, just started and seeded.

    Args:
        version: What `keras.__version__` said, or `"tf1"`.
        numpy: The seed of `numpy.random.seed`, or `None`.
        tensorflow: The seed of `tf.random.set_seed` or `tf.set_random_seed`, or `None`.
        keras: The seed of `keras.utils.set_random_seed`, or `None`.

    Raises:
        ValueError: If there is no such version, or a seed that it could not have been given.
    """

    def __init__(
        self,
        version: str,
        numpy: int | None = None,
        tensorflow: int | None = None,
        keras: int | None = None,
    ):
        self.version = version
        self.era = eras.era_of(version)
        # Keras' own function seeds all three.
        numpy = keras if numpy is None else numpy
        tensorflow = keras if tensorflow is None else tensorflow
        self.graph_seed = tensorflow
        self._generators = {
            "numpy": None if numpy is None else np.random.RandomState(numpy),
            "tensorflow": None if tensorflow is None else random.Random(tensorflow),
            "python": None if keras is None else random.Random(keras),
        }
        # For what is not of that Keras and must leave its generators alone.
        self.other_seeds = random.Random(repr((version, numpy, tensorflow, keras)))
        # What kernels, initializers and layers of the session have come to.
        self._drawn: dict[Any, int] = {}
        self._seeds: dict[Any, int] = {}
        self._of_parts: dict[Any, Any] = {}
        self.twins: dict[Any, Any] = {}

    def is_seeded(self) -> bool:
        """Whether the generator of unseeded draws was seeded."""
        return self._generators.get(self.era.seeds_from) is not None

    def generator(self, name: str) -> Any:
        """One of the session's generators: `"numpy"`, `"tensorflow"` or `"python"`.

        Raises:
            ValueError: If it was not seeded.
        """
        generator = self._generators.get(name)
        if generator is None:
            raise ValueError(_NOT_SEEDED[name].format(version=self.version))
        return generator

    def next_seed(self) -> int:
        """The seed of an unseeded draw, from the generator that the era takes it from."""
        generator = self.generator(self.era.seeds_from)
        if self.era.seeds_from == "numpy":
            return int(generator.randint(self.era.seeds_below))
        if self.era.seeds_from == "tensorflow":
            return generator.randint(0, _MAX_SEED)
        return generator.randint(1, 10**9)

    def seed_at_construction(self, seed: Any, initializer: Any) -> Any:
        """As `InstalledSession.seed_at_construction`."""
        if not self.era.is_seed(seed) and self.era.seed_drawn_at == "construction":
            return self.next_seed()
        return seed

    def call(self, initializer: Any, shape: Any, dtype: tf.DType, part: Part | None) -> Call:
        """As `InstalledSession.call`."""
        return Call(
            self.era,
            shape,
            dtype,
            part,
            stream=lambda *drawn: self._of_weight(
                initializer, part, lambda: self._stream(initializer, *drawn)
            ),
            numpy=lambda: self._of_weight(initializer, part, lambda: self._numpy(initializer)),
            in_layer=in_layer(),
        )

    def graph_seeds(self, op_seed: int | None) -> tuple[int, int]:
        """As `InstalledSession.graph_seeds`."""
        if op_seed is None:
            raise ValueError(_NOT_SEEDED["none"].format(version="tf1"))
        graph_seed = DEFAULT_GRAPH_SEED if self.graph_seed is None else self.graph_seed
        graph_seed, op_seed = graph_seed % _MAX_SEED, op_seed % _MAX_SEED
        # TensorFlow keeps (0, 0) for "no seed".
        return (graph_seed, op_seed) if graph_seed or op_seed else (0, _MAX_SEED)

    def _of_weight(self, initializer: Any, part: Part | None, make: Callable[[], Any]) -> Any:
        """What `make` makes; a weight's other parts have what its first part had, and move nothing on.

        A partitioned variable calls an initializer once for each of its parts, from the first on.
        """
        if part is not None and any(part.offset) and initializer in self._of_parts:
            return copy.deepcopy(self._of_parts[initializer])
        made = make()
        if part is not None:
            self._of_parts[initializer] = copy.deepcopy(made)
        return made

    def _stream(self, initializer: Any, distribution: str, dtype: tf.DType, shape: Any) -> Stream:
        seed, was_drawn = self._seed_of(initializer)
        if (self.era.drawn_seed_means if was_drawn else self.era.seed_means) == "stateless":
            return streams.stateless_stream((self.era.fold_seed(seed), 0))
        stream = streams.graph_stream(*self.graph_seeds(seed))
        if not self.era.kernels_go_on:
            return stream
        kernel = (distribution, dtype, stream)
        drawn = self._drawn.get(kernel, 0)
        self._drawn[kernel] = drawn + math.prod(shape)
        return streams.advance(stream, _COUNTS_PER_VALUE * drawn)

    def _numpy(self, initializer: Any) -> np.random.RandomState:
        """The generator that NumPy's values of an initializer come from."""
        if initializer.is_unseeded or self.era.seed_means == "values":
            return self.generator("numpy")
        generator = np.random.RandomState(self._seed_of(initializer)[0])
        if self.era.orthogonal_seed_is_global:
            self._generators["numpy"] = generator
        return generator

    def _seed_of(self, initializer: Any) -> tuple[int, bool]:
        """The seed of this call of an initializer, and whether it was drawn for want of one."""
        seed = initializer.seed
        if seed_sources.is_seed_generator(seed):
            raise ValueError(
                f"Keras {self.version} had no SeedGenerator. Received: {type(initializer).__name__} "
                "with one as its seed, in a replay block."
            )
        if initializer.is_unseeded or not self.era.is_seed(seed):
            if self.era.seed_drawn_at == "each call":
                return self.next_seed(), True
            if initializer not in self._seeds:
                at_construction = self.era.seed_drawn_at == "construction" and seed is not None
                self._seeds[initializer] = seed if at_construction else self.next_seed()
            return self._seeds[initializer], True
        if self.era.second_call == "next seed":
            seed = self._seeds.get(initializer, seed)
            self._seeds[initializer] = seed + 1
        return seed, False


_NOT_SEEDED = {
    "numpy": (
        "Keras {version} takes the seed of this draw from NumPy's global generator, which this replay "
        "block has none of. Say what was given to numpy.random.seed: replay({version!r}, numpy=...)"
    ),
    "tensorflow": (
        "Keras {version} takes the seed of this draw from TensorFlow's global seed, which this replay "
        "block has none of. Say what was given to tf.random.set_seed: replay({version!r}, "
        "tensorflow=...)"
    ),
    "python": (
        "Keras {version} takes the seed of this draw from Python's generator, which this replay block "
        "has none of. Say what was given to keras.utils.set_random_seed: replay({version!r}, "
        "keras=...)"
    ),
    "none": (
        "An unseeded draw of Keras {version} cannot be had again: its seed was the number of the "
        "operations that the graph had by then."
    ),
}
_INSTALLED = InstalledSession()


def current() -> InstalledSession | ReplaySession:
    """The session that initializers draw in: the innermost block's, or the installed Keras'."""
    return _LOCAL.blocks[-1] if _LOCAL.blocks else _INSTALLED


def replaying() -> ReplaySession | None:
    """The session of this thread's innermost block, if that is a replay block."""
    session = current()
    return session if isinstance(session, ReplaySession) else None


@contextlib.contextmanager
def entered(session: InstalledSession | ReplaySession) -> Iterator[None]:
    """Makes a session this thread's for a block."""
    outer = _LOCAL.blocks
    _LOCAL.blocks = (*outer, session)
    try:
        yield
    finally:
        _LOCAL.blocks = outer


def in_layer() -> bool:
    """Whether this thread is inside a layer of Keras, as far as a replay block sees it."""
    return _LOCAL.layers > 0


@contextlib.contextmanager
def inside_layer() -> Iterator[None]:
    """Marks this thread as inside a layer for a block."""
    _LOCAL.layers += 1
    try:
        yield
    finally:
        _LOCAL.layers -= 1
