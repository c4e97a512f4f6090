"""Where a weight is in its model, in words that stay the same when the model is built again, and the seed
that follows from it.

A weight's path is the names of the layers that it is in, from the outermost on, and its own, with slashes
between: `"block/attention/query/kernel"`. Models add nothing to it, whether they are functional, sequential
or subclassed: a layer has the same path on its own, in a model, and in a model in a model.

A name that Keras gave (`"dense_7"`, of a `Dense`) loses its number, as the number depends on what was built
before. Where layers in the same place have the same name then, the second has `#1` behind it, the third
`#2`. The same goes for paths.
"""

import collections
import hashlib
import operator
import re
from collections.abc import Iterable, Iterator
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat import layer_internals

# Derived seeds are from 1 up to and without this number: every Keras takes such a one as it is.
SEEDS_BELOW = 2**31 - 2
# What Keras' `Bidirectional` puts before the name of a layer.
_PREFIXES = "forward_|backward_"


def checked_seed(seed: Any) -> int:
    """Returns a seed that others are derived from as an integer, or raises a `TypeError`."""
    try:
        return operator.index(seed)
    except TypeError:
        raise TypeError(f"`seed` must be an integer. Received: seed={seed!r}") from None


def derived_seed(seed: int, path: str) -> int:
    """Returns the seed that follows from any integer and a weight's path, the same stream in every Keras.

    It is `1 + int(first 8 bytes of SHA-256(text), big-endian) % (2**31 - 3)`, with the text
    `"keras_inits seed 1: {seed} {path}"` in UTF-8. The 1 in it is the formula's version.

    Example:

    >>> derived_seed(7, "conv1/kernel")
    429310113
    """
    digest = hashlib.sha256(f"keras_inits seed 1: {seed} {path}".encode()).digest()
    return 1 + int.from_bytes(digest[:8], "big") % (SEEDS_BELOW - 1)


def lasting_name(layer: Any) -> str:
    """Returns the name of a layer without the number that Keras put behind it."""
    given = re.escape(layer_internals.name_given_by_keras(layer))
    match = re.fullmatch(rf"((?:{_PREFIXES})?{given})(_\d+)?", layer.name)
    return match[1] if match else layer.name


class Numbering:
    """Makes names unique: the second that is the same gets `#1` behind it, the third `#2`."""

    def __init__(self) -> None:
        self._counts: collections.Counter[str] = collections.Counter()

    def unique(self, name: str) -> str:
        """Returns the name, with its number if it has been here before."""
        count = self._counts[name]
        self._counts[name] += 1
        return f"{name}#{count}" if count else name


def layer_paths(model: Any) -> dict[int, str]:
    """Returns the path of each layer in a model or a layer, by the layer's `id`; a model's is where it is.

    A layer that is in several places has the path of the first one, those nearest to the model first.
    """
    paths: dict[int, str] = {}
    _add_paths(paths, [model], "")
    return paths


def _add_paths(paths: dict[int, str], layers: Iterable[Any], place: str) -> None:
    numbering = Numbering()
    found = [layer for layer in _without_models(paths, layers, place) if id(layer) not in paths]
    for layer in found:
        if id(layer) not in paths:
            paths[id(layer)] = _joined(place, numbering.unique(lasting_name(layer)))
    for layer in found:
        _add_paths(paths, layer_internals.children(layer), paths[id(layer)])


def _without_models(paths: dict[int, str], layers: Iterable[Any], place: str) -> Iterator[Any]:
    """Yields the layers, and instead of a model those in it."""
    for layer in layers:
        if not isinstance(layer, tf.keras.Model):
            yield layer
        elif id(layer) not in paths:
            paths[id(layer)] = place
            yield from _without_models(paths, layer_internals.children(layer), place)


def weight_path(layer_path: str, name: str | None) -> str:
    """Returns the path of a weight of a layer; one without a name is called `"variable"`."""
    return _joined(layer_path, name or "variable")


def _joined(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name
