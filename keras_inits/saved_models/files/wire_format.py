"""The form in which protocol buffers are written: numbered fields, each a number or bytes.

A message made by the generated classes takes many times its bytes in memory, where it is full of empty ones;
here nothing is copied until it is asked for.
"""

from collections.abc import Iterator

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_VARINT_BITS = 70
_FIXED = {_FIXED_64: 8, _FIXED_32: 4}
# No message that is read as a whole has a field of a higher number.
_HIGHEST = 31


def varint(data: bytes | memoryview, place: int) -> tuple[int, int]:
    """Reads a whole number of a variable number of bytes; returns it and the place behind it.

    Raises:
        ValueError: It does not end.
    """
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number in it does not end")


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yields a message's fields in their order: a field's number, and its value.

    Raises:
        ValueError: It is truncated, or no such message.
    """
    place, end = 0, len(data)
    while place < end:
        key, place = varint(data, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = varint(data, place)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            size, place = varint(data, place)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise ValueError(f"a field of the kind {kind}")
        if size > end - place:
            raise ValueError("a field is longer than what it is in")
        yield key >> 3, data[place : place + size]
        place += size


def messages(data: memoryview, number: int) -> Iterator[memoryview]:
    """Yields the values of one field that are bytes."""
    for found, value in fields(data):
        if found == number and isinstance(value, memoryview):
            yield value


def packed(value: memoryview) -> Iterator[int]:
    """Yields whole numbers that are written one behind the other."""
    place = 0
    while place < len(value):
        found, place = varint(value, place)
        yield found


def message(value: int | memoryview) -> dict[int, int | memoryview]:
    """Returns the fields of a message that has each of them once, by their numbers.

    Those of high numbers are left out: a message may have any number of them, in a few bytes each.
    """
    if isinstance(value, int):
        raise ValueError("a number in the place of a message")
    return {key: one for key, one in fields(value) if key <= _HIGHEST}


def text(value: int | memoryview) -> str:
    """Returns a value as text."""
    return raw(value).decode()


def raw(value: int | memoryview) -> bytes:
    """Returns a value as bytes."""
    if isinstance(value, int):
        raise ValueError("a number in the place of a text")
    return bytes(value)


def number(value: int | memoryview) -> int:
    """Returns a value as a whole number."""
    if not isinstance(value, int):
        raise ValueError("a text in the place of a number")
    return value
