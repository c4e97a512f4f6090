"""The command; the model files here are made without Keras."""

import json
import os
import pathlib
import sys
import zipfile

import h5py
import pytest

from keras_inits import cli

ZEROS = {"class_name": "Zeros", "config": {}}
ALIAS = {"class_name": "HeNormalV2", "config": {"seed": 7}}
STRANGE = {"class_name": "QInitializer", "config": {"initializer": ZEROS, "use_scale": True}}


@pytest.fixture(autouse=True)
def _log_level(monkeypatch):
    """The command sets this for its process; here it is put back."""
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")


def dense(name="dense_1", kernel=ALIAS, **settings):
    settings = {"kernel_initializer": kernel, "bias_initializer": ZEROS, **settings}
    return {"class_name": "Dense", "config": {"name": name, **settings}}


def model(*layers):
    return {"class_name": "Functional", "config": {"name": "model_1", "layers": list(layers)}}


def saved(tmp_path, *layers, name="m.json", **written_by):
    path = tmp_path / name
    path.write_text(json.dumps({**model(*layers), **written_by}))
    return str(path)


@pytest.fixture
def inspected(tmp_path, capsys):
    """Inspects a model of some layers: the lines printed."""

    def inspect(*layers, **written_by):
        assert cli.main(["inspect", saved(tmp_path, *layers, **written_by)]) == 0
        return capsys.readouterr().out.splitlines()

    return inspect


@pytest.fixture
def inspected_json(tmp_path, capsys):
    """Inspects a model of some layers with `--json`: the report."""

    def inspect(*layers, **written_by):
        assert cli.main(["inspect", "--json", saved(tmp_path, *layers, **written_by)]) == 0
        (report,) = json.loads(capsys.readouterr().out)
        return report

    return inspect


class TestLines:
    def test_who_wrote_it(self, inspected):
        head = inspected(dense(), keras_version="2.0.6", backend="theano")[0]
        assert head.endswith("m.json: Keras 2.0.6, backend theano, 2 distinct initializers")

    def test_nobody_says_who_wrote_it(self, inspected):
        assert "Keras unknown, backend unknown" in inspected(dense())[0]

    def test_one_initializer(self, inspected):
        assert inspected(dense(kernel=ZEROS))[0].endswith(", 1 distinct initializer")

    def test_no_initializer(self, inspected):
        assert len(inspected()) == 1

    def test_a_line_per_distinct_initializer(self, inspected):
        _, *lines = inspected(dense("a"), dense("b", kernel={**ALIAS, "shared_object_id": 3}))
        assert [line.split("  saved:")[0] for line in lines] == ["  2 weights", "  2 weights"]

    def test_what_is_saved(self, inspected):
        line = inspected(dense())[1]
        assert '  saved: {"class_name":"HeNormalV2","config":{"seed":7}}  here: ' in line

    def test_what_it_is_here(self, inspected):
        assert "  here: HeNormal(seed=7" in inspected(dense())[1]

    def test_a_name_of_keras_1(self, inspected):
        layer = {"class_name": "LSTM", "config": {"name": "lstm_1", "forget_bias_init": "one"}}
        line = inspected(layer)[1]
        assert line.startswith('  1 weight  saved: "one"  here: Ones()  stock: ')

    def test_stock_takes_it(self, inspected):
        assert "  stock: yes  " in inspected(dense(kernel=ZEROS))[1]

    def test_stock_refuses_it(self, inspected):
        kernel = {"class_name": "glorot_uniform_initializer", "config": {"seed": 7}}
        assert "  stock: no, " in inspected(dense(kernel=kernel))[1]

    def test_an_initializer_that_no_keras_has(self, inspected):
        own = {"module": "keras_inits.initializers_of_convolutions", "registered_name": "ICNR"}
        kernel = {"class_name": "ICNR", "config": {"initializer": ZEROS, "scale": 3}, **own}
        line = inspected(dense(kernel=kernel))[1]
        assert "  here: ICNR(initializer={" in line
        assert "  stock: no, ValueError: 'ICNR' is no initializer of Keras but of keras_inits  " in line

    def test_a_strangers_class(self, inspected):
        line = inspected(dense(kernel=STRANGE))[1]
        assert "  here: unresolved, " in line
        assert "  stock: no, " in line

    def test_what_is_no_initializer(self, inspected):
        assert "  here: unresolved, neither a name nor a config: 0.5" in inspected(dense(kernel=0.5))[1]

    def test_the_layers(self, inspected):
        assert inspected(dense("a"), dense("b"))[1].endswith("  layers: a, b")

    def test_a_layer_that_uses_it_twice(self, inspected):
        line = inspected(dense("a", kernel=ZEROS))[1]
        assert line.startswith("  2 weights  ")
        assert line.endswith("  layers: a")

    def test_many_layers(self, inspected):
        line = inspected(*(dense(f"d{number}") for number in range(9)))[1]
        assert line.endswith("  layers: d0, d1, d2, d3 and 5 more")

    def test_a_large_array(self, inspected):
        kernel = {"class_name": "Constant", "config": {"value": list(range(10_000))}}
        assert len(inspected(dense(kernel=kernel))[1]) < 3000

    def test_control_characters_are_escaped(self, inspected):
        line = inspected(dense("evil\x1b[2J\nname"))[1]
        assert line.endswith(r"  layers: evil\x1b[2J\nname")


class TestJson:
    def test_the_file(self, inspected_json):
        report = inspected_json(dense(), keras_version="2.0.6")
        del report["path"], report["initializers"]
        assert report == {"kind": "json", "keras_version": "2.0.6", "backend": None}

    def test_a_distinct_initializer(self, inspected_json):
        first = inspected_json(dense(kernel=ZEROS))["initializers"][0]
        assert first == {
            "weights": 2,
            "uses": [
                {"layer": "dense_1", "argument": "kernel_initializer"},
                {"layer": "dense_1", "argument": "bias_initializer"},
            ],
            "saved": ZEROS,
            "class_name": "Zeros",
            "config": {},
            "error": None,
            "stock_error": None,
        }

    def test_all_layers(self, inspected_json):
        report = inspected_json(*(dense(f"d{number}") for number in range(9)))
        assert len(report["initializers"][0]["uses"]) == 9

    def test_a_strangers_class(self, inspected_json):
        first = inspected_json(dense(kernel=STRANGE))["initializers"][0]
        assert first["class_name"] is None
        assert first["error"]

    def test_an_unreadable_file(self, tmp_path, capsys):
        path = str(tmp_path / "missing.h5")
        assert cli.main(["inspect", "--json", path]) == 2
        reports = json.loads(capsys.readouterr().out)
        assert reports == [{"path": path, "error": "No such file or directory"}]


class TestFailures:
    def failure(self, path, capsys):
        """The line on stderr, after the command's name."""
        assert cli.main(["inspect", str(path)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        return line.removeprefix("keras-inits: ")

    def test_a_missing_file(self, tmp_path, capsys):
        path = tmp_path / "missing.h5"
        assert self.failure(path, capsys) == f"{path}: No such file or directory"

    def test_no_permission(self, tmp_path, capsys, monkeypatch):
        # Root, who runs tests in containers, may read any file.
        def denied(path):
            raise PermissionError(13, "Permission denied", path)

        monkeypatch.setattr(cli.reading, "read", denied)
        assert self.failure("m.h5", capsys) == "m.h5: Permission denied"

    def test_not_a_model(self, tmp_path, capsys):
        path = tmp_path / "m.json"
        path.write_text("{}")
        expected = f"{path}: JSON, but no Keras model (no class_name and config)"
        assert self.failure(path, capsys) == expected

    def test_a_file_that_the_library_hangs_on(self, tmp_path, capsys, monkeypatch):
        path = tmp_path / "m.h5"
        h5py.File(path, "w").close()
        seen = []

        def hangs(path, arrays):
            seen.append(arrays)
            raise cli.guard.DamagedFileError(f"{path}: damaged")

        monkeypatch.setattr(cli.guard, "check", hangs)
        assert self.failure(path, capsys) == f"{path}: damaged"
        assert seen == [False]

    def test_a_path_with_a_newline(self, tmp_path, capsys):
        assert r"two\nlines" in self.failure(tmp_path / "two\nlines", capsys)

    def test_all_other_files_are_reported(self, tmp_path, capsys):
        good = [saved(tmp_path, name="a.json"), saved(tmp_path, name="b.json")]
        assert cli.main(["inspect", good[0], "missing", "gone", good[1]]) == 2
        out, err = capsys.readouterr()
        assert (len(out.splitlines()), len(err.splitlines())) == (2, 2)

    def test_a_closed_pipe(self, tmp_path, monkeypatch):
        reader, writer = os.pipe()
        os.close(reader)
        monkeypatch.setattr(sys, "stdout", os.fdopen(writer, "w"))
        assert cli.main(["inspect", saved(tmp_path)]) == 141


class TestUpgrade:
    DATA = pathlib.Path(__file__).parent / "data" / "saved"
    OLD = str(DATA / "1.2.2-maxout_highway.h5")

    def architecture(self, tmp_path, name="m.json", **settings):
        layer = dense(kernel=ALIAS, output_dim=2, batch_input_shape=[None, 3], **settings)
        path = tmp_path / name
        path.write_text(json.dumps({"class_name": "Sequential", "config": [layer]}))
        return str(path)

    def test_report(self, tmp_path, capsys):
        new = str(tmp_path / "new.keras")
        assert cli.main(["upgrade", self.OLD, new]) == 0
        head, *changes = capsys.readouterr().out.splitlines()
        assert head.startswith(f"{self.OLD} -> {new}: upgraded, {len(changes)} changes, largest difference ")
        assert any("MaxoutDense rebuilt as" in change for change in changes)
        assert os.path.exists(new)

    def test_dry_run(self, tmp_path, capsys):
        old = self.architecture(tmp_path)
        assert cli.main(["upgrade", "--dry-run", old]) == 0
        assert capsys.readouterr().out.startswith(f"{old}: can be upgraded, ")
        assert os.listdir(tmp_path) == ["m.json"]

    def test_several(self, tmp_path, capsys):
        files = [self.architecture(tmp_path, name) for name in ("a.json", "b.json")]
        assert cli.main(["upgrade", *files, "--to", str(tmp_path / "new")]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "2 files: 2 upgraded, 0 failed"
        assert sorted(os.listdir(tmp_path / "new")) == ["a.keras", "b.keras"]

    def test_all_others_are_upgraded(self, tmp_path, capsys):
        files = [str(tmp_path / "missing.h5"), self.architecture(tmp_path)]
        assert cli.main(["upgrade", *files, "--to", str(tmp_path)]) == 1
        out, err = capsys.readouterr()
        assert out.splitlines()[-1] == "2 files: 1 upgraded, 1 failed"
        assert "missing.h5" in err
        assert (tmp_path / "m.keras").exists()

    def test_a_strangers_layer(self, tmp_path, capsys):
        path = tmp_path / "m.json"
        layers = [dense(output_dim=2, batch_input_shape=[None, 3]), {"class_name": "GarNet", "config": {}}]
        path.write_text(json.dumps({"class_name": "Sequential", "config": layers}))
        assert cli.main(["upgrade", str(path), str(tmp_path / "new.keras")]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"keras-inits: {path}: The model needs classes")
        assert "'GarNet'" in err

    def test_a_message_is_not_too_long(self, tmp_path, capsys):
        path = tmp_path / "m.json"
        layers = [dense(output_dim=2, batch_input_shape=[None, 3], activation=["a" * 10**5])]
        path.write_text(json.dumps({"class_name": "Sequential", "config": layers}))
        assert cli.main(["upgrade", str(path), str(tmp_path / "new.keras")]) == 1
        assert len(capsys.readouterr().err) < 3000

    def test_a_file_is_no_folder_for_new_ones(self, tmp_path, capsys):
        old = self.architecture(tmp_path)
        with pytest.raises(SystemExit, match="2"):
            cli.main(["upgrade", old, "--to", old])
        assert f"--to {old}: " in capsys.readouterr().err

    def test_separate_weights(self, tmp_path, capsys):
        new = tmp_path / "new.keras"
        old, weights = self.DATA / "2.2.4-nested.yaml", self.DATA / "2.2.4-nested.h5"
        assert cli.main(["upgrade", str(old), str(new), "--weights", str(weights)]) == 0
        assert new.exists()

    def test_a_progress_bar_on_a_terminal(self, tmp_path, capsys, monkeypatch):
        files = [self.architecture(tmp_path, name) for name in ("a.json", "b.json")]
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert cli.main(["upgrade", *files, "--to", str(tmp_path)]) == 0
        out, err = capsys.readouterr()
        assert "upgrading" in err
        assert "upgrading" not in out
        assert out.splitlines()[-1] == "2 files: 2 upgraded, 0 failed"

    @pytest.mark.parametrize(
        "arguments",
        [
            ["old.h5"],
            ["a.h5", "b.h5", "new.keras"],
            ["a/m.h5", "b/m.h5", "--to", "new"],
            ["a.json", "b.json", "--to", "new", "--weights", "w.h5"],
        ],
    )
    def test_wrong_usage(self, arguments, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(["upgrade", *arguments])
        assert "usage: keras-inits upgrade" in capsys.readouterr().err


class TestCommand:
    def test_every_kind_of_file(self, tmp_path, capsys):
        text = json.dumps(model(dense()))
        with h5py.File(tmp_path / "m.h5", "w") as file:
            file.attrs["model_config"] = text
        with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
            archive.writestr("config.json", text)
        (tmp_path / "m.json").write_text(text)
        paths = [str(tmp_path / name) for name in ("m.h5", "m.keras", "m.json")]
        assert cli.main(["inspect", "--json", *paths]) == 0
        reports = json.loads(capsys.readouterr().out)
        assert [report["kind"] for report in reports] == ["h5", "keras", "json"]

    def test_tensorflow_is_quiet_by_default(self, tmp_path, monkeypatch):
        monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"

    def test_a_log_level_of_ones_own_is_kept(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"

    def test_version(self, capsys):
        with pytest.raises(SystemExit, match="0"):
            cli.main(["--version"])
        assert capsys.readouterr().out.startswith("keras-inits ")

    @pytest.mark.parametrize("arguments", [[], ["inspect"], ["unknown"]])
    def test_wrong_usage(self, arguments, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(arguments)
        assert "usage: keras-inits" in capsys.readouterr().err
