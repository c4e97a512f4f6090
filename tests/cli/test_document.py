"""What docs/command.md says is what the command does."""

import doctest
import pathlib
import re

import pytest

from cli.test_main import COMMANDS, examples
from cli.test_upgrade_command import UPGRADED
from keras_inits.cli import exit_codes

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "command.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.M | re.S)


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.splitlines()[0])
def test_output_is_as_shown(block, run_example, capsys):
    command, expected = block.removeprefix("$ ").split("\n", 1)
    run_example(command)
    out, err = capsys.readouterr()
    # "…" is for what differs between Keras versions, or is too long for a page.
    pattern = expected.replace("…", "...").replace(": upgraded,", f": {UPGRADED},")
    assert doctest.OutputChecker().check_output(pattern, err + out, doctest.ELLIPSIS), err + out


@pytest.mark.parametrize("command", "".join(blocks("sh")).splitlines())
def test_other_commands_are_examples_of_the_help(command, capsys):
    assert command in examples(capsys, command.split()[1])


def test_exit_codes():
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", TEXT, re.M)
    assert {int(code): meaning for code, meaning in rows} == exit_codes.MEANINGS


def test_every_command_has_a_section():
    linked = re.findall(r"^\| \[`keras-inits .*`\]\(#(\w+)\)", TEXT, re.M)
    assert linked == re.findall(r"^## (\w+)$", TEXT, re.M)
    assert set(linked) == set(COMMANDS)
