"""The README shows what its first command prints."""

import pathlib
import re

from environments import keras_3_only

README = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
MODEL = "tests/data/tensorflow1_model.h5"


def words_of_lines(text):
    """The lines without colours, margins, and what is another library's wording or version."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    text = re.sub(r"(stock: no), .*", r"\1", re.sub(r"\b(?:tf_k|K)eras [\d.]+", "Keras", text))
    return [line.strip() for line in text.splitlines()]


@keras_3_only
def test_the_first_command_prints_what_the_readme_shows(on_a_terminal, monkeypatch):
    monkeypatch.chdir(pathlib.Path(__file__).parents[2])
    shown = re.search(r"<!-- inspect prints -->\n```text\n(.*)\n…\n```", README, re.S)[1]
    code, printed = on_a_terminal("inspect", MODEL)
    printed = printed[printed.rindex(f"{MODEL}: ") :]
    shown, printed = map(words_of_lines, (shown, printed))
    assert code == 0 and printed[: len(shown)] == shown
