"""`--custom`, `--unsafe`, `--no-limit`: your own classes and trust, and what errors advise in a terminal."""

import argparse
import importlib
import os
import shlex
import sys
from typing import Any

from keras_inits.cli import advice, errors
from keras_inits.keras_compat import nearest
from keras_inits.keras_compat.error_text import first_line, reason


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the two options to a command that loads models."""
    text = "your own class or function, by the name that the file uses; may be given several times"
    parser.add_argument("--custom", action="append", default=[], metavar="[NAME=]MODULE:CLASS", help=text)
    text = "run the Python code that the file holds, if you trust it"
    parser.add_argument("--unsafe", action="store_true", help=text)


def add_no_limit(parser: argparse.ArgumentParser) -> None:
    """Adds the option to a command that builds or runs models."""
    text = "let a file that you trust ask for any amount of work and memory"
    parser.add_argument("--no-limit", action="store_true", help=text)


def limit_of(arguments: argparse.Namespace) -> float | None:
    """Returns the argument `limit` that the option stands for."""
    return None if arguments.no_limit else 1.0


def objects_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """Returns what `--custom` gives, by the names that the file uses.

    A module is found as Python finds it in the working folder.

    Raises:
        CommandError: One is written otherwise, or there is no such module or no such name in it.
    """
    if arguments.custom and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    return dict(map(_object, arguments.custom))


def _object(text: str) -> tuple[str, Any]:
    name, _, place = text.rpartition("=")
    module, _, attribute = place.partition(":")
    if not module or not attribute:
        raise errors.CommandError(
            f"--custom takes MODULE:CLASS or NAME=MODULE:CLASS, such as layers:Swish. Received: {text}"
        )
    try:
        found = importlib.import_module(module)
    except Exception as error:  # The user's own module may raise anything.
        raise errors.CommandError(
            f"--custom {text}: cannot import the module {module!r}: {first_line(error)}"
        ) from error
    if not hasattr(found, attribute):
        hint = nearest.hint(attribute, dir(found))
        raise errors.CommandError(f"--custom {text}: the module {module!r} has no {attribute!r}{hint}")
    return name or attribute, getattr(found, attribute)


def message_of(error: BaseException) -> str:
    """Returns what is wrong with a model, with advice that can be followed in a terminal."""
    # Imported here, for it imports TensorFlow, which takes seconds.
    from keras_inits.saved_models.config.context import MissingClassesError, UnsafeModelError

    if isinstance(error, MissingClassesError):
        needed = _listed({repr(name): places for name, places in error.uses.items()})
        options = " ".join(f"--custom {_option(name)}" for name in error.uses)
        message = f"The model needs classes or functions that Keras does not have: {needed}. Give {options}"
        return f"{message}. {_of_unsafe(error.unsafe)}" if error.unsafe else message
    if isinstance(error, UnsafeModelError):
        return _of_unsafe(error.uses)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {reason(error)}"
    return advice.in_a_terminal(str(error) if isinstance(error, ValueError) else reason(error))


def _of_unsafe(uses: dict[str, str]) -> str:
    return (
        f"The model holds what could run or read on your machine, which is refused: {_listed(uses)}. If you "
        "trust the file, add --unsafe"
    )


def _listed(uses: dict[str, str]) -> str:
    return ", ".join(f"{what} (in {places})" for what, places in uses.items())


def _option(name: str) -> str:
    """Returns what `--custom` is given for a name: that of a registered object begins with its package."""
    plain = name.rpartition(">")[2]
    return shlex.quote(f"MODULE:{name}" if name == plain else f"{name}=MODULE:{plain}")
