"""`keras-inits inspect FILE...`: who wrote a saved model, and which initializers are in it."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from keras_inits.cli import exit_codes, output, parsers, users_objects
from keras_inits.keras_compat import keras_versions
from keras_inits.keras_compat.error_text import printable

_INDENT = (0, 0, 0, 2)  # Above, right, below, left.
_LAYERS_SHOWN = 4
_ERROR_CHARACTERS_SHOWN = 160  # Keras likes to repeat the whole config.
_CALL_CHARACTERS_SHOWN = 160  # In a table, where the whole config is not needed.
_DESCRIPTION = """\
Lists the initializers in saved models of any Keras.

For each file there is a line with its path, the Keras and the backend that
wrote it, and how many distinct initializers it holds; then a table of these:

  weights      how many weights are drawn with it; 0 if its layers have
               use_bias, scale or center off
  stock        whether the installed tf.keras takes it as it was saved
  initializer  as the file has it, without arguments that are None
    here       what keras_inits makes of it, where that is something else, or
               "unresolved" and why: a class of your own, for example
    stock      why the installed tf.keras does not take it
    layers     who uses it; of a long list the first four

A file that is not a saved model is a line on stderr; the others are reported,
and the exit code is 2.
"""
_EXAMPLES = """\
examples:
  keras-inits inspect model.h5
  keras-inits inspect old/*.h5
  keras-inits inspect --json model.h5
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`."""
    summary = "list the initializers in saved models"
    parser = parsers.add_command(commands, "inspect", summary, _DESCRIPTION, _EXAMPLES, run)
    text = "a model in .h5, .hdf5, .keras, .json or .yaml"
    parsers.add_path(parser, "files", nargs="+", metavar="FILE", help=text)
    users_objects.add_options(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON array, an item per file")


def run(arguments: argparse.Namespace) -> int:
    """Reports the initializers of saved models on stdout, and unreadable files on stderr."""
    reports = []
    for report in output.tracked(_reports(arguments), len(arguments.files), "inspecting"):
        if "error" in report:
            output.print_error(f"{printable(report['path'])}: {report['error']}")
        elif not arguments.json:
            _print_report(report)
        reports.append(report)
    if arguments.json:
        output.print_json(reports)
    return exit_codes.FAILED if any("error" in report for report in reports) else exit_codes.OK


def _reports(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Reads one file after another."""
    # Imported here, for it imports h5py and TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        from keras_inits.cli import inspection

    objects = users_objects.objects_of(arguments)
    for path in arguments.files:
        yield inspection.report_on(path, objects, safe_mode=not arguments.unsafe)


def _print_report(report: dict[str, Any]) -> None:
    """Prints a file's report: a line for it, and a table of its initializers."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    output.print_laid_out(Text(_head(report), style="bold"), soft_wrap=True)
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("weights", justify="right")
    table.add_column("stock")
    table.add_column("initializer", overflow="fold")
    for entry in report["initializers"]:
        stock = Text("yes", "green") if entry["stock_error"] is None else Text("no", "red")
        table.add_row(str(entry["weights"]), stock, Text(_call(entry["saved"])))
        for text, style in _details(entry):
            table.add_row("", "", Padding(Text(text, style), _INDENT))
    if report["initializers"]:
        output.print_laid_out(Padding(table, _INDENT))


def _details(entry: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns what a table says under a distinct initializer: each line, and its style."""
    details = []
    if entry["class_name"] is None:
        details.append((f"here: {_here(entry)}", "red"))
    elif _call(entry) != _call(entry["saved"]):
        details.append((f"here: {_call(entry)}", ""))
    if entry["stock_error"] is not None:
        details.append((f"stock: {_stock(entry)}", "yellow"))
    return [*details, (f"layers: {output.shown(_layers(entry['uses']))}", "dim")]


def _call(initializer: Any) -> str:
    """Returns an initializer's name or config as a short call: `HeNormal(seed=7)`, without what is None."""
    if not isinstance(initializer, dict) or not isinstance(initializer.get("config"), dict):
        text = initializer if isinstance(initializer, str) else json.dumps(initializer)
    else:
        settings = initializer["config"].items()
        given = ", ".join(f"{key}={value!r}" for key, value in settings if value is not None)
        text = f"{initializer.get('class_name')}({given})"
    return output.shown(text, _CALL_CHARACTERS_SHOWN)


def _head(report: dict[str, Any]) -> str:
    """Returns a file's line: who wrote it, and how many initializers are in it."""
    version = keras_versions.named(report["keras_version"] or "unknown")
    backend = f"backend {report['backend'] or 'unknown'}"
    count = output.counted(len(report["initializers"]), "distinct initializer")
    return printable(f"{report['path']}: {version}, {backend}, {count}")


def _here(entry: dict[str, Any]) -> str:
    """Returns what an initializer is here: `HeNormal(seed=None)`, or that it is nothing, and why."""
    if entry["class_name"] is None:
        return f"unresolved, {output.shown(entry['error'], _ERROR_CHARACTERS_SHOWN)}"
    settings = ", ".join(f"{key}={value!r}" for key, value in entry["config"].items())
    return output.shown(f"{entry['class_name']}({settings})")


def _stock(entry: dict[str, Any]) -> str:
    """Returns whether stock tf.keras takes an initializer, or why not."""
    if entry["stock_error"] is None:
        return "yes"
    return f"no, {output.shown(entry['stock_error'], _ERROR_CHARACTERS_SHOWN)}"


def _layers(uses: list[dict[str, str]]) -> str:
    """Returns the names of some layers, each once, a long list cut."""
    names = list(dict.fromkeys(use["layer"] for use in uses))
    shown = ", ".join(names[:_LAYERS_SHOWN])
    hidden = len(names) - _LAYERS_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown
