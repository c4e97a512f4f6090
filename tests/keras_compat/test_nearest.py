"""What a misspelled word may have been meant to be."""

import pytest

from keras_inits.keras_compat import nearest


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("HeNromal", "'HeNormal'"),
        ("he_nromal", "'he_normal'"),
        ("HENORMAL", "'HeNormal'"),
        ("onse", "'ones'"),
    ],
)
def test_the_nearest_whatever_its_case(given, words):
    assert nearest.hint(given, ["HeNormal", "he_normal", "ones"]) == f"; did you mean {words}?"


def test_all_that_are_as_near():
    assert nearest.hint("flaot", ["float64", "bool", "float32"]) == "; did you mean 'float32' or 'float64'?"


def test_nothing_is_near():
    assert nearest.hint("flaot", ["he_normal"]) == nearest.hint("flaot", []) == ""
