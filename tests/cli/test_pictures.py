"""The pictures that a command writes."""

import argparse
import builtins

import pytest

from keras_inits.cli import pictures
from keras_inits.cli.errors import CommandError


def drawn():
    from matplotlib.figure import Figure

    return Figure()


def written(tmp_path, draw=drawn, **names):
    paths = {kind: names.get(kind) and str(tmp_path / names[kind]) for kind in ("png", "svg")}
    pictures.write(draw, argparse.Namespace(**paths))
    return sorted(path.name for path in tmp_path.iterdir())


def test_each_that_is_asked_for_is_written(tmp_path):
    assert written(tmp_path, png="a.png", svg="b.svg") == ["a.png", "b.svg"]


def test_nothing_is_drawn_where_none_is(tmp_path):
    assert written(tmp_path, draw=lambda: pytest.fail("drawn")) == []


def test_a_folder_that_is_not_there_is_an_error_that_names_the_file(tmp_path):
    with pytest.raises(CommandError, match="a.png: No such file or directory"):
        written(tmp_path, png="nowhere/a.png")


def test_without_matplotlib_it_is_an_error(tmp_path, monkeypatch):
    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError("no matplotlib")
        return original(name, *args, **kwargs)

    original = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CommandError, match="matplotlib"):
        written(tmp_path, png="a.png")
