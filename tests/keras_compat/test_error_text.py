"""Errors of other libraries in a few words."""

import pytest

from keras_inits.keras_compat import error_text


@pytest.mark.parametrize(
    "error, first",
    [(ValueError("\n  why\nwhere"), "why"), (KeyError(), "KeyError"), (RuntimeError("  "), "RuntimeError")],
)
def test_the_first_line_is_the_class_where_there_is_no_message(error, first):
    assert error_text.first_line(error) == first


IN_A_GRAPH = """Graph execution error:

Detected at node Conv2D defined at (most recent call last):
  File "a.py", line 5, in <module>

No such format
\t [[{{node Conv2D}}]] [Op:__inference_f_9]"""


def test_the_first_line_of_an_error_in_a_graph_says_what_is_wrong():
    assert error_text.first_line(RuntimeError(IN_A_GRAPH)) == "No such format"


def test_where_in_a_graph_is_all_that_a_message_may_say():
    assert error_text.without_places("Graph execution error:") == "Graph execution error:"


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


@pytest.mark.parametrize(
    "text, line",
    [
        ("a\x1b[2J", r"a\x1b[2J"),
        ("a\nb", r"a\nb"),
        ("a\u202eb", r"a\u202eb"),
        ("\udcff", r"\udcff"),
        ("naïve → 层", "naïve → 层"),
    ],
)
def test_nothing_that_a_terminal_obeys_is_printed(text, line):
    assert error_text.printable(text) == line


def test_an_error_keeps_its_lines():
    assert str(error_text.PrintableError("a\x07\nb")) == "a\\x07\nb"


@pytest.mark.parametrize(
    "name, obeyed", [("dense\x1b", True), ("a\u200fb", True), ("a b", False), ("全角　", False)]
)
def test_a_space_of_any_script_is_not_obeyed(name, obeyed):
    assert error_text.is_obeyed(name) == obeyed
