"""What every command prints with: texts on one line, JSON, progress, and TensorFlow kept quiet."""

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

Item = TypeVar("Item")

_CHARACTERS_SHOWN = 1000  # Only a `Constant` with an array in it is longer.


def shown(text: str, length: int = _CHARACTERS_SHOWN) -> str:
    """A text as it is printed: on one line and not too long."""
    line = one_line(text)
    return line if len(line) <= length else f"{line[:length]}..."


def one_line(text: str) -> str:
    """A text safe to print: a stranger's file may name a layer with control characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def counted(number: int, noun: str) -> str:
    """A number and what it counts: `1 weight`, `2 weights`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_error(text: str, *more: str) -> None:
    """Prints an error on stderr.

    Args:
        text: What is the matter, on one line after the command's name.
        *more: Further lines, indented.
    """
    print(f"keras-inits: {shown(text)}", file=sys.stderr)
    print(*(f"  {shown(line)}\n" for line in more), sep="", end="", file=sys.stderr)


def print_json(value: Any) -> None:
    """Prints what `--json` asks for."""
    print(json.dumps(value, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    """What JSON has no word for: an array as lists, anything else as text."""
    return value.tolist() if hasattr(value, "tolist") else repr(value)


def tracked(done: Iterable[Item], total: int, description: str) -> Iterator[Item]:
    """Shows on stderr how far it is where several things are done before somebody's eyes.

    Args:
        done: Gives each thing when it is done.
        total: How many there are.
        description: What is being done, before the bar.

    Yields:
        The things.
    """
    if total < 2 or not sys.stderr.isatty():
        yield from done
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    # A report that goes into a file must not go through the terminal of the bar.
    with Progress(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        yield from progress.track(done, total=total, description=description)


@contextlib.contextmanager
def without_start_up_messages() -> Iterator[None]:
    """Keeps TensorFlow's start-up messages off stderr, which has a line per bad file.

    TensorFlow 2.21 writes some before it looks at `TF_CPP_MIN_LOG_LEVEL`, and it writes past
    Python, so the file descriptor has to go elsewhere. Who sets that variable gets them all.
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
