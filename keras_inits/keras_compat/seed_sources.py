"""Where Keras takes the seed of an unseeded initializer from.

Keras 2.10 and later draw it from `backend._SEED_GENERATOR` once `set_random_seed` was called; Keras 3 from
Python's `random` always, by `make_default_seed`.
"""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import backend, backend_tensors, versions


def default_seed() -> int:
    """Returns a seed for an initializer that was given none, drawn as the installed Keras draws it."""
    if not versions.is_keras_3():
        generator = getattr(versions.source("backend")._SEED_GENERATOR, "generator", None)
        if generator:
            return generator.randint(1, int(1e9))
    return random.randint(1, int(1e9))


def seed_makers() -> dict[str, Any]:
    """Returns the modules of Keras 3 that look up `make_default_seed`, by what they seed; none on Keras 2."""
    if not versions.is_keras_3():
        return {}
    return {
        "seed_generators": versions.source("random.seed_generator"),
        "initializers": versions.source(f"backend.{backend.name()}.random"),
    }


@contextlib.contextmanager
def seeds_drawn_from(draw: Callable[[], int]) -> Iterator[None]:
    """Has Keras 2 draw the seeds of what is unseeded from `draw` for a block; Keras 3 has `seed_makers`."""
    if versions.is_keras_3():
        yield
        return
    holder = versions.source("backend")._SEED_GENERATOR
    before = getattr(holder, "generator", None)
    holder.generator = _Drawing(draw)
    try:
        yield
    finally:
        holder.generator = before


class _Drawing:
    """What Keras 2 draws seeds from, instead of a `random.Random`."""

    def __init__(self, draw: Callable[[], int]):
        self._draw = draw

    def randint(self, low: int, high: int) -> int:
        return self._draw()


def is_seed_generator(seed: Any) -> bool:
    """Returns whether a seed is a `keras.random.SeedGenerator`, which only Keras 3 has."""
    # An integer first, as most seeds are one and `tf.keras` is slow to look into.
    return type(seed) is not int and versions.is_keras_3() and isinstance(seed, tf.keras.random.SeedGenerator)


def next_seed(generator: Any) -> tf.Tensor:
    """Returns the next seed of a `SeedGenerator`: two integers, the same on each backend of Keras."""
    seed = generator.next()
    return seed if backend.is_tensorflow() else tf.constant(backend_tensors.as_numpy(seed), tf.int64)


def is_next_traced(generator: Any) -> bool:
    """Returns whether the next seed of a `SeedGenerator` is known only where a function of JAX's runs."""
    # What is computed from a known state in a function that is traced has no value either.
    return backend_tensors.is_traced(generator.state.value) or backend_tensors.is_tracing()


def warn_of_reuse(initializer: Any) -> None:
    """Warns of a second call of an unseeded initializer, as Keras 2.10 and later does."""
    if hasattr(initializer, "_warn_reuse"):
        initializer._warn_reuse()


def ensure_shared_by_processes() -> None:
    """Raises a `ValueError` where each of JAX's processes would draw a weight by a seed of its own."""
    if backend.name() != "jax":
        return
    import jax

    # Not in Keras 3.0 to 3.3, which does not keep the seed.
    seed_that_was_set = getattr(versions.source("utils.rng_utils"), "get_random_seed", lambda: 0)
    if jax.process_count() > 1 and seed_that_was_set() is None:
        raise ValueError(
            "The parts of an unseeded weight in several processes would be of different draws. Call "
            "`keras.utils.set_random_seed` in all of them first, with the same seed, or "
            "`keras.distribution.initialize`, or give the initializer a seed."
        )


def ensure_seeded() -> None:
    """Raises a `ValueError` where Keras 2.10 and later does: unless the process was seeded, for a DTensor."""
    if not versions.is_keras_3():
        versions.source("initializers.initializers")._ensure_keras_seeded()
