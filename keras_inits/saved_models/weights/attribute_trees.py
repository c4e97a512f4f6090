"""Finds the layers of a model of the user's own class in a tree of groups that have its attributes' names."""

from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from keras_inits.keras_compat.public_names import to_snake_case
from keras_inits.saved_models.config.plans import Plan, with_layers
from keras_inits.saved_models.files import stored
from keras_inits.saved_models.files.stored import Array, Group
from keras_inits.saved_models.weights.parts import Part, inside, is_model, own_part

Pairs = list[tuple[Part, list[Array]]]


def dealt(
    plan: Plan,
    model: Any,
    group: Group,
    of_model: Callable[[Plan, Any, Group], Pairs],
    arrays_of: Callable[[Plan, Group], list[Array]],
) -> Pairs:
    """Deals out the arrays of a tree.

    Args:
        of_model: Does it for a model whose layers Keras knows.
        arrays_of: Lists the arrays of one layer.
    """
    plans = {id(layer): child for child, layer in with_layers(plan, model)}

    def walk_layer(plan: Plan, layer: Any, group: Group) -> Iterator[Any]:
        wrapped = inside(plan, layer)
        if is_model(plan) and plan.by_attributes:
            yield from dealt(plan, layer, group, of_model, arrays_of)
        elif is_model(plan):
            yield from of_model(plan, layer, group)
        elif wrapped is None:
            yield (plan, layer), arrays_of(plan, group)
        for attribute, part in wrapped or ():
            yield from walk_layer(*part, stored.subgroup(group, attribute))

    def walk(group: Group) -> Iterator[Any]:
        for name, live in _named(model, group):
            for inner, found in _items(live, group, name):
                if id(inner) in plans and isinstance(found, Group):
                    yield from walk_layer(plans[id(inner)], inner, found)

    pairs = [*walk(group), (own_part(plan, model), stored.own_arrays(group))]
    return [(part, arrays) for part, arrays in pairs if arrays]


def _named(model: Any, group: Group) -> Iterator[tuple[str, Any]]:
    """Yields what of a model a group has: the names, and the attributes that have them."""
    for name in group.names:
        attribute = "layers" if name in stored.HOLDERS else name
        live = getattr(model, attribute, getattr(model, f"_{attribute}", None))
        if isinstance(live, (tf.keras.layers.Layer, list, tuple, dict)):
            yield name, live


def _items(live: Any, group: Group, name: str) -> Iterator[tuple[Any, Any]]:
    """Yields a layer, or the layers of a list or dict, with their groups: they are named by their classes."""
    if isinstance(live, tf.keras.layers.Layer):
        yield live, group.open(name)
        return
    inner = stored.subgroup(group, name)
    used: dict[str, int] = {}
    for one in live.values() if isinstance(live, dict) else live:
        if isinstance(one, tf.keras.layers.Layer):
            stem = to_snake_case(type(one).__name__)
            number = used.get(stem, 0)
            used[stem] = number + 1
            key = f"{stem}_{number}" if number else stem
            if key in inner.names:
                yield one, inner.open(key)
