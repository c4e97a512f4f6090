"""TensorFlow checkpoints whose index, graph of objects or shards are others than TensorFlow writes."""

import os
import struct

from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import tensor_bundle_pb2

from keras_inits.saved_models.files import checkpoints, sorted_tables
from keras_inits.saved_models.files.wire_format import varint
from saved_models.fuzzed_configs import CONTROL, flipped, is_plain
from saved_models.fuzzed_messages import changed, number_of

_GRAPH = checkpoints.OBJECT_GRAPH.encode()
_FLOAT = 1
_MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)
_FOOTER = 40


def change(prefix, choose, watch):
    """Changes the files of a checkpoint."""
    for _ in range(choose.choice((1, 1, 2))):
        choose.choice((_change_index, _change_index, _change_index, _change_shard, _change_bytes))(
            prefix, choose, watch
        )


def _change_index(prefix, choose, watch):
    path = prefix.with_name(prefix.name + ".index")
    try:
        table = sorted_tables.read(path.read_bytes())
    except ValueError:  # It was changed before.
        return
    shard = _shard(prefix)
    how = choose.choice(_CHANGES)
    path.write_bytes(table_of(how(table, choose, shard) or table, choose))


def _shard(prefix):
    return prefix.with_name(prefix.name + ".data-00000-of-00001")


def _change_shard(prefix, choose, watch):
    """Makes a shard shorter, a link to elsewhere, a folder, or none."""
    path = _shard(prefix)
    data = path.read_bytes() if is_plain(path) else b"x"
    if path.is_symlink() or path.is_file():
        path.unlink()
    how = choose.randrange(5)
    if how == 0 and not path.exists():
        path.write_bytes(data[: choose.randrange(len(data))] if data else data)
    elif how == 1:
        watch.link(path, choose)
    elif how == 2 and not path.exists():
        path.mkdir()
    elif how == 3 and not path.exists():
        os.mkfifo(path)
    elif not path.exists():
        path.write_bytes(flipped(data, choose) if data else data)


def _change_bytes(prefix, choose, watch):
    path = prefix.with_name(prefix.name + ".index")
    path.write_bytes(flipped(path.read_bytes(), choose))


def _said(table, key):
    """Returns what the index says of an array; nothing where that was damaged before."""
    try:
        return tensor_bundle_pb2.BundleEntryProto.FromString(table.get(key, b""))
    except DecodeError:
        return tensor_bundle_pb2.BundleEntryProto()


def _entry(table, choose, change):
    """Changes what the index says of one array."""
    key = choose.choice([key for key in table if key] or [b""])
    entry = _said(table, key)
    change(entry)
    table[key] = entry.SerializeToString()


def _message(table, choose, shard):
    key = choose.choice(list(table))
    table[key] = changed(table[key], choose)


def _lie(table, choose, shard):
    """Says another type, shape, place or size of an array."""

    def change(entry):
        how = choose.randrange(6)
        if how == 0:
            entry.dtype = choose.choice((0, 2, 3, 7, 8, 9, 10, 14, 18, 20, 21, 100))
        elif how == 1:
            entry.offset = choose.choice((-1, 0, 1, 10**9, 2**62))
        elif how == 2:
            entry.size = choose.choice((-1, 0, 1, 10**9, 2**62))
        elif how == 3:
            entry.shard_id = choose.choice((-1, 1, 99999, 2**31 - 1))
        elif how == 4 and entry.shape.dim:
            choose.choice(entry.shape.dim).size = choose.choice((-1, 0, 1, 10**6, 2**40, 2**62))
        else:
            for size in [choose.choice((0, 1, 2**31, 2**62))] * choose.choice((1, 2, 31, 40)):
                entry.shape.dim.add(size=size)

    _entry(table, choose, change)


def _larger(table, choose, shard):
    """Makes an array as large as it says, with bytes that others have too."""

    def change(entry):
        size = shard.stat().st_size if is_plain(shard) else 0
        entry.offset, entry.size, entry.dtype = 0, size - size % 4, _FLOAT
        del entry.shape.dim[:]
        entry.shape.dim.add(size=size // 4)

    for _ in range(choose.choice((1, 3, 20))):
        _entry(table, choose, change)


def _slices(table, choose, shard):
    """Says that an array lies in slices: one of them several times, some that overlap, or are missing."""
    key = choose.choice([key for key in table if key and not key.startswith((b"\0", b"_"))] or [b"x"])
    entry = _said(table, key)
    rows = entry.shape.dim[0].size if entry.shape.dim else 1
    name = key.decode(errors="replace")
    extents = [(0, rows if axis == 0 else -1) for axis in range(len(entry.shape.dim))]
    part = tensor_bundle_pb2.BundleEntryProto.FromString(entry.SerializeToString())
    table[checkpoints._slice_key(checkpoints._ordered_text(name), extents)] = part.SerializeToString()
    times = choose.choice((1, 2, 1000, 20_000))
    if entry.shape.dim:
        entry.shape.dim[0].size = rows * choose.choice((1, times))
    for _ in range(times):
        one = entry.slices.add()
        for start, length in extents:
            said = one.extent.add(start=choose.choice((start, start, start, -1, 10**9)))
            if length >= 0:
                said.length = choose.choice((length, length, length, 0, -5, 2**60))
    entry.size = choose.choice((0, entry.size))
    table[key] = entry.SerializeToString()


def _objects(table, choose, shard):
    """Changes the graph of objects, which is the text of an array: a length, four bytes of a checksum, it."""
    if _GRAPH not in table or not is_plain(shard):
        return
    entry = _said(table, _GRAPH)
    data = shard.read_bytes()
    try:
        size, place = varint(data, max(entry.offset, 0))
    except ValueError:
        return
    graph = data[place + 4 : place + 4 + size]
    for _ in range(choose.choice((1, 1, 5))):
        graph = changed(graph, choose, choose.choice(((1,), (1, 1), (1, 2), (1, 3), ())))
    length = choose.choice((len(graph), len(graph), len(graph), 0, 2**60))
    text = number_of(length) + b"\0\0\0\0" + graph
    shard.write_bytes(data + text)
    entry.offset, entry.size = len(data), len(text)
    table[_GRAPH] = entry.SerializeToString()


def _keys(table, choose, shard):
    """Gives an array another name: a very long one, one with control characters, or one that is no text."""
    old = choose.choice(list(table))
    names = (CONTROL.encode(), b"\xff", b"\0\0\x01", b"k" * 20_000, b"a/" * 3000, b"", b"\0" + old, _GRAPH)
    table[choose.choice(names)] = table.pop(old)


def _many(table, choose, shard):
    """Lists many arrays of nothing, which share long names."""
    empty = tensor_bundle_pb2.BundleEntryProto(dtype=_FLOAT)
    empty.shape.dim.add(size=0)
    for number in range(choose.choice((100, 5000))):
        table[b"m" * choose.choice((10, 5000)) + b"%d" % number] = empty.SerializeToString()


def _header(table, choose, shard):
    header = tensor_bundle_pb2.BundleHeaderProto()
    header.num_shards = choose.choice((-1, 0, 1, 2, 99999, 2**31 - 1))
    header.endianness = choose.choice((0, 1))
    table[b""] = header.SerializeToString()


def _nothing(table, choose, shard):
    """Leaves what is in the table: it is written in another way."""


_CHANGES = (
    _message,
    _message,
    _lie,
    _lie,
    _larger,
    _slices,
    _objects,
    _objects,
    _keys,
    _many,
    _header,
    _nothing,
)


def table_of(table, choose):
    """Writes a sorted table, as it should be or with blocks that lie."""
    fault = choose.choice((None,) * 8 + _FAULTS)
    data, handles = bytearray(), []
    keys = sorted(table)
    at_once = choose.choice((len(keys), 1, 3)) or 1
    for start in range(0, len(keys), at_once):
        some = keys[start : start + at_once]
        handles.append(
            (some[-1], _add(data, _block([(key, table[key]) for key in some], choose, fault), fault))
        )
    if fault == "overlap":
        handles *= choose.choice((2, 1000))
    if fault == "handles":
        handles += [(b"z" * 15_000, number_of(0) + number_of(0))] * choose.choice((1, 20_000))
    index = _add(data, _block(handles, choose, None), None)
    if fault == "end":
        index = number_of(choose.choice((0, len(data), 2**63))) + number_of(choose.choice((0, 4, 2**69)))
    footer = (number_of(0) + number_of(0) + index).ljust(_FOOTER, b"\0")[:_FOOTER]
    return bytes(data) + footer + _MAGIC


_FAULTS = ("overlap", "handles", "end", "compressed", "restarts", "shared", "order")


def _add(data, block, fault):
    """Puts a block behind the others, and returns where it is."""
    handle = number_of(len(data)) + number_of(len(block))
    data += block + (b"\1" if fault == "compressed" else b"\0") + b"\0\0\0\0"
    return handle


def _block(entries, choose, fault):
    data, before = bytearray(), b""
    if fault == "order":
        entries = entries[::-1]
    for key, value in entries:
        shared = _shared(before, key)
        before = key
        said = choose.choice((shared + 1, 2**60)) if fault == "shared" and choose.random() < 0.3 else shared
        data += number_of(said) + number_of(len(key) - shared) + number_of(len(value)) + key[shared:] + value
    restarts = choose.choice((0, 2, 10**6, 2**32 - 1)) if fault == "restarts" else 1
    return bytes(data) + b"\0\0\0\0" + struct.pack("<I", restarts)


def _shared(one, other):
    """Counts the bytes that two keys begin with alike, which may be many."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low
