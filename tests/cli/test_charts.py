"""Tables and histograms of letters."""

import io
import sys

import numpy as np
import pytest

from keras_inits.cli import charts
from keras_inits.cli.charts import ASCII, BLOCKS


def bars(counts, expected=None, letters=ASCII, width=80):
    """The bars of a histogram, without the labels."""
    edges = np.arange(len(counts) + 1.0)
    lines = charts.histogram(edges, np.array(counts), expected, letters, width)
    start = len("  0.50  ")
    return [line[start:] for line in lines]


def test_the_longest_bar_is_the_greatest_count():
    first, second, third = bars([2, 4, 0])
    assert (len(second), third) == (2 * len(first), "")


@pytest.mark.parametrize("width", [20, 40, 60])
def test_bars_and_marks_fit(width):
    lines = bars([4, 2], np.array([2.0, 4.0]), width=width)
    assert max(map(len, lines)) == width - len("  0.50  ")


def test_what_is_not_nothing_is_seen():
    assert bars([1, 10**6])[0] == "#"
    assert bars([1, 10**6], letters=BLOCKS)[0] == "▏"


def test_a_mark_where_a_bar_should_end():
    first, second = bars([4, 2], np.array([2.0, 4.0]))
    assert first.index("|") == second.rindex("#") + 1
    assert len(second) == len(first) + 1
    assert second.endswith(" |")


def test_blocks_are_of_an_eighth():
    first, second = bars([56 * 8, 9], letters=BLOCKS)
    assert (set(first), second) == ({"█"}, "█▏")


def test_bins_are_joined_where_they_are_too_many():
    lines = bars([1] * 40)
    assert len(lines) == 20
    assert len(set(map(len, lines))) == 1


def test_labels_are_middles_with_digits_enough():
    lines = charts.histogram(np.array([-0.02, -0.01, 0.0, 0.01]), np.ones(3), None, ASCII, 80)
    assert [line.split()[0] for line in lines] == ["-0.0150", "-0.0050", "0.0050"]


@pytest.mark.parametrize("encoding, letters", [("utf-8", BLOCKS), ("ascii", ASCII), ("latin-1", ASCII)])
def test_letters_of_an_encoding(monkeypatch, encoding, letters):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert charts.letters() == letters


@pytest.mark.parametrize("value, text", [(None, "-"), (0.0, "0"), (0.123456, "0.1235")])
def test_numbers(value, text):
    assert charts.number(value) == text
