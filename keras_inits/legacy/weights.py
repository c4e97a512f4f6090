"""Moves the weights of a saved model into the model that was built from its upgraded config."""

import re
from typing import Any

import h5py
import numpy as np
import tensorflow as tf

from keras_inits import generic_utils
from keras_inits.legacy import arrangement, stored
from keras_inits.legacy.origin import Origin
from keras_inits.legacy.plans import Plan

# A layer of today's model, with the plan of what was saved.
_Part = tuple[Plan, Any]


class WeightsError(ValueError):
    """The weights of a file do not fit the model."""


def move(model: Any, plan: Plan, origin: Origin, group: h5py.Group) -> None:
    """Gives a model the weights of a file, every one of them.

    Args:
        model: The model, as it was built from the upgraded config.
        plan: The plan that the upgrade left.
        origin: The Keras that saved the weights.
        group: The weights, opened.

    Raises:
        WeightsError: A layer's weights are missing, too many, or of another shape.
        StoredWeightsError: The file is damaged, or not what it says.
    """
    if stored.is_layered(group):
        found = _of_layers(model, plan, origin, stored.layers(group))
    else:
        found = _of_tree(plan, model, group)
    done = set()
    for part, arrays in found:
        if id(part[1]) in done:
            continue
        done.add(id(part[1]))
        _fill(part, origin, arrays)
    for part in _parts(plan, model):
        if id(part[1]) not in done and _variables(part[1]):
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
    top = [(child, inside(model, child)) for child in plan.children]
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
        trained = len(today.trainable_weights)
        fixed = len(today.non_trainable_weights)
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


def _of_tree(plan: Plan, layer: Any, group: h5py.Group) -> list[tuple[_Part, list[stored.Array]]]:
    """Deals out the arrays of a file whose groups mirror the layers' attributes."""
    if _is_model(plan):
        found = []
        children = stored.tree_children(group)
        names = _path_names(plan.children)
        if children != group:  # Else the optimizer is in it, too.
            _check_all_are_named(plan, children, names)
        for child, name in zip(plan.children, names, strict=True):
            part_of = inside(layer, child)
            if part_of is not None and name in children:
                found += _of_tree(child, part_of, stored.subgroup(children, name))
        return found
    if plan.children and hasattr(layer, "forward_layer"):
        ways = ("forward_layer", "backward_layer")
        both = zip(ways, (plan.children[0], plan.children[-1]), strict=True)
        return [
            one
            for way, child in both
            for one in _of_tree(child, getattr(layer, way), stored.subgroup(group, way))
        ]
    if plan.class_name == "TimeDistributed" and plan.children:
        return _of_tree(plan.children[0], layer.layer, stored.subgroup(group, "layer"))
    return [((plan, layer), _own_arrays(plan, group))]


def _check_all_are_named(plan: Plan, group: h5py.Group, names: list[str]) -> None:
    """Sees that a file has no weights of layers that the model has not: it may be another model's."""
    others = (name for name in group if name not in names)
    left = [name for name in others if stored.tree_arrays(stored.child(group, name))]
    if left:
        raise WeightsError(
            f"the file has weights of {len(left)} layers that model {plan.name!r} does not have, "
            f"among them {left[:5]}"
        )


def _own_arrays(plan: Plan, group: h5py.Group) -> list[stored.Array]:
    """Lists the arrays of a layer; several cells are told apart by the names of their classes."""
    if plan.class_name == "RNN" and plan.children:
        return _own_arrays(plan.children[0], stored.subgroup(group, "cell"))
    if plan.class_name == "StackedRNNCells":
        cells = stored.subgroup(group, "cells")
        named = zip(plan.children, _path_names(plan.children), strict=True)
        return [a for cell, name in named for a in _own_arrays(cell, stored.subgroup(cells, name))]
    return stored.tree_arrays(group)


def _path_names(plans: list[Plan]) -> list[str]:
    """Names layers as the paths of a `.keras` file do: by class, numbered from the second on."""
    names = []
    used: dict[str, int] = {}
    for plan in plans:
        name = _snake_case(plan.saved_class)
        number = used[name] = used.get(name, -1) + 1
        names.append(f"{name}_{number}" if number else name)
    return names


def _snake_case(name: str) -> str:
    """Writes a class' name as Keras writes it in the paths of a `.keras` file."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _fill(part: _Part, origin: Origin, arrays: list[stored.Array]) -> None:
    """Gives one layer its weights."""
    plan, layer = part
    try:
        values = arrangement.arranged(plan, origin, [array.read() for array in arrays])
    except stored.StoredWeightsError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        shapes = [array.shape for array in arrays]
        raise WeightsError(
            f"layer {plan.saved_name!r}: weights of shapes {shapes} are not those of a {plan.saved_class}"
        ) from error
    variables = _variables(layer)
    given = [value.shape for value in values]
    wanted = [tuple(variable.shape) for variable in variables]
    if given != wanted:
        raise WeightsError(
            f"layer {plan.saved_name!r} ({plan.saved_class}) has weights of shapes {wanted}, "
            f"and the file's are {given}"
        )
    _assign(variables, values)


def _assign(variables: list[Any], values: list[np.ndarray]) -> None:
    if generic_utils.is_keras_3():
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
    else:  # In a graph with a session, tf.keras 2 sets them all in one run.
        tf.keras.backend.batch_set_value(list(zip(variables, values, strict=True)))


def _variables(layer: Any) -> list[Any]:
    """Returns a layer's weights in the order in which files have them."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _is_model(plan: Plan) -> bool:
    return plan.class_name == "Model"


def inside(model: Any, child: Plan) -> Any:
    """Finds a model's layer.

    Args:
        model: The model.
        child: The layer's plan.

    Returns:
        The layer; `None` for an input that Keras does not count as a layer.
    """
    names = (child.name, child.name.replace("/", "_"))
    return next((one for one in model.layers if one.name in names), None)


def _parts(plan: Plan, layer: Any) -> list[_Part]:
    """Lists the layers inside a model or a wrapper that have weights of their own."""
    if layer is None:
        return []
    if _is_model(plan):
        return [p for child in plan.children for p in _parts(child, inside(layer, child))]
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
        found += [p for child in plan.children for p in _every(child, inside(layer, child))]
    return found
