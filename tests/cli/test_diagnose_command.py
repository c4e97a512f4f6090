"""`keras-inits diagnose`."""

import json
import sys

import pytest

from cli.model_files import DATA
from keras_inits import cli

MODEL = str(DATA / "1.1.2-highway.h5")


@pytest.fixture
def diagnosed(capsys):
    """What the command prints."""

    def diagnose(*arguments):
        assert cli.main(["diagnose", *map(str, arguments)]) == 0
        return capsys.readouterr().out

    return diagnose


@pytest.fixture
def refused(capsys):
    """The one line of an error."""

    def refuse(*arguments):
        assert cli.main(["diagnose", *map(str, arguments)]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = printed.err.splitlines()
        return line

    return refuse


class TestText:
    def test_says_whose_weights_are_diagnosed(self, diagnosed):
        assert diagnosed(MODEL).startswith(f"{MODEL}: the weights are those in the file\n")

    def test_an_architecture_has_initial_weights(self, diagnosed):
        path = DATA / "1.2.2-nested.yaml"
        head = f"{path}: the file holds no weights: they were drawn by the model's initializers\n"
        assert diagnosed(path).startswith(head)

    def test_a_table_and_a_verdict(self, diagnosed):
        _, head, *table, verdict = diagnosed(MODEL).splitlines()
        assert "mean square of the input" in head
        first_words = [line.split()[0] for line in table]
        assert first_words[first_words.index("layer") + 1] == "highway_1/dense"
        assert verdict.endswith(".")

    def test_80_columns_are_enough(self, diagnosed):
        _, *lines = diagnosed(DATA / "1.2.2-nested.yaml").splitlines()
        assert max(map(len, lines)) <= 80

    def test_on_a_terminal(self, on_a_terminal):
        exit_code, text = on_a_terminal("diagnose", str(DATA / "1.2.2-nested.yaml"))
        assert exit_code == 0
        assert "\x1b[1m" in text and "inner/dense_35" in text


class TestJson:
    def test_is_the_report(self, diagnosed):
        report = json.loads(diagnosed(MODEL, "--json"))
        assert report["path"] == MODEL
        assert report["weights"] == "the weights are those in the file"
        assert {"name", "mean_square", "verdict"} <= report["layers"][0].keys()

    def test_batch(self, diagnosed):
        report = json.loads(diagnosed(MODEL, "--json", "--batch", 5))
        assert {layer["output_shape"][0] for layer in report["layers"]} == {5}


class TestPicture:
    @pytest.mark.parametrize(("kind", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
    def test_is_drawn_whatever_its_name(self, kind, begin, diagnosed, tmp_path):
        pytest.importorskip("matplotlib")
        diagnosed(MODEL, f"--{kind}", tmp_path / "picture")
        assert (tmp_path / "picture").read_bytes().startswith(begin)

    def test_no_matplotlib(self, refused, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
        assert "pip install matplotlib" in refused(MODEL, "--png", tmp_path / "a.png")

    def test_a_folder_that_is_not_there(self, refused, tmp_path):
        pytest.importorskip("matplotlib")
        path = tmp_path / "no" / "a.png"
        assert refused(MODEL, "--png", path) == f"keras-inits: {path}: No such file or directory"


class TestErrors:
    def test_no_such_file(self, refused, tmp_path):
        path = tmp_path / "a.h5"
        assert refused(path) == f"keras-inits: {path}: No such file or directory"

    def test_no_model(self, refused, tmp_path):
        path = tmp_path / "a.h5"
        path.write_text("hello")
        assert refused(path).startswith(f"keras-inits: {path}: not a saved model")

    @pytest.mark.parametrize("batch", ["0", "-1", "many"])
    def test_batch(self, batch, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(["diagnose", MODEL, f"--batch={batch}"])
        assert f"{batch!r} is no positive whole number" in capsys.readouterr().err


class TestBounds:
    @pytest.fixture
    def large(self, tmp_path):
        repeated = {
            "class_name": "RepeatVector",
            "config": {"name": "r", "n": 2**24, "batch_input_shape": [None, 4]},
        }
        config = {"class_name": "Sequential", "config": [repeated], "keras_version": "2.2.4"}
        (tmp_path / "m.json").write_text(json.dumps(config))
        return tmp_path / "m.json"

    def test_a_model_that_takes_too_much_is_refused(self, refused, large):
        assert "too large to try" in refused(large)

    def test_it_is_diagnosed_without_limit(self, diagnosed, large, monkeypatch):
        from keras_inits.saved_models.files import limits

        monkeypatch.setattr(limits, "TRIED_KEPT", 10)
        assert diagnosed(MODEL, "--no-limit")
