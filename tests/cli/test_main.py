"""What holds for every command."""

import io
import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from cli.model_files import DATA, dense, saved
from keras_inits import cli
from keras_inits.cli import exit_codes, inspect_command

COMMANDS = [command.__name__.rpartition(".")[2].removesuffix("_command") for command in cli._COMMANDS]


def helped(capsys, *command):
    """The help of a command."""
    with pytest.raises(SystemExit, match="0"):
        cli.main([*command, "--help"])
    return capsys.readouterr().out


def examples(capsys, *command):
    """The examples in the help of a command, which the tests run."""
    return re.findall(r"^  (keras-inits .*)", helped(capsys, *command).partition("\nexamples:\n")[2], re.M)


class TestHelp:
    def test_the_command_alone_prints_it(self, capsys):
        text = helped(capsys)
        assert cli.main([]) == 0
        assert capsys.readouterr().out == text

    def test_every_command_is_named(self, capsys):
        text = helped(capsys)
        assert re.findall(r"^    (\w+)  +\w", text, re.M) == COMMANDS

    def test_exit_codes(self, capsys):
        text = helped(capsys)
        for code, meaning in exit_codes.MEANINGS.items():
            assert re.search(rf"^  {code} +{meaning}$", text, re.M)

    @pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
    def test_80_columns_are_enough(self, command, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", "80")
        assert max(map(len, helped(capsys, *command).splitlines())) <= 80

    @pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
    def test_examples_run(self, command, capsys, run_example):
        found = examples(capsys, *command)
        assert found
        for example in found:
            assert run_example(example) == 0, example


class TestVersion:
    @pytest.mark.parametrize("option", ["--version", "-V"])
    def test_version(self, option, capsys):
        with pytest.raises(SystemExit, match="0"):
            cli.main([option])
        assert re.fullmatch(r"keras-inits \S+\n", capsys.readouterr().out)


class TestStart:
    def test_nothing_large_is_imported(self):
        program = "import sys, keras_inits.cli; keras_inits.cli.main([]); print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        large = {"tensorflow", "keras", "tf_keras", "h5py", "numpy", "rich", "shtab"}
        assert not large & set(done.stdout.split())

    def test_as_a_module(self):
        command = [sys.executable, "-m", "keras_inits.cli", "--version"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("keras-inits ")

    def test_tensorflow_is_quiet_by_default(self, tmp_path, monkeypatch):
        monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"

    def test_a_log_level_of_ones_own_is_kept(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["inspect"], "the following arguments are required: FILE; see keras-inits inspect --help"),
            (["inspect", "--yaml", "m.h5"], "unrecognized arguments: --yaml; see keras-inits --help"),
            (["upgrade"], "the following arguments are required: FILE; see keras-inits upgrade --help"),
            (["unknown"], "argument COMMAND: invalid choice: 'unknown' "),
            (["completion", "tcsh"], "argument shell: invalid choice: 'tcsh' "),
        ],
    )
    def test_wrong_arguments(self, arguments, message, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(arguments)
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        assert line.startswith(f"keras-inits: {message}")

    def test_an_interrupt(self, capsys, monkeypatch):
        def interrupted(path):
            raise KeyboardInterrupt

        monkeypatch.setattr(inspect_command, "_reports", interrupted)
        assert cli.main(["inspect", "m.h5"]) == 130
        assert capsys.readouterr() == ("", "keras-inits: interrupted\n")

    def test_what_the_system_refuses(self, capsys, monkeypatch):
        def refused(paths):
            raise PermissionError(13, "Permission denied", "m.h5")

        monkeypatch.setattr(inspect_command, "_reports", refused)
        assert cli.main(["inspect", "m.h5"]) == 2
        assert capsys.readouterr() == ("", "keras-inits: m.h5: Permission denied\n")

    def test_a_closed_pipe(self, tmp_path, monkeypatch):
        reader, writer = os.pipe()
        os.close(reader)
        monkeypatch.setattr(sys, "stdout", os.fdopen(writer, "w"))
        assert cli.main(["inspect", saved(tmp_path)]) == 141

    def test_help_into_a_closed_pipe(self, monkeypatch):
        reader, writer = os.pipe()
        os.close(reader)
        monkeypatch.setattr(sys, "stdout", os.fdopen(writer, "w"))
        assert cli.main(["inspect", "--help"]) == 141

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
    def test_a_full_disk(self, tmp_path, capsys, monkeypatch):
        monkeypatch.setattr(sys, "stdout", os.fdopen(os.open("/dev/full", os.O_WRONLY), "w"))
        assert cli.main(["inspect", saved(tmp_path)]) == 2
        assert capsys.readouterr().err == "keras-inits: No space left on device\n"

    def test_an_encoding_that_lacks_a_character(self, tmp_path, monkeypatch):
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
        assert cli.main(["inspect", saved(tmp_path, dense("café"))]) == 0
        assert rb"layers: caf\xe9" in written.getvalue()


class TestInterruptedProcess:
    def test_one_line_and_130(self):
        """Ctrl-C while TensorFlow is being imported, which is when the bar is first to be seen."""
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "keras_inits.cli", "upgrade", "--dry-run"]
        process = subprocess.Popen(
            [*command, str(DATA / "1.1.2-highway.h5")], stdout=subprocess.PIPE, stderr=theirs, text=True
        )
        os.close(theirs)
        written = os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        try:
            while text := os.read(ours, 4096):
                written += text
        except OSError:
            pass
        assert process.returncode == 130
        assert out == ""
        assert written.count(b"\n") <= 3
        assert b"interrupted" in written
        assert b"Traceback" not in written
