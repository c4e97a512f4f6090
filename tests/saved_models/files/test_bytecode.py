"""What lambdas compute, read out of their bytecode."""

import ast
import sys

import pytest

from keras_inits.saved_models.files import bytecode, limits
from keras_inits.saved_models.files.bytecode import Argument, Call, Constant, Index, Listed, Name, Operation
from saved_models.lambda_codes import PYTHONS, code, written

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
MORE = (
    *("a condition", "a function inside", "a loop", "an attribute", "any number of arguments", "a constant"),
)
ARITHMETIC = sorted(written().keys() - set(MORE))


def expression(node):
    """The expression of a lambda's text."""
    if isinstance(node, ast.Lambda):
        return expression(node.body)
    if isinstance(node, ast.Constant):
        return Constant(node.value)
    if isinstance(node, ast.UnaryOp):
        inner = expression(node.operand)
        return Constant(-inner.value) if isinstance(inner, Constant) else Operation("-", (inner,))
    if isinstance(node, ast.BinOp):
        return Operation(OPERATORS[type(node.op)], (expression(node.left), expression(node.right)))
    if isinstance(node, ast.Subscript):
        return Operation("[]", (expression(node.value), expression(node.slice)))
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper)
        return Index(tuple(Constant(None) if end is None else expression(end) for end in ends))
    if isinstance(node, (ast.Tuple, ast.List)):
        parts = [expression(part) for part in node.elts]
        kind = tuple if isinstance(node, ast.Tuple) else list
        constant = all(isinstance(part, Constant) for part in parts)
        return Constant(kind(part.value for part in parts)) if constant else Listed(tuple(parts))
    if isinstance(node, ast.Attribute):
        return Name((*expression(node.value).parts, node.attr))
    if isinstance(node, ast.Call):
        by_name = tuple((one.arg, expression(one.value)) for one in node.keywords)
        return Call(expression(node.func), tuple(map(expression, node.args)), by_name)
    return Argument(node.id) if node.id in ("x", "y") else Name((node.id,))


def as_python_3(part):
    """Python 2 divides otherwise, and `True` is a name there."""
    if isinstance(part, Operation):
        return Operation(part.sign.replace("/2", "/"), tuple(map(as_python_3, part.parts)))
    if isinstance(part, Call):
        by_name = tuple((name, as_python_3(one)) for name, one in part.kwargs)
        return Call(part.name, tuple(map(as_python_3, part.args)), by_name)
    return Constant(True) if part == Name(("True",)) else part


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic(name, python):
    found = bytecode.read(code(name, python)).returned
    assert as_python_3(found) == expression(ast.parse(written()[name], mode="eval").body)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", MORE)
def test_more_is_no_expression(name, python):
    with pytest.raises(bytecode.NotArithmeticError):
        bytecode.read(code(name, python))


def test_python_2_divides_whole_numbers_otherwise():
    assert bytecode.read(code("scaled", "2.7")).returned.parts[0].sign == "/2"


def test_arguments():
    assert bytecode.read(code("with a default")).arguments == ("x", "y")


@pytest.mark.parametrize("python", PYTHONS)
def test_which_python_may_have_written_it(python):
    (major, minor), found = map(int, python.split(".")), bytecode.pythons(code("scaled", python))
    ranges = [[tuple(map(int, one.split("."))) for one in text.split(" to ")] for text in found]
    assert any(ends[0] <= (major, minor) <= ends[-1] for ends in ranges)


def test_whether_this_python_runs_it():
    assert not bytecode.runs_here(code("scaled", "2.7"))
    assert bytecode.runs_here(code("scaled", f"{sys.version_info[0]}.{sys.version_info[1]}"))


def test_no_code():
    with pytest.raises(bytecode.NotArithmeticError, match="no code of Python"):
        bytecode.read(b"nothing")


def test_a_jump_and_an_unknown_instruction(monkeypatch):
    data = code("scaled")
    at = data.index(bytes([124, 0]))
    for number in (113, 255):
        with pytest.raises(bytecode.NotArithmeticError):
            bytecode.read(data[:at] + bytes([number, 0]) + data[at + 2 :])


def test_an_empty_stack():
    data = code("scaled")
    at = data.index(bytes([124, 0]))
    with pytest.raises(bytecode.NotArithmeticError, match="do not fit together"):
        bytecode.read(data[:at] + bytes([23, 0]) + data[at + 2 :])


def test_too_many_instructions(monkeypatch):
    monkeypatch.setattr(limits, "CODE_STEPS", 3)
    with pytest.raises(bytecode.NotArithmeticError, match="more than 3 instructions"):
        bytecode.read(code("scaled"))


def test_a_keyword_that_is_no_text():
    data = code("by keyword", "2.7")
    assert b"axis" in data
    with pytest.raises(bytecode.NotArithmeticError):
        bytecode.read(data.replace(b"axis", b"\xffxis"))
