"""Moves the weights of a saved model into the model that was built from its upgraded config."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_inits.keras_compat import versions
from keras_inits.keras_compat.own import public
from keras_inits.keras_compat.public_names import to_snake_case
from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan, layer_of
from keras_inits.saved_models.files import stored
from keras_inits.saved_models.weights import arrangement

# A layer of today's model, with the plan of what was saved.
_Part = tuple[Plan, Any]


# Layers whose weights are their vocabulary, which `vocabularies` gives them.
LOOKUPS = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})


@public
class WeightsError(ValueError):
    """The weights of a file do not fit the model."""


def move(model: Any, plan: Plan, origin: Origin, saved: stored.Stored) -> None:
    """Gives a model the weights of a file, every one of them.

    Raises:
        WeightsError: A layer's weights are missing, too many, or of another shape.
        StoredWeightsError: The file is damaged, or not what it says.
    """
    if saved.layers is not None:
        found = _of_layers(model, plan, origin, saved.layers)
    else:
        found = _of_tree(plan, model, origin, saved.tree)
    done = set()
    for part, arrays in found:
        if id(part[1]) in done:
            continue
        done.add(id(part[1]))
        _fill(part, origin, arrays)
    for part in _parts(plan, model):
        if id(part[1]) not in done and part[0].class_name not in LOOKUPS and _variables(part[1]):
            raise WeightsError(f"the file has no weights for layer {part[0].saved_name!r}")


def _of_layers(
    model: Any, plan: Plan, origin: Origin, groups: list[tuple[str, list[stored.Array]]]
) -> list[tuple[_Part, list[stored.Array]]]:
    """Deals out the arrays of a file with a group per layer."""
    found = []
    for layer, arrays in _matched(model, plan, groups):
        found += _dealt(layer, origin, arrays)
    return found


def _matched(
    model: Any, plan: Plan, groups: list[tuple[str, list[stored.Array]]]
) -> list[tuple[_Part, list[stored.Array]]]:
    """Finds the layer of each group: by its name, or by its place where no name is right."""
    top = [(child, layer_of(model, child)) for child in plan.children]
    by_name = {child.saved_name: (child, layer) for child, layer in top}
    # Keras 1 wrote the layers of a Sequential inside a Sequential as if they were its own.
    for child, layer in _every(plan, model):
        by_name.setdefault(child.saved_name, (child, layer))
    full = [(name, arrays) for name, arrays in groups if arrays]
    if all(name in by_name for name, _ in full):
        return [(by_name[name], arrays) for name, arrays in full]
    weighty = [(child, layer) for child, layer in top if layer is not None and _variables(layer)]
    if len(weighty) != len(full):
        unknown = [name for name, _ in full if name not in by_name]
        raise WeightsError(
            f"the file has weights of {len(full)} layers, among them {unknown[:5]}, "
            f"which the model does not have; it has {len(weighty)} layers with weights"
        )
    return [(layer, arrays) for layer, (_, arrays) in zip(weighty, full, strict=True)]


def _dealt(
    layer: _Part, origin: Origin, arrays: list[stored.Array]
) -> list[tuple[_Part, list[stored.Array]]]:
    """Deals out the arrays of one group: the trained ones of every part first, then the others."""
    parts = list({id(part[1]): part for part in _parts(*layer)}.values())
    counts = []
    for plan, today in parts:
        trained, fixed = len(_arrays(today.trainable_weights)), len(_arrays(today.non_trainable_weights))
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
        for part, trained, fixed in zip(parts, trained_arrays, fixed_arrays, strict=True)
    ]


def _of_tree(
    plan: Plan, model: Any, origin: Origin, group: stored.Group
) -> list[tuple[_Part, list[stored.Array]]]:
    """Deals out the arrays of a file whose groups mirror the layers' attributes."""
    found = []
    saved: dict[tuple[str, str], list[stored.Array]] = {}
    read: set[str] = set()
    for path, part in paths(plan, model, origin, lambda path: stored.has(group, path)):
        child = part[0]
        if path is not None and stored.has(group, path):
            saved[child.identity] = _own_arrays(child, stored.subgroup(group, path))
            read.add(path)
        elif not (child.shared and child.identity in saved):
            continue
        found.append((part, saved[child.identity]))
    _check_all_are_read(plan, group, read)
    return found


def paths(
    plan: Plan, model: Any, origin: Origin, exists: Callable[[str], bool]
) -> Iterator[tuple[str | None, _Part]]:
    """Finds where a `.keras` file keeps each layer.

    Args:
        exists: Tells whether the file has something at a path.

    Yields:
        A layer's path in the file, `None` where it was saved as another model's, and the layer.
    """
    seen: set[tuple[str, str]] = set()

    def walk(plan: Plan, layer: Any, path: str | None) -> Iterator[tuple[str | None, _Part]]:
        if _is_model(plan):
            yield from walk_model(plan, layer, path)
        elif plan.children and hasattr(layer, "forward_layer"):
            yield from walk(plan.children[0], layer.forward_layer, _inner(path, "forward_layer"))
            yield from walk(plan.children[-1], layer.backward_layer, _inner(path, "backward_layer"))
        elif plan.class_name == "TimeDistributed" and plan.children:
            yield from walk(plan.children[0], layer.layer, _inner(path, "layer"))
        else:
            yield path, (plan, layer)

    def walk_model(plan: Plan, model: Any, path: str | None) -> Iterator[tuple[str | None, _Part]]:
        holders = stored.HOLDERS if path is not None else ()
        holder = next((name for name in holders if exists(_inner(path, name))), None)
        twice = holder == stored.HOLDERS[1] and origin.counts_layers_twice
        names = _Names()
        for child in plan.children:
            part = layer_of(model, child)
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
    """Joins a path and a name in it; either may be empty, and of no path nothing is inside."""
    return None if path is None else "/".join(part for part in (path, name) if part)


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


def _own_arrays(plan: Plan, group: stored.Group) -> list[stored.Array]:
    """Lists the arrays of a layer; several cells are made unique by the names of their classes."""
    if plan.class_name == "RNN" and plan.children:
        return _own_arrays(plan.children[0], stored.subgroup(group, "cell"))
    if plan.class_name == "StackedRNNCells":
        cells = stored.subgroup(group, "cells")
        names = _Names()
        return [
            a for cell in plan.children for a in _own_arrays(cell, stored.subgroup(cells, names.next(cell)))
        ]
    if plan.class_name == "SpectralNormalization":
        # Its own are the inner layer's kernel once more, and the vector.
        own = stored.own_arrays(group)
        return [*stored.tree_arrays(stored.subgroup(group, "layer")), *own[-1:]]
    return stored.tree_arrays(group)


class _Names:
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


def _fill(part: _Part, origin: Origin, arrays: list[stored.Array]) -> None:
    """Gives one layer its weights."""
    plan, layer = part
    if plan.class_name in LOOKUPS:
        return
    if plan.class_name == "Discretization":
        _set_boundaries(layer, arrays)
        return
    try:
        values = arrangement.arranged(plan, origin, [array.read() for array in arrays])
    except stored.StoredWeightsError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        shapes = [array.shape for array in arrays]
        raise WeightsError(
            f"layer {plan.saved_name!r}: weights of shapes {shapes} are not those of a {plan.saved_class}"
        ) from error
    variables = layer.weights if plan.rebuilt else _variables(layer)
    given = [value.shape for value in values]
    wanted = [tuple(variable.shape) for variable in variables]
    if given != wanted:
        raise WeightsError(
            f"layer {plan.saved_name!r} ({plan.saved_class}) has weights of shapes {wanted}, "
            f"and the file's are {given}"
        )
    _assign(variables, values)
    if plan.class_name == "Normalization":
        layer.finalize_state()  # It computes with constants made of its weights.


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
        _assign([layer.summary], [summary])
    layer.finalize_state()


def _assign(variables: list[Any], values: list[np.ndarray]) -> None:
    if versions.is_keras_3():
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
    else:  # In a graph with a session, tf.keras 2 sets them all in one run.
        tf.keras.backend.batch_set_value(list(zip(variables, values, strict=True)))


def _variables(layer: Any) -> list[Any]:
    """Returns a layer's weights in the order in which files have them."""
    return _arrays([*layer.trainable_weights, *layer.non_trainable_weights])


def _arrays(weights: list[Any]) -> list[Any]:
    """Leaves out what tf.keras 2 lists as weights and is none: the tables of vocabularies."""
    return [weight for weight in weights if hasattr(weight, "shape")]


def _is_model(plan: Plan) -> bool:
    return plan.class_name == "Model"


def _parts(plan: Plan, layer: Any) -> list[_Part]:
    """Lists the layers inside a model or a wrapper that have weights of their own."""
    if layer is None:
        return []
    if _is_model(plan):
        return [p for child in plan.children for p in _parts(child, layer_of(layer, child))]
    if plan.children and hasattr(layer, "forward_layer"):
        forward, backward = plan.children[0], plan.children[-1]
        return [*_parts(forward, layer.forward_layer), *_parts(backward, layer.backward_layer)]
    if plan.class_name == "TimeDistributed" and plan.children:
        return _parts(plan.children[0], layer.layer)
    return [(plan, layer)]


def _every(plan: Plan, layer: Any) -> list[_Part]:
    """Lists the layers inside a model, those of the models inside it too."""
    if layer is None:
        return []
    found = [(plan, layer)]
    if _is_model(plan):
        found += [p for child in plan.children for p in _every(child, layer_of(layer, child))]
    return found
