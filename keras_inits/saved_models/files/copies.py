"""Copies of what is in a file, in a folder that is there for the time; failing to write one is told apart.

A full disk is no fault of the file, and the copy's own name means nothing to whoever gave the file.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from typing import Any

from keras_inits.keras_compat.error_text import reason


class CopyError(OSError):
    """The system does not let a copy be written; its `filename` is the folder for copies."""


@contextlib.contextmanager
def folder() -> Iterator[str]:
    """Yields a folder for copies, which is removed with all that is in it."""
    with contextlib.ExitStack() as stack:
        with writing():
            made = stack.enter_context(tempfile.TemporaryDirectory(prefix="keras-inits-"))
        yield made


@contextlib.contextmanager
def target(path: str) -> Iterator["Target"]:
    """Opens a copy to write to."""
    with writing():
        # What closing it raises is told apart, too.
        file = open(path, "wb")  # noqa: SIM115
    try:
        yield Target(file)
    finally:
        with writing():
            file.close()  # What is not written yet is written now.


class Target:
    """A file to write to, of which a source that cannot be read is told apart."""

    def __init__(self, file: Any):
        self._file = file

    def write(self, data: bytes) -> int:
        """Writes bytes, as a file does."""
        with writing():
            return self._file.write(data)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Says what the system does not let be written in the folder for copies."""
    try:
        yield
    except OSError as error:
        # There is none yet where Python finds no folder for copies at all, and says so.
        raise CopyError(error.errno, reason(error), tempfile.tempdir) from error


@contextlib.contextmanager
def named(copy: str, path: str) -> Iterator[None]:
    """Names the file in an error that is about its copy."""
    try:
        yield
    except ValueError as error:
        error.args = tuple(one.replace(copy, path) if isinstance(one, str) else one for one in error.args)
        raise
