"""What holds for every command."""

import contextlib
import io
import os
import pty
import re
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


class TestNarrowTerminals:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["inspect", str(DATA / "2.15.0-shared_layer.keras")],
            ["show", "he_normal", "--shape", "64,64"],
            ["show", "--list"],
            ["show", str(DATA / "1.2.2-lstm_cpu.h5")],
            ["upgrade", "--dry-run", str(DATA / "1.1.2-highway.h5")],
            ["diagnose", str(DATA / "1.1.2-highway.h5")],
        ],
        ids=lambda arguments: " ".join(arguments[:2])[:12],
    )
    def test_60_columns_are_enough(self, arguments, on_a_terminal):
        """But for a path, which a terminal breaks by itself."""
        exit_code, text = on_a_terminal(*arguments, columns=60)
        lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", text).rpartition("\r")[2].splitlines()
        assert exit_code == 0
        assert max(len(line) for line in lines if not line.startswith(str(DATA))) <= 60


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

    @pytest.mark.parametrize("module", ["keras_inits", "keras_inits.cli"])
    def test_as_a_module(self, module):
        command = [sys.executable, "-m", module, "--version"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("keras-inits ")

    def test_tensorflow_is_quiet_by_default(self, tmp_path, monkeypatch):
        monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"

    def test_a_log_level_that_asks_for_no_messages_is_as_quiet(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "2")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"

    @pytest.mark.parametrize(
        "command",
        [
            ["inspect"],
            ["show"],
            ["diagnose"],
            ["upgrade", "--dry-run"],
        ],
        ids=lambda command: command[0],
    )
    def test_nothing_of_tensorflows_reaches_the_terminal(self, command):
        quiet = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
        words = [sys.executable, "-m", "keras_inits", *command, str(DATA / "1.1.2-highway.h5")]
        done = subprocess.run(words, env=quiet, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")

    def test_a_log_level_of_ones_own_is_kept(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "named", "command"),
        [
            (["inspect"], "FILE", "keras-inits inspect"),
            (["inspect", "--yaml", "m.h5"], "--yaml", "keras-inits inspect"),
            (["upgrade", "--jsn"], "'--json'", "keras-inits upgrade"),
            (["upgarde", "m.h5"], "'upgrade'", "keras-inits"),
            (["show", "zeros", "--dtype", "flot"], "'float32'", "keras-inits show"),
            (["upgrade"], "FILE", "keras-inits upgrade"),
            (["unknown"], "'unknown'", "keras-inits"),
            (["completion", "tcsh"], "'tcsh'", "keras-inits completion"),
        ],
    )
    def test_wrong_arguments(self, arguments, named, command, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(arguments)
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        # What stands between is Python's own and differs from version to version.
        assert line.startswith("keras-inits: ")
        assert named in line
        assert line.endswith(f" see {command} --help")

    def test_an_interrupt(self, capsys, monkeypatch):
        def interrupted(path):
            raise KeyboardInterrupt

        monkeypatch.setattr(inspect_command, "_reports", interrupted)
        assert cli.main(["inspect", "m.h5"]) == 130
        assert capsys.readouterr() == ("", "keras-inits: interrupted\n")

    def test_an_import_that_fails_for_another_reason_is_no_error_of_the_users(self, monkeypatch):
        def fails(arguments):
            raise ImportError("broken")

        monkeypatch.setattr(inspect_command, "_reports", fails)
        with pytest.raises(ImportError, match="broken"):
            cli.main(["inspect", "m.h5"])

    @pytest.mark.parametrize(
        ("variable", "value", "package"),
        [
            ("TF_USE_LEGACY_KERAS", "1", "tf_keras"),
            ("TF_USE_LEGACY_KERAS", "True", "tf_keras"),
            ("TF_USE_LEGACY_KERAS", "true", "tf_keras"),
            ("KERAS_BACKEND", "jax", "jax"),
            ("KERAS_BACKEND", "torch", "torch"),
        ],
    )
    def test_a_package_is_asked_for_and_not_installed(self, variable, value, package, capsys, monkeypatch):
        def fails(arguments):
            raise ImportError("no Keras")

        monkeypatch.setattr(inspect_command, "_reports", fails)
        monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
        monkeypatch.setenv(variable, value)
        monkeypatch.setitem(sys.modules, package, None)  # So Python imports none.
        assert cli.main(["inspect", "m.h5"]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"keras-inits: {variable} is set, but {package} is not installed: ")
        assert err.endswith(f"pip install {package}\n")
        assert err.count("\n") == 1

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


# The command, where Python imports no tf_keras.
WITHOUT_TF_KERAS = """
import sys

sys.modules["tf_keras"] = None
from keras_inits import cli

sys.exit(cli.main())
"""


class TestProcessWithoutTfKeras:
    def test_one_line_and_2(self):
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_TF_KERAS, "show", "he_normal"],
            env={**os.environ, "TF_USE_LEGACY_KERAS": "1"},
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("keras-inits: TF_USE_LEGACY_KERAS is set, but ")
        assert done.stderr.count("\n") == 1


# The command, and Ctrl-C at the moment at which it begins to import TensorFlow.
INTERRUPTED = """
import os, signal, sys

# Whoever starts the tests may have it ignored, as shells do in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)

class Interrupts:
    def find_spec(self, name, *_):
        if name == "tensorflow":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
from keras_inits import cli

sys.exit(cli.main())
"""


class TestInterruptedProcess:
    def test_one_line_and_130(self):
        """While TensorFlow is being imported, which takes seconds, the bar is to be seen already."""
        ours, theirs = pty.openpty()
        command = [sys.executable, "-c", INTERRUPTED, "upgrade", "--dry-run", DATA / "1.1.2-highway.h5"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
            os.close(theirs)
            written = b""
            with contextlib.suppress(OSError):  # So Linux tells that nobody writes to a terminal any more.
                while text := os.read(ours, 4096):
                    written += text
            assert process.stdout.read() == ""
        os.close(ours)
        assert process.returncode == 130
        assert written.count(b"\n") <= 3
        assert b"interrupted" in written
        assert b"Traceback" not in written
