"""What `keras-inits show` prints: an initializer's facts with a histogram, and a table of weights."""

import sys
import textwrap
from typing import TYPE_CHECKING

from keras_inits.cli import charts, output
from keras_inits.cli.charts import BLOCKS
from keras_inits.keras_compat.error_text import printable
from keras_inits.summaries import text_tables

if TYPE_CHECKING:
    from keras_inits.summaries.describing import Description
    from keras_inits.summaries.stored_weights import WeightRow


def lines_of_facts(facts: "Description", details: str) -> list[str]:
    """Returns what an initializer drew, as lines."""
    letters, number, width = charts.letters(), charts.number, output.width()
    rows = [
        ("", "asked for", "drawn"),
        ("mean", number(facts.mean_asked), number(facts.mean)),
        ("deviation", number(facts.deviation_asked), number(facts.deviation)),
        ("least", "", number(facts.minimum)),
        ("greatest", "", number(facts.maximum)),
    ]
    head = printable(f"{facts.name}: {details}")
    mark = "" if facts.expected is None else f", {letters.mark} asked for"
    return [
        *textwrap.wrap(head, width, subsequent_indent="  "),
        f"fan-in {facts.fan_in}, fan-out {facts.fan_out}",
        "",
        *text_tables.lines_of(rows, frozenset({1, 2})),
        "",
        *_lines_of_singular_values(facts),
        f"values  ({letters.full} drawn{mark})",
        *charts.histogram(facts.edges, facts.counts, facts.expected, letters, width),
    ]


def _lines_of_singular_values(facts: "Description") -> list[str]:
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
    columns = ("layer", "weight", "shape", "initializer", "asked", "in file")
    cells = [_cells(row) for row in rows]
    width = output.width()
    about = textwrap.wrap("standard deviations, asked for by the initializer and in the file:", width)
    table = text_tables.lines_of([columns, *cells], frozenset({4, 5}), width, folded=frozenset({0, 1}))
    return [head, *about, "", *table]


def _cells(row: "WeightRow") -> tuple[str, ...]:
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
