"""Tries an HDF5 file in a process of its own, for the HDF5 library may hang or crash on one.

A flipped bit in a heap of strings is enough to make it loop for ever inside C code, where no
exception reaches. So all of a file, but for plain numbers, is read once where that can be stopped: wherever
a Python can be started. Its memory and its time on a processor are bounded where the system can do so; the
time on the clock is bounded everywhere, but loosely, as the machine may be busy.
"""

import lzma
import math
import os
import pathlib
import signal
import subprocess
import sys
import zipfile
import zlib

import h5py

from keras_inits.keras_compat.error_text import PrintableError
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.files import limits

# What h5py and zipfile raise for a damaged file, and what a size that no memory holds does.
DAMAGE = (
    AttributeError, EOFError, KeyError, MemoryError, NotImplementedError, OSError, OverflowError,
    RuntimeError, TypeError, ValueError, lzma.LZMAError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip

_DAMAGED = 3
_LARGEST_EXIT_CODE = 255

# The process used up its time: the signals that end one, as exit codes.
_OUT_OF_TIME = frozenset(-getattr(signal, name) for name in ("SIGXCPU",) if hasattr(signal, name))

# The beginning of the command that tries a file.
# It is told the path of modules, and starts faster without looking for them itself; and a library linked with
# HDF5's, which finds the very one that h5py has.
TRIAL = [sys.executable, "-I", "-S", str(pathlib.Path(__file__).with_name("trial.py")), h5py.h5.__file__]


@public
class DamagedFileError(PrintableError):
    """The HDF5 library cannot read a file."""


def check(path: str | os.PathLike[str], arrays: bool = True) -> None:
    """Reads all of an HDF5 file in another process.

    Args:
        arrays: Whether what is in its groups is read too, rather than the file's own attributes alone.

    Raises:
        DamagedFileError: The file is damaged, or reading it takes far too long.
    """
    path = os.fsdecode(path)
    size = os.path.getsize(path)
    if not sys.executable or getattr(sys, "frozen", False):
        return  # There is no Python to start, or it is the application that this one is a part of.
    allowed = limits.TRIAL_SECONDS + size / limits.TRIAL_BYTES_PER_SECOND
    memory = limits.TRIAL_MEMORY + limits.TRIAL_MEMORY_RATIO * size
    numbers = memory, math.ceil(allowed), limits.INFLATION, limits.SMALL_ARRAY
    arguments = [path, *map(str, numbers), "all" if arrays else "head", *sys.path]
    try:
        done = subprocess.run(
            [*TRIAL, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=allowed * limits.TRIAL_PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _endless(path, allowed) from None
    except OSError:
        return  # No process can be started here: the file is read without having been tried.
    if done.returncode in _OUT_OF_TIME:
        raise _endless(path, allowed)
    if done.returncode == _DAMAGED:
        raise DamagedFileError(f"{path}: damaged: {done.stdout.strip()}")
    # On Windows, a large number is a crash; any other means that the trial itself did not work.
    if done.returncode < 0 or done.returncode > _LARGEST_EXIT_CODE:
        raise DamagedFileError(f"{path}: damaged: the HDF5 library crashes on it")


def _endless(path: str, allowed: float) -> DamagedFileError:
    return DamagedFileError(
        f"{path}: damaged: the HDF5 library did not come to an end in {allowed:.0f} seconds"
    )
