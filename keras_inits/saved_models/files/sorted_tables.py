"""Sorted tables of keys and values, in the form of LevelDB's: a TensorFlow checkpoint's `.index` is one.

A table ends in a footer that says where its list of blocks is; a block is a list of entries, each of which
shares the beginning of its key with the one before.
"""

import struct
from collections.abc import Iterator

from keras_inits.saved_models.files import limits
from keras_inits.saved_models.files.wire_format import varint

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
# What is behind a block: how it is compressed, and its checksum.
_TRAILER, _NOT_COMPRESSED = 5, 0


def read(data: bytes) -> dict[bytes, bytes]:
    """Reads a table.

    Raises:
        ValueError: It is damaged, or larger than a table of a checkpoint is.
    """
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise ValueError("it has not the end of a table")
    footer = data[-_FOOTER:-8]
    _, place = _handle(footer, 0)
    index, _ = _handle(footer, place)
    found: dict[bytes, bytes] = {}
    end, room = 0, limits.TABLE_KEY_BYTES
    for number, (_, handle) in enumerate(_entries(_block(data, index))):
        (start, size), _ = _handle(handle, 0)
        if number > limits.TABLE_KEYS:
            raise ValueError("it has too many blocks")
        if start < end:  # The blocks are in order, or a few bytes could stand for any number of entries.
            raise ValueError("its blocks overlap")
        end = start + size
        for key, value in _entries(_block(data, (start, size))):
            room -= len(key)
            if key in found or room < 0 or len(found) >= limits.TABLE_KEYS:
                raise ValueError("it has a key twice, or too many keys")
            found[key] = value
    return found


def _handle(data: bytes, place: int) -> tuple[tuple[int, int], int]:
    """Reads where a block is and how long; returns also the place behind what says it."""
    start, place = varint(data, place)
    size, place = varint(data, place)
    return (start, size), place


def _block(data: bytes, handle: tuple[int, int]) -> bytes:
    start, size = handle
    if start + size + _TRAILER > len(data):
        raise ValueError("a block is beyond its end")
    if data[start + size] != _NOT_COMPRESSED:
        raise ValueError("it is compressed, as TensorFlow writes none")
    return data[start : start + size]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields the keys and values of a block, which ends in a list of places where keys are whole."""
    if len(block) < 4:
        raise ValueError("a block is too short")
    (restarts,) = struct.unpack("<I", block[-4:])
    end = len(block) - 4 * (restarts + 1)
    if end < 0:
        raise ValueError("a block is too short")
    key, place = b"", 0
    while place < end:
        shared, place = varint(block, place)
        added, place = varint(block, place)
        size, place = varint(block, place)
        if shared > len(key) or place + added + size > end:
            raise ValueError("an entry is beyond its block's end")
        key = key[:shared] + block[place : place + added]
        if len(key) > limits.TABLE_KEY:
            raise ValueError(f"a key is longer than {limits.TABLE_KEY} bytes")
        yield key, block[place + added : place + added + size]
        place += added + size
