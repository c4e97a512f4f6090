"""TensorFlow's checkpoints: an `.index`, which lists arrays and where they lie, and the shards where they do.

An object-based checkpoint, as `save_weights` and `tf.train.Checkpoint` write it, has the graph of the objects
that were saved, too; one of TensorFlow 1's `Saver` has the names of variables alone. Nothing of TensorFlow's
reads the files: what the index says is checked against the shards before anything is read by it.
"""

import contextlib
import dataclasses
import math
import os
import re
import stat
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError, Message
from tensorflow.core.protobuf import tensor_bundle_pb2, trackable_object_graph_pb2

from keras_inits.keras_compat import lent_memory
from keras_inits.saved_models.files import limits, sorted_tables, stored, wire_format
from keras_inits.saved_models.files.stored import Array, Object, Stored, StoredWeightsError

# The entry that holds the graph of objects.
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
_STATE = "checkpoint"
_INDEX = ".index"
_SHARD = re.compile(r"\.data-[0-9]{5}-of-[0-9]{5}\Z")
_LAST = re.compile(r'^model_checkpoint_path: "([^"\\]{1,4096})"', re.MULTILINE)
# TensorFlow's numbers for types of values; a bfloat16 is read as the upper half of a float32.
_STRING, _BFLOAT16 = 7, 14
_TYPES = {
    1: "f4", 2: "f8", 3: "i4", 4: "u1", 5: "i2", 6: "i1", 8: "c8", 9: "i8", 10: "?", _BFLOAT16: "u2",
    17: "u2", 18: "c16", 19: "f2", 22: "u4", 23: "u8",
}  # fmt: skip
# How a text in the key of a part writes the bytes that end it.
_ESCAPED = {0x00: b"\0\xff", 0xFF: b"\xff\0"}
_SIGNED_BYTES = 7
# The field of a graph of objects that is an object.
_NODES = 1
# A lookup table's parts, whose keys are its own and these.
_TABLE_PARTS = ("", "-keys", "-values")


@dataclasses.dataclass(frozen=True)
class _Entry:
    """What the index says of an array: the numbers are at `offset` of the file `shard`, or in `parts`."""

    kind: int
    shape: tuple[int, ...]
    shard: str
    offset: int
    size: int
    parts: int = 0


def recognizes(path: str) -> bool:
    """Returns whether a path is a checkpoint's: its prefix, its `.index`, a shard, or its folder."""
    return _prefix(path) is not None


@contextlib.contextmanager
def opened(path: str, checked: bool = False) -> Iterator[Stored]:
    """Opens a checkpoint.

    Args:
        path: Its prefix, its `.index`, one of its shards, or the folder that it is the last one of.
        checked: Means nothing here.

    Yields:
        The weights.

    Raises:
        StoredWeightsError: It is damaged, or not what it says.
        OSError: A file of it cannot be opened.
    """
    found = arrays(path)
    numbers = sum(math.prod(one.shape) for key, one in found.items() if key != OBJECT_GRAPH)
    if OBJECT_GRAPH in found:
        yield Stored(numbers, objects=objects(found))
    else:
        yield Stored(numbers, named=found)


def arrays(path: str) -> dict[str, Array]:
    """Lists the arrays of a checkpoint by their keys, `OBJECT_GRAPH` among them, without reading them.

    Raises:
        StoredWeightsError: The checkpoint is damaged, or not what it says.
        OSError: A file of it cannot be opened.
    """
    prefix = _prefix(path)
    if prefix is None:
        raise StoredWeightsError(f"{path}: no checkpoint of TensorFlow's")
    size = os.path.getsize(prefix + _INDEX)
    if size > limits.INDEX_BYTES:
        raise StoredWeightsError(f"its index has {size} bytes, more than {limits.INDEX_BYTES}")
    with open(prefix + _INDEX, "rb") as file, stored.reading(f"the index {prefix + _INDEX!r:.200}"):
        table = sorted_tables.read(file.read(limits.INDEX_BYTES))
        header = _message(tensor_bundle_pb2.BundleHeaderProto, table.pop(b"", b""))
        if not 0 < header.num_shards <= limits.STORED_NAMES:
            raise ValueError(f"it says it has {header.num_shards} shards")
        shards = _Shards(prefix, header.num_shards)
        entries = {key: _entry(_said(value), shards) for key, value in table.items()}
        shards.check(sum(entry.size for entry in entries.values()))
        # Before any is looked for: each has an entry of its own.
        if sum(entry.parts for entry in entries.values()) > len(entries):
            raise ValueError("its arrays have more parts than it lists")
        order = ">" if header.endianness else "<"
        named = {key: key.decode() for key in table if not key.startswith(b"\0")}
        return {
            name: _array(name, entries[key], order)
            if entries[key].shard
            else _sliced(name, _said(table[key]), entries, order)
            for key, name in named.items()
        }


def objects(found: Mapping[str, Array]) -> list[Object]:
    """Reads the graph of objects of a checkpoint.

    Args:
        found: The checkpoint's arrays.

    Returns:
        The objects, the first of which is what was saved.

    Raises:
        StoredWeightsError: There is none, or it is damaged.
    """
    if OBJECT_GRAPH not in found:
        raise StoredWeightsError("the checkpoint has no graph of objects: TensorFlow 1 wrote it by names")
    with stored.reading("the graph of objects"):
        (data,) = found[OBJECT_GRAPH].read().ravel()
        if len(data) > limits.OBJECT_GRAPH_BYTES:
            raise ValueError(f"it has more than {limits.OBJECT_GRAPH_BYTES} bytes")
        _check_counts(memoryview(data))
        nodes = _message(trackable_object_graph_pb2.TrackableObjectGraph, data).nodes
        return [_object(node, len(nodes), found) for node in nodes]


def _check_counts(data: memoryview) -> None:
    """Counts the objects and edges of a graph before they take memory: an empty one has two bytes in it."""
    objects = edges = 0
    for node in wire_format.messages(data, _NODES):
        objects += 1
        for _ in wire_format.fields(node):
            edges += 1
            if edges > limits.OBJECT_EDGES:
                raise ValueError(f"it has more than {limits.OBJECT_EDGES} edges between its objects")
        if objects > limits.OBJECTS:
            raise ValueError(f"it has more than {limits.OBJECTS} objects")
    if not objects:
        raise ValueError("it has no objects")


def _object(node: Any, count: int, found: Mapping[str, Array]) -> Object:
    children = {one.local_name: one.node_id for one in node.children}
    own = {
        one.name + part: found[one.checkpoint_key + part]
        for one in node.attributes
        for part in _TABLE_PARTS
        if one.checkpoint_key + part in found
    }
    slots = tuple(
        (one.original_variable_node_id, one.slot_name, one.slot_variable_node_id)
        for one in node.slot_variables
    )
    places = [*children.values(), *(slot[0] for slot in slots), *(slot[2] for slot in slots)]
    if not all(0 <= place < count for place in places):
        raise ValueError("an edge leads to no object")
    return Object(children, own, slots)


def _said(data: bytes) -> Any:
    """Parses what the index says of an array."""
    if len(data) > limits.ENTRY_BYTES:
        raise ValueError(f"it says more than {limits.ENTRY_BYTES} bytes of an array")
    return _message(tensor_bundle_pb2.BundleEntryProto, data)


def _message(kind: type[Message], data: bytes) -> Any:
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise ValueError(f"no {kind.DESCRIPTOR.name} in it") from error


def _prefix(path: str) -> str | None:
    """Finds a checkpoint's prefix; `None` if the path leads to none."""
    if os.path.isdir(path):
        return _last_of(path)
    for prefix in (path, path.removesuffix(_INDEX), _SHARD.sub("", path)):
        if os.path.isfile(prefix + _INDEX):
            return prefix
    return _last_of(os.path.dirname(path)) if os.path.basename(path) == _STATE else None


def _last_of(folder: str) -> str | None:
    """Finds the last checkpoint of a folder: the one that its `checkpoint` file names, or the only one."""
    state = os.path.join(folder, _STATE)
    if os.path.isfile(state):
        with open(state, "rb") as file:
            text = file.read(limits.CHECKPOINT_STATE_BYTES).decode(errors="replace")
        said = _LAST.search(text)
        # The folder may have been moved since; nothing outside it is meant.
        name = re.split(r"[/\\]", said[1])[-1] if said else ""
        if name and os.path.isfile(os.path.join(folder, name + _INDEX)):
            return os.path.join(folder, name)
    found = [name for name in os.listdir(folder or ".") if name.endswith(_INDEX)]
    return os.path.join(folder, found[0].removesuffix(_INDEX)) if len(found) == 1 else None


class _Shards:
    """The files that the numbers of a checkpoint lie in, with their sizes."""

    def __init__(self, prefix: str, count: int):
        self._prefix, self._count = prefix, count
        self._sizes: dict[str, int] = {}
        near = (os.path.dirname(prefix), os.path.dirname(os.path.realpath(prefix + _INDEX)))
        self._folders = {os.path.realpath(folder) for folder in near}

    def path(self, number: int) -> str:
        """Finds a shard, which must be next to the index."""
        if not 0 <= number < self._count:
            raise ValueError(f"an array is in shard {number} of {self._count}")
        path = f"{self._prefix}.data-{number:05d}-of-{self._count:05d}"
        if path not in self._sizes:
            if os.path.dirname(os.path.realpath(path)) not in self._folders:
                raise StoredWeightsError(f"the shard {path!r} is a link to elsewhere, which is not followed")
            if not os.path.isfile(path):
                raise StoredWeightsError(f"the shard {path!r} is missing: the index alone has no weights")
            self._sizes[path] = os.path.getsize(path)
        return path

    def size(self, path: str) -> int:
        return self._sizes[path]

    def check(self, asked: int) -> None:
        """Sees that arrays do not share their bytes, by which a file could hold any number of them."""
        if asked > sum(self._sizes.values()):
            raise ValueError("its arrays are larger than its shards")


def _entry(said: Any, shards: _Shards) -> _Entry:
    """Checks what the index says of an array."""
    if len(said.shape.dim) > limits.AXES:
        raise ValueError(f"an array has more than {limits.AXES} axes")
    shape = tuple(axis.size for axis in said.shape.dim)
    if said.shape.unknown_rank or any(size < 0 for size in shape):
        raise ValueError(f"an array has shape {shape}")
    if said.slices:
        return _Entry(said.dtype, shape, "", 0, 0, len(said.slices))
    shard = shards.path(said.shard_id)
    if said.offset < 0 or said.size < 0 or said.offset + said.size > shards.size(shard):
        raise ValueError("an array is beyond the end of its shard")
    count = math.prod(shape)
    if said.dtype in _TYPES and count * np.dtype(_TYPES[said.dtype]).itemsize != said.size:
        raise ValueError(f"an array of shape {shape} has {said.size} bytes")
    if count > said.size:
        raise ValueError(f"an array of shape {shape} has {said.size} bytes")
    return _Entry(said.dtype, shape, shard, said.offset, said.size)


def _array(name: str, entry: _Entry, order: str) -> Array:
    read = _read_text if entry.kind == _STRING else _read_numbers
    return Array(name, entry.shape, lambda: read(name, entry, order))


def _read_numbers(name: str, entry: _Entry, order: str) -> np.ndarray:
    if entry.kind not in _TYPES:
        raise StoredWeightsError(f"the array {name!r:.200} is of TensorFlow's type {entry.kind}, no number")
    with stored.reading(f"the array {name!r:.200}"):
        kind = np.dtype(_TYPES[entry.kind]).newbyteorder(order)
        with open(entry.shard, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ValueError("its shard is not a regular file")
            values = lent_memory.zeros(entry.shape, kind)
            file.seek(entry.offset)
            if file.readinto(values.reshape(-1).view("u1")) != values.nbytes:
                raise ValueError("its shard is truncated")
        values = values.astype(kind.newbyteorder("="), copy=False)
    if entry.kind == _BFLOAT16:
        return (values.astype("uint32") << 16).view("float32")
    return values


def _read_text(name: str, entry: _Entry, order: str) -> np.ndarray:
    """Reads an array of text: the lengths, their checksum, and all of the text."""
    with stored.reading(f"the array {name!r:.200}"):
        if entry.size > limits.VOCABULARY_BYTES:
            raise ValueError(f"it has more than {limits.VOCABULARY_BYTES} bytes of text")
        with open(entry.shard, "rb") as file:
            file.seek(entry.offset)
            data = file.read(entry.size)
        lengths, place = [], 0
        for _ in range(math.prod(entry.shape)):
            length, place = wire_format.varint(data, place)
            lengths.append(length)
        place += 4
        if place + sum(lengths) != len(data):
            raise ValueError("its text is shorter or longer than it says")
        values = np.empty(len(lengths), object)
        for number, length in enumerate(lengths):
            values[number] = data[place : place + length]
            place += length
        return values.reshape(entry.shape)


def _sliced(name: str, said: Any, entries: Mapping[bytes, _Entry], order: str) -> Array:
    """Finds a variable that TensorFlow 1 kept in parts, each of which has an entry of its own."""
    shape, text = entries[name.encode()].shape, _ordered_text(name)
    # Each once: one that is named again and again would make a variable of any size.
    parts = {}
    for one in said.slices:
        extents = [(part.start, part.length if part.HasField("length") else -1) for part in one.extent]
        key = _slice_key(text, extents)
        if key not in entries:
            raise ValueError(f"a part of {name!r:.200} is missing")
        box = tuple(
            slice(start, size if length < 0 else start + length)
            for (start, length), size in zip(extents, shape, strict=True)
        )
        parts[key] = (box, entries[key])
    if sum(math.prod(entry.shape) for _, entry in parts.values()) != math.prod(shape):
        raise ValueError(f"the parts of {name!r:.200} are not the whole of it")

    def read() -> np.ndarray:
        found = [(box, _read_numbers(name, entry, order)) for box, entry in parts.values()]
        with stored.reading(f"the array {name!r:.200}"):
            whole = np.empty(shape, found[0][1].dtype)
            filled = np.zeros(shape, bool)
            for box, values in found:
                whole[box], filled[box] = values, True
            if not filled.all():
                raise ValueError("its parts are not the whole of it")
            return whole

    return Array(name, shape, read)


def _ordered_text(name: str) -> bytes:
    """Writes a text in a code whose bytes sort as what it stands for."""
    return b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in name.encode()) + b"\0\x01"


def _slice_key(text: bytes, extents: list[tuple[int, int]]) -> bytes:
    """Writes the key of a variable's part, in that code; `text` is the variable's name."""
    axes = bytes([1, len(extents)]) if extents else b"\0"
    return b"\0" + text + axes + b"".join(_signed(n) for extent in extents for n in extent)


def _signed(number: int) -> bytes:
    """Writes a whole number so: as many leading ones as it has bytes, then its own bits."""
    length = max(1, -(-((number if number >= 0 else ~number).bit_length() + 1) // 7))
    if length > _SIGNED_BYTES:
        raise ValueError(f"a part of a variable begins at {number}")
    code = bytearray(number.to_bytes(length, "big", signed=True))
    code[0] ^= (0xFF << (8 - length)) & 0xFF
    return bytes(code)
