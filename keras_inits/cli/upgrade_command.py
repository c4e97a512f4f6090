"""`keras-inits upgrade OLD NEW.keras`: a saved model as a file that today's Keras loads by itself."""

import argparse
import dataclasses
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from keras_inits.cli import (
    advice,
    errors,
    exit_codes,
    html_reports,
    model_trees,
    output,
    parsers,
    upgrade_text,
    users_objects,
)
from keras_inits.keras_compat.error_text import printable

if TYPE_CHECKING:
    from keras_inits.saved_models.convert import Converted

_ENDING = ".keras"
_INDENT = (0, 0, 0, 2)  # Above, right, below, left.
_DESCRIPTION = """\
Rewrites saved models of any Keras as files that today's Keras loads by itself.

OLD, of any Keras from 1.0 on, is a model in .h5, .hdf5 or .keras, or an
architecture in JSON or YAML; with --to also a folder, whose models are looked
for in all of its folders. What was changed is said layer by layer. NEW,
which is replaced if it exists, is written only after Keras alone has loaded it
and predicted the same as the upgraded model on a fixed input.

A file that cannot be upgraded is a line on stderr; the others are done, and the
exit code is 1.
"""
_EXAMPLES = """\
examples:
  keras-inits upgrade old.h5 new.keras
  keras-inits upgrade old/*.h5 --to new/
  keras-inits upgrade models/ --to new/ --html report.html
  keras-inits upgrade old.h5 new.keras --custom layers:Swish
  keras-inits upgrade --dry-run --json old.h5
  keras-inits upgrade model.json new.keras --weights weights.h5
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`."""
    usage = "%(prog)s [OPTION...] OLD NEW.keras\n       %(prog)s [OPTION...] OLD... --to FOLDER"
    summary = "rewrite saved models for today's Keras"
    parser = parsers.add_command(commands, "upgrade", summary, _DESCRIPTION, _EXAMPLES, run, usage)
    text = "OLD and NEW, or with --to each an OLD, a folder of models too"
    parsers.add_path(parser, "files", nargs="+", metavar="FILE", help=text)
    text = "write NAME.keras for each NAME.* into this folder, in the folders that they were in"
    parsers.add_path(parser, "--to", complete="directory", metavar="FOLDER", help=text)
    text = "the weights of an architecture saved alone"
    parsers.add_path(parser, "--weights", metavar="FILE", help=text)
    users_objects.add_options(parser)
    users_objects.add_no_limit(parser)
    parser.add_argument("--dry-run", action="store_true", help="do all but write files; NEW may be left out")
    parser.add_argument("--json", action="store_true", help="print a JSON array, an item per file")
    html_reports.add_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rewrites saved models for today's Keras; reports on stdout, and failures on stderr."""
    pairs = _old_and_new(arguments)
    if arguments.to is not None and not arguments.dry_run:
        for folder in sorted({os.path.dirname(new) for _, new in pairs}):
            _make_folder(folder)
    finished = []
    for one in output.tracked(_converted(pairs, arguments), len(pairs), "upgrading"):
        if one.error is not None:
            error = one.error.removeprefix(f"{one.old}: ") or "failed"
            output.print_error(f"{printable(one.old)}: {error}")
        elif not arguments.json:
            _print_upgraded(one)
        finished.append(one)
    failed = sum(one.error is not None for one in finished)
    summary = f"{output.counted(len(pairs), 'file')}: {len(pairs) - failed} upgraded, {failed} failed"
    if arguments.json:
        output.print_json([_item(one) for one in finished])
    elif len(pairs) > 1:
        print(summary)
    html_reports.write(html_reports.page_of_upgrades, arguments, finished, summary)
    return exit_codes.NOT_UPGRADED if failed else exit_codes.OK


def _converted(pairs: list[tuple[str, str]], arguments: argparse.Namespace) -> Iterator["Converted"]:
    """Upgrades one file after another."""
    # Imported here, for it imports TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        from keras_inits.saved_models import convert

    yield from convert.upgrade_files(
        pairs,
        arguments.weights,
        users_objects.objects_of(arguments),
        safe_mode=not arguments.unsafe,
        dry_run=arguments.dry_run,
        limit=users_objects.limit_of(arguments),
        message_of=users_objects.message_of,
    )


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise errors.CommandError(f"--to {path}: {error.strerror or error}") from error


def _old_and_new(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Returns the files to read, each with the one to write."""
    files = arguments.files
    if arguments.to is None:
        if len(files) == 1 and arguments.dry_run:
            return [(files[0], _new_name(files[0], ""))]
        if len(files) != 2:
            raise errors.CommandError(
                f"upgrade: give one OLD and one NEW file, or with --to FOLDER the folder for the new files; "
                f"received {output.counted(len(files), 'file')} without --to"
            )
        if not files[1].endswith(_ENDING):
            advice_on_new = _advice_on_new(*files)
            raise errors.CommandError(
                f"upgrade: NEW is a {_ENDING} file. Received: {files[1]}{advice_on_new}"
            )
        return [(files[0], files[1])]
    if arguments.weights is not None and len(files) > 1:
        raise errors.CommandError(f"upgrade: --weights is for one OLD file; received {len(files)} files")
    pairs = [pair for old in files for pair in _into(arguments.to, old)]
    taken: dict[str, str] = {}
    for old, new in pairs:
        if taken.setdefault(new, old) != old:
            raise errors.CommandError(f"upgrade: {taken[new]} and {old} would both be written to {new}")
    return pairs


def _advice_on_new(old: str, new: str) -> str:
    """Returns what may have been meant by a NEW that is no `.keras` file."""
    if os.path.isdir(new) or not os.path.splitext(new)[1]:
        return f"; for a folder, --to {new}"
    return f"; OLD and NEW may be swapped: OLD is {old}" if old.endswith(_ENDING) else ""


def _into(folder: str, old: str) -> list[tuple[str, str]]:
    """Returns the files to read for one OLD, which may be a folder of them, each with the one to write."""
    if not os.path.isdir(old) or model_trees.is_model(old):
        return [(old, _new_name(old, folder))]
    found = model_trees.models_under(old, without=folder)
    if not found:
        raise errors.CommandError(f"upgrade: there is no model in the folder {old}")
    names = [_new_name(path, os.path.join(folder, os.path.dirname(path))) for path in found]
    # Next to model.h5 there is often model.json.
    names = [
        os.path.join(folder, f"{path}{_ENDING}") if names.count(name) > 1 else name
        for path, name in zip(found, names)
    ]
    return [(os.path.join(old, path), name) for path, name in zip(found, names)]


def _new_name(old: str, folder: str) -> str:
    return os.path.join(folder, f"{os.path.splitext(os.path.basename(old.rstrip(os.sep)))[0]}{_ENDING}")


def _item(one: "Converted") -> dict[str, Any]:
    """Returns what became of a file, for `--json`."""
    notes = [dataclasses.asdict(note) for note in one.notes]
    return {
        "old": one.old,
        "new": one.new,
        "changes": notes,
        "difference": one.difference,
        "error": one.error,
    }


def _print_upgraded(one: "Converted") -> None:
    """Prints what became of a file: a line for it, and one for each change, whose long lines are indented."""
    from rich.padding import Padding
    from rich.text import Text

    parts = (_names, upgrade_text.verdict_of, upgrade_text.figures_of)
    names, verdict, figures = (printable(part(one)) for part in parts)
    head = Text.assemble((names, "bold"), ": ", (verdict, "green"), ", ", figures)
    output.print_laid_out(head, soft_wrap=True)
    for note in one.notes:
        layer, text = output.shown(note.layer), output.shown(advice.in_a_terminal(note.text))
        output.print_laid_out(Padding(Text.assemble((layer, "cyan"), ": ", text), _INDENT))


def _names(one: "Converted") -> str:
    return f"{one.old} -> {one.new}" if one.new else one.old
