"""Reads the weights out of a saved model's file, layer by layer, trusting nothing in it.

An `.h5` file has a group per layer, whose arrays stand in the order of the layer's weights. A
`.keras` file has a tree of groups that mirrors the layers' attributes. Arrays are read when asked
for, once their size is known to be honest.
"""

import contextlib
import lzma
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from keras_inits.legacy import guard

WEIGHTS_ENTRY = "model.weights.h5"
# What a model's layers are in, in the new layout; the second one before Keras 2.14.
HOLDERS = ("layers", "_layer_checkpoint_dependencies")
# No array of HDF5's compressions, nor of zip's, unpacks to more than this many times its size.
_MOST_INFLATION = 1032
_SMALL = 2**16
_MOST_LAYERS = 100_000
# Children of a layer whose order is not that of their names: the order of the layer's weights.
_CHILD_ORDER = ("cell", "forward", "backward", "layer", "query", "key", "value", "output")


class StoredWeightsError(ValueError):
    """The weights in a file are damaged, or not what they say."""


# What h5py raises for a damaged file, and what a size that no memory holds does.
_DAMAGE = (
    AttributeError, EOFError, KeyError, MemoryError, OSError, OverflowError, RuntimeError,
    TypeError, ValueError, lzma.LZMAError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@contextlib.contextmanager
def _reading(what: str) -> Iterator[None]:
    """Says what is damaged where reading it fails."""
    try:
        yield
    except (StoredWeightsError, guard.DamagedFileError):
        raise
    except _DAMAGE as error:
        raise StoredWeightsError(f"{what} is damaged: {error}") from error


class Array:
    """An array in a file, not read yet."""

    def __init__(self, dataset: h5py.Dataset, name: str):
        self._dataset = dataset
        self.name = name
        self.shape = tuple(dataset.shape or ())

    def read(self) -> np.ndarray:
        """Reads the array.

        Returns:
            Its values.

        Raises:
            StoredWeightsError: It says it is larger than the file can hold, lies in another file,
                or is damaged.
        """
        dataset = self._dataset
        with _reading(f"the array {self.name!r}"):
            if dataset.external or dataset.is_virtual:
                raise StoredWeightsError(f"the array {self.name!r} lies in another file")
            if dataset.dtype.kind not in "fiub" and dataset.dtype.itemsize != 2:
                raise StoredWeightsError(f"the array {self.name!r} is not of numbers")
            if not _is_honest(dataset):
                raise StoredWeightsError(
                    f"the array {self.name!r} says it has shape {self.shape}, "
                    f"but the file holds {dataset.id.get_storage_size()} bytes of it"
                )
            values = np.asarray(dataset[()])
        if values.dtype.kind == "V":  # bfloat16, which NumPy does not have and h5py reads as bytes.
            values = (values.view("uint16").astype("uint32") << 16).view("float32")
        return values


def _is_honest(dataset: h5py.Dataset) -> bool:
    """Tells whether an array can be as large as it says, from the bytes that the file has of it."""
    return dataset.nbytes <= _MOST_INFLATION * dataset.id.get_storage_size() + _SMALL


@contextlib.contextmanager
def open_weights(path: str | os.PathLike[str], checked: bool = False) -> Iterator[h5py.Group]:
    """Opens the weights in an `.h5`, `.weights.h5` or `.keras` file.

    Args:
        path: The file, whatever its name.
        checked: Whether `guard.check` has seen the file, which it has not if it is in an archive.

    Yields:
        The group that holds the weights.

    Raises:
        StoredWeightsError: The file holds none, or is damaged.
    """
    with contextlib.ExitStack() as stack:
        with _reading(os.fsdecode(path)):
            if zipfile.is_zipfile(path):
                path, checked = stack.enter_context(_unpacked(path)), False
            if not checked:
                guard.check(path)
            file = stack.enter_context(h5py.File(path, "r"))
            group = child(file, "model_weights") if "model_weights" in file else file
        yield group


@contextlib.contextmanager
def _unpacked(path: Any) -> Iterator[str]:
    """Copies the weights out of a `.keras` file into a file of their own, of a bounded size."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        if WEIGHTS_ENTRY not in archive.namelist():
            raise StoredWeightsError(f"{os.fsdecode(path)}: no {WEIGHTS_ENTRY} in it")
        entry = archive.getinfo(WEIGHTS_ENTRY)
        if entry.file_size > _MOST_INFLATION * entry.compress_size + _SMALL:
            raise StoredWeightsError(f"{os.fsdecode(path)}: {WEIGHTS_ENTRY} unpacks to too much")
        copy = os.path.join(folder, "weights.h5")
        with archive.open(entry) as source, open(copy, "wb") as target:
            shutil.copyfileobj(source, target)
        yield copy


def child(group: h5py.Group, name: str) -> h5py.Group:
    """Opens a group or an array inside a group, which must be in this very file.

    Args:
        group: The group.
        name: The name, which may be a path of several.

    Returns:
        What has that name.

    Raises:
        StoredWeightsError: There is no such thing, or it is a link to elsewhere.
    """
    with _reading(repr(name)):
        for part in [p for p in name.split("/") if p]:
            link = group.get(part, getlink=True) if isinstance(group, h5py.Group) else None
            if link is None:
                raise StoredWeightsError(f"{name!r} is not in the file")
            if not isinstance(link, h5py.HardLink):
                raise StoredWeightsError(f"{name!r} is a link to elsewhere, which is not followed")
            group = group[part]
    return group


def has(group: h5py.Group, path: str) -> bool:
    """Tells whether there is something at a path inside a group.

    Args:
        group: The group.
        path: The names on the way, with slashes between them.

    Returns:
        Whether it is there.

    Raises:
        StoredWeightsError: The way leads through a link to elsewhere.
    """
    for name in path.split("/"):
        if not isinstance(group, h5py.Group) or name not in group:
            return False
        group = child(group, name)
    return True


def is_layered(group: h5py.Group) -> bool:
    """Tells whether weights are in the old layout: a group per layer, in the layers' order."""
    return any(name in group.attrs for name in ("layer_names", "layer_names0", "nb_layers"))


def layers(group: h5py.Group) -> list[tuple[str, list[Array]]]:
    """Lists the layers of weights in the old layout.

    Args:
        group: The group that holds them.

    Returns:
        Each layer's name and its arrays.

    Raises:
        StoredWeightsError: A name in the list is not in the file.
    """
    if "nb_layers" in group.attrs:
        return [_numbered(group, n) for n in range(_count(group.attrs["nb_layers"]))]
    found = []
    for name in _names(group, "layer_names"):
        layer = child(group, name)
        weights = _names(layer, "weight_names") if isinstance(layer, h5py.Group) else []
        found.append((name, [array(layer, weight) for weight in weights]))
    return found


def _numbered(group: h5py.Group, number: int) -> tuple[str, list[Array]]:
    """Lists a layer as Keras before 1.0 wrote it."""
    name = f"layer_{number}"
    layer = child(group, name)
    count = _count(layer.attrs.get("nb_params", 0))
    return name, [array(layer, f"param_{p}") for p in range(count)]


def _count(value: Any) -> int:
    with _reading("the number of layers"):
        count = int(value)
    if not 0 <= count <= _MOST_LAYERS:
        raise StoredWeightsError(f"the file says it has {count} layers")
    return count


def array(group: h5py.Group, name: str) -> Array:
    """Finds an array inside a group.

    Args:
        group: The group.
        name: The name, which may be a path of several.

    Returns:
        The array, not read yet.

    Raises:
        StoredWeightsError: There is none, or not in this very file.
    """
    found = child(group, name)
    if not isinstance(found, h5py.Dataset):
        raise StoredWeightsError(f"{name!r} is not an array")
    with _reading(repr(name)):
        return Array(found, name)


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """Reads a list of names, which Keras cuts into `attribute0`, `attribute1`, … when long."""
    with _reading(attribute):
        if attribute in group.attrs:
            parts = [group.attrs[attribute]]
        else:
            parts = []
            while f"{attribute}{len(parts)}" in group.attrs:
                parts.append(group.attrs[f"{attribute}{len(parts)}"])
        names = [name for part in parts for name in np.asarray(part).ravel().tolist()]
        return [n.decode() if isinstance(n, bytes) else str(n) for n in names]


def elements(group: h5py.Group) -> int:
    """Counts the numbers in a file's arrays, of those that are as large as they say.

    Args:
        group: The weights.

    Returns:
        Their number.
    """
    total = 0

    def add(_: str, found: Any) -> None:
        nonlocal total
        if isinstance(found, h5py.Dataset) and found.shape is not None and _is_honest(found):
            total += found.size

    with _reading("the weights"):
        group.visititems(add)
    return total


def tree_arrays(group: h5py.Group) -> list[Array]:
    """Lists the arrays of one layer in the new layout, in the order of the layer's weights.

    Args:
        group: The layer's group.

    Returns:
        Its arrays; seeds of random generators are no weights and are left out.
    """
    found = own_arrays(group)
    inner = [n for n in group if n != "vars" and not n.endswith("generator")]
    for name in sorted(inner, key=_child_rank):
        part = child(group, name)
        if isinstance(part, h5py.Group):
            found += tree_arrays(part)
    return found


def own_arrays(group: h5py.Group) -> list[Array]:
    """Lists the arrays of one layer in the new layout without those of the layers inside it.

    Args:
        group: The layer's group.

    Returns:
        Its own arrays, in the order of the layer's weights.
    """
    if "vars" not in group:
        return []
    own = child(group, "vars")
    return [array(own, n) for n in sorted((n for n in own if n.isdigit()), key=int)]


def _child_rank(name: str) -> tuple[int, str, int]:
    plain = name.lstrip("_")
    rank = next((i for i, s in enumerate(_CHILD_ORDER) if plain.startswith(s)), len(_CHILD_ORDER))
    stem, number = re.fullmatch(r"(.*?)(?:_(\d+))?", plain).groups()
    return rank, stem, int(number or 0)
