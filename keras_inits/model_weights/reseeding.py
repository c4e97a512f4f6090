"""Initializers as they are, with other seeds.

An initializer's seed is what its config has under `"seed"`, or the config of an initializer in it. One of
Keras' own becomes the package's of that name, which draws the same and faster. A function has no config:
where a layer makes one of its own initializers (the bias of an `LSTM`, with ones for the forget gate),
these take their seeds while it is called.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_inits.drawing import draw_contexts
from keras_inits.initializers import registry
from keras_inits.keras_compat import backend, stock_initializers

# From an initializer to the same one with another seed.
Reseed = Callable[[Any], Any]


def reseeded(initializer: Any, seed: int | None) -> Any:
    """Returns the initializer with that seed; with `None` it is the initializer itself unless it is unseeded.

    An unseeded one is made again then: Keras 3 fixes its values when it is made.
    """
    return with_missing_seed(initializer, None) if seed is None else _replaced(initializer, lambda _: seed)


def with_missing_seed(initializer: Any, seed: int | None, always_own: bool = False) -> Any:
    """Returns the initializer with that seed if it has none.

    Args:
        always_own: Whether one of Keras' own becomes the package's even where it has a seed.
    """
    is_changed = None in _seeds(_config(initializer))
    if not is_changed and not (always_own and stock_initializers.is_stock(initializer)):
        return initializer
    return _replaced(initializer, lambda own: seed if own is None else own)


def of_layer(initializer: Any, layer: Any, reseed: Reseed) -> Callable:
    """Returns what gives a weight its values: a reseeded initializer, or a function that uses some."""
    if hasattr(initializer, "get_config"):
        return reseed(initializer)

    # With the signature of what it wraps: Keras 3.15 looks there for `layout`.
    @functools.wraps(initializer)
    def draw(*args: Any, **kwargs: Any) -> Any:
        with _reseeded_attributes(layer, reseed):
            return initializer(*args, **kwargs)

    return draw


def takes_layout(initializer: Callable) -> bool:
    """Returns whether an initializer or a function can be told how its values are spread over devices."""
    try:
        return "layout" in inspect.signature(initializer).parameters
    except ValueError:  # Some of what is not Python's own has no signature.
        return False


def asked_of_layer(layer: Any, arguments: dict[str, Any]) -> Callable:
    """Returns the initializer that `Layer.add_weight` uses for its arguments, Keras' default included."""
    identifier = arguments.get("initializer")
    if identifier is None:
        dtype = arguments.get("dtype") or layer.variable_dtype or backend.floatx()
        identifier = "glorot_uniform" if tf.as_dtype(dtype).is_floating else "zeros"
    initializer = tf.keras.initializers.get(identifier)
    if not _has_drawn_seed(initializer, layer):
        return initializer
    with draw_contexts.entered(draw_contexts.UndrawnContext()):
        return _replaced(initializer, lambda _: None)


def _has_drawn_seed(initializer: Any, layer: Any) -> bool:
    """Returns whether a layer has made an initializer with the seed that its unseeded one drew.

    `EinsumDense` of Keras 3.15 does, to pass it the axes.
    """
    seed = getattr(initializer, "seed", None)
    own = [value for value in vars(layer).values() if type(value) is type(initializer)]
    if seed is None or any(value is initializer for value in own):
        return False
    return any(None in _seeds(_config(value)) and value.seed == seed for value in own)


@contextlib.contextmanager
def _reseeded_attributes(layer: Any, reseed: Reseed) -> Iterator[None]:
    attributes = vars(layer)
    before = {k: v for k, v in attributes.items() if isinstance(v, tf.keras.initializers.Initializer)}
    attributes.update({name: reseed(initializer) for name, initializer in before.items()})
    try:
        yield
    finally:
        attributes.update(before)


def _config(initializer: Any) -> dict[str, Any]:
    try:
        return initializer.get_config()
    except (AttributeError, NotImplementedError):  # a function, or a class of a user's without a config
        return {}


def _seeds(config: dict[str, Any]) -> list[Any]:
    """Returns the seeds in a config, and in those in it."""
    seeds = [config["seed"]] if "seed" in config else []
    return seeds + [seed for inner in map(_inner_config, config.values()) for seed in _seeds(inner)]


def _inner_config(value: Any) -> dict[str, Any]:
    inner = value.get("config") if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _replaced(initializer: Any, seed_for: Callable[[Any], Any]) -> Any:
    config = _config(initializer)
    if not _seeds(config):
        return initializer
    return registry.own_class(initializer).from_config(_replaced_in(config, seed_for))


def _replaced_in(config: dict[str, Any], seed_for: Callable[[Any], Any]) -> dict[str, Any]:
    replaced = {}
    for name, value in config.items():
        if name == "seed":
            value = seed_for(value)
        elif _inner_config(value):
            value = {**value, "config": _replaced_in(value["config"], seed_for)}
        replaced[name] = value
    return replaced
