"""The `keras-inits` command: saved models of any Keras, and the initializers in them.

A command is a module here: its `add_parser(commands)` adds its arguments, and sets `run` to a function that
takes them and returns the exit code. No such module imports TensorFlow before it runs.
"""

import argparse
import contextlib
import importlib.util
import os
import sys

from keras_inits import __version__
from keras_inits.cli import (
    completion_command,
    diagnose_command,
    errors,
    exit_codes,
    inspect_command,
    output,
    parsers,
    show_command,
    signals,
    upgrade_command,
)
from keras_inits.keras_compat import installing

_COMMANDS = (inspect_command, show_command, upgrade_command, diagnose_command, completion_command)
_EPILOG = """\
examples:
  keras-inits inspect model.h5
  keras-inits upgrade old.h5 new.keras
  keras-inits show he_normal --shape 3,3,64,128
  keras-inits inspect --help

exit codes:
{exit_codes}

Colours and progress bars are for terminals only; NO_COLOR=1 turns colours off.
"""


# The values of `TF_CPP_MIN_LOG_LEVEL` that ask for messages; at 2 there are lines that no user can mend.
_SPEAKING = ("0", "1")
# Environment variables, the values at which they ask for a package, and the package.
_ASKING = (
    ("TF_USE_LEGACY_KERAS", ("1", "true"), "tf_keras"),
    ("KERAS_BACKEND", ("jax",), "jax"),
    ("KERAS_BACKEND", ("torch",), "torch"),
)


def main(argv: list[str] | None = None) -> int:
    """Runs the command, and returns its exit code."""
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") not in _SPEAKING:
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    _print_anything()
    try:
        with signals.raised(), output.without_warnings():
            arguments = _parser().parse_args(argv)
            exit_code = arguments.run(arguments)
            output.flush()
    except errors.CommandError as error:
        output.print_error(str(error))
        exit_code = exit_codes.FAILED
    except signals.EndedError as ended:
        with contextlib.suppress(OSError):  # The terminal may be gone.
            output.print_error(str(ended))
        exit_code = ended.exit_code
    except KeyboardInterrupt:
        output.print_error("interrupted")
        exit_code = exit_codes.INTERRUPTED
    except BrokenPipeError:
        exit_code = exit_codes.BROKEN_PIPE
    except OSError as error:  # The disk is full, for example: commands see to the files that they read.
        output.print_error(": ".join(filter(None, (error.filename, error.strerror or str(error)))))
        exit_code = exit_codes.FAILED
    except ImportError:
        lacking = _lacking()
        if lacking is None:
            raise
        output.print_error(lacking)
        exit_code = exit_codes.FAILED
    _leave_stdout_empty()
    return exit_code


def _parser() -> argparse.ArgumentParser:
    meanings = "\n".join(f"  {code:<4} {meaning}" for code, meaning in exit_codes.MEANINGS.items())
    parser = parsers.Parser(
        prog="keras-inits",
        description="Saved models of any Keras, and the initializers in them.",
        epilog=_EPILOG.format(exit_codes=meanings),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"keras-inits {__version__}")
    parser.set_defaults(root=parser, run=_print_help)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


def _print_help(arguments: argparse.Namespace) -> int:
    """Answers the command without a command."""
    arguments.root.print_help()
    return exit_codes.OK


def _print_anything() -> None:
    """Lets characters that the terminal's encoding lacks be printed as their escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _leave_stdout_empty() -> None:
    """Drops what cannot be written: Python would try once more when it ends, and complain."""
    try:
        output.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lacking() -> str | None:
    """Returns which package the environment asks for that is not there, and what to do, if one is."""
    for variable, values, package in _ASKING:
        told = os.environ.get(variable, "").lower()
        if told in values and importlib.util.find_spec(package) is None:
            how = installing.how_to(package)
            return f"{variable} is set, but {package} is not installed: unset it, or {how}"
    return None
