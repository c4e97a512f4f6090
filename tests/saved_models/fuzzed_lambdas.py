"""Lambdas whose code no Python compiled: written as the `marshal` of each Python does, with other parts."""

import base64
import copy
import json
import struct

from keras_inits.saved_models.files import marshalled_code
from keras_inits.saved_models.files.marshalled_code import LAYOUTS
from saved_models.fuzzed_configs import CONTROL, flipped
from saved_models.lambda_codes import LINES

_LAST = 2**32 - 1
_EXTENDED = {"2.7": 145, "3.4": 144, "3.8": 144, "3.11": 144}


class _Raw(bytes):
    """A value as it stands in the file."""


def model(code, choose, strange):
    """Returns the text of a model with a lambda of some code."""
    code = base64.b64encode(code).decode()
    defaults = choose.choice((None, None, [2], [choose.choice(strange)], choose.choice(strange)))
    function = [code, defaults, choose.choice((None, None, [3], choose.choice(strange)))]
    if choose.random() < 0.2:
        function = {
            "class_name": "__lambda__",
            "config": dict(zip(("code", "defaults", "closure"), function)),
        }
    config = {"name": "lambda_1", "function": function, "function_type": "lambda"}
    layer = {"class_name": "Lambda", "config": {**config, "batch_input_shape": [None, 4, 4, 2]}}
    version = choose.choice(("2.2.4", "2.2.4", "2.15.0", "3.3.0"))
    whole = {"class_name": "Sequential", "config": {"name": "m", "layers": [layer]}, "keras_version": version}
    return json.dumps(whole)


def code(choose):
    """Returns the code of a lambda, with parts that are others than a Python compiled."""
    text = choose.choice(sorted(choose.choice(LINES)["codes"].values()))
    data = base64.b64decode(text)
    if choose.random() < 0.1:
        return flipped(data, choose)
    layout, found = choose.choice(_parsed(data))
    for _ in range(choose.choice((1, 1, 2, 4))):
        choose.choice(_CHANGES)(choose, layout, found)
    return _written(found, layout)


def _parsed(data):
    """Returns the fields of a code object, as the Pythons that may have written it would read them."""
    found = []
    for layout in LAYOUTS:
        try:
            found.append((layout, marshalled_code._Reader(data, layout).value()))
        except (ValueError, TypeError, KeyError, IndexError, struct.error):
            continue
    return found


def _written(value, layout):
    """Writes a value as `marshal` does."""
    if isinstance(value, _Raw):
        return bytes(value)
    if isinstance(value, dict):
        return b"c" + b"".join(_field(value, name, layout) for name in LAYOUTS[layout].split())
    if isinstance(value, (tuple, list)):
        parts = b"".join(_written(one, layout) for one in value)
        return b"(" + struct.pack("<I", len(value)) + parts
    if isinstance(value, (bytes, str)):
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        kind = b"s" if isinstance(value, bytes) else b"u"
        return kind + struct.pack("<I", len(data)) + data
    for kind, simple in ((b"N", None), (b"T", True), (b"F", False), (b".", ...)):
        if value is simple:
            return kind
    if isinstance(value, int):
        return b"i" + struct.pack("<i", value) if -(2**31) <= value < 2**31 else _long(value)
    return b"g" + struct.pack("<d", value)


def _field(fields, name, layout):
    value = fields.get(name, 0 if name.isupper() else ())
    is_number = name.isupper() and not isinstance(value, _Raw)
    return struct.pack("<I", value & _LAST) if is_number else _written(value, layout)


def _long(value):
    digits, rest = [], abs(value)
    while rest:
        digits.append(rest & 0x7FFF)
        rest >>= 15
    count = len(digits) if value > 0 else -len(digits)
    return b"l" + struct.pack("<i", count) + struct.pack(f"<{len(digits)}H", *digits)


def _instructions(choose, layout, code):
    """Changes instructions: their numbers, which may jump or make functions, and their arguments."""
    data = bytearray(code["code"] if isinstance(code["code"], bytes) else b"")
    for _ in range(choose.choice((1, 1, 4))):
        at = choose.randrange(len(data) + 1)
        step = at - at % 2
        how = choose.randrange(6)
        if how == 0 and data:
            data[min(step, len(data) - 1)] = choose.randrange(256)
        elif how == 1 and data:
            data[min(step + 1, len(data) - 1)] = choose.choice((0, 1, 2, 127, 255))
        elif how == 2:
            data[step:step] = data[: choose.randrange(len(data) + 1)]
        elif how == 3:
            data[step:step] = bytes([_EXTENDED[layout], 255]) * choose.choice((1, 3, 10_000))
        elif how == 4:
            del data[step : step + 2]
        else:
            data[step:step] = bytes((choose.choice((100, 124, 83, 23, 131, 102, 116)), choose.randrange(4)))
    code["code"] = bytes(data)


def _constants(choose, layout, code):
    deep = 1
    for _ in range(choose.choice((5, 45, 60, 5000))):
        deep = (deep,)
    values = (
        float("nan"), float("inf"), -0.0, 2**62, -(2**200), 1 << 100_000, "x" * 30_000, b"\xff", CONTROL,
        True, ...,
        (), (None,) * 70, (1,) * 20_000, copy.deepcopy(code), ("a", 1, (2.0, None)),
        _Raw(deep_tuple(choose)), _Raw(b"(" + struct.pack("<I", _LAST)), _Raw(b"y" + bytes(16)),
    )  # fmt: skip
    listed = list(code["constants"]) if isinstance(code["constants"], tuple) else []
    if listed and choose.random() < 0.7:
        listed[choose.randrange(len(listed))] = choose.choice(values)
    else:
        listed = listed[:-1] if choose.random() < 0.5 else [choose.choice(values), *listed]
    code["constants"] = tuple(listed)


def deep_tuple(choose):
    """Writes tuples inside tuples, as deep as `marshal` itself would not read."""
    depth = choose.choice((10, 49, 60, 10_000))
    return b")\x01" * depth + b"N"


def _names(choose, layout, code):
    field = choose.choice(("names", "variables", "names", "variables", "free", "cells", "kinds"))
    names = (CONTROL, "", "__import__", "os", "x" * 30_000, b"\xff", None, 1, ("a",), "K", "tf", "\ud800")
    listed = list(code[field]) if isinstance(code.get(field), tuple) else []
    how = choose.randrange(4)
    if how == 0:
        listed = listed[:-1]
    elif how == 1:
        listed.append(choose.choice(names))
    elif how == 2 and listed:
        listed[choose.randrange(len(listed))] = choose.choice(names)
    else:
        code[field] = choose.choice((None, b"", b"\x80" * 3, "abc", 3, ()))
        return
    code[field] = tuple(listed)


def _references(choose, layout, code):
    """Refers to what was read before: to nothing, to the code itself, or many times to a long text."""
    is_python_2 = layout == "2.7"
    refer, kept = (b"R", b"t") if is_python_2 else (b"r", bytes([ord("a") | 0x80]))
    number = choose.choice((0, 0, 1, 99, -1, 2**31 - 1))
    one = refer + struct.pack("<i", number)
    long = kept + struct.pack("<I", 20_000) + b"n" * 20_000
    many = b"(" + struct.pack("<I", 8001) + long + one * 8000
    field = choose.choice(("constants", "names", "variables", "code", "name"))
    code[field] = _Raw(choose.choice((one, many, b"(" + struct.pack("<I", 3) + one * 3)))


def _counts(choose, layout, code):
    name = choose.choice([name for name in LAYOUTS[layout].split() if name.isupper()])
    code[name] = choose.choice((0, 1, 2, 3, 255, -1, 2**31 - 1, 4, 8, 12, 67))


def _other_layout(choose, layout, code):
    """Leaves out a field, as another Python would."""
    code[choose.choice(list(code))] = choose.choice((0, _Raw(b""), _Raw(b"N"), _Raw(b"c"), _Raw(b"\xff")))


_CHANGES = (
    _instructions, _instructions, _instructions, _constants, _constants, _names, _references, _counts,
    _other_layout,
)  # fmt: skip
