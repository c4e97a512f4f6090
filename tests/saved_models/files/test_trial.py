"""The program that reads an HDF5 file where it may crash, hang, or take all memory there is."""

import _ctypes
import ctypes
import os
import pathlib
import struct
import subprocess
import sys

import h5py
import numpy as np
import pytest

from keras_inits.saved_models.files import guard, trial

PROGRAM = pathlib.Path(trial.__file__)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system cannot bound it")


def tried(path, memory=8 * 2**30, seconds=60, inflation=1032, small=2**16):
    numbers = map(str, (memory, seconds, inflation, small))
    arguments = [*guard.TRIAL, os.fspath(path), *numbers, "all", *sys.path]
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


def read_by_hdf5_alone(path, library=h5py.h5.__file__):
    return trial.reads_all(library, os.fspath(path), 1032, 2**16, arrays=True)


@pytest.fixture
def compressed(tmp_path):
    """Writes a file with attributes, text and compressed numbers; returns where the numbers begin."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.attrs["words"] = ["a", "b"]
        file["group/text"] = ["c"]
        numbers = file.create_dataset("group/numbers", data=np.arange(1000), compression="gzip")
        return tmp_path / "a.h5", numbers.id.get_chunk_info(0).byte_offset


@LINUX
def test_hdf5_alone_reads_a_sound_file(compressed):
    assert read_by_hdf5_alone(compressed[0])


@LINUX
def test_hdf5_alone_reads_what_is_compressed(compressed):
    path, start = compressed
    data = bytearray(path.read_bytes())
    data[start : start + 4] = b"\xff" * 4
    path.write_bytes(data)
    assert not read_by_hdf5_alone(path)


def test_without_hdf5s_functions_h5py_reads(compressed):
    assert not read_by_hdf5_alone(compressed[0], ctypes.__file__)
    assert not read_by_hdf5_alone(compressed[0], _ctypes.__file__)
    assert trial.read_with_h5py(os.fspath(compressed[0]), 1032, 2**16, arrays=True) is None


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


def shared_texts(path):
    """Writes an attribute of many texts, and has all of them be the first one."""
    with h5py.File(path, "w") as file:
        texts = np.array(["x" * 5000, *["y"] * 9], object)
        file.attrs.create("a", texts, dtype=h5py.string_dtype())
    data = bytearray(path.read_bytes())
    # An element: the text's length, where it is, and its number there.
    first = next(
        place
        for place in range(len(data) - 20)
        if data[place : place + 4] == struct.pack("<I", 5000)
        and data[place + 16 : place + 20] == struct.pack("<I", 1)
    )
    for number in range(1, 10):
        data[first + 16 * number : first + 16 * (number + 1)] = data[first : first + 16]
    path.write_bytes(data)


@pytest.mark.parametrize("library", [h5py.h5.__file__, ctypes.__file__], ids=["hdf5", "h5py"])
def test_texts_that_are_one_in_the_file_are_refused(library, tmp_path):
    shared_texts(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert set(map(len, file.attrs["a"])) == {5000}
    arguments = [os.fspath(tmp_path / "a.h5"), 1032, 2**16]
    with pytest.raises(trial.SharedTexts):
        if not trial.reads_all(library, *arguments, arrays=True):
            trial.read_with_h5py(*arguments, arrays=True)
