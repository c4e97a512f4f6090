"""Finds a model's variables in a checkpoint of TensorFlow 1's `Saver`, which has their names alone."""

import collections
from collections.abc import Mapping
from typing import Any

from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.files.stored import Array
from keras_inits.saved_models.weights.parts import Part, WeightsError, parts, variables

_CELL = "_cell"


def dealt(plan: Plan, model: Any, named: Mapping[str, Array]) -> list[tuple[Part, list[Array]]]:
    """Deals out arrays to the layers whose variables have their names.

    A name may have other scopes before it than today's, and of an optimizer's slots, named after their
    variables, nothing is taken.

    Raises:
        WeightsError: A variable is not among the names, or could be several of them.
    """
    endings: dict[tuple[str, ...], list[str]] = collections.defaultdict(list)
    for name in named:
        if name.rpartition("/")[0] not in named:
            scopes = _scopes(name)
            for start in range(len(scopes) - 1):
                endings[scopes[start:]].append(name)
    found = {}
    for part in parts(plan, model):
        own = variables(part[1])
        if own and id(part[1]) not in found:
            found[id(part[1])] = (part, [named[_found(part, one, endings)] for one in own])
    return [*found.values()]


def _found(part: Part, variable: Any, endings: Mapping[tuple[str, ...], list[str]]) -> str:
    """Finds the name of a variable in the file: one whose end is the end of the variable's, the longest."""
    scopes = _scopes(getattr(variable, "path", variable.name))
    for start in range(len(scopes) - 1):
        names = endings.get(scopes[start:], [])
        whole = [name for name in names if _scopes(name) == scopes[start:]]
        if len(whole or names) == 1:
            return (whole or names)[0]
        if names:
            raise WeightsError(
                f"layer {part[0].saved_name!r}: {scopes[-1]} could be any of {sorted(names)[:5]}"
            )
    raise WeightsError(f"the file has no variable {'/'.join(scopes)!r}, of layer {part[0].saved_name!r}")


def _scopes(name: str) -> tuple[str, ...]:
    """Splits a name, without the names of cells, which came later, and without the number of an output."""
    *outer, last = name.partition(":")[0].split("/")
    return (*(scope for scope in outer if not scope.endswith(_CELL)), last)
