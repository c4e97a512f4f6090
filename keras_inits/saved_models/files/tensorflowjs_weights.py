"""The weights of a layers model of TensorFlow.js: arrays one after another in files next to its `model.json`.

The manifest in the `model.json` lists them by groups; the files of a group, in their order, are cut anywhere.
Only files in the folder of the `model.json` are read, whatever the manifest says.
"""

import contextlib
import dataclasses
import math
import os
import stat
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from keras_inits.keras_compat import lent_memory
from keras_inits.saved_models.files import config_trees, limits, tensorflowjs
from keras_inits.saved_models.files.stored import Array, Stored, StoredWeightsError, reading

# How TensorFlow.js stores each of its dtypes, little-endian; as `quantization` says, or as it is.
_DTYPES = {
    "float32": "<f4", "float16": "<f2", "int32": "<i4", "uint16": "<u2", "uint8": "u1", "int8": "i1",
    "bool": "?",
}  # fmt: skip
# Those that stand for numbers by a scale and a minimum.
_SCALED = frozenset({"uint8", "uint16"})
# Of those, how many are turned into numbers at a time.
_NUMBERS_AT_ONCE = 1 << 18


@dataclasses.dataclass(frozen=True)
class _Piece:
    """Where the numbers of an array are: at `offset` of all files of a group, one after another."""

    files: tuple[tuple[str, int], ...]
    offset: int
    stored_as: np.dtype
    dtype: np.dtype
    scale: float | None
    least: float


def recognizes(path: str) -> bool:
    """Returns whether a file is the `model.json` of TensorFlow.js."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        head = file.read(4)
    return len(head) == 4 and tensorflowjs.recognizes(head, path)


@contextlib.contextmanager
def opened(path: str, checked: bool = False) -> Iterator[Stored]:
    """Opens the weights of a model of TensorFlow.js.

    Args:
        path: Its `model.json`.
        checked: Means nothing here.

    Yields:
        The weights, layer by layer.

    Raises:
        StoredWeightsError: A file of weights is missing or too short, or the manifest is damaged.
        OSError: A file cannot be opened.
    """
    with reading(tensorflowjs.MANIFEST):
        value = tensorflowjs.parsed(path)
        groups = value.get(tensorflowjs.MANIFEST)
        if not isinstance(groups, list):
            raise StoredWeightsError(f"there is no {tensorflowjs.MANIFEST}: it is an architecture alone")
        found: dict[str, Array] = {}
        listed: set[str] = set()
        for group in groups:
            for one in _arrays(os.path.dirname(os.path.abspath(path)), group, listed):
                if one.name in found or len(found) >= limits.STORED_NAMES:
                    raise ValueError(f"{one.name!r:.200} is listed twice, or one array too many")
                found[one.name] = one
        layers = _by_layer(found, _layer_names(value[tensorflowjs.TOPOLOGY]))
    yield Stored(sum(math.prod(one.shape) for one in found.values()), layers=layers)


def _arrays(folder: str, group: Any, listed: set[str]) -> Iterator[Array]:
    """Lists the arrays of a group, each once its files are seen to be long enough for it.

    Args:
        listed: The files of other groups; those of this one are added. One that is listed often would stand
            for any number of arrays.
    """
    if not isinstance(group, dict) or not isinstance(group.get("weights"), list):
        raise ValueError("a group has no list of weights")
    paths = group.get("paths")
    if not isinstance(paths, list) or len(paths) > limits.STORED_NAMES:
        raise ValueError("a group has no list of files")
    if len(set(map(str, paths))) < len(paths):  # Before each is looked for.
        raise ValueError("a file is listed twice")
    files = tuple(_file(folder, path) for path in paths)
    names = {name for name, _ in files}
    if len(names) < len(files) or not listed.isdisjoint(names):
        raise ValueError("a file is listed twice")
    listed |= names
    left = sum(size for _, size in files)
    offset = 0
    for weight in group["weights"]:
        name, shape = weight["name"], _shape(weight)
        piece = _piece(files, offset, weight)
        size = math.prod(shape) * piece.stored_as.itemsize
        if size > left:
            raise StoredWeightsError(f"the files {paths[:4]!r:.200} end before {size} bytes of {name!r:.200}")
        offset, left = offset + size, left - size
        yield _array(name, shape, piece)


def _array(name: str, shape: tuple[int, ...], piece: _Piece) -> Array:
    return Array(name, shape, lambda: _read(name, shape, piece))


def _file(folder: str, path: Any) -> tuple[str, int]:
    """Finds a file of weights in the folder, and its size."""
    name = str(path)
    parts = name.split("/")
    if not isinstance(path, str) or "\\" in name or ":" in name or {"", ".", ".."} & set(parts):
        raise StoredWeightsError(f"{name!r:.200} is no file in the folder of the model, and is not read")
    found = os.path.realpath(os.path.join(folder, *parts))
    if os.path.commonpath([found, os.path.realpath(folder)]) != os.path.realpath(folder):
        raise StoredWeightsError(f"{name!r:.200} leads out of the folder of the model, and is not read")
    if not os.path.exists(found):
        raise StoredWeightsError(
            f"the file of weights {name!r:.200} is not there: it belongs next to the model.json"
        )
    status = os.stat(found)
    if not stat.S_ISREG(status.st_mode):
        raise StoredWeightsError(f"{name!r:.200} is no regular file")
    return found, status.st_size


def _shape(weight: Any) -> tuple[int, ...]:
    shape = weight["shape"]
    if not isinstance(weight["name"], str) or not isinstance(shape, list) or len(shape) > limits.AXES:
        raise ValueError("an array has no name or no shape")
    if weight["name"].count("/") > limits.NAME_PARTS:
        raise ValueError(f"the name {weight['name']!r:.200} has more than {limits.NAME_PARTS} parts")
    if not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise ValueError(f"{shape!r:.80} is no shape")
    return tuple(shape)


def _piece(files: tuple[tuple[str, int], ...], offset: int, weight: Mapping[str, Any]) -> _Piece:
    """Reads how an array is stored, and what it stands for."""
    dtype, quantization = weight.get("dtype"), weight.get("quantization") or {}
    stored_as = quantization.get("dtype", dtype)
    if dtype not in _DTYPES or stored_as not in _DTYPES:
        raise ValueError(
            f"{weight['name']!r:.200} is of dtype {stored_as!r:.80}, none of {', '.join(_DTYPES)}"
        )
    scale, least = None, 0.0
    if quantization and stored_as in _SCALED:
        scale, least = float(quantization["scale"]), float(quantization["min"])
        if not math.isfinite(scale) or not math.isfinite(least):
            raise ValueError(f"{weight['name']!r:.200} is scaled by {scale}, from {least} on")
    return _Piece(files, offset, np.dtype(_DTYPES[stored_as]), np.dtype(_DTYPES[dtype]), scale, least)


def _read(name: str, shape: tuple[int, ...], piece: _Piece) -> np.ndarray:
    """Reads an array out of the files that it lies in."""
    with reading(f"the array {name!r:.200}"):
        values = lent_memory.zeros(shape, piece.stored_as)
        left, start = memoryview(values.reshape(-1).view("u1")), piece.offset
        for path, length in piece.files:
            if start < length and left:
                with open(path, "rb") as file:
                    file.seek(start)
                    count = file.readinto(left[: length - start])
                left = left[count:]
            start = max(start - length, 0)
        if left:
            raise ValueError("its files have become shorter")
    if piece.scale is None:
        return values.astype(piece.dtype.newbyteorder("="), copy=False)
    meant = lent_memory.zeros(shape, piece.dtype.newbyteorder("="))
    flat, flat_meant = values.reshape(-1), meant.reshape(-1)
    for place in range(0, values.size, _NUMBERS_AT_ONCE):
        span = slice(place, place + _NUMBERS_AT_ONCE)
        # As TensorFlow.js does, in double precision.
        numbers = flat[span].astype("float64") * piece.scale + piece.least
        flat_meant[span] = numbers if piece.dtype.kind == "f" else np.floor(numbers + 0.5)
    return meant


def _layer_names(topology: Any) -> set[str]:
    """Collects the names of the layers in a config and in the models in it, but not of these models."""
    names: set[str] = set()
    rest = [topology]
    while rest:
        node = rest.pop()
        rest.extend(config_trees.children(node))
        layers = node.get("layers", node.get("config")) if isinstance(node, dict) else None
        for layer in layers if isinstance(layers, list) else ():
            config = layer.get("config") if isinstance(layer, dict) else None
            if isinstance(config, dict) and "layers" not in config:
                names.update(
                    name for name in (layer.get("name"), config.get("name")) if isinstance(name, str)
                )
    return names


def _by_layer(found: Mapping[str, Array], names: set[str]) -> list[tuple[str, list[Array]]]:
    """Groups arrays by the layers that their names begin with, or have in them; else by their first part."""
    layers: dict[str, list[Array]] = {}
    for name, one in found.items():
        parts = name.split("/")[:-1]
        runs = ("/".join(parts[a:b]) for a in range(len(parts)) for b in range(len(parts), a, -1))
        layer = next((run for run in runs if run in names), None)
        layers.setdefault(layer or "/".join(parts[:1]), []).append(one)
    return list(layers.items())
