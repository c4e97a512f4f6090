"""Reads the weights out of a saved model's file, layer by layer, trusting nothing in it.

An `.h5` file has a group per layer, whose arrays stand in the order of the layer's weights. A
`.keras` file has a tree of groups that mirrors the layers' attributes. Arrays are read when asked
for, once their size is known to be honest.
"""

import contextlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from keras_inits.keras_compat.own import public
from keras_inits.saved_models.files import guard, hdf5, keras_archives, limits

WEIGHTS_ENTRY = "model.weights.h5"
# What a model's layers are in, in the new layout; the second one before Keras 2.14.
HOLDERS = ("layers", "_layer_checkpoint_dependencies")
# Children of a layer whose order is not that of their names: the order of the layer's weights.
_CHILD_ORDER = ("cell", "forward", "backward", "layer", "query", "key", "value", "output")
_NUMBER = re.compile("[0-9]{1,9}")


@public
class StoredWeightsError(ValueError):
    """The weights in a file are damaged, or not what they say."""


@contextlib.contextmanager
def _reading(what: str) -> Iterator[None]:
    """Says what is damaged where reading it fails."""
    try:
        yield
    except (StoredWeightsError, guard.DamagedFileError):
        raise
    except guard.DAMAGE as error:
        raise StoredWeightsError(f"{what} is damaged: {error}") from error


class Array:
    """An array in a file, not read yet."""

    def __init__(self, dataset: h5py.Dataset, name: str):
        self._dataset = dataset
        self.name = name
        # To find a virtual array's shape, HDF5 may open the other files.
        self.shape = () if _lies_elsewhere(dataset) else tuple(dataset.shape or ())

    def read(self) -> np.ndarray:
        """Reads the array.

        Raises:
            StoredWeightsError: It says it is larger than the file can hold, lies in another file,
                or is damaged.
        """
        dataset = self._dataset
        with _reading(f"the array {self.name!r}"):
            if _lies_elsewhere(dataset):
                raise StoredWeightsError(f"the array {self.name!r} lies in another file")
            kind, size = dataset.dtype.kind, dataset.dtype.itemsize
            if kind not in "fiub" and (kind, size) != ("V", 2):
                raise StoredWeightsError(f"the array {self.name!r} is not of numbers")
            if not _is_honest(dataset):
                raise StoredWeightsError(
                    f"the array {self.name!r} says it has shape {self.shape}, "
                    f"but the file holds {dataset.id.get_storage_size()} bytes of it"
                )
            values = np.asarray(dataset[()])
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
def open_weights(path: str | os.PathLike[str], checked: bool = False) -> Iterator[h5py.Group]:
    """Opens the weights in an `.h5`, `.weights.h5` or `.keras` file.

    Args:
        checked: Whether `guard.check` has seen the file, which it has not if it is in an archive.

    Yields:
        The group that holds the weights.

    Raises:
        StoredWeightsError: The file holds none, or is damaged.
        OSError: The file cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        with open(path, "rb") as file:  # Told by its head, for any file may end as a zip file does.
            zipped = keras_archives.recognizes(file.read(4))
        with _reading(os.fsdecode(path)):
            if zipped:
                path, checked = stack.enter_context(_unpacked(path)), False
            if not checked:
                guard.check(path)
            file = stack.enter_context(h5py.File(path, "r"))
            _check_tree(file)
            group = subgroup(file, "model_weights") if "model_weights" in file else file
        yield group


def _check_tree(file: h5py.File) -> None:
    """Sees that nothing in a file has two names, by which groups could be inside themselves."""
    seen: set[int] = set()
    level: list[h5py.Group] = [file]
    for _ in range(limits.GROUP_DEPTH):
        inside = []
        for group in level:
            for name in group:
                if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                    continue  # Refused by `child` where it is needed.
                found = h5py.h5o.get_info(group.id, name.encode("utf-8", "surrogateescape"))
                if found.addr in seen:
                    raise StoredWeightsError(f"{name!r} is another name of what has one already")
                seen.add(found.addr)
                if found.type == h5py.h5o.TYPE_GROUP:
                    inside.append(group[name])
        level = inside
        if not level:
            return
    raise StoredWeightsError(f"groups are nested deeper than {limits.GROUP_DEPTH}")


@contextlib.contextmanager
def _unpacked(path: Any) -> Iterator[str]:
    """Copies the weights out of a `.keras` file into a file of their own, of a bounded size."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        if WEIGHTS_ENTRY not in archive.namelist():
            raise StoredWeightsError(f"{os.fsdecode(path)}: no {WEIGHTS_ENTRY} in it")
        entry = archive.getinfo(WEIGHTS_ENTRY)
        if entry.compress_type not in guard.ZIP_COMPRESSIONS:
            raise StoredWeightsError(f"{os.fsdecode(path)}: {WEIGHTS_ENTRY} is compressed in no way of Keras")
        if entry.file_size > limits.UNPACKED_RATIO * entry.compress_size + limits.UNPACKED_SPARE:
            raise StoredWeightsError(f"{os.fsdecode(path)}: {WEIGHTS_ENTRY} unpacks to too much")
        copy = os.path.join(folder, "weights.h5")
        with archive.open(entry) as source, open(copy, "wb") as target:
            shutil.copyfileobj(source, target)
        yield copy


def child(group: h5py.Group, name: str) -> Any:
    """Opens a group or an array inside a group, which must be in this very file.

    Raises:
        StoredWeightsError: There is no such thing, or it is a link to elsewhere.
    """
    with _reading(repr(name)):
        for part in [p for p in name.split("/") if p]:
            link = group.get(part, getlink=True) if isinstance(group, h5py.Group) else None
            if link is None:
                raise StoredWeightsError(f"{name!r:.200} is not in the file")
            if not isinstance(link, h5py.HardLink):
                raise StoredWeightsError(f"{name!r:.200} is a link to elsewhere, which is not followed")
            group = group[part]
    return group


def subgroup(group: h5py.Group, name: str) -> h5py.Group:
    """Opens a group inside a group, and raises as `child` does; also for an array."""
    found = child(group, name)
    if not isinstance(found, h5py.Group):
        raise StoredWeightsError(f"{name!r} is not a group")
    return found


def has(group: h5py.Group, path: str) -> bool:
    """Returns whether there is something at a path inside a group, of names with slashes between them.

    Raises:
        StoredWeightsError: The way leads through a link to elsewhere.
    """
    for name in path.split("/"):
        if not isinstance(group, h5py.Group) or name not in group:
            return False
        group = child(group, name)
    return True


def is_layered(group: h5py.Group) -> bool:
    """Returns whether weights are in the old layout: a group per layer, in the layers' order."""
    return any(name in group.attrs for name in ("layer_names", "layer_names0", "nb_layers"))


def layers(group: h5py.Group) -> list[tuple[str, list[Array]]]:
    """Lists the layers of weights in the old layout: each layer's name and its arrays.

    Raises:
        StoredWeightsError: A name in the list is not in the file.
    """
    with _reading("the list of layers"):
        numbered = "nb_layers" in group.attrs
        if numbered:
            names = [f"layer_{number}" for number in range(_count(group.attrs["nb_layers"]))]
        else:
            names = _names(group, "layer_names")
    if len(set(names)) != len(names):
        raise StoredWeightsError("the file lists a layer twice")
    found, left = [], limits.STORED_NAMES
    for name in names:
        layer = child(group, name)
        arrays = _array_names(layer, numbered)
        left -= 1 + len(arrays)
        if left < 0:
            raise StoredWeightsError(f"the file lists more than {limits.STORED_NAMES} layers and arrays")
        found.append((name, [array(layer, one) for one in arrays]))
    return found


def _array_names(layer: Any, numbered: bool) -> list[str]:
    """Lists the names of a layer's arrays; Keras before 1.0 numbered them."""
    if not isinstance(layer, h5py.Group):
        return []
    if not numbered:
        return _names(layer, "weight_names")
    with _reading("nb_params"):
        return [f"param_{number}" for number in range(_count(layer.attrs.get("nb_params", 0)))]


def _count(value: Any) -> int:
    with _reading("the number of layers"):
        count = int(value)
    if not 0 <= count <= limits.STORED_NAMES:
        raise StoredWeightsError(f"the file says it has {count:.3g} layers or arrays")
    return count


def array(group: h5py.Group, name: str) -> Array:
    """Finds an array inside a group, without reading it.

    Raises:
        StoredWeightsError: There is none, or not in this very file.
    """
    found = child(group, name)
    if not isinstance(found, h5py.Dataset):
        raise StoredWeightsError(f"{name!r} is not an array")
    with _reading(repr(name)):
        return Array(found, name)


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """Reads a list of names."""
    names: list[str] = []
    with _reading(attribute):
        for piece in hdf5.pieces(group, attribute):
            names += [_text(name) for name in np.asarray(piece).ravel().tolist()]
            if len(names) > limits.STORED_NAMES:
                raise StoredWeightsError(f"{attribute} lists more than {limits.STORED_NAMES} names")
    return names


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def elements(group: h5py.Group) -> int:
    """Counts the numbers in a file's arrays, of those that lie in the file as large as they say."""
    total = 0

    def add(_: str, found: Any) -> None:
        nonlocal total
        if not isinstance(found, h5py.Dataset) or _lies_elsewhere(found) or found.shape is None:
            return
        if _is_honest(found):
            # An array of zeros compresses to nothing, and the model may not be as large as all that.
            total += min(
                found.size, limits.NUMBERS_PER_BYTE * found.id.get_storage_size() + limits.SMALL_ARRAY
            )

    with _reading("the weights"):
        group.visititems(add)
    return total


def tree_arrays(group: h5py.Group) -> list[Array]:
    """Lists the arrays of one layer in the new layout, in the order of the layer's weights.

    Seeds of random generators are no weights and are left out.
    """
    with _reading(f"the group {group.name!r}"):
        found = own_arrays(group)
        inner = [name for name in group if name != "vars" and not name.endswith("generator")]
        for name in sorted(inner, key=_child_rank):
            part = child(group, name)
            if isinstance(part, h5py.Group):
                found += tree_arrays(part)
    return found


def own_arrays(group: h5py.Group) -> list[Array]:
    """Lists the arrays of one layer in the new layout, without those of the layers inside it."""
    if "vars" not in group:
        return []
    own = subgroup(group, "vars")
    return [array(own, number) for number in sorted(filter(_NUMBER.fullmatch, own), key=int)]


def _child_rank(name: str) -> tuple[int, str, int]:
    plain = name.lstrip("_")
    rank = next((i for i, s in enumerate(_CHILD_ORDER) if plain.startswith(s)), len(_CHILD_ORDER))
    stem, _, number = plain.rpartition("_")
    return (rank, stem, int(number)) if _NUMBER.fullmatch(number) and stem else (rank, plain, 0)
