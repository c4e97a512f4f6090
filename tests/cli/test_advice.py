"""Advice of errors, as it is typed in a terminal."""

import pytest

from keras_inits.cli import advice
from keras_inits.saved_models.build import bounds


def test_limits():
    assert advice.in_a_terminal(bounds.ADVICE) == "if you trust it, --no-limit lets it"


@pytest.mark.parametrize(
    ("in_python", "in_a_terminal"),
    [
        ("the loss is unknown: pass it in custom_objects", "the loss is unknown: give it with --custom"),
        ("in its place, custom_objects={'a b': ...}", "in its place, --custom 'a b'=MODULE:CLASS"),
        ("replaced by the one in custom_objects", "replaced by the one given with --custom"),
        ("load it with safe_mode=False", "add --unsafe"),
        ("give those of a file by weights=path", "give those of a file with --weights FILE"),
        (
            "by keras_inits.load_weights(model, path)",
            "by keras_inits.load_weights(model, path) in Python",
        ),
    ],
)
def test_what_is_said_instead(in_python, in_a_terminal):
    assert advice.in_a_terminal(in_python) == in_a_terminal


def test_other_words_stay_as_they_are():
    assert advice.in_a_terminal("No such file or directory") == "No such file or directory"
