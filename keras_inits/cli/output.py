"""What every command prints with: texts on one line, errors, JSON, progress, and TensorFlow kept quiet."""

import contextlib
import json
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from keras_inits.keras_compat.error_text import printable
from keras_inits.summaries import text_tables
from keras_inits.summaries.json_values import as_json

# Rich is imported where it is used, for it takes a tenth of a second.
if TYPE_CHECKING:
    from rich.console import Console

Item = TypeVar("Item")

_WIDTH = 80  # Of what goes into a pipe or a file, whatever the terminal is.
_CHARACTERS_SHOWN = 1000  # Only a `Constant` with an array in it is longer.


def shown(text: str, length: int = _CHARACTERS_SHOWN) -> str:
    """Returns a text as it is printed: on one line and not too long."""
    line = printable(text[: length + 1])  # The text may be as long as a file.
    return line if len(line) <= length else f"{line[:length]}..."


def in_a_line(text: str) -> str:
    """Returns a text of several lines as `shown` does one."""
    return shown(" ".join(part.strip() for part in text.splitlines()))


def counted(number: int, noun: str) -> str:
    """Returns a number and what it counts: `1 weight`, `2 weights`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_error(text: str) -> None:
    """Prints an error on stderr, as one line after the command's name."""
    line = in_a_line(text)
    if is_terminal(sys.stderr):
        from rich.text import Text

        console(sys.stderr).print(Text.assemble(("keras-inits:", "bold red"), " ", line), soft_wrap=True)
    else:
        print(f"keras-inits: {line}", file=sys.stderr)


def print_json(value: Any) -> None:
    """Prints what `--json` asks for; what JSON has no word for as text."""
    print(json.dumps(as_json(value), indent=1, default=repr))


def flush() -> None:
    """Writes what was printed and is still held back."""
    print(end="", flush=True)  # Unlike sys.stdout.flush(), where stdout was closed from the start.


def is_terminal(stream: TextIO | None) -> bool:
    """Returns whether somebody looks at a stream, rather than a program or a file."""
    return stream is not None and stream.isatty()


def width() -> int:
    """Returns how many columns there are for what goes to stdout."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else _WIDTH


def print_laid_out(what: Any, soft_wrap: bool = False) -> None:
    """Prints what rich lays out: in colours on a terminal, else as plain lines of 80 columns.

    Args:
        what: A text, a table or anything else that rich prints.
        soft_wrap: Whether lines may be longer, as one with a path is.
    """
    if is_terminal(sys.stdout):
        console(sys.stdout).print(what, soft_wrap=soft_wrap)
        return
    for line in text_tables.plain_lines(what, _WIDTH, soft_wrap):
        print(line)


def console(stream: TextIO) -> "Console":
    """Makes a console for a terminal: no colours where `NO_COLOR` is set, and no text taken for markup.

    Args:
        stream: `sys.stdout` or `sys.stderr`, where `is_terminal` says that it is one.
    """
    from rich.console import Console

    colours = None if os.environ.get("NO_COLOR") else "auto"
    return Console(
        file=stream, color_system=colours, markup=False, emoji=False, highlight=False, force_jupyter=False
    )


def tracked(done: Iterable[Item], total: int, description: str) -> Iterator[Item]:
    """Shows how far it is on stderr, where that is a terminal that can erase.

    The bar is there while a thing is being done, and gone while what is made of it is printed.
    """
    if not is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield from done
        return
    from rich import progress

    columns = (
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
    )
    remaining = iter(done)
    # Of its own: `without_start_up_messages` turns the other one away.
    with open(os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding) as terminal:
        to_terminal = {"console": console(terminal), "redirect_stdout": False, "redirect_stderr": False}
        for number in range(total):
            with progress.Progress(*columns, transient=True, **to_terminal) as bar:
                bar.add_task(description, completed=number, total=total)
                item = next(remaining)
            yield item


@contextlib.contextmanager
def without_start_up_messages() -> Iterator[None]:
    """Keeps TensorFlow's start-up messages off stderr, which has a line per bad file.

    TensorFlow 2.21 writes some before it looks at `TF_CPP_MIN_LOG_LEVEL`, and it writes past
    Python, so the file descriptor has to go elsewhere. Who sets that variable to 0 or 1 gets them all.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") != "3" or sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    stderr = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """Keeps what Keras and TensorFlow warn of and log in Python off stderr: commands say what matters.

    Who sets `TF_CPP_MIN_LOG_LEVEL` to 0 or 1 gets it all, and who sets `PYTHONWARNINGS` or
    `-W` those warnings.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") != "3":
        yield
        return
    before = logging.root.manager.disable
    # TensorFlow sets the levels of its own loggers when it is imported.
    logging.disable(max(before, logging.WARNING))
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
