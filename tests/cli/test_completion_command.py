"""`keras-inits completion`: the scripts, and what bash completes with one."""

import shutil
import subprocess

import pytest

from keras_inits import cli

CHECKS = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}


@pytest.fixture
def script(tmp_path, capsys):
    """Prints the script for a shell into a file."""

    def printed(shell):
        assert cli.main(["completion", shell]) == 0
        path = tmp_path / f"keras-inits.{shell}"
        path.write_text(capsys.readouterr().out)
        return path

    return printed


@pytest.mark.parametrize("shell", CHECKS)
def test_every_command_and_option_is_in_it(shell, script):
    text = script(shell).read_text()
    for word in ("inspect", "upgrade", "completion", "dry-run"):
        assert word in text


@pytest.mark.parametrize("shell", CHECKS)
def test_the_shell_can_read_it(shell, script):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([*CHECKS[shell], script(shell)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("in", ["inspect"]),
        ("--v", ["--version"]),
        ("inspect --j", ["--json"]),
        ("inspect mod", ["model.h5"]),
        ("inspect first.h5 mod", ["model.h5"]),
        ("upgrade --d", ["--dry-run"]),
        ("upgrade --weights mod", ["model.h5"]),
        ("upgrade model.h5 --to ne", ["new"]),
        ("completion z", ["zsh"]),
        ("show he_n", ["he_normal"]),
        ("show mod", ["model.h5"]),
        ("show zeros --dtype b", ["bfloat16", "bool"]),
    ],
)
def test_bash_completes(typed, completed, script, tmp_path):
    (tmp_path / "model.h5").touch()
    (tmp_path / "news.txt").touch()
    (tmp_path / "new").mkdir()
    words = ["keras-inits", *typed.split()]
    program = f"""
        source {script("bash")}
        function=$(complete -p keras-inits | sed "s/.*-F \\([^ ]*\\) .*/\\1/")
        COMP_WORDS=({" ".join(words)}) COMP_CWORD={len(words) - 1}
        $function keras-inits {words[-1]} {words[-2]}
        printf "%s\\n" "${{COMPREPLY[@]}}"
    """
    bash = ["bash", "--norc", "--noprofile", "-c", program]
    done = subprocess.run(bash, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == completed
