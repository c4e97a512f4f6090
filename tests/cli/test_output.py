"""What every command prints with."""

import logging
import os
import re
import sys
import warnings

import numpy as np
import pytest

from cli.model_files import saved
from keras_inits.cli import output


class TestTexts:
    @pytest.mark.parametrize(("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
    def test_counted(self, number, text):
        assert output.counted(number, "file") == text

    def test_a_long_text_is_cut(self):
        assert output.shown("abcdef", 3) == "abc..."

    def test_a_text_of_that_length_is_whole(self):
        assert output.shown("abc", 3) == "abc"

    def test_no_more_of_a_long_text_is_escaped_than_is_shown(self, monkeypatch):
        monkeypatch.setattr(output, "printable", lambda text: f"{len(text)} characters")
        assert output.shown("a" * 10**6, 20) == "21 characters"


class TestErrors:
    def test_several_lines_become_one(self, capsys):
        output.print_error("no such thing:\n  a\n  b")
        assert capsys.readouterr() == ("", "keras-inits: no such thing: a b\n")


def warn_and_log():
    """Tells on stderr whatever is to be heard: the words that are left."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.warn("warned", stacklevel=1)
    said = [str(one.message) for one in heard]
    for name in ("absl", "tensorflow", "keras"):
        said += [name] if logging.getLogger(name).isEnabledFor(logging.WARNING) else []
    return said


class TestWithoutWarnings:
    @pytest.fixture(autouse=True)
    def _heard_by_default(self, monkeypatch):
        monkeypatch.setattr(sys, "warnoptions", [])
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            yield

    def test_nothing_is_heard(self):
        with output.without_warnings():
            assert warn_and_log() == []

    def test_errors_are_logged(self):
        with output.without_warnings():
            assert logging.getLogger("keras").isEnabledFor(logging.ERROR)

    def test_afterwards_all_is_heard_again(self):
        before = warn_and_log()
        with output.without_warnings():
            pass
        assert warn_and_log() == before and "warned" in before

    def test_who_sets_a_log_level_hears_all(self, monkeypatch):
        before = warn_and_log()
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
        with output.without_warnings():
            assert warn_and_log() == before

    def test_who_asks_python_for_warnings_hears_them(self, monkeypatch):
        monkeypatch.setattr(sys, "warnoptions", ["default"])
        with output.without_warnings():
            assert warn_and_log() == ["warned"]


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
