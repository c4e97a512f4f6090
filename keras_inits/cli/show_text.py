"""What `keras-inits show` prints: an initializer's facts with a histogram, and a table of weights."""

import sys
import textwrap
from typing import TYPE_CHECKING

from keras_inits.cli import charts, output
from keras_inits.cli.charts import BLOCKS, Letters
from keras_inits.keras_compat.error_text import printable
from keras_inits.summaries import text_tables

if TYPE_CHECKING:
    from keras_inits.summaries.describing import Description
    from keras_inits.summaries.stored_weights import WeightRow


COLUMNS = ("layer", "weight", "shape", "initializer", "asked", "in file")
NUMBERS = frozenset({4, 5})
ABOUT_WEIGHTS = "standard deviations, asked for by the initializer and in the file:"


def lines_of_facts(facts: "Description", details: str) -> list[str]:
    """Returns what an initializer drew, as lines."""
    width = output.width()
    head = printable(f"{facts.name}: {details}")
    return [
        *textwrap.wrap(head, width, subsequent_indent="  "),
        line_of_fans(facts),
        "",
        *text_tables.lines_of(rows_of_facts(facts), frozenset({1, 2})),
        "",
        *lines_of_singular_values(facts),
        *lines_of_histogram(facts, charts.letters(), width),
    ]


def line_of_fans(facts: "Description") -> str:
    """Returns the fans."""
    return f"fan-in {facts.fan_in}, fan-out {facts.fan_out}"


def rows_of_facts(facts: "Description") -> list[tuple[str, str, str]]:
    """Returns what was asked for and what was drawn, under headings."""
    number = charts.number
    return [
        ("", "asked for", "drawn"),
        ("mean", number(facts.mean_asked), number(facts.mean)),
        ("deviation", number(facts.deviation_asked), number(facts.deviation)),
        ("least", "", number(facts.minimum)),
        ("greatest", "", number(facts.maximum)),
    ]


def lines_of_histogram(facts: "Description", letters: Letters, width: int) -> list[str]:
    """Returns a histogram under what its letters mean."""
    mark = "" if facts.expected is None else f", {letters.mark} asked for"
    bars = charts.histogram(facts.edges, facts.counts, facts.expected, letters, width)
    return [f"values  ({letters.full} drawn{mark})", *bars]


def lines_of_singular_values(facts: "Description") -> list[str]:
    """Returns the largest, the middle and the smallest one, and an empty line; nothing without a matrix."""
    if facts.matrix is None:
        return []
    of = "singular values of the {} x {} matrix".format(*facts.matrix)
    if facts.singular_values is None:
        return [f"{of}: too many to compute", ""]
    values = [float(value) for value in facts.singular_values]
    largest, middle, smallest = values[0], values[len(values) // 2], values[-1]
    return [f"{of}:", f"  largest {largest:.4g}, middle {middle:.4g}, smallest {smallest:.4g}", ""]


def lines_of_weights(path: str, rows: "list[WeightRow]") -> list[str]:
    """Returns a saved model's weights, as lines."""
    head = printable(f"{path}: {output.counted(len(rows), 'weight')}")
    if not rows:
        return [head]
    width = output.width()
    cells = [COLUMNS, *map(cells_of, rows)]
    table = text_tables.lines_of(cells, NUMBERS, width, folded=frozenset({0, 1}))
    return [head, *textwrap.wrap(ABOUT_WEIGHTS, width), "", *table]


def cells_of(row: "WeightRow") -> tuple[str, ...]:
    """Returns what is in a weight's row, one text for each of `COLUMNS`."""
    return (
        printable(row.layer),
        printable(row.weight),
        "x".join(map(str, row.shape)) or "scalar",
        printable(row.initializer or "-"),
        charts.number(row.deviation_asked),
        charts.number(row.deviation),
    )


def print_lines(lines: list[str]) -> None:
    """Prints lines, on a terminal with the first one bold and the bars in colours."""
    if not output.is_terminal(sys.stdout):
        print(*lines, sep="\n")
        return
    from rich.text import Text

    console = output.console(sys.stdout)
    for number, line in enumerate(lines):
        text = Text(line, style="" if number else "bold")
        text.highlight_regex(f"[{BLOCKS.full}{BLOCKS.parts}]+", "blue")
        text.highlight_regex(BLOCKS.mark, "bright_red")
        console.print(text, soft_wrap=True)
