"""Moves the weights of a saved model into the model that was built from its upgraded config."""

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import jax_shardings, lent_memory, versions
from keras_inits.keras_compat.public_names import to_snake_case
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan, with_layers
from keras_inits.saved_models.files import limits, stored
from keras_inits.saved_models.weights import (
    arrangement,
    attribute_trees,
    object_graphs,
    parts as parts_of,
    variable_names,
)
from keras_inits.saved_models.weights.parts import (
    Part,
    WeightsError,
    every,
    inside,
    is_model,
    parts,
    variables,
)

# Layers, each with its arrays in the order in which the file's Keras had its weights.
Pairs = list[tuple[Part, list[stored.Array]]]
# Groups by name, each with its arrays.
Layers = list[tuple[str, list[stored.Array]]]

# Layers whose weights are their vocabulary, which `vocabularies` gives them.
LOOKUPS = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})


def move(model: Any, plan: Plan, origin: Origin, saved: stored.Stored) -> None:
    """Gives a model the weights of a file, every one of them.

    Raises:
        WeightsError: A layer's weights are missing, too many, or of another shape.
        StoredWeightsError: The file is damaged, or not what it says.
    """
    found = pairs(model, plan, origin, saved)
    check_all_are_filled(model, plan, found)
    for part, arrays in found:
        fill(part, origin, arrays)


def pairs(model: Any, plan: Plan, origin: Origin, saved: stored.Stored) -> Pairs:
    """Finds the arrays of each layer that has weights of its own; each layer once.

    Raises:
        WeightsError: The layers of the file are not those of the model.
        StoredWeightsError: The file is damaged.
    """
    if saved.objects is not None:
        found = object_graphs.dealt(plan, model, saved.objects)
    elif saved.named is not None:
        found = variable_names.dealt(plan, model, saved.named)
    elif saved.tree is None:
        found = of_groups(matched(model, plan, saved.layers or []), origin)
    elif plan.by_attributes:
        of_tree = functools.partial(_of_tree, origin=origin)
        found = attribute_trees.dealt(plan, model, saved.tree, of_tree, layer_arrays)
    else:
        found = _of_tree(plan, model, saved.tree, origin)
    once: dict[int, Any] = {}
    for part, arrays in found:
        once.setdefault(id(part[1]), (part, arrays))
    return [*once.values()]


def arrays_by_layer(model: Any, plan: Plan, saved: stored.Stored) -> Mapping[str, list[stored.Array]]:
    """Lists the arrays of each layer by its name, also of a model whose layers have no weights yet.

    Returns:
        None for a file that has its arrays in a tree, or by the names of variables.
    """
    if saved.objects is not None:
        return object_graphs.arrays_by_layer(model, plan, saved.objects)
    return dict(saved.layers or ())


def check_all_are_filled(model: Any, plan: Plan, found: Pairs) -> None:
    """Raises a `WeightsError` where a layer of the model is not among those that get weights."""
    done = {id(layer) for (_, layer), _ in found}
    for child, layer in parts(plan, model):
        if id(layer) not in done and child.class_name not in LOOKUPS and variables(layer):
            raise WeightsError(f"the file has no weights for layer {child.saved_name!r}")


def of_groups(groups: list[tuple[Part, list[stored.Array]]], origin: Origin) -> Pairs:
    """Deals out the arrays of a file with a group per layer to the layers inside those."""
    return [pair for layer, arrays in groups for pair in _dealt(layer, origin, arrays)]


def matched(model: Any, plan: Plan, groups: Layers) -> list[tuple[Part, list[stored.Array]]]:
    """Finds the layer of each group: by its name, or by its place where no name is right."""
    named = by_name(model, plan, groups)
    if len(named) == len([name for name, arrays in groups if arrays]):
        return named
    return by_place(model, plan, groups)


def by_name(model: Any, plan: Plan, groups: Layers) -> list[tuple[Part, list[stored.Array]]]:
    """Finds the layers of those groups whose names the model has."""
    top = with_layers(plan, model)
    named = {child.saved_name: (child, layer) for child, layer in top}
    # Keras 1 wrote the layers of a Sequential inside a Sequential as if they were its own.
    for child, layer in every(plan, model):
        named.setdefault(child.saved_name, (child, layer))
    return [(named[name], arrays) for name, arrays in groups if arrays and name in named]


def by_place(model: Any, plan: Plan, groups: Layers) -> list[tuple[Part, list[stored.Array]]]:
    """Finds the layer of each group by its place among those that have weights."""
    top = with_layers(plan, model)
    full = [(name, arrays) for name, arrays in groups if arrays]
    weighty = [(child, layer) for child, layer in top if layer is not None and variables(layer)]
    if len(weighty) != len(full):
        names = {child.saved_name for child, _ in every(plan, model)}
        unknown = [name for name, _ in full if name not in names]
        raise WeightsError(
            f"the file has weights of {len(full)} layers, among them {unknown[:5]}, "
            f"which the model does not have; it has {len(weighty)} layers with weights"
        )
    return [(layer, arrays) for layer, (_, arrays) in zip(weighty, full, strict=True)]


def _dealt(layer: Part, origin: Origin, arrays: list[stored.Array]) -> Pairs:
    """Deals out the arrays of one group: the trained ones of every part first, then the others."""
    inner = list({id(part[1]): part for part in parts(*layer)}.values())
    counts = []
    for plan, today in inner:
        trained, fixed = (
            len(parts_of.arrays(today.trainable_weights)),
            len(parts_of.arrays(today.non_trainable_weights)),
        )
        counts.append(arrangement.count(plan, origin, trained, fixed))
    wanted = sum(t + f for t, f in counts)
    if wanted != len(arrays):
        raise WeightsError(
            f"layer {layer[0].saved_name!r} ({layer[0].saved_class}) needs {wanted} arrays, "
            f"and the file has {len(arrays)}"
        )
    rest = iter(arrays)
    trained_arrays = [[next(rest) for _ in range(t)] for t, _ in counts]
    fixed_arrays = [[next(rest) for _ in range(f)] for _, f in counts]
    return [
        (part, trained + fixed)
        for part, trained, fixed in zip(inner, trained_arrays, fixed_arrays, strict=True)
    ]


def _of_tree(plan: Plan, model: Any, group: stored.Group, origin: Origin) -> Pairs:
    """Deals out the arrays of a file whose groups mirror the layers' attributes."""
    found = []
    saved: dict[tuple[str, str], list[stored.Array]] = {}
    read: set[str] = set()
    for path, part in paths(plan, model, origin, lambda path: stored.has(group, path)):
        child = part[0]
        if path is not None and stored.has(group, path):
            saved[child.identity] = layer_arrays(child, stored.subgroup(group, path))
            read.add(path)
        elif not (child.shared and child.identity in saved):
            continue
        found.append((part, saved[child.identity]))
    _check_all_are_read(plan, group, read)
    return found


def paths(
    plan: Plan, model: Any, origin: Origin, exists: Callable[[str], bool]
) -> Iterator[tuple[str | None, Part]]:
    """Finds where a `.keras` file keeps each layer.

    Args:
        exists: Tells whether the file has something at a path.

    Yields:
        A layer's path in the file, `None` where it was saved as another model's, and the layer.
    """
    seen: set[tuple[str, str]] = set()

    def walk(plan: Plan, layer: Any, path: str | None) -> Iterator[tuple[str | None, Part]]:
        if is_model(plan):
            yield from walk_model(plan, layer, path)
            return
        wrapped = inside(plan, layer)
        if wrapped is None:
            yield path, (plan, layer)
        for attribute, part in wrapped or ():
            yield from walk(*part, _inner(path, attribute))

    def walk_model(plan: Plan, model: Any, path: str | None) -> Iterator[tuple[str | None, Part]]:
        places = {} if path is None else {name: _joined(path, name) for name in stored.HOLDERS}
        holder = next((name for name, place in places.items() if exists(place)), None)
        twice = holder == stored.HOLDERS[1] and origin.counts_layers_twice
        names = ClassNames()
        for child, part in with_layers(plan, model):
            again = child.shared and child.identity in seen
            seen.add(child.identity)
            if again and origin.counts_shared_layers_once:
                inner = None
            else:
                name = names.next(child, 2 if twice and part is not None and part.weights else 1)
                inner = _inner(_inner(path, holder), name)
            if part is not None:
                yield from walk(child, part, inner)

    yield from walk(plan, model, "")


def _inner(path: str | None, name: str | None) -> str | None:
    """Joins a path and a name in it; of no path nothing is inside."""
    return None if path is None else _joined(path, name)


def _joined(path: str, name: str | None) -> str:
    """Joins a path and a name in it; either may be empty."""
    return "/".join(part for part in (path, name) if part)


def _check_all_are_read(plan: Plan, group: stored.Group, read: set[str]) -> None:
    """Sees that a file has no weights of layers that the model has not: it may be another model's."""
    ways = {"/".join(path.split("/")[:end]) for path in read for end in range(1, path.count("/") + 1)}

    def unread(group: stored.Group, outer: str) -> Iterator[str]:
        holder = next((name for name in stored.HOLDERS if name in group.names), None)
        if holder is None:  # A layer's, or a model's with its optimizer in it.
            return
        layers = stored.subgroup(group, holder)
        for name in layers.names:
            path = _inner(_inner(outer, holder), name)
            if path in ways:
                yield from unread(stored.subgroup(layers, name), path)
            elif path not in read and stored.tree_arrays(stored.subgroup(layers, name)):
                yield name

    left = list(unread(group, ""))
    if left:
        raise WeightsError(
            f"the file has weights of {len(left)} layers that model {plan.name!r} does not have, "
            f"among them {left[:5]}"
        )


def layer_arrays(plan: Plan, group: stored.Group) -> list[stored.Array]:
    """Lists the arrays of a layer; several cells are made unique by the names of their classes."""
    if plan.class_name == "RNN" and plan.children:
        return layer_arrays(plan.children[0], stored.subgroup(group, "cell"))
    if plan.class_name == "StackedRNNCells":
        cells = stored.subgroup(group, "cells")
        names = ClassNames()
        return [
            a for cell in plan.children for a in layer_arrays(cell, stored.subgroup(cells, names.next(cell)))
        ]
    if plan.class_name == "SpectralNormalization":
        # Its own are the inner layer's kernel once more, and the vector.
        own = stored.own_arrays(group)
        return [*stored.tree_arrays(stored.subgroup(group, "layer")), *own[-1:]]
    return stored.tree_arrays(group)


class ClassNames:
    """Names layers as the paths of a `.keras` file do: by class, numbered from the second on."""

    def __init__(self):
        self._used: dict[str, int] = {}

    def next(self, plan: Plan, counted: int = 1) -> str:
        """Names the next layer.

        Args:
            counted: As how many layers it counts.
        """
        name = to_snake_case(plan.saved_class)
        number = self._used.get(name, 0)
        self._used[name] = number + counted
        return f"{name}_{number}" if number else name


def fill(part: Part, origin: Origin, arrays: list[stored.Array]) -> None:
    """Gives one layer its weights.

    Raises:
        WeightsError: They are of another shape.
        StoredWeightsError: The file is damaged.
    """
    plan, layer = part
    if plan.class_name in LOOKUPS:
        return
    if plan.class_name == "Discretization":
        _set_boundaries(layer, arrays)
        return
    own, values = _arranged(part, origin, arrays, [array.read() for array in arrays])
    for variable, value in zip(own, values, strict=True):
        _assign(variable, value)
    if plan.class_name == "Normalization":
        layer.finalize_state()  # It computes with constants made of its weights.


def check(part: Part, origin: Origin, arrays: list[stored.Array]) -> None:
    """Raises a `WeightsError` where `fill` would, without reading the arrays."""
    plan, layer = part
    if plan.class_name in LOOKUPS or plan.class_name == "Discretization":
        return
    wanted = sum(math.prod(one.shape) for one in layer.weights)
    if sum(math.prod(array.shape) for array in arrays) > limits.NUMBERS_RATIO * wanted + limits.NUMBERS_SPARE:
        raise _misfit(plan, [tuple(one.shape) for one in variables(layer)], [one.shape for one in arrays])
    try:
        values = [np.broadcast_to(np.zeros((), "float32"), one.shape) for one in arrays]
    except ValueError:  # NumPy refuses some sizes, be they of an array without values.
        own = [tuple(one.shape) for one in variables(layer)]
        raise _misfit(plan, own, [one.shape for one in arrays]) from None
    _arranged(part, origin, arrays, values)


def _arranged(
    part: Part, origin: Origin, arrays: list[stored.Array], values: list[np.ndarray]
) -> tuple[list[Any], list[np.ndarray]]:
    """Arranges the values of a layer's arrays as today's layer has them; returns its variables, too."""
    plan, layer = part
    try:
        values = arrangement.arranged(plan, origin, values)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        shapes = [array.shape for array in arrays]
        raise WeightsError(
            f"layer {plan.saved_name!r}: weights of shapes {shapes} are not those of a {plan.saved_class}"
        ) from error
    own = layer.weights if plan.rebuilt else variables(layer)
    given = [value.shape for value in values]
    wanted = [tuple(variable.shape) for variable in own]
    if given != wanted:
        raise _misfit(plan, wanted, given)
    return own, values


def _misfit(plan: Plan, wanted: list[Any], given: list[Any]) -> WeightsError:
    return WeightsError(
        f"layer {plan.saved_name!r} ({plan.saved_class}) has weights of shapes {wanted}, "
        f"and the file's are {given}"
    )


def _set_boundaries(layer: Any, arrays: list[stored.Array]) -> None:
    """Lets a layer that was adapted find its boundaries in the summary of what it saw, if it has none."""
    if layer.bin_boundaries or not arrays:
        return
    summary = arrays[0].read()
    if summary.ndim != 2 or summary.shape[0] != 2:
        raise WeightsError(f"layer {layer.name!r}: {summary.shape} is no shape of a summary")
    if versions.is_keras_3():
        layer.summary = summary
    else:
        _assign(layer.summary, summary)
    layer.finalize_state()


def _assign(variable: Any, value: np.ndarray) -> None:
    """Gives a variable a value, whose memory it takes where it can."""
    sharding = jax_shardings.sharding_of_weight(variable) if versions.is_keras_3() else None
    if sharding is not None:
        variable.assign(jax_shardings.spread(value, sharding, variable.dtype))
    elif lent_memory.can_be_lent(value) and value.dtype == tf.as_dtype(variable.dtype):
        variable.assign(lent_memory.lent(value))
    elif versions.is_keras_3():
        variable.assign(value)
    else:  # In a graph with a session, tf.keras 2 sets it in a run.
        tf.keras.backend.set_value(variable, value)
