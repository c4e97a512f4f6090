import fcntl
import glob
import os
import pathlib
import pty
import shlex
import shutil
import struct
import sys
import termios
import threading

import h5py
import pytest

from cli.model_files import DATA
from keras_inits import cli


@pytest.fixture(autouse=True)
def _log_level(monkeypatch):
    """The command sets this for its process; here it is put back."""
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture
def on_a_terminal(monkeypatch):
    """Runs the command before a terminal, of 80 columns by default: the exit code, and all that it wrote."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def run(*arguments, stdout_too=True, columns=80):
        monkeypatch.setenv("COLUMNS", str(columns))
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        written = []
        reader = threading.Thread(target=_read_all, args=(ours, written))
        reader.start()
        with monkeypatch.context() as patch, open(theirs, "w") as terminal:
            patch.setattr(sys, "stderr", terminal)
            if stdout_too:
                patch.setattr(sys, "stdout", terminal)
            exit_code = cli.main(list(arguments))
        reader.join()
        os.close(ours)
        return exit_code, b"".join(written).decode().replace("\r\n", "\n")

    return run


def _read_all(terminal, written):
    """Reads a terminal until nobody writes to it any more, which Linux tells by an error."""
    try:
        while text := os.read(terminal, 65536):
            written.append(text)
    except OSError:
        pass


@pytest.fixture
def run_example(tmp_path, monkeypatch):
    """Runs a command as help and documents show it, where there are the files that they name."""
    monkeypatch.chdir(tmp_path)
    for name in ("model.h5", "weights.h5", "old.h5", "old/a.h5", "models/a.h5"):
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        shutil.copy(DATA / "1.1.2-highway.h5", name)
    shutil.copy(DATA / "2.15.0-shared_layer.keras", "model.keras")
    pathlib.Path("layers.py").write_text("Swish = None")
    with h5py.File("model.h5") as file:
        pathlib.Path("model.json").write_text(file.attrs["model_config"])

    def run(example):
        command, *words = shlex.split(example.partition(" > ")[0])
        assert command == "keras-inits"
        try:
            return cli.main([one for word in words for one in (sorted(glob.glob(word)) or [word])])
        except SystemExit as ended:
            return ended.code

    return run
