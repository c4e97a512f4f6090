"""Histograms of letters, within the columns that there are, in ASCII where the terminal knows no more."""

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

_ROWS = 20
_BAR_WIDTH = 56


class Letters(NamedTuple):
    """What charts are made of.

    Args:
        parts: The parts of a full cell, smallest first.
        full: A full cell of a bar.
        mark: What stands where a bar should end.
    """

    parts: str
    full: str
    mark: str


BLOCKS = Letters(parts="▏▎▍▌▋▊▉", full="█", mark="│")
ASCII = Letters(parts="", full="#", mark="|")


def letters() -> Letters:
    """Block characters where what is printed on can show them, else those of ASCII."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "".join(BLOCKS).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS


def number(value: float | None) -> str:
    """Returns a number in four digits; a dash for none."""
    return "-" if value is None else f"{value:.4g}"


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    expected: Sequence[float] | None,
    drawn_with: Letters,
    width: int,
) -> list[str]:
    """Returns a bar for each bin, and a mark where it should end.

    Args:
        edges: The bins' edges. Bins are joined where there are more than fit on a screen.
        counts: How many values are in each.
        expected: How many should be; `None` where nobody knows.
        drawn_with: The letters.
        width: How long a line may be; bars have an end where there is room for more.

    Returns:
        Lines, each begun by the middle of its bin.
    """
    joined = -(-len(counts) // _ROWS)
    starts = range(0, len(counts), joined)
    spans = [(edges[start], edges[min(start + joined, len(counts))]) for start in starts]
    bars = [sum(counts[start : start + joined]) for start in starts]
    marks = [None if expected is None else sum(expected[start : start + joined]) for start in starts]
    longest = max([*bars, *(mark for mark in marks if mark is not None)])
    labels = _labels([(low + high) / 2 for low, high in spans], spans[-1][1] - spans[0][0])
    # Next to a bar are its label, two gaps, and a mark behind the longest one.
    cells = max(1, min(_BAR_WIDTH, width - len(labels[0]) - 5))
    ends = [None if mark is None else mark / longest for mark in marks]
    return [
        f"  {label}  {_bar(bar / longest, end, cells, drawn_with)}".rstrip()
        for label, bar, end in zip(labels, bars, ends)
    ]


def _labels(values: Sequence[float], spread: float) -> list[str]:
    """Numbers under one another, with as many digits as tell them apart."""
    digits = max(0, 2 - math.floor(math.log10(spread)))
    # Adding 0 takes the sign off -0.
    texts = [f"{round(value, digits) + 0.0:.{digits}f}" for value in values]
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]


def _bar(length: float, mark: float | None, width: int, drawn_with: Letters) -> str:
    eighths = len(drawn_with.parts) + 1
    # What is not nothing is seen.
    full, rest = divmod(max(round(length * width * eighths), length > 0), eighths)
    cells = list(drawn_with.full * full + (drawn_with.parts[rest - 1] if rest else ""))
    if mark is not None:
        place = min(round(mark * width), width)
        cells += " " * (place + 1 - len(cells))
        cells[place] = drawn_with.mark
    return "".join(cells)
