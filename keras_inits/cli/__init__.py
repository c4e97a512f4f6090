"""The `keras-inits` command: saved models of any Keras, and the initializers in them.

A command is a module here: its `add_parser(commands)` adds its arguments, and sets `run` to a function that
takes them and returns the exit code. No such module imports TensorFlow before it runs.
"""

import argparse
import importlib.metadata
import os
import sys

from keras_inits.cli import errors, exit_codes, inspect_command, output, show_command, upgrade_command

_COMMANDS = (inspect_command, show_command, upgrade_command)


def main(argv: list[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: The arguments, those of the process by default.

    Returns:
        The exit code: 0, 2 if `inspect` could not read a file, 1 if `upgrade` could not upgrade one.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    arguments = _parser().parse_args(argv)
    try:
        exit_code = arguments.run(arguments)
        sys.stdout.flush()
    except errors.CommandError as error:
        output.print_error(str(error))
        exit_code = exit_codes.FAILED
    except BrokenPipeError:
        # Python flushes stdout once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        exit_code = exit_codes.BROKEN_PIPE
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="keras-inits", description="Saved models of any Keras, and the initializers in them."
    )
    parser.add_argument("--version", action="version", version=f"keras-inits {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


def _version() -> str:
    try:
        return importlib.metadata.version("keras-inits")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"
