"""The option `--html`: what a command prints, as a page in one file."""

import argparse
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from keras_inits.cli import advice, charts, output, parsers, show_text, upgrade_text
from keras_inits.cli.errors import CommandError
from keras_inits.summaries import html_pages

if TYPE_CHECKING:
    from keras_inits.diagnosis.reports import Diagnosis
    from keras_inits.saved_models.convert import Converted
    from keras_inits.summaries.describing import Description
    from keras_inits.summaries.stored_weights import WeightRow

_ENDINGS = (".html", ".htm")
# Of a histogram of letters, whatever the terminal is.
_COLUMNS = 80


def add_option(parser: argparse.ArgumentParser) -> None:
    """Adds the option to a command."""
    text = "write a report, too, as one HTML file"
    parsers.add_path(parser, "--html", type=_path, metavar="FILE", help=text)


def _path(text: str) -> str:
    """Returns the path of a page; what ends otherwise may be the very model, given by mistake."""
    if not text.lower().endswith(_ENDINGS):
        raise argparse.ArgumentTypeError(f"the report is a {_ENDINGS[0]} file. Received: {text}")
    return os.path.expanduser(text)


def write(make: Callable[..., str], arguments: argparse.Namespace, *facts: Any) -> None:
    """Makes a page of what a command found, and writes it to the file that was asked for, if one was."""
    if arguments.html is None:
        return
    try:
        html_pages.write(arguments.html, make(*facts))
    except OSError as error:
        raise CommandError(f"{arguments.html}: {error.strerror or error}") from error


def page_of_facts(facts: "Description", details: str, figure: Callable[[], Any]) -> str:
    """Returns what `show` tells of an initializer."""
    headings, *rows = show_text.rows_of_facts(facts)
    drawn = html_pages.picture(figure, f"Histogram of what {facts.name} drew")
    if drawn is None:
        drawn = html_pages.preformatted(show_text.lines_of_histogram(facts, charts.BLOCKS, _COLUMNS))
    singular_values = " ".join(show_text.lines_of_singular_values(facts))
    parts = (
        html_pages.paragraph(details),
        html_pages.paragraph(show_text.line_of_fans(facts)),
        html_pages.table(headings, rows, frozenset({1, 2})),
        html_pages.paragraph(singular_values) if singular_values else None,
        drawn,
    )
    return html_pages.page(facts.name, parts)


def page_of_weights(path: str, rows: "list[WeightRow]", figure: Callable[[], Any]) -> str:
    """Returns what `show` tells of a saved model."""
    cells = [show_text.cells_of(row) for row in rows]
    parts = (
        html_pages.paragraph(f"{output.counted(len(rows), 'weight')}. {show_text.ABOUT_WEIGHTS}"),
        html_pages.table(show_text.COLUMNS, cells, show_text.NUMBERS),
        html_pages.picture(figure, "Standard deviations, asked for and in the file") if rows else None,
    )
    return html_pages.page(path, parts)


def page_of_upgrades(done: "Sequence[Converted]", summary: str) -> str:
    """Returns what became of the files that `upgrade` was given."""
    parts = [html_pages.paragraph(summary)]
    for one in done:
        parts.append(html_pages.heading(f"{one.old} → {one.new}" if one.new else one.old))
        if one.error is not None:
            parts.append(html_pages.paragraph(f"failed: {output.in_a_line(one.error)}", strong=True))
            continue
        said = f"{upgrade_text.verdict_of(one)}, {upgrade_text.figures_of(one)}"
        parts.append(html_pages.paragraph(said))
        changes = [
            (output.shown(note.layer), output.shown(advice.in_a_terminal(note.text))) for note in one.notes
        ]
        if changes:
            parts.append(html_pages.table(("layer", "change"), changes))
    return html_pages.page("Saved models for today's Keras", parts)


def page_of_diagnosis(path: str, weights: str, diagnosis: "Diagnosis") -> str:
    """Returns what `diagnose` tells of a saved model."""
    from keras_inits.diagnosis import reports

    parts = (
        html_pages.paragraph(weights),
        *reports.parts_in_html(diagnosis),
        html_pages.picture(diagnosis.plot, "The measures, layer by layer"),
    )
    return html_pages.page(path, parts)
