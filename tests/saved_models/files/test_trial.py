"""The program that reads an HDF5 file where it may crash, hang, or take all memory there is."""

import json
import os
import pathlib
import subprocess
import sys

import h5py
import pytest

from keras_inits.saved_models.files import guard, trial

PROGRAM = pathlib.Path(trial.__file__)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system cannot bound it")


def tried(path, memory=8 * 2**30, seconds=60, inflation=1032, small=2**16):
    numbers = map(str, (memory, seconds, inflation, small))
    arguments = [*guard.TRIAL, json.dumps(sys.path), os.fspath(path), *numbers, "all"]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def test_a_sound_file(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a"] = [1.0, 2.0]
    assert tried(tmp_path / "a.h5").returncode == 0


def test_a_damaged_file_is_said_in_one_line(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no HDF5")
    done = tried(tmp_path / "a.h5")
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 1


def bounded(code):
    """Runs code in which the trial's own bounds are set."""
    program = f"import sys; sys.path.insert(0, {os.fspath(PROGRAM.parent)!r}); import trial; {code}"
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=False).returncode


@LINUX
def test_time_is_bounded():
    assert bounded("trial._bound('RLIMIT_CPU', 1)\nwhile True: pass") in guard._OUT_OF_TIME


@LINUX
def test_memory_is_bounded():
    assert bounded("trial._bound('RLIMIT_AS', 2**30); bytearray(2**31)") == 1
