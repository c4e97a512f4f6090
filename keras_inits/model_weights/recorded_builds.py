"""Finds the initializer of each weight of a model: the one that the layer's own `build` asks for.

A layer that has weights is copied by its config and built in the shapes that it was built in, while
`add_weight` records what it is asked for and makes nothing. Where that is not possible (a layer without a
config), a weight has the initializer that its layer keeps under its name, as `kernel_initializer`.
"""

import contextlib
import inspect
import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import tensorflow as tf

from keras_inits.drawing import draw_contexts
from keras_inits.keras_compat import layer_internals, seed_sources
from keras_inits.keras_compat.layer_hooks import Watcher, watched_layers
from keras_inits.model_weights import reseeding

# Where a layer keeps an initializer that is not called like the weight.
KEPT_AS = {
    "depthwise_kernel": "depthwise_initializer",
    "pointwise_kernel": "pointwise_initializer",
    "recurrent_kernel": "recurrent_initializer",
}


class Source(NamedTuple):
    """Where a weight gets its values: what its layer, or a copy of it, asks for."""

    layer: Any
    name: str | None
    trainable: bool
    shape: tuple[int, ...]
    initializer: Callable


def sources(model: Any) -> dict[int, Source]:
    """Returns the source of each weight in a model or layer, by the weight's `id`, as far as there is one."""
    found: dict[int, Source] = {}
    records: list[Source] = []
    with _recording(records):
        for layer, holders in _with_holders(model):
            if getattr(getattr(layer, "dtype_policy", None), "quantization_mode", None):
                continue  # It makes its weights of zeros, for those that are quantized.
            missing = {id(weight) for weight in own_weights(layer)} - found.keys()
            for find in (_by_building, _by_attributes):
                if missing:
                    found |= {k: v for k, v in find(layer, holders, records).items() if k in missing}
                    missing -= found.keys()
    return found


def own_weights(layer: Any) -> list[Any]:
    """Returns the weights of a layer itself, without those that a wrapper has taken from its layer."""
    inner = {id(weight) for part in layer_internals.sublayers(layer)[1:] for weight in _all(part)}
    return [weight for weight in _all(layer) if id(weight) not in inner]


def _all(layer: Any) -> Iterator[Any]:
    return itertools.chain(*layer_internals.own_weights(layer))


def _with_holders(layer: Any, holders: tuple = ()) -> Iterator[tuple[Any, tuple]]:
    """Yields a layer and all in it, each with the layers that it is in, the innermost first."""
    yield layer, holders
    for child in layer_internals.children(layer):
        yield from _with_holders(child, (layer, *holders))


@contextlib.contextmanager
def _recording(records: list[Source]) -> Iterator[None]:
    """Opens a block in which layers make no weights: what they ask for is recorded."""

    def record(layer: Any, arguments: dict[str, Any], make: Callable) -> Any:
        name, shape = arguments.get("name"), tuple(tf.TensorShape(arguments.get("shape") or ()))
        initializer = reseeding.asked_of_layer(layer, arguments)
        records.append(Source(layer, name, _is_trained(arguments), shape, initializer))
        return layer_internals.placeholder(shape, arguments.get("dtype") or layer.variable_dtype, name)

    with (
        draw_contexts.entered(draw_contexts.UndrawnContext()),
        watched_layers(Watcher(record, lambda kind: draw_contexts.NO_SEED)),
        seed_sources.seeds_drawn_from(lambda: draw_contexts.NO_SEED),
        layer_internals.names_given_back(),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _is_trained(arguments: dict[str, Any]) -> bool:
    if arguments.get("trainable") is not None:
        return bool(arguments["trainable"])
    return arguments.get("synchronization") != tf.VariableSynchronization.ON_READ


def _by_building(layer: Any, holders: tuple, records: list[Source]) -> dict[int, Source]:
    """Returns the sources that a copy of the layer asks for.

    Where the layer around it has built it, Keras 2 knows the shapes of that one alone.
    """
    for outer in (layer, *holders):
        if isinstance(outer, tf.keras.Model) and outer is not layer:
            break
        copy = _built_copy(outer, records)
        if copy is not None:
            originals, copies = layer_internals.sublayers(outer), layer_internals.sublayers(copy)
            if outer is not layer and list(map(type, originals)) != list(map(type, copies)):
                continue
            asked = copies[next(i for i, part in enumerate(originals) if part is layer)]
            made = [record for record in records if record.layer is asked]
            if made:
                return _matched(layer, made)
    return {}


def _built_copy(layer: Any, records: list[Source]) -> Any:
    """Returns a copy of a layer that was built without weights, `None` where there is none.

    It is built as far as it goes: a build may compute with the weights that are not there.
    """
    classes = {type(part).__name__: type(part) for part in layer_internals.sublayers(layer)}
    for changed in (_with_instances, _unchanged, _without_untaken):
        records.clear()
        copy = None
        # A user's layer may raise anything.
        with contextlib.suppress(Exception), tf.keras.utils.custom_object_scope(classes):
            copy = type(layer).from_config(changed(layer.get_config(), layer))
            built_from = layer.get_build_config()
            if built_from is not None:
                copy.build_from_config(built_from)
            return copy
        if copy is not None and records:
            return copy
    return None


def _with_instances(config: dict[str, Any], layer: Any) -> dict[str, Any]:
    """Returns a layer's config with its own initializers, functions and the like, which need no name then."""
    kept = {name: vars(layer).get(name) for name in config}
    shared = {k: v for k, v in kept.items() if callable(v) and not isinstance(v, tf.keras.layers.Layer)}
    return {**config, **shared}


def _unchanged(config: dict[str, Any], layer: Any) -> dict[str, Any]:
    return config


def _without_untaken(config: dict[str, Any], layer: Any) -> dict[str, Any]:
    """Returns a layer's config without what Keras adds and its class does not take, such as the `dtype`."""
    parameters = inspect.signature(type(layer).__init__).parameters
    return {name: value for name, value in config.items() if name in parameters}


def _matched(layer: Any, made: list[Source]) -> dict[int, Source]:
    """Returns the source of each weight, matched by order or else by name and shape."""
    found: dict[int, Source] = {}
    own = {id(weight) for weight in own_weights(layer)}
    for group, trained in zip(layer_internals.own_weights(layer), (True, False)):
        weights = [weight for weight in group if id(weight) in own]
        asked = [source for source in made if source.trainable is trained]
        if len(weights) == len(asked) and all(map(_fits, weights, asked)):
            found |= {id(weight): source for weight, source in zip(weights, asked)}
            continue
        for weight in weights:
            fitting = [source for source in made if source.name and _fits(weight, source)]
            if len(fitting) == 1:
                found[id(weight)] = fitting[0]
    return found


def _fits(weight: Any, source: Source) -> bool:
    name = (source.name or "").split("/")[-1] or layer_internals.weight_name(weight)
    return layer_internals.weight_name(weight) == name and tuple(weight.shape) == source.shape


def _by_attributes(layer: Any, holders: tuple, records: list[Source]) -> dict[int, Source]:
    found = {}
    for group, trained in zip(layer_internals.own_weights(layer), (True, False)):
        for weight in group:
            name = layer_internals.weight_name(weight)
            kept = getattr(layer, KEPT_AS.get(name, f"{name}_initializer"), None)
            if isinstance(kept, tf.keras.initializers.Initializer):
                found[id(weight)] = Source(layer, name, trained, tuple(weight.shape), kept)
    return found
