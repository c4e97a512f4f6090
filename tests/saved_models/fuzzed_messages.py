"""Protocol buffers of which some fields are others than any program writes.

A message is changed as a list of its fields, whatever it means, so that what is around a change stays as it
should be, and the change is read.
"""

from keras_inits.saved_models.files.wire_format import varint
from saved_models.fuzzed_configs import CONTROL, flipped

_NUMBERS = (0, 1, 2, 3, 7, 127, 10**6, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1, 2**69)
_TEXTS = (b"", b"\xff\xfe", b"../../x", b"/", CONTROL.encode(), b"x" * 10**5, b"\n" * 50, "²".encode(), b"\0")
# Many of one thing: enough to show where a few bytes become many, and no more than a test may take.
_MANY = (2, 10, 1000, 30_000)
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_FIXED = {_FIXED_64: 8, _FIXED_32: 4}


def fields(data):
    """Returns a message as a list of its fields: number, kind, value, and the length that it says."""
    found, place = [], 0
    while place < len(data):
        key, place = varint(data, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = varint(data, place)
        elif kind in (_BYTES, *_FIXED):
            size, place = varint(data, place) if kind == _BYTES else (_FIXED[kind], place)
            if size > len(data) - place or not key >> 3:
                raise ValueError("no message")
            value, place = data[place : place + size], place + size
        else:
            raise ValueError("no message")
        found.append([key >> 3, kind, value, None])
    return found


def written(found):
    """Writes a message of its fields, of which one may say that it has another length than it has."""
    parts = []
    for number, kind, value, length in found:
        parts.append(number_of(number << 3 | kind))
        if kind == _VARINT:
            parts.append(number_of(value))
        else:
            parts += [number_of(len(value) if length is None else length)] if kind == _BYTES else []
            parts.append(value)
    return b"".join(parts)


def number_of(value):
    """Writes a whole number as protocol buffers do."""
    code = bytearray()
    while value > 127:
        code.append(value & 0x7F | 0x80)
        value >>= 7
    code.append(value)
    return bytes(code)


def changed(data, choose, path=()):
    """Returns a message with a change somewhere in it.

    Args:
        path: The numbers of the fields that lead to where the change is; none for anywhere.
    """
    try:
        found = fields(data)
    except ValueError:
        return flipped(data, choose) if data else data
    inside = [one for one in found if one[1] == _BYTES and one[2] and path[:1] in ((), (one[0],))]
    if inside and (path or choose.random() < 0.7):
        one = choose.choice(inside)
        one[2] = changed(one[2], choose, path[1:])
    elif found:
        choose.choice(_CHANGES)(choose, found)
    return written(found)


def replaced(data, choose, path, change):
    """Returns a message of which a function made another value, at the end of a path of fields."""
    found = fields(data)
    inside = [one for one in found if one[0] == path[0] and one[1] == _BYTES]
    if inside:
        one = choose.choice(inside)
        one[2] = replaced(one[2], choose, path[1:], change) if path[1:] else change(one[2])
    return written(found)


def _other_number(choose, found):
    of_numbers = [one for one in found if one[1] == _VARINT] or [[choose.randrange(1, 8), _VARINT, 0, None]]
    one = choose.choice(of_numbers)
    if one not in found:
        found.append(one)
    one[2] = choose.choice((*_NUMBERS, one[2] + 1, max(one[2] - 1, 0)))


def _other_text(choose, found):
    one = choose.choice(found)
    one[1:3] = _BYTES, choose.choice(_TEXTS)


def _removed(choose, found):
    del found[choose.randrange(len(found))]


def _repeated(choose, found):
    found += [choose.choice(found)] * choose.choice(_MANY[:3])


def _empties(choose, found):
    found += [[choose.randrange(1, 12), _BYTES, b"", None]] * choose.choice(_MANY)


def _unknown(choose, found):
    found += [[number, _BYTES, b"", None] for number in range(20, 20 + choose.choice(_MANY))]


def _swapped(choose, found):
    a, b = choose.randrange(len(found)), choose.randrange(len(found))
    found[a], found[b] = found[b], found[a]


def _other_field(choose, found):
    choose.choice(found)[0] = choose.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2**29 - 1, 2**40))


def _other_kind(choose, found):
    one = choose.choice(found)
    if one[1] == _VARINT:
        one[1:3] = _BYTES, number_of(one[2])
    else:
        one[1:3] = _VARINT, choose.choice(_NUMBERS)


def _lying_length(choose, found):
    of_bytes = [one for one in found if one[1] == _BYTES]
    if of_bytes:
        one = choose.choice(of_bytes)
        one[3] = choose.choice((0, len(one[2]) + 1, max(len(one[2]) - 1, 0), *_NUMBERS))


def _nested(choose, found):
    """Puts a field into itself, again and again."""
    of_bytes = [one for one in found if one[1] == _BYTES]
    if of_bytes:
        one = choose.choice(of_bytes)
        for _ in range(choose.choice((1, 10, 1000))):
            one[2] = written([[one[0], _BYTES, one[2], None]])


_CHANGES = (
    _other_number, _other_number, _other_text, _removed, _repeated, _empties, _unknown, _swapped,
    _other_field,
    _other_kind, _lying_length, _nested,
)  # fmt: skip
