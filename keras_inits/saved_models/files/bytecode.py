"""Reads what a lambda of arithmetic computes out of its bytecode, without running it.

Each instruction works on a stack of values, which here are expressions: of the arguments, of constants and
of calls of functions by their names. Whatever else an instruction does (a jump, a loop, a function in the
function) is not known here, and the code is then no expression.
"""

import sys
import types
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from keras_inits.saved_models.files import limits, marshalled_code
from keras_inits.saved_models.files.marshalled_code import Code


class Argument(NamedTuple):
    """An argument of the function, by its name; of a function around it, `is_free`."""

    name: str
    is_free: bool = False


class Constant(NamedTuple):
    """A number, a text, `None`, or a tuple or list of such."""

    value: Any


class Name(NamedTuple):
    """A global name, and attributes of it: `("K", "abs")`."""

    parts: tuple[str, ...]


class Index(NamedTuple):
    """A slice, whose parts are expressions."""

    parts: tuple[Any, ...]


class Listed(NamedTuple):
    """A tuple or list, of which not all parts are constants."""

    parts: tuple[Any, ...]


class Operation(NamedTuple):
    """An operator: `"+"`, `"-"` of one or two, `"[]"` and the like."""

    sign: str
    parts: tuple[Any, ...]


class Call(NamedTuple):
    """A call of a function by its name."""

    name: Name
    args: tuple[Any, ...]
    kwargs: tuple[tuple[str, Any], ...]


class Function(NamedTuple):
    """A lambda: the names of its arguments and of the variables around it, and what it returns."""

    arguments: tuple[str, ...]
    free: tuple[str, ...]
    returned: Any


class NotArithmeticError(ValueError):
    """The code is no expression that is known here."""


# Where an instruction leaves room for a method's object, or has none.
_NULL = object()
_SIGNS = {
    "BINARY_POWER": "**", "BINARY_MULTIPLY": "*", "BINARY_DIVIDE": "/2", "BINARY_TRUE_DIVIDE": "/",
    "BINARY_MODULO": "%", "BINARY_ADD": "+", "BINARY_SUBTRACT": "-", "BINARY_FLOOR_DIVIDE": "//",
    "BINARY_SUBSCR": "[]",
}  # fmt: skip
# The operators by the argument of `BINARY_OP`, which Python 3.11 and later has for all of them.
_BINARY_OPS = {0: "+", 2: "//", 5: "*", 6: "%", 8: "**", 10: "-", 11: "/"}

# The numbers of instructions by Python version, each table as `dis` lists them: tests/data/lambdas/record.py.
_OLD = {
    1: "POP_TOP", 9: "NOP", 10: "UNARY_POSITIVE", 11: "UNARY_NEGATIVE", 19: "BINARY_POWER", 20:
    "BINARY_MULTIPLY",
    22: "BINARY_MODULO", 23: "BINARY_ADD", 24: "BINARY_SUBTRACT", 25: "BINARY_SUBSCR", 26:
    "BINARY_FLOOR_DIVIDE",
    27: "BINARY_TRUE_DIVIDE", 83: "RETURN_VALUE", 100: "LOAD_CONST", 102: "BUILD_TUPLE", 103: "BUILD_LIST",
    106: "LOAD_ATTR", 116: "LOAD_GLOBAL", 124: "LOAD_FAST", 133: "BUILD_SLICE", 136: "LOAD_DEREF",
}  # fmt: skip
_WORDS = {
    **_OLD,
    131: "CALL",
    141: "CALL_KW",
    144: "EXTENDED_ARG",
    160: "LOAD_METHOD",
    161: "CALL_METHOD",
    162: "LIST_EXTEND",
}
_CACHED = {
    1: "POP_TOP", 2: "PUSH_NULL", 9: "NOP", 11: "UNARY_NEGATIVE", 25: "BINARY_SUBSCR", 83: "RETURN_VALUE",
    100: "LOAD_CONST", 102: "BUILD_TUPLE", 103: "BUILD_LIST", 106: "LOAD_ATTR", 116: "LOAD_GLOBAL", 122:
    "BINARY_OP",
    124: "LOAD_FAST", 133: "BUILD_SLICE", 137: "LOAD_DEREF", 144: "EXTENDED_ARG", 149: "COPY_FREE_VARS",
    151: "RESUME",
    162: "LIST_EXTEND", 171: "CALL", 172: "KW_NAMES",
}  # fmt: skip


class _Python(NamedTuple):
    """How a range of Pythons writes instructions.

    Args:
        layout: How they write code objects.
        names: Their instructions by number.
        caches: After which of them there is room for what Python finds out, in instructions of zeros.
        is_wordcode: Whether each instruction has two bytes; before, it had one or three.
        method_bit: Whether an attribute's number also says whether it is called.
    """

    layout: str
    names: dict[int, str]
    caches: Mapping[str, int] = types.MappingProxyType({})
    is_wordcode: bool = True
    method_bit: bool = False


_PYTHONS = {
    "2.7": _Python(
        "2.7",
        {
            **_OLD, 21: "BINARY_DIVIDE", 30: "SLICE+0", 31: "SLICE+1", 32: "SLICE+2", 33: "SLICE+3",
            131: "CALL_FUNCTION", 145: "EXTENDED_ARG",
        },
        is_wordcode=False,
    ),
    "3.4 to 3.5": _Python("3.4", {**_OLD, 131: "CALL_FUNCTION", 144: "EXTENDED_ARG"}, is_wordcode=False),
    "3.6 to 3.7": _Python("3.4", _WORDS),
    "3.8 to 3.10": _Python("3.8", _WORDS),
    "3.11": _Python(
        "3.11",
        {**_CACHED, 10: "UNARY_POSITIVE", 160: "LOAD_METHOD", 166: "PRECALL"},
        {"BINARY_SUBSCR": 4, "BINARY_OP": 1, "LOAD_GLOBAL": 5, "LOAD_ATTR": 4, "LOAD_METHOD": 10, "PRECALL":
        1, "CALL": 4},
    ),
    "3.12": _Python(
        "3.11",
        {**_CACHED, 26: "BINARY_SLICE", 121: "RETURN_CONST"},
        {"BINARY_SUBSCR": 1, "BINARY_OP": 1, "LOAD_GLOBAL": 4, "LOAD_ATTR": 9, "CALL": 3},
        method_bit=True,
    ),
    "3.13": _Python(
        "3.11",
        {
            4: "BINARY_SLICE", 5: "BINARY_SUBSCR", 30: "NOP", 32: "POP_TOP", 34: "PUSH_NULL", 36:
            "RETURN_VALUE",
            42: "UNARY_NEGATIVE", 45: "BINARY_OP", 47: "BUILD_LIST", 50: "BUILD_SLICE", 52: "BUILD_TUPLE",
            53: "CALL",
            57: "CALL_KW", 62: "COPY_FREE_VARS", 71: "EXTENDED_ARG", 81: "LIST_EXTEND", 82: "LOAD_ATTR",
            83: "LOAD_CONST", 84: "LOAD_DEREF", 85: "LOAD_FAST", 88: "LOAD_FAST_LOAD_FAST", 91: "LOAD_GLOBAL",
            103: "RETURN_CONST", 149: "RESUME",
        },
        {"BINARY_SUBSCR": 1, "BINARY_OP": 1, "LOAD_GLOBAL": 4, "LOAD_ATTR": 9, "CALL": 3},
        method_bit=True,
    ),
}  # fmt: skip
# From this number on an instruction had an argument, before they were all of two bytes.
_HAS_ARGUMENT = 90
# The flags of a function that takes any number of arguments.
_ANY_NUMBER = 0x04 | 0x08


def read(data: bytes) -> Function:
    """Reads what a lambda computes.

    Args:
        data: Its code, as `marshal.dumps` of any Python from 2.7 to 3.13 wrote it.

    Raises:
        NotArithmeticError: It is more than an expression, or no such code.
    """
    found: list[Function] = []
    why = "it is no code of Python 2.7 to 3.13"
    for code in marshalled_code.codes(data):
        for python in _PYTHONS.values():
            if python.layout != code.layout:
                continue
            try:
                function = _function(code, python)
            except NotArithmeticError as error:
                why = str(error)
                continue
            if function not in found:
                found.append(function)
    if len(found) > 1:
        raise NotArithmeticError("the Pythons that may have written it read it differently")
    if not found:
        raise NotArithmeticError(why)
    return found[0]


def pythons(data: bytes) -> list[str]:
    """Returns which Pythons may have written a code: `"3.6 to 3.7"` and the like."""
    layouts = {code.layout for code in marshalled_code.codes(data)}
    return [name for name, python in _PYTHONS.items() if python.layout in layouts]


def runs_here(data: bytes) -> bool:
    """Returns whether the running Python may have written a code, which another one cannot run."""
    here = sys.version_info[:2]
    ranges = ([tuple(map(int, end.split("."))) for end in name.split(" to ")] for name in pythons(data))
    return any(ends[0] <= here <= ends[-1] for ends in ranges)


def _function(code: Code, python: _Python) -> Function:
    if code.flags & _ANY_NUMBER or code.keyword_arguments:
        raise NotArithmeticError("it takes any number of arguments")
    machine = _Machine(code, python)
    try:
        for name, argument in _instructions(code.code, python):
            machine.step(name, argument)
            if machine.returned is not None:
                break
        else:
            raise NotArithmeticError("it returns nothing")
    except (IndexError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise NotArithmeticError("its instructions do not fit together") from error
    free = code.variables[len(code.variables) - code.free :]
    return Function(code.variables[: code.arguments], free, machine.returned)


def _instructions(code: bytes, python: _Python) -> list[tuple[str, int]]:
    """Lists the instructions with their arguments."""
    found, place, higher = [], 0, 0
    while place < len(code):
        number = code[place]
        if number not in python.names:
            raise NotArithmeticError("it is more than arithmetic")
        name = python.names[number]
        if python.is_wordcode:
            argument, place = code[place + 1], place + 2
        elif number < _HAS_ARGUMENT:
            argument, place = 0, place + 1
        else:
            argument, place = int.from_bytes(code[place + 1 : place + 3], "little"), place + 3
        room = 2 * python.caches.get(name, 0)
        if any(code[place : place + room]) or place + room > len(code):
            raise NotArithmeticError("its instructions are none of this Python's")
        place += room
        argument |= higher
        if name == "EXTENDED_ARG":
            higher = argument << (8 if python.is_wordcode else 16)
            continue
        higher = 0
        found.append((name, argument))
        if len(found) > limits.CODE_STEPS:
            raise NotArithmeticError(f"it has more than {limits.CODE_STEPS} instructions")
    return found


class _Machine:
    """A stack of expressions, and what instructions do to it."""

    def __init__(self, code: Code, python: _Python):
        self._code, self._python = code, python
        self._stack: list[Any] = []
        self._keywords: tuple[str, ...] = ()
        self.returned: Any = None

    def step(self, name: str, argument: int) -> None:
        if name in _SIGNS:
            self._operate(_SIGNS[name], 2)
        elif name.startswith("SLICE+"):
            self._slice_of_python_2(int(name[-1]))
        else:
            _STEPS[name](self, argument)

    def nothing(self, argument: int) -> None:
        """Does what matters to Python alone."""

    def pop_top(self, argument: int) -> None:
        self._stack.pop()

    def push_null(self, argument: int) -> None:
        self._stack.append(_NULL)

    def load_const(self, argument: int) -> None:
        self._stack.append(Constant(self._code.constants[argument]))

    def load_fast(self, argument: int) -> None:
        if argument >= self._code.arguments:
            raise NotArithmeticError("it has variables of its own")
        self._stack.append(Argument(self._code.variables[argument]))

    def load_fast_load_fast(self, argument: int) -> None:
        self.load_fast(argument >> 4)
        self.load_fast(argument & 15)

    def load_deref(self, argument: int) -> None:
        before = 0 if self._code.layout == "3.11" else self._locals()
        name = self._code.variables[before + argument]
        if before + argument < len(self._code.variables) - self._code.free:
            raise NotArithmeticError("it has a function in it")
        self._stack.append(Argument(name, is_free=True))

    def _locals(self) -> int:
        """Returns how many variables there are before those of functions inside and around it."""
        return len(self._code.variables) - self._code.free if self._code.free else len(self._code.variables)

    def load_global(self, argument: int) -> None:
        if self._python.caches:
            if argument & 1:
                self._stack.append(_NULL)
            argument >>= 1
        self._stack.append(Name((self._code.names[argument],)))

    def load_attr(self, argument: int) -> None:
        is_called = self._python.method_bit and bool(argument & 1)
        self._attribute(argument >> 1 if self._python.method_bit else argument, is_called)

    def load_method(self, argument: int) -> None:
        self._attribute(argument, is_called=True)

    def _attribute(self, number: int, is_called: bool) -> None:
        of = self._stack.pop()
        if not isinstance(of, Name):
            raise NotArithmeticError(f"it uses the attribute {self._code.names[number]!r:.80}")
        self._stack.append(Name((*of.parts, self._code.names[number])))
        if is_called:
            self._stack.append(_NULL)

    def build_tuple(self, argument: int) -> None:
        self._stack.append(_listed(self._several(argument), tuple))

    def build_list(self, argument: int) -> None:
        self._stack.append(_listed(self._several(argument), list))

    def list_extend(self, argument: int) -> None:
        more, first = self._stack.pop(), self._stack.pop()
        if argument != 1 or first != Constant([]) or not isinstance(more, Constant):
            raise NotArithmeticError("it is more than arithmetic")
        self._stack.append(Constant(list(more.value)))

    def build_slice(self, argument: int) -> None:
        self._stack.append(Index(tuple(self._several(argument))))

    def binary_slice(self, argument: int) -> None:
        self.build_slice(2)
        self._operate("[]", 2)

    def _slice_of_python_2(self, given: int) -> None:
        stop = self._stack.pop() if given & 2 else Constant(None)
        start = self._stack.pop() if given & 1 else Constant(None)
        self._stack.append(Index((start, stop)))
        self._operate("[]", 2)

    def negative(self, argument: int) -> None:
        self._operate("-", 1)

    def binary_op(self, argument: int) -> None:
        if argument not in _BINARY_OPS:
            raise NotArithmeticError("it is more than arithmetic")
        self._operate(_BINARY_OPS[argument], 2)

    def kw_names(self, argument: int) -> None:
        self._keywords = self._code.constants[argument]

    def call(self, argument: int) -> None:
        self._call(argument, self._keywords)
        self._keywords = ()

    def call_kw(self, argument: int) -> None:
        names = self._stack.pop()
        self._call(argument, names.value)

    def call_function(self, argument: int) -> None:
        """Calls as Python 3.5 and before do: the lower byte counts places, the upper one names."""
        by_name = self._several(2 * (argument >> 8))
        args = self._several(argument & 255)
        texts = (one.value for one in by_name[::2])
        names = tuple(text if isinstance(text, str) else text.decode() for text in texts)
        self._stack += [*args, *by_name[1::2]]
        self._call(len(args) + len(names), names)

    def return_value(self, argument: int) -> None:
        self.returned = self._stack.pop()
        if self._stack or not isinstance(self.returned, (Argument, Operation, Call)):
            raise NotArithmeticError("it returns no tensor")

    def return_const(self, argument: int) -> None:
        raise NotArithmeticError("it returns a constant")

    def _call(self, count: int, keywords: tuple[str, ...]) -> None:
        given = self._several(count)
        places = len(given) - len(keywords)
        called = self._stack.pop()
        if called is _NULL:
            called = self._stack.pop()
        elif self._stack and self._stack[-1] is _NULL:
            self._stack.pop()
        if not isinstance(called, Name) or places < 0:
            raise NotArithmeticError("it calls what is no function by name")
        by_name = tuple(zip(keywords, given[places:]))
        self._stack.append(Call(called, tuple(given[:places]), by_name))

    def _several(self, count: int) -> list[Any]:
        if count > len(self._stack):
            raise NotArithmeticError("its instructions do not fit together")
        found = self._stack[len(self._stack) - count :]
        del self._stack[len(self._stack) - count :]
        return found

    def _operate(self, sign: str, count: int) -> None:
        self._stack.append(Operation(sign, tuple(self._several(count))))


def _listed(parts: list[Any], kind: type) -> Any:
    if all(isinstance(part, Constant) for part in parts):
        return Constant(kind(part.value for part in parts))
    return Listed(tuple(parts))


_STEPS: dict[str, Callable[[_Machine, int], None]] = {
    "NOP": _Machine.nothing, "RESUME": _Machine.nothing, "COPY_FREE_VARS": _Machine.nothing,
    "PRECALL": _Machine.nothing, "UNARY_POSITIVE": _Machine.nothing, "POP_TOP": _Machine.pop_top,
    "PUSH_NULL": _Machine.push_null, "LOAD_CONST": _Machine.load_const, "LOAD_FAST": _Machine.load_fast,
    "LOAD_FAST_LOAD_FAST": _Machine.load_fast_load_fast, "LOAD_DEREF": _Machine.load_deref,
    "LOAD_GLOBAL": _Machine.load_global, "LOAD_ATTR": _Machine.load_attr, "LOAD_METHOD": _Machine.load_method,
    "BUILD_TUPLE": _Machine.build_tuple, "BUILD_LIST": _Machine.build_list, "LIST_EXTEND":
    _Machine.list_extend,
    "BUILD_SLICE": _Machine.build_slice, "BINARY_SLICE": _Machine.binary_slice, "BINARY_OP":
    _Machine.binary_op,
    "UNARY_NEGATIVE": _Machine.negative, "KW_NAMES": _Machine.kw_names, "CALL": _Machine.call,
    "CALL_METHOD": _Machine.call, "CALL_KW": _Machine.call_kw, "CALL_FUNCTION": _Machine.call_function,
    "RETURN_VALUE": _Machine.return_value, "RETURN_CONST": _Machine.return_const,
}  # fmt: skip
