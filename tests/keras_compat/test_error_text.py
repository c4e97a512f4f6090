"""Errors of other libraries in a few words."""

import pytest

from keras_inits.keras_compat import error_text


@pytest.mark.parametrize(
    "error, first",
    [(ValueError("\n  why\nwhere"), "why"), (KeyError(), "KeyError"), (RuntimeError("  "), "RuntimeError")],
)
def test_the_first_line_is_the_class_where_there_is_no_message(error, first):
    assert error_text.first_line(error) == first


def test_a_message_of_several_lines_becomes_one():
    assert error_text.in_a_line(ValueError("what\n  went\twrong")) == "what went wrong"


@pytest.mark.parametrize(
    "error, reason",
    [
        (FileNotFoundError(2, "No such file", "x"), "No such file"),
        (ValueError("no shape"), "no shape"),
        (TypeError("no list"), "TypeError: no list"),
        (MemoryError(), "MemoryError"),
    ],
    ids=repr,
)
def test_a_reason_names_the_class_where_the_message_alone_might_not_say_enough(error, reason):
    assert error_text.reason(error) == reason
