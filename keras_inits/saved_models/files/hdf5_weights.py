"""Weights in HDF5, by themselves, in a whole model and in a `.keras` file, trusting nothing in it.

An `.h5` file has a group per layer, whose arrays stand in the order of the layer's weights. A
`.keras` file has a tree of groups that mirrors the layers' attributes. Arrays are read when asked
for, once their size is known to be honest.
"""

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from keras_inits.keras_compat import lent_memory
from keras_inits.saved_models.files import (
    config_trees,
    copies,
    guard,
    hdf5,
    keras_archives,
    limits,
    zip_entries,
)
from keras_inits.saved_models.files.stored import Array, Group, Stored, StoredWeightsError, reading

WEIGHTS_ENTRY = "model.weights.h5"
# What Keras 2.12 to 2.15 wrote on Windows between the names of a path; to HDF5 it is a part of one name.
_BACKSLASH = "\\"


def recognizes(path: str) -> bool:
    """Returns whether a file is HDF5, or a zip file."""
    if os.path.isdir(path):
        return False
    with open(path, "rb") as file:  # Told by its head, for any file may end as a zip file does.
        return keras_archives.recognizes(file.read(4)) or h5py.is_hdf5(path)


@contextlib.contextmanager
def opened(path: str, checked: bool = False) -> Iterator[Stored]:
    """Opens the weights in an `.h5`, `.weights.h5` or `.keras` file.

    Args:
        checked: Whether `guard.check` has seen the file, which it has not if it is in an archive.

    Yields:
        The weights.

    Raises:
        StoredWeightsError: The file holds none, or is damaged.
        OSError: The file cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        with open(path, "rb") as head:
            zipped = keras_archives.recognizes(head.read(4))
        with reading(path):
            if zipped:
                path, checked = stack.enter_context(_unpacked(path)), False
            if not checked:
                guard.check(path)
            file = stack.enter_context(h5py.File(path, "r"))
            group = _child(file, "model_weights") if "model_weights" in file else file
            if not isinstance(group, h5py.Group):
                raise StoredWeightsError("'model_weights' is not a group")
            found = _stored(group)
        yield found


def _stored(group: h5py.Group) -> Stored:
    version, backend = (
        config_trees.text_or_none(hdf5.attribute(group, key)) for key in ("keras_version", "backend")
    )
    count = numbers(group)
    if is_layered(group):
        return Stored(count, version, backend, layers=layers(group))
    tree = _of_windows(group) if any(_BACKSLASH in name for name in group) else _group(group)
    return Stored(count, version, backend, tree=tree)


def _group(group: h5py.Group) -> Group:
    """Returns a group of a file as one of a tree."""

    def open_child(name: str) -> Group | Array:
        found = _child(group, name)
        if isinstance(found, h5py.Dataset):
            return _array(name, found)
        return _group(found) if isinstance(found, h5py.Group) else Group(name, (), open_child)

    with reading(f"the group {group.name!r}"):
        return Group(group.name, dict.fromkeys(group), open_child)


def _of_windows(group: h5py.Group) -> Group:
    """Returns the tree of a file whose groups all stand side by side, each named by its whole path."""
    root, left = _Node(), limits.STORED_NAMES
    for name in group:
        if name.count(_BACKSLASH) >= limits.GROUP_DEPTH:
            raise StoredWeightsError(f"groups are nested deeper than {limits.GROUP_DEPTH}")
        node = root
        for part in name.split(_BACKSLASH):
            if part not in node.inside:
                left -= 1
                if left < 0:
                    raise StoredWeightsError(f"the file names more than {limits.STORED_NAMES} groups")
                node.inside[part] = _Node()
            node = node.inside[part]
        node.name = name
    return _inside(group, root, "")


@dataclasses.dataclass
class _Node:
    """A place in a tree: the group that stands there, by its name in the file, and the places in it."""

    name: str | None = None
    inside: dict[str, "_Node"] = dataclasses.field(default_factory=dict)


def _inside(group: h5py.Group, node: _Node, path: str) -> Group:
    """Returns what stands at a place as a group of the tree."""
    found = None if node.name is None else _child(group, node.name)
    if isinstance(found, h5py.Dataset):
        raise StoredWeightsError(f"{path!r:.200} is not a group")
    own = None if found is None else _group(found)

    def open_child(name: str) -> Group | Array:
        if own is None or name in node.inside:
            return _inside(group, node.inside[name], f"{path}/{name}")
        return own.open(name)

    return Group(path, dict.fromkeys([*(own.names if own else ()), *node.inside]), open_child)


def _child(group: Any, path: str) -> Any:
    """Opens a group or an array inside a group, which must be in this very file."""
    with reading(repr(path)):
        for part in [p for p in path.split("/") if p]:
            name = part.encode("utf-8", "surrogateescape")
            if not isinstance(group, h5py.Group) or not group.id.links.exists(name):
                raise StoredWeightsError(f"{path!r:.200} is not in the file")
            if group.id.links.get_info(name).type != h5py.h5l.TYPE_HARD:
                raise StoredWeightsError(f"{path!r:.200} is a link to elsewhere, which is not followed")
            group = group[part]
    return group


def _array_in(group: h5py.Group, path: str) -> Array:
    found = _child(group, path)
    if not isinstance(found, h5py.Dataset):
        raise StoredWeightsError(f"{path!r} is not an array")
    return _array(path, found)


def _array(name: str, dataset: h5py.Dataset) -> Array:
    """Finds an array without reading it."""
    # To find a virtual array's shape, HDF5 may open the other files.
    shape = () if _lies_elsewhere(dataset) else tuple(dataset.shape or ())
    return Array(name, shape, lambda: _read(name, shape, dataset))


def _read(name: str, shape: tuple[int, ...], dataset: h5py.Dataset) -> np.ndarray:
    """Reads an array, once its size is known to be honest."""
    with reading(f"the array {name!r}"):
        if _lies_elsewhere(dataset):
            raise StoredWeightsError(f"the array {name!r} lies in another file")
        kind, size = dataset.dtype.kind, dataset.dtype.itemsize
        if kind not in "fiub" and (kind, size) != ("V", 2):
            raise StoredWeightsError(f"the array {name!r} is not of numbers")
        if not _is_honest(dataset):
            raise StoredWeightsError(
                f"the array {name!r} says it has shape {shape}, "
                f"but the file holds {dataset.id.get_storage_size()} bytes of it"
            )
        if dataset.nbytes < lent_memory.LEAST or kind == "b":
            values = np.asarray(dataset[()])
        else:
            values = lent_memory.zeros(shape, dataset.dtype)
            dataset.read_direct(values)
    if values.dtype.kind == "V":  # bfloat16, which NumPy does not have and h5py reads as bytes.
        values = (values.view("uint16").astype("uint32") << 16).view("float32")
    # TensorFlow has no wider floats.
    return values.astype("float64") if values.dtype.kind == "f" and values.itemsize > 8 else values


def _lies_elsewhere(dataset: h5py.Dataset) -> bool:
    """Returns whether an array's numbers are in other files, whatever size it says it has."""
    return bool(dataset.external) or dataset.is_virtual


def _is_honest(dataset: h5py.Dataset) -> bool:
    """Returns whether an array can be as large as it says, from the bytes that the file has of it."""
    return dataset.nbytes <= limits.INFLATION * dataset.id.get_storage_size() + limits.SMALL_ARRAY


@contextlib.contextmanager
def _unpacked(path: Any) -> Iterator[str]:
    """Copies the weights out of a `.keras` file into a file of their own, of a bounded size."""
    with zip_entries.opened(path) as entries, copies.folder() as folder:
        if WEIGHTS_ENTRY not in entries.names:
            raise StoredWeightsError(f"{os.fsdecode(path)}: no {WEIGHTS_ENTRY} in it")
        copy = os.path.join(folder, "weights.h5")
        with copies.target(copy) as target:
            entries.copy(WEIGHTS_ENTRY, target)
        with copies.named(copy, os.fsdecode(path)):
            yield copy


def is_layered(group: h5py.Group) -> bool:
    """Returns whether weights are in the old layout: a group per layer, in the layers' order."""
    return any(name in group.attrs for name in ("layer_names", "layer_names0", "nb_layers"))


def layers(group: h5py.Group) -> list[tuple[str, list[Array]]]:
    """Lists the layers of weights in the old layout: each layer's name and its arrays.

    Raises:
        StoredWeightsError: A name in the list is not in the file.
    """
    with reading("the list of layers"):
        numbered = "nb_layers" in group.attrs
        if numbered:
            names = [f"layer_{number}" for number in range(_count(hdf5.attribute(group, "nb_layers")))]
        else:
            names = _names(group, "layer_names")
    if len(set(names)) != len(names):
        raise StoredWeightsError("the file lists a layer twice")
    found, left = [], limits.STORED_NAMES
    for name in names:
        layer = _child(group, name)
        arrays = _array_names(layer, numbered)
        left -= 1 + len(arrays)
        if left < 0:
            raise StoredWeightsError(f"the file lists more than {limits.STORED_NAMES} layers and arrays")
        found.append((name, [_array_in(layer, one) for one in arrays]))
    return found


def _array_names(layer: Any, numbered: bool) -> list[str]:
    """Lists the names of a layer's arrays; Keras before 1.0 numbered them."""
    if not isinstance(layer, h5py.Group):
        return []
    if not numbered:
        return _names(layer, "weight_names")
    with reading("nb_params"):
        return [f"param_{number}" for number in range(_count(hdf5.attribute(layer, "nb_params") or 0))]


def _count(value: Any) -> int:
    with reading("the number of layers"):
        count = int(value)
    if not 0 <= count <= limits.STORED_NAMES:
        raise StoredWeightsError(f"the file says it has {count:.3g} layers or arrays")
    return count


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """Reads a list of names."""
    names: list[str] = []
    with reading(attribute):
        for piece in hdf5.pieces(group, attribute):
            names += [_text(name) for name in np.asarray(piece).ravel().tolist()]
            if len(names) > limits.STORED_NAMES:
                raise StoredWeightsError(f"{attribute} lists more than {limits.STORED_NAMES} names")
    return names


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def numbers(group: h5py.Group) -> int:
    """Counts the numbers in a file's arrays, of those that lie in the file as large as they say.

    Raises:
        StoredWeightsError: Something has two names, by which groups could be inside themselves, or groups
            are nested too deep.
    """
    seen = {h5py.h5o.get_info(group.id).addr}
    level, total = [group.id], 0
    with reading("the weights"):
        for _ in range(limits.GROUP_DEPTH):
            inside = []
            for parent, name in ((group, name) for group in level for name in group):
                if parent.links.get_info(name).type != h5py.h5l.TYPE_HARD:
                    continue  # Refused by `_child` where it is needed.
                found = h5py.h5o.get_info(parent, name)
                if found.addr in seen:
                    said = name.decode(errors="replace")
                    raise StoredWeightsError(f"{said!r} is another name of what has one already")
                seen.add(found.addr)
                if found.type == h5py.h5o.TYPE_GROUP:
                    inside.append(h5py.h5g.open(parent, name))
                elif found.type == h5py.h5o.TYPE_DATASET:
                    total += _numbers_in(h5py.Dataset(h5py.h5d.open(parent, name)))
            level = inside
            if not level:
                return total
    raise StoredWeightsError(f"groups are nested deeper than {limits.GROUP_DEPTH}")


def _numbers_in(dataset: h5py.Dataset) -> int:
    """Counts the numbers of an array, none where they are elsewhere or not as many as it says."""
    if _lies_elsewhere(dataset) or dataset.shape is None or not _is_honest(dataset):
        return 0
    # An array of zeros compresses to nothing, and the model may not be as large as all that.
    return min(dataset.size, limits.NUMBERS_PER_BYTE * dataset.id.get_storage_size())
