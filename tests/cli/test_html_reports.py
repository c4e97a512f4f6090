"""The option `--html`."""

import json
import sys

import pytest

from cli.model_files import DATA, dense
from keras_inits import cli

MODEL = str(DATA / "1.1.2-highway.h5")


@pytest.fixture
def reported(tmp_path, capsys):
    """Runs a command with `--html`: the page."""

    def report(*arguments, ends_with=0):
        path = tmp_path / "report.html"
        assert cli.main([*map(str, arguments), "--html", str(path)]) == ends_with
        capsys.readouterr()
        return path.read_text(encoding="utf-8")

    return report


@pytest.fixture(params=["with matplotlib", "without"])
def matplotlib(request, monkeypatch):
    """Whether there is matplotlib; no report needs it."""
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    else:
        pytest.importorskip("matplotlib")
    return request.param == "with matplotlib"


def test_an_initializer(reported, matplotlib):
    page = reported("show", "he_normal", "--shape", "8,8")
    assert "<h1>HeNormal</h1>" in page
    assert "<td>deviation</td>" in page
    assert ("<img" in page, "<pre>" in page) == (matplotlib, not matplotlib)


def test_a_models_weights(reported, matplotlib):
    page = reported("show", MODEL)
    assert "<td>GlorotUniform</td>" in page
    assert ("<img" in page) == matplotlib


def test_a_diagnosis(reported, matplotlib):
    page = reported("diagnose", MODEL)
    assert "<td>highway_1/dense</td>" in page
    assert "the weights are those in the file" in page
    assert ("<img" in page) == matplotlib


def test_upgrades_and_failures(reported, tmp_path):
    page = reported("upgrade", MODEL, "missing.h5", "--to", tmp_path / "new", ends_with=1)
    assert "2 files: 1 upgraded, 1 failed" in page
    assert "<td>Highway rebuilt as a model of Keras&#x27; own layers</td>" in page
    assert "failed: No such file or directory" in page


def test_a_name_in_a_file_is_no_markup(reported, tmp_path):
    path = tmp_path / "m.json"
    layers = [dense(units=2, batch_input_shape=[None, 3]), {"class_name": "<img src=x>", "config": {}}]
    path.write_text(json.dumps({"class_name": "Sequential", "config": {"name": "m", "layers": layers}}))
    page = reported("upgrade", "--dry-run", path, ends_with=1)
    assert "<img" not in page and "&lt;img" in page


def test_what_is_printed_stays_the_same(tmp_path, capsys):
    cli.main(["show", "zeros", "--shape", "3"])
    printed = capsys.readouterr().out
    cli.main(["show", "zeros", "--shape", "3", "--html", str(tmp_path / "a.html")])
    assert capsys.readouterr().out == printed


def test_a_model_given_by_mistake_is_not_replaced(tmp_path, capsys):
    path = tmp_path / "m.h5"
    path.write_text("a model")
    with pytest.raises(SystemExit, match="2"):
        cli.main(["show", MODEL, "--html", str(path)])
    assert "the report is a .html file. Received: " in capsys.readouterr().err
    assert path.read_text() == "a model"


def test_a_folder_that_is_not_there(tmp_path, capsys):
    path = tmp_path / "none" / "a.html"
    assert cli.main(["show", "zeros", "--shape", "3", "--html", str(path)]) == 2
    assert f"{path}: No such file or directory" in capsys.readouterr().err
