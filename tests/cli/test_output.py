"""What every command prints with."""

import os
import re

import numpy as np
import pytest

from cli.model_files import saved
from keras_inits.cli import output


class TestTexts:
    @pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
    def test_counted(self, number, text):
        assert output.counted(number, "file") == text

    @pytest.mark.parametrize(
        ("text", "line"),
        [("a\nb", r"a\nb"), ("a\x1b[2J", r"a\x1b[2J"), ("naïve →", "naïve →"), ("\udcff", r"\udcff")],
    )
    def test_one_line(self, text, line):
        assert output.one_line(text) == line

    def test_a_long_text_is_cut(self):
        assert output.shown("abcdef", 3) == "abc..."

    def test_a_text_of_that_length_is_whole(self):
        assert output.shown("abc", 3) == "abc"

    def test_no_more_of_a_long_text_is_escaped_than_is_shown(self, monkeypatch):
        monkeypatch.setattr(output, "one_line", lambda text: f"{len(text)} characters")
        assert output.shown("a" * 10**6, 20) == "21 characters"


class TestErrors:
    def test_several_lines_become_one(self, capsys):
        output.print_error("no such thing:\n  a\n  b")
        assert capsys.readouterr() == ("", "keras-inits: no such thing: a b\n")


class TestJson:
    def test_arrays_are_lists(self, capsys):
        output.print_json({"a": np.arange(2), "b": np.float32(0.5)})
        assert re.sub(r"\s", "", capsys.readouterr().out) == '{"a":[0,1],"b":0.5}'

    def test_anything_else_is_text(self, capsys):
        output.print_json(1j)
        assert capsys.readouterr().out == '"1j"\n'


class TestProgress:
    def test_none_where_nobody_looks(self, capsys):
        assert list(output.tracked(iter("ab"), 2, "working")) == ["a", "b"]
        assert capsys.readouterr() == ("", "")

    def test_none_on_a_terminal_that_cannot_erase(self, tmp_path, on_a_terminal, monkeypatch):
        monkeypatch.setenv("TERM", "dumb")
        _, text = on_a_terminal("inspect", "--json", saved(tmp_path))
        assert text.startswith("[\n {")


class TestStartUpMessages:
    def test_they_go_nowhere(self, capfd):
        with output.without_start_up_messages():
            os.write(2, b"a message of TensorFlow's")
        os.write(2, b"an error of ours")
        assert capfd.readouterr().err == "an error of ours"

    def test_who_asks_for_them_gets_them(self, capfd, monkeypatch):
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
        with output.without_start_up_messages():
            os.write(2, b"a message of TensorFlow's")
        assert capfd.readouterr().err == "a message of TensorFlow's"
