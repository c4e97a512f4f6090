"""Code objects as each Python's `marshal` writes them."""

import marshal
import struct

import pytest

from keras_inits.saved_models.files import limits, marshalled_code
from saved_models.lambda_codes import PYTHONS, code


@pytest.mark.parametrize("python", PYTHONS)
def test_fields(python):
    (found,) = marshalled_code.codes(code("with a default", python))
    assert found.arguments == 2
    assert found.variables == ("x", "y")
    assert found.free == 0


@pytest.mark.parametrize("python", PYTHONS)
def test_constants_and_names(python):
    (found,) = marshalled_code.codes(code("of a module", python))
    assert found.names[:3] == ("tf", "math", "reduce_mean")
    assert {1, 2} <= {
        *found.constants,
        *(n for one in found.constants if isinstance(one, tuple) for n in one),
    }


@pytest.mark.parametrize("python", PYTHONS)
def test_code_inside_is_left_out(python):
    (found,) = marshalled_code.codes(code("a function inside", python))
    assert None in found.constants


@pytest.mark.parametrize(
    "data",
    [b"", b"c", b"N", marshal.dumps((1, 2)), code("scaled")[:-1], code("scaled") + b"N", b"\xe3" * 1000],
    ids=["nothing", "begun", "null", "tuple", "truncated", "more", "nested"],
)
def test_what_is_no_code_is_read_in_no_way(data):
    assert marshalled_code.codes(data) == []


def test_too_many_bytes():
    assert marshalled_code.codes(code("scaled") + bytes(limits.CODE_BYTES)) == []


def test_an_absurd_length():
    data = code("scaled")
    at = data.index(b"s", 20)
    assert marshalled_code.codes(data[: at + 1] + struct.pack("<I", 2**31 - 1) + data[at + 5 :]) == []


@pytest.mark.parametrize("number, is_read", [(2**119, True), (-(2**119), True), (2**120, False)])
def test_numbers_have_few_digits(number, is_read):
    data = marshal.dumps((lambda x: x * 0.25).__code__.replace(co_consts=(None, number)))
    assert any(number in one.constants for one in marshalled_code.codes(data)) == is_read


def test_a_long_name_that_is_referred_to_is_no_name():
    names = ("n" * 20_000,) * 8000
    data = marshal.dumps((lambda x: x).__code__.replace(co_names=names))
    assert len(data) < limits.CODE_BYTES
    assert marshalled_code.codes(data) == []
