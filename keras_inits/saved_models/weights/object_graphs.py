"""Finds a model's layers in a graph of objects, as TensorFlow's checkpoints and SavedModels hold one.

A model of layers that Keras knows names them by their place there, `layer_with_weights-0`; all else is
named by the attributes of the user's own classes.
"""

import re
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from keras_inits.saved_models.config.plans import Plan, with_layers
from keras_inits.saved_models.files.stored import VALUE, Array, Object
from keras_inits.saved_models.weights.parts import (
    Part,
    WeightsError,
    inside,
    is_model,
    own_part,
    parts,
    variables,
)

Dealt = list[tuple[Part, list[Array]]]

# What of a layer is no weight: states of recurrent layers, of random generators, what a SavedModel adds.
_NO_WEIGHTS = frozenset({
    "states", "_states", "_random_generator", "random_generator", "seed_generator", "_generator", "keras_api",
    "signatures", "optimizer", "metrics", "_metrics", "compiled_metrics", "compiled_loss", "loss_tracker",
    "loss", "train_function", "test_function", "predict_function", "train_tf_function", "save_counter",
})  # fmt: skip
# What a SavedModel lists of a layer besides its attributes, in an order of that Keras' own.
_LISTS = frozenset({"variables", "trainable_variables", "non_trainable_variables", "layers"})
_LAYER = re.compile(r"layer-([0-9]{1,6})\Z")
_WEIGHTY = re.compile(r"layer_with_weights-([0-9]{1,6})\Z")
# What Keras 3 has its layers in.
_FUNCTIONAL, _OPERATIONS = "_functional", "_operations"
_ITEM = re.compile(r"([0-9]{1,6})\Z")


def dealt(plan: Plan, model: Any, objects: list[Object]) -> Dealt:
    """Deals out the arrays of a graph of objects to a model's layers.

    Args:
        plan: The model's; or of a model of the user's own class, whose layers are found by its attributes.

    Raises:
        WeightsError: The graph has no model with these layers, or several.
    """
    errors, found = [], {}
    for name, place in _candidates(objects, plan.by_attributes):
        try:
            found[name] = list(_walk(plan, model, objects, place))
        except WeightsError as error:
            errors.append(error)
    best = max((_fit(one) for one in found.values()), default=(0, 0))
    # Such as an encoder and a decoder next to each other.
    fitting = [name for name, one in found.items() if _fit(one) == best]
    if len(fitting) > 1 and best[0]:
        raise WeightsError(f"the file has several models that fit: {', '.join(sorted(fitting))}")
    if not best[0]:
        raise errors[0] if errors else WeightsError("the file has no model with these layers")
    return found[fitting[0]]


def _fit(found: Dealt) -> tuple[int, int]:
    """Says how well arrays fit: how many layers get any, and how many of those the shapes that they have."""
    given = [(layer, arrays) for (_, layer), arrays in found if arrays]
    same = [
        sorted(array.shape for array in arrays) == sorted(tuple(one.shape) for one in variables(layer))
        for layer, arrays in given
    ]
    return len(given), sum(same)


def arrays_by_layer(model: Any, plan: Plan, objects: list[Object]) -> dict[str, list[Array]]:
    """Lists the arrays of each layer of a graph's one model by its name, also where it has no weights yet."""
    places = [at for _, at in _candidates(objects, False) if _layers(objects, at)]
    if len(places) != 1:
        return {}
    return {
        child.saved_name: [array for _, array in arrays_in(objects, at)]
        for (child, _), at in _aligned(plan, model, objects, places[0])
    }


def _candidates(objects: list[Object], by_attributes: bool) -> list[tuple[str, int]]:
    """Lists what may be the model: what was saved, or else what it holds by a name."""
    root = objects[0]
    inner = [(name, at) for name, at in root.children.items() if at and name not in _NO_WEIGHTS]
    if by_attributes:
        return [("", 0), *((name, at) for name, at in inner if objects[at].children)]
    return [("", 0)] if _layers(objects, 0) else [(name, at) for name, at in inner if _layers(objects, at)]


def _walk(plan: Plan, layer: Any, objects: list[Object], place: int) -> Iterator[tuple[Part, list[Array]]]:
    """Walks through a layer and its object together."""
    if is_model(plan):
        if not _layers(objects, place):
            yield from _of_attributes(plan, layer, objects, place)
            return
        for (child, inner), at in _aligned(plan, layer, objects, place):
            yield from _walk(child, inner, objects, at)
        return
    wrapped = inside(plan, layer)
    if wrapped is None:
        yield (plan, layer), _arrays_of(plan, layer, objects, place)
    for attribute, part in wrapped or ():
        if attribute not in objects[place].children:
            raise WeightsError(f"the checkpoint has no {attribute} of layer {plan.saved_name!r}")
        yield from _walk(*part, objects, objects[place].children[attribute])


def _layers(objects: list[Object], place: int) -> list[int]:
    """Lists the objects of a model's layers, in the model's order; none of what is no model."""
    children = objects[place].children
    if _FUNCTIONAL in children and not any(map(_LAYER.match, children)):
        return _layers_in(objects, children[_FUNCTIONAL])
    return _numbered(children, _LAYER) or _layers_in(objects, place)


def _layers_in(objects: list[Object], place: int) -> list[int]:
    """Lists the layers of a model of Keras 3, which has them in a list."""
    operations = objects[place].children.get(_OPERATIONS)
    return [] if operations is None else _numbered(objects[operations].children, _ITEM)


def _numbered(children: Any, pattern: re.Pattern[str]) -> list[int]:
    found = [(int(match[1]), at) for name, at in children.items() if (match := pattern.match(name))]
    return [at for _, at in sorted(found)]


def _aligned(plan: Plan, model: Any, objects: list[Object], place: int) -> list[tuple[Part, int]]:
    """Pairs a model's layers with their objects: those with weights, or else all of them, in order."""
    own = [(child, layer) for child, layer in with_layers(plan, model) if layer is not None]
    every = _layers(objects, place)
    weighty = _numbered(objects[place].children, _WEIGHTY) or [at for at in every if arrays_in(objects, at)]
    mine = [part for part in own if _weights_of(*part)]
    if len(weighty) == len(mine):
        return list(zip(mine, weighty, strict=True))
    # An old layer may have weights where today's has none. Inputs are left out by some Keras versions.
    without_inputs = [part for part in own if part[0].class_name != "InputLayer"]
    for some in (own, without_inputs):
        for places in (every, every[1:]):
            if len(some) == len(places):
                return list(zip(some, places, strict=True))
    raise WeightsError(
        f"the checkpoint has {len(weighty)} layers with weights for model {plan.saved_name or plan.name!r}, "
        f"which has {len(mine)}"
    )


def _weights_of(plan: Plan, layer: Any) -> bool:
    """Returns whether a layer has weights, its own or of the layers inside."""
    return any(variables(inner) for _, inner in parts(plan, layer))


def arrays_in(objects: list[Object], place: int) -> list[tuple[str, Array]]:
    """Lists the weights of an object and of those inside it, each once, in the order in which they were made.

    Returns:
        Their paths from there, and the arrays.
    """
    found: list[tuple[str, Array]] = []
    seen = {place}
    rest = [("", place)]
    while rest:
        path, at = rest.pop()
        if VALUE in objects[at].arrays:
            found.append((path, objects[at].arrays[VALUE]))
        inner = []
        for name, child in objects[at].children.items():
            if child not in seen and name not in _NO_WEIGHTS:
                seen.add(child)
                inner.append((f"{path}/{name}" if path else name, child))
        rest += reversed(inner)
    return found


def _arrays_of(plan: Plan, layer: Any, objects: list[Object], place: int) -> list[Array]:
    """Lists the arrays of a layer's object, in the order of the layer's weights."""
    found = arrays_in(objects, place)
    if plan.rebuilt:
        return [array for _, array in found]
    own = variables(layer)
    named = _by_attributes(layer, objects, place)
    if own and all(id(one) in named for one in own):
        return [named[id(one)] for one in own]
    short = {path.rpartition("/")[2].lstrip("_"): array for path, array in found}
    names = [_short_name(one) for one in own]
    unique = len(short) == len(found) and len(set(names)) == len(names)
    if names and unique and all(name in short for name in names):
        return [short[name] for name in names]
    return [array for _, array in found]


def _by_attributes(layer: Any, objects: list[Object], place: int) -> dict[int, Array]:
    """Finds a layer's variables and those of the layers inside it by the names of attributes.

    Returns:
        The arrays, by the variables' identities.
    """
    found: dict[int, Array] = {}
    seen: set[tuple[int, int]] = set()

    def walk(live: Any, at: int) -> None:
        if (id(live), at) in seen:
            return
        seen.add((id(live), at))
        own = {_short_name(one): one for one in _own_variables(live)}
        for name, child in objects[at].children.items():
            if VALUE in objects[child].arrays:
                variable = own.get(name.lstrip("_"), _attribute(live, name))
                if hasattr(variable, "shape"):
                    found.setdefault(id(variable), objects[child].arrays[VALUE])
            elif name in _LISTS:
                continue
            elif name not in _NO_WEIGHTS or isinstance(_attribute(live, name), tf.keras.layers.Layer):
                inner = _attribute(live, name)
                if isinstance(inner, (tf.keras.layers.Layer, list, tuple, dict)):
                    walk(inner, child)

    walk(layer, place)
    return found


def _own_variables(live: Any) -> list[Any]:
    """Lists a layer's variables whose names are unique in it; none of a list of layers."""
    every = variables(live) if isinstance(live, tf.keras.layers.Layer) else []
    names = [_short_name(one) for one in every]
    return [one for one, name in zip(every, names, strict=True) if names.count(name) == 1]


def _attribute(live: Any, name: str) -> Any:
    """Returns an attribute of a layer, or an item of a list or dict; `None` where there is none."""
    if isinstance(live, dict):
        return live.get(name, live.get(int(name)) if _ITEM.match(name) else None)
    if isinstance(live, (list, tuple)):
        return live[int(name)] if _ITEM.match(name) and int(name) < len(live) else None
    try:
        return getattr(live, name, None)
    except Exception:  # A property of the user's own class may raise anything.
        return None


def _short_name(variable: Any) -> str:
    return variable.name.rpartition("/")[2].partition(":")[0]


def _of_attributes(plan: Plan, model: Any, objects: list[Object], place: int) -> Iterator[Any]:
    """Walks through a model of the user's own class, whose layers are its attributes."""
    by_identity = {id(layer): child for child, layer in with_layers(plan, model)}
    yielded: set[int] = set()
    seen: set[tuple[int, int]] = set()

    def walk(live: Any, at: int) -> Iterator[Any]:
        if (id(live), at) in seen:
            return
        seen.add((id(live), at))
        for name, child in objects[at].children.items():
            inner = _attribute(live, name)
            if id(inner) in by_identity and id(inner) not in yielded:
                yielded.add(id(inner))
                yield from _walk(by_identity[id(inner)], inner, objects, child)
            elif isinstance(inner, (list, tuple, dict)):
                yield from walk(inner, child)

    yield from walk(model, place)
    part = own_part(plan, model)
    names = {_short_name(one): one for one in part[1].weights}
    saved = {
        id(names.get(name, _attribute(model, name))): objects[child].arrays[VALUE]
        for name, child in objects[place].children.items()
        if VALUE in objects[child].arrays
    }
    own = variables(part[1])
    if own and all(id(one) in saved for one in own):
        yield part, [saved[id(one)] for one in own]
