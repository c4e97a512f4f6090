"""`keras-inits show NAME|CONFIG|FILE`: what an initializer draws, or the weights of a saved model."""

import argparse
import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from keras_inits.cli import (
    advice,
    completions,
    exit_codes,
    html_reports,
    output,
    parsers,
    pictures,
    show_text,
    users_objects,
)
from keras_inits.cli.errors import CommandError
from keras_inits.cli.initializer_list import DTYPES, LIST, NAMES
from keras_inits.keras_compat.error_text import first_line, printable
from keras_inits.summaries import text_tables

_ENDINGS = (".h5", ".hdf5", ".keras", ".json", ".yaml", ".yml")
_OF_INITIALIZERS = ("shape", "dtype", "seed")
_DESCRIPTION = """\
Shows what an initializer draws at a shape, or the weights of a saved model.

Of an initializer: its fans, its mean and deviation as its formula asks for them
and as they came, the singular values of the matrix of all axes but the last
against the last, and a histogram with a mark where each bar should end.

Of a saved model of any Keras, a row for each weight: its initializer, the
standard deviation that this asks for at the weight's shape, and that of the
values in the file, where it holds them.

--list lists the initializers' names, without TensorFlow and so at once.

What cannot be shown is a line on stderr, no picture is written, and the exit
code is 2.
"""
_EXAMPLES = """\
examples:
  keras-inits show --list
  keras-inits show HeNormal --seed 1 --dtype bfloat16
  keras-inits show he_normal --shape 3,3,64,128 --png he_normal.png
  keras-inits show '{"class_name": "RandomNormal", "config": {"stddev": 0.1}}'
  keras-inits show model.h5 --svg weights.svg
  keras-inits show model.h5 --html weights.html
  keras-inits show --json model.h5
"""


class Shown(NamedTuple):
    """What is shown: the same in four ways.

    Args:
        facts: For `--json`.
        lines: For the terminal.
        figure: Makes the picture.
        page: Makes the page for `--html`.
    """

    facts: dict[str, Any]
    lines: list[str]
    figure: Callable[[], Any]
    page: Callable[[], str]


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`."""
    summary = "show what an initializer draws, or a model's weights"
    parser = parsers.add_command(commands, "show", summary, _DESCRIPTION, _EXAMPLES, run)
    text = "an initializer's name, its config in JSON, or a model in .h5, .keras, .json or .yaml"
    words = {"nargs": "?", "metavar": "NAME|CONFIG|FILE", "help": text}
    parsers.add_path(parser, "what", type=str, complete=completions.words_or_file(NAMES), **words)
    parser.add_argument("--list", action="store_true", help="list the initializers instead, a line each")
    pictures.add_options(parser)
    html_reports.add_option(parser)
    users_objects.add_options(parser)
    users_objects.add_no_limit(parser)
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    of_initializers = parser.add_argument_group("of an initializer")
    of_initializers.add_argument("--shape", metavar="N,N...", help="the weight's shape, such as 3,3,64,128")
    of_initializers.add_argument(
        "--dtype", metavar="DTYPE", choices=DTYPES, help="the weight's dtype, float32 by default"
    )
    of_initializers.add_argument(
        "--seed", type=int, metavar="N", help="the seed; the config's own, or 7, by default"
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints what is shown on stdout, and writes the pictures that are asked for."""
    if arguments.list:
        return _print_list(arguments)
    if arguments.what is None:
        raise CommandError("show: give an initializer's NAME or CONFIG, or a FILE; --list lists the names")
    if _is_path(arguments.what):
        shown = _shown_file(arguments, os.path.expanduser(arguments.what))
    else:
        shown = _shown_initializer(arguments)
    pictures.write(shown.figure, arguments)
    html_reports.write(shown.page, arguments)
    if arguments.json:
        output.print_json(shown.facts)
    else:
        show_text.print_lines(shown.lines)
    return exit_codes.OK


def _print_list(arguments: argparse.Namespace) -> int:
    """Answers `--list`."""
    if arguments.what is not None:
        raise CommandError(f"show: --list takes no NAME. Received: {arguments.what}")
    for option in ("html", "png", "svg"):
        if getattr(arguments, option) is not None:
            raise CommandError(f"show: --list writes no file. Received: --{option}")
    if arguments.json:
        output.print_json(LIST)
        return exit_codes.OK
    rows = [(one.name, one.summary) for one in LIST]
    print(*text_tables.lines_of(rows, frozenset(), output.width()), sep="\n")
    return exit_codes.OK


def _is_path(text: str) -> bool:
    if text.lstrip().startswith("{"):  # A config, which may have slashes in it.
        return False
    return os.path.isfile(text) or os.sep in text or text.lower().endswith(_ENDINGS)


def _shown_initializer(arguments: argparse.Namespace) -> Shown:
    with output.without_start_up_messages():
        from keras_inits.summaries import describing, plotting, shown_defaults

    shape = None if arguments.shape is None else _parsed_shape(arguments.shape)
    objects = users_objects.objects_of(arguments)
    # A config may come from anyone, and what Keras raises then can be anything.
    try:
        initializer = _initializer(arguments.what, arguments.seed, objects)
        shape = shown_defaults.usual_shape(initializer) if shape is None else shape
        facts = describing.described(initializer, shape, arguments.dtype)
    except Exception as error:
        raise CommandError(advice.in_a_terminal(first_line(error))) from error
    details = describing.details_of(facts)
    lines = show_text.lines_of_facts(facts, details)

    def figure() -> Any:
        return plotting.figure_of(facts)

    return Shown(facts._asdict(), lines, figure, lambda: html_reports.page_of_facts(facts, details, figure))


def _shown_file(arguments: argparse.Namespace, path: str) -> Shown:
    for option in _OF_INITIALIZERS:
        if getattr(arguments, option) is not None:
            raise CommandError(f"--{option} is for an initializer, and {path} is a file")
    if not os.path.exists(path):
        raise CommandError(f"{path}: No such file or directory")
    with output.without_start_up_messages():
        from keras_inits.summaries import plotting, stored_weights

    try:
        rows = stored_weights.weights_of_file(
            path,
            users_objects.objects_of(arguments),
            safe_mode=not arguments.unsafe,
            limit=users_objects.limit_of(arguments),
        )
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {users_objects.message_of(error).removeprefix(f'{path}: ')}") from error
    facts = {"path": path, "weights": [row._asdict() for row in rows]}
    title = printable(os.path.basename(path))
    lines = show_text.lines_of_weights(path, rows)

    def figure() -> Any:
        return plotting.figure_of_weights(rows, title)

    return Shown(facts, lines, figure, lambda: html_reports.page_of_weights(path, rows, figure))


def _parsed_shape(text: str) -> tuple[int, ...]:
    lengths = [length.strip() for length in text.strip("()[] ").rstrip(",").split(",")]
    if not all(length.isdecimal() and int(length) for length in lengths):
        raise CommandError(
            "--shape takes whole numbers from 1 on, with commas between them, such as 3,3,64,128. "
            f"Received: {text}"
        )
    return tuple(map(int, lengths))


def _initializer(text: str, seed: int | None, objects: dict[str, Any]) -> Any:
    """Returns the initializer of a name or of a config, with a seed if it takes one."""
    from keras_inits.initializers import registry
    from keras_inits.summaries import shown_defaults

    config = _parsed_config(text) if text.lstrip().startswith("{") else text
    initializer = registry.get(registry.deserialize(config, objects))
    if seed is None:
        return shown_defaults.seeded(initializer)
    again = shown_defaults.seeded(initializer, seed, over_own=True)
    if again is initializer:
        raise ValueError(f"{text} takes no seed. Received: --seed {seed}")
    return again


def _parsed_config(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"The config is no JSON: {error}") from None
