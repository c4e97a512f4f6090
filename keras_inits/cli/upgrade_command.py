"""`keras-inits upgrade OLD NEW.keras`: a saved model as a file that today's Keras loads by itself."""

import argparse
import os
from typing import TYPE_CHECKING, Any

from keras_inits.cli import exit_codes, output

if TYPE_CHECKING:
    from keras_inits.legacy.converting import Converted

_HELP = """\
Rewrites saved models of any Keras, from 1.0 to today's, as files that today's Keras loads by itself:

  keras-inits upgrade OLD NEW.keras
  keras-inits upgrade OLD... --to FOLDER

OLD is a model in .h5, .hdf5 or .keras, or an architecture in JSON or YAML. What was changed is said layer
by layer. NEW, which is replaced if it exists, is written only after Keras alone has loaded it and
predicted the same as the upgraded model on a fixed input.

A file that cannot be upgraded is an error on stderr; the others are done, and the exit code is 1.
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` returned.
    """
    parser = commands.add_parser(
        "upgrade",
        help="rewrite saved models for today's Keras",
        usage="%(prog)s [-h] [--weights FILE] [--dry-run] (OLD NEW | OLD... --to FOLDER)",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="OLD and NEW, or with --to each an OLD")
    parser.add_argument("--to", metavar="FOLDER", help="write NAME.keras for each NAME.* into this folder")
    parser.add_argument("--weights", metavar="FILE", help="the weights of an architecture saved alone")
    parser.add_argument("--dry-run", action="store_true", help="do all but write files; NEW may be left out")
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Rewrites saved models for today's Keras; reports on stdout, and failures on stderr.

    Args:
        arguments: `files`, `to`, `weights`, `dry_run`, and the `parser` for wrong usage.

    Returns:
        The exit code.
    """
    pairs = _old_and_new(arguments)
    # Imported here, for it imports TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        from keras_inits.legacy import converting

    if arguments.to is not None and not arguments.dry_run:
        try:
            os.makedirs(arguments.to, exist_ok=True)
        except OSError as error:
            arguments.parser.error(f"--to {arguments.to}: {error.strerror or error}")
    done = converting.upgrade_files(pairs, arguments.weights, dry_run=arguments.dry_run)
    failed = 0
    for one in output.tracked(done, len(pairs), "upgrading"):
        if one.error is None:
            print(*_upgraded_lines(one), sep="\n")
        else:
            failed += 1
            first, *more = one.error.removeprefix(f"{one.old}: ").splitlines() or ["failed"]
            output.print_error(f"{one.old}: {first}", *more)
    if len(pairs) > 1:
        print(f"{output.counted(len(pairs), 'file')}: {len(pairs) - failed} upgraded, {failed} failed")
    return exit_codes.NOT_UPGRADED if failed else exit_codes.OK


def _old_and_new(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """The files to read, each with the one to write; ends the process where these make no sense."""
    files, error = arguments.files, arguments.parser.error
    if arguments.to is None:
        if len(files) == 1 and arguments.dry_run:
            return [(files[0], _new_name(files[0], ""))]
        if len(files) != 2:
            error("give one OLD and one NEW file, or the folder for the new files with --to FOLDER")
        return [(files[0], files[1])]
    if arguments.weights is not None and len(files) > 1:
        error("--weights is for one OLD file")
    pairs = [(old, _new_name(old, arguments.to)) for old in files]
    taken: dict[str, str] = {}
    for old, new in pairs:
        if taken.setdefault(new, old) != old:
            error(f"{taken[new]} and {old} would both be written to {new}")
    return pairs


def _new_name(old: str, folder: str) -> str:
    return os.path.join(folder, f"{os.path.splitext(os.path.basename(old))[0]}.keras")


def _upgraded_lines(one: "Converted") -> list[str]:
    """What became of a file as text: a line for it, and one for each change."""
    what = f" -> {one.new}: upgraded" if one.new else ": can be upgraded"
    changes = output.counted(len(one.notes), "change")
    head = f"{one.old}{what}, {changes}, largest difference {one.difference:.2g}"
    return [output.one_line(head), *(f"  {output.shown(str(note))}" for note in one.notes)]
