"""Reads the code of a function as the `marshal` of any Python from 2.7 to 3.13 wrote it; nothing is run.

Python's own `marshal` reads only what the same Python wrote, and is not safe on bytes that others made. The
bytes do not say which Python it was, but the fields of a code object differ: `codes` reads them in each of
the ways in which they can be read whole.
"""

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from keras_inits.saved_models.files import limits

_REFERENCED = 0x80
_SIMPLE = {b"N": None, b"T": True, b"F": False, b".": Ellipsis}
# How many bytes give the length of a text or a tuple, by its kind.
_LENGTHS = {
    b"s": 4, b"t": 4, b"u": 4, b"a": 4, b"A": 4, b"z": 1, b"Z": 1, b"(": 4, b")": 1, b"[": 4,
}  # fmt: skip
_BYTES, _INTERNED, _TUPLES = b"s", b"tAZ", b"()["
_DIGIT_BITS = 15


class Code(NamedTuple):
    """A function's code.

    Args:
        layout: Which Pythons write these fields: a key of `LAYOUTS`.
        arguments: How many arguments it takes by their place.
        keyword_arguments: How many it takes by their name alone.
        flags: Python's flags, which say whether it takes any number of arguments.
        code: The bytecode.
        constants: The constants in it; of code inside it, `None`.
        names: The names of globals and attributes.
        variables: The names of its variables, arguments first, and last those of the functions around it.
        free: How many of the last are of the functions around it.
    """

    layout: str
    arguments: int
    keyword_arguments: int
    flags: int
    code: bytes
    constants: tuple[Any, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    free: int


_NAMED = "code constants names variables free cells file name LINE lines"
# The fields of a code object in their order, by the Pythons that write them so; whole numbers in capitals.
LAYOUTS = {
    "2.7": f"ARGUMENTS LOCALS STACK FLAGS {_NAMED}",
    "3.4": f"ARGUMENTS KEYWORDS LOCALS STACK FLAGS {_NAMED}",
    "3.8": f"ARGUMENTS POSITIONAL KEYWORDS LOCALS STACK FLAGS {_NAMED}",
    "3.11": (
        "ARGUMENTS POSITIONAL KEYWORDS STACK FLAGS code constants names variables kinds file name qualified "
        "LINE lines exceptions"
    ),
}
# Of `kinds`: a variable of the functions around.
_FREE_KIND = 0x80


def codes(data: bytes) -> list[Code]:
    """Reads a function's code in each way in which it can be read.

    Args:
        data: What `marshal.dumps` gave for a code object.

    Returns:
        The code as the Pythons of each layout would read it; empty where none would.
    """
    found = []
    for layout in LAYOUTS:
        try:
            found.append(_code(data, layout))
        except (ValueError, TypeError, KeyError, IndexError, struct.error, RecursionError):
            continue
    return found


def _code(data: bytes, layout: str) -> Code:
    if len(data) > limits.CODE_BYTES:
        raise ValueError(f"more than {limits.CODE_BYTES} bytes of code")
    reader = _Reader(data, layout)
    fields = reader.value()
    if not isinstance(fields, dict) or reader.place != len(data):
        raise ValueError("no code alone")
    variables = tuple(map(_text, fields["variables"]))
    if not isinstance(fields["code"], bytes) or not isinstance(fields["constants"], tuple):
        raise ValueError("fields of other kinds")
    if "kinds" in fields:
        if not isinstance(fields["kinds"], bytes) or len(fields["kinds"]) != len(variables):
            raise ValueError("a kind for each variable")
        free = sum(bool(kind & _FREE_KIND) for kind in fields["kinds"])
    else:
        free = len(fields["free"])
        variables += tuple(map(_text, (*fields["cells"], *fields["free"])))
    return Code(
        layout,
        fields["ARGUMENTS"],
        fields.get("KEYWORDS", 0),
        fields["FLAGS"],
        fields["code"],
        tuple(None if isinstance(one, dict) else one for one in fields["constants"]),
        tuple(map(_text, fields["names"])),
        variables,
        free,
    )


def _text(value: Any) -> str:
    """Returns a name as text; a long one that is referred to again and again would become many."""
    if not isinstance(value, (bytes, str)) or len(value) > limits.TEXT:
        raise ValueError("no name")
    return value.decode("ascii") if isinstance(value, bytes) else value


def _is_small(values: tuple[Any, ...]) -> bool:
    return len(values) <= limits.CODE_NAMES and not any(isinstance(one, tuple) for one in values)


class _Reader:
    """Reads one value after another; code is a dict of its fields."""

    def __init__(self, data: bytes, layout: str):
        self._data, self._fields = data, LAYOUTS[layout].split()
        self._is_python_2 = layout.startswith("2")
        self.place = 0
        self._depth = 0
        self._kept: list[Any] = []
        self._interned: list[Any] = []

    def value(self) -> Any:
        kind = self._take(1)[0]
        is_kept = not self._is_python_2 and bool(kind & _REFERENCED)
        index = len(self._kept)
        if is_kept:
            self._kept.append(None)
        self._depth += 1
        if self._depth > limits.CODE_DEPTH:
            raise ValueError("too deep")
        found = self._value(bytes([kind & ~_REFERENCED if not self._is_python_2 else kind]))
        self._depth -= 1
        if is_kept:
            self._kept[index] = found
        return found

    def _value(self, kind: bytes) -> Any:
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        if kind in _LENGTHS:
            return self._sized(kind)
        if kind == b"c":
            return {name: self._int() if name.isupper() else self.value() for name in self._fields}
        if kind == b"r" and not self._is_python_2:
            return self._again(self._kept[self._int()])
        if kind == b"R" and self._is_python_2:
            return self._interned[self._int()]
        return _NUMBERS[kind](self)

    def _again(self, value: Any) -> Any:
        """Returns a value that was read before; lists of lists could make any number out of a few bytes."""
        if isinstance(value, dict) or (isinstance(value, tuple) and not _is_small(value)):
            raise ValueError("more code inside the code")
        return value

    def _sized(self, kind: bytes) -> Any:
        size = int.from_bytes(self._take(_LENGTHS[kind]), "little")
        if size > len(self._data) - self.place:
            raise ValueError("longer than the code")
        if kind in _TUPLES:
            return tuple(self.value() for _ in range(size))
        data = self._take(size)
        # Python 2 wrote names as bytes.
        is_bytes = kind == _BYTES or (self._is_python_2 and kind == b"t")
        found: Any = data if is_bytes else data.decode("utf-8" if kind == b"u" else "ascii")
        if self._is_python_2 and kind in _INTERNED:
            self._interned.append(found)
        return found

    def _take(self, size: int) -> bytes:
        found = self._data[self.place : self.place + size]
        if len(found) != size:
            raise ValueError("truncated")
        self.place += size
        return found

    def _int(self) -> int:
        return int.from_bytes(self._take(4), "little", signed=True)

    def _long(self) -> int:
        size = self._int()
        if abs(size) > limits.CODE_DIGITS:
            raise ValueError("a number of too many digits")
        digits = [int.from_bytes(self._take(2), "little") for _ in range(abs(size))]
        number = sum(digit << (_DIGIT_BITS * place) for place, digit in enumerate(digits))
        return -number if size < 0 else number


_NUMBERS: dict[bytes, Callable[[_Reader], Any]] = {
    b"i": _Reader._int,
    b"I": lambda reader: int.from_bytes(reader._take(8), "little", signed=True),
    b"l": _Reader._long,
    b"g": lambda reader: struct.unpack("<d", reader._take(8))[0],
}
