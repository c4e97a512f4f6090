"""Stored weights as every format's reader gives them: named arrays, each of which is read when asked for.

What is known of them before any is read: their names, their shapes, and where they stand. That is
one of four things, by the format:

- `layers`: layers, each with its arrays in the order of the layer's weights (HDF5 of Keras 1 and 2);
- `tree`: groups inside groups that mirror the layers' attributes (`.keras`, `.weights.h5`);
- `objects`: a graph of objects, whose edges have the names of attributes (TensorFlow 2's checkpoints);
- `named`: arrays by the names of variables (TensorFlow 1's checkpoints).
"""

import contextlib
import dataclasses
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np

from keras_inits.keras_compat.error_text import PrintableError
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.files import copies, guard

# What a model's layers are in, in a tree; the second one before Keras 2.14.
HOLDERS = ("layers", "_layer_checkpoint_dependencies")
# The attribute of an object that is a variable.
VALUE = "VARIABLE_VALUE"
# Children of a layer whose order is not that of their names: the order of the layer's weights.
_CHILD_ORDER = ("cell", "forward", "backward", "layer", "query", "key", "value", "output")
_NUMBER = re.compile("[0-9]{1,9}")


@public
class StoredWeightsError(PrintableError):
    """The weights in a file are damaged, or not what they say."""


@contextlib.contextmanager
def reading(what: str) -> Iterator[None]:
    """Says what is damaged where reading it fails; that no copy can be written is no damage."""
    try:
        yield
    except (StoredWeightsError, guard.DamagedFileError, copies.CopyError):
        raise
    except guard.DAMAGE as error:
        raise StoredWeightsError(f"{what} is damaged: {error}") from error


@dataclasses.dataclass(frozen=True)
class Array:
    """An array in a file, not read yet.

    Attributes:
        name: Its name in the file.
        shape: Its shape, as the file says.
        read: Reads it, as numbers or, of text, as an array of `bytes`; raises a `StoredWeightsError` where it
            is damaged, lies elsewhere, or cannot be as large as it says.
    """

    name: str
    shape: tuple[int, ...]
    read: Callable[[], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Group:
    """A group of a tree.

    Attributes:
        path: Where it is in the file.
        names: What is inside.
        open: Opens what is inside by its name; raises a `StoredWeightsError` where that leads elsewhere.
    """

    path: str
    names: Collection[str]
    open: Callable[[str], "Group | Array"]


@dataclasses.dataclass(frozen=True)
class Object:
    """An object of a graph of objects.

    Attributes:
        children: The objects that are its attributes: their places in the list of all, by name.
        arrays: Its own arrays; a variable has one, `VALUE`.
        slots: What an optimizer keeps for variables: the variable's place, the name, the slot's place.
    """

    children: Mapping[str, int]
    arrays: Mapping[str, Array]
    slots: tuple[tuple[int, str, int], ...] = ()


@dataclasses.dataclass(frozen=True)
class Stored:
    """The weights in a file; one of the last four attributes is not `None`.

    Attributes:
        numbers: How many numbers the file holds, of those that lie in it as large as they say.
        keras_version: The Keras that wrote them, `None` where the file does not say.
        backend: That Keras' backend, `None` where the file does not say.
        layers: The layers in their order, each with its arrays.
        tree: The group that mirrors the model.
        objects: The objects, the first of which is what was saved.
        named: Arrays by the names of variables.
    """

    numbers: int
    keras_version: str | None = None
    backend: str | None = None
    layers: list[tuple[str, list[Array]]] | None = None
    tree: Group | None = None
    objects: list[Object] | None = None
    named: Mapping[str, Array] | None = None


def child(group: Group, path: str) -> Any:
    """Opens a group or an array inside a group.

    Raises:
        StoredWeightsError: There is no such thing, or it is a link to elsewhere.
    """
    found: Any = group
    for name in [part for part in path.split("/") if part]:
        if not isinstance(found, Group) or name not in found.names:
            raise StoredWeightsError(f"{path!r:.200} is not in the file")
        found = found.open(name)
    return found


def subgroup(group: Group, path: str) -> Group:
    """Opens a group inside a group, and raises as `child` does; also for an array."""
    found = child(group, path)
    if not isinstance(found, Group):
        raise StoredWeightsError(f"{path!r:.200} is not a group")
    return found


def array(group: Group, path: str) -> Array:
    """Finds an array inside a group, and raises as `child` does; also for a group."""
    found = child(group, path)
    if not isinstance(found, Array):
        raise StoredWeightsError(f"{path!r:.200} is not an array")
    return found


def has(group: Group, path: str) -> bool:
    """Returns whether there is something at a path inside a group, of names with slashes between them.

    Raises:
        StoredWeightsError: The way leads through a link to elsewhere.
    """
    found: Any = group
    for name in path.split("/"):
        if not isinstance(found, Group) or name not in found.names:
            return False
        found = found.open(name)
    return True


def tree_arrays(group: Group) -> list[Array]:
    """Lists the arrays of one layer of a tree, in the order of the layer's weights.

    Seeds of random generators are no weights and are left out.
    """
    found = own_arrays(group)
    inner = [name for name in group.names if name != "vars" and not name.endswith("generator")]
    for name in sorted(inner, key=_child_rank):
        part = group.open(name)
        if isinstance(part, Group):
            found += tree_arrays(part)
    return found


def own_arrays(group: Group) -> list[Array]:
    """Lists the arrays of one layer of a tree, without those of the layers inside it."""
    if "vars" not in group.names:
        return []
    own = subgroup(group, "vars")
    return [array(own, number) for number in sorted(filter(_NUMBER.fullmatch, own.names), key=int)]


def _child_rank(name: str) -> tuple[int, str, int]:
    plain = name.lstrip("_")
    rank = next((i for i, s in enumerate(_CHILD_ORDER) if plain.startswith(s)), len(_CHILD_ORDER))
    stem, _, number = plain.rpartition("_")
    return (rank, stem, int(number)) if _NUMBER.fullmatch(number) and stem else (rank, plain, 0)
