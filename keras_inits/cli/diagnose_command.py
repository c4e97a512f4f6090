"""`keras-inits diagnose FILE`: how signal and gradient pass through a saved model, layer by layer."""

import argparse
from typing import TYPE_CHECKING, Any

from keras_inits.cli import errors, exit_codes, html_reports, output, parsers, pictures, users_objects
from keras_inits.keras_compat.error_text import printable

if TYPE_CHECKING:
    from keras_inits.diagnosis.reports import Diagnosis

_DESCRIPTION = """\
Tells how signal and gradient pass through a saved model of any Keras.

For each layer: the mean square of its activations and of the gradient, dead
units, saturated values, the effective rank of the activations, and what that
means. Where an initializer is at fault, the one that would hold the signal is
named.

FILE's weights are taken as they are; those of an architecture saved alone are
drawn by its initializers. The first line says which. The batch that is passed
through is drawn with a fixed seed.

A file that cannot be diagnosed is a line on stderr, and the exit code is 2.
"""
_EXAMPLES = """\
examples:
  keras-inits diagnose model.h5
  keras-inits diagnose model.json --png diagnosis.png
  keras-inits diagnose model.h5 --html diagnosis.html
  keras-inits diagnose model.h5 --batch 8 --json
"""
_FROM_FILE = "the weights are those in the file"
_UNREMARKABLE = ("held", "normalized")


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`."""
    summary = "tell how signal and gradient pass through a saved model"
    parser = parsers.add_command(commands, "diagnose", summary, _DESCRIPTION, _EXAMPLES, run)
    text = "a model in .h5, .hdf5, .keras, .json or .yaml"
    parsers.add_path(parser, "file", metavar="FILE", help=text)
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    pictures.add_options(parser)
    html_reports.add_option(parser)
    users_objects.add_options(parser)
    users_objects.add_no_limit(parser)
    text = "how many samples to pass through; 32 or fewer by default"
    parser.add_argument("--batch", type=_positive, metavar="N", help=text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Reports on a saved model on stdout, and in pictures."""
    with output.without_start_up_messages():
        from keras_inits.diagnosis import probes
        from keras_inits.diagnosis.diagnosing import diagnose
        from keras_inits.saved_models.build import forward_pass
        from keras_inits.saved_models.files import reading
        from keras_inits.saved_models.load import DRAWN, load_model
    try:
        weights = _FROM_FILE if reading.read(arguments.file).has_weights else DRAWN
        objects, limit = users_objects.objects_of(arguments), users_objects.limit_of(arguments)
        model = load_model(arguments.file, objects, safe_mode=not arguments.unsafe, limit=limit)
        forward_pass.check(model, probes.specs_of(model, arguments.batch), limit)
        diagnosis = diagnose(model, batch=arguments.batch)
    except errors.CommandError:
        raise
    except Exception as error:  # Keras and TensorFlow raise errors of every class for a third-party model.
        message = users_objects.message_of(error).removeprefix(f"{arguments.file}: ")
        raise errors.CommandError(f"{arguments.file}: {message}") from error
    pictures.write(diagnosis.plot, arguments)
    html_reports.write(html_reports.page_of_diagnosis, arguments, arguments.file, weights, diagnosis)
    if arguments.json:
        output.print_json({"path": arguments.file, "weights": weights, **diagnosis.to_dict()})
        return exit_codes.OK
    print(printable(f"{arguments.file}: {weights}"))
    _print_table(diagnosis)
    return exit_codes.OK


def _print_table(diagnosis: "Diagnosis") -> None:
    """Prints a diagnosis: verdicts that ask for something have a line each under the table."""
    from rich.table import Table
    from rich.text import Text

    from keras_inits.diagnosis.reports import COLUMNS, head_of

    print(printable(head_of(diagnosis)))
    columns = [column for column in COLUMNS if column.heading not in ("kind", "output", "verdict")]
    table = Table(box=None, header_style="dim", pad_edge=False)
    for column in columns:
        # Numbers stay in one piece under headings of several lines, so that there is room for names.
        heading = "\n".join(column.heading.split()) if column.is_number else column.heading
        justify = "right" if column.is_number else "left"
        table.add_column(
            heading, justify=justify, no_wrap=column.is_number, overflow="fold", vertical="bottom"
        )
    for layer in diagnosis.layers:
        table.add_row(*(Text(printable(column.show(layer))) for column in columns))
    output.print_laid_out(table)
    for layer in diagnosis.layers:
        if layer.verdict and not layer.verdict.startswith(_UNREMARKABLE):
            output.print_laid_out(Text(printable(f"{layer.name}: {layer.verdict}"), "yellow"))
    for line in diagnosis.verdict.splitlines():
        output.print_laid_out(Text(printable(line), style="bold"))
