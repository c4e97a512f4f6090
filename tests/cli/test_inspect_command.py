"""`keras-inits inspect`."""

import json
import re
import zipfile

import h5py
import pytest

from cli.model_files import ALIAS, STRANGE, ZEROS, dense, model, saved
from keras_inits import cli
from keras_inits.saved_models.files import guard, reading


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


def in_words(lines):
    """A table as one text, whatever its lines are."""
    return " ".join(" ".join(lines).split())


class TestLines:
    def test_who_wrote_it(self, inspected):
        head = inspected(dense(), keras_version="2.0.6", backend="theano")[0]
        assert head.endswith("m.json: Keras 2.0.6, backend theano, 2 distinct initializers")

    def test_from_2_16_on_keras_2_is_tf_keras(self, inspected):
        assert "m.json: tf_keras 2.21.0, backend tensorflow, " in in_words(
            inspected(dense(), keras_version="2.21.0", backend="tensorflow")[:1]
        )

    @pytest.mark.parametrize(
        ("version", "backend"),
        [("2.3.1", "unknown"), ("2.4.0", "tensorflow"), ("2.15.0", "tensorflow"), ("3.0.0", "unknown")],
    )
    def test_the_backend_of_a_keras_that_had_one_only(self, inspected, version, backend):
        assert f"Keras {version}, backend {backend}, " in inspected(dense(), keras_version=version)[0]

    def test_nobody_says_who_wrote_it(self, inspected):
        assert "Keras unknown, backend unknown" in inspected(dense())[0]

    def test_one_initializer(self, inspected):
        assert inspected(dense(kernel=ZEROS))[0].endswith(", 1 distinct initializer")

    def test_no_initializer(self, inspected):
        assert len(inspected()) == 1

    def test_a_row_per_distinct_initializer(self, inspected):
        lines = inspected(dense("a"), dense("b", kernel={**ALIAS, "shared_object_id": 3}))
        assert [line.split()[0] for line in lines if re.match(r" +\d+  (yes|no) ", line)] == ["2", "2"]

    def test_what_is_saved(self, inspected):
        assert re.match(r" +1 +\w+ +HeNormalV2\(seed=7\)$", inspected(dense())[2])

    def test_what_it_is_here(self, inspected):
        assert "here: HeNormal(seed=7" in inspected(dense())[3]

    def test_what_is_the_same_here_is_not_repeated(self, inspected):
        assert not any("here:" in line for line in inspected(dense(kernel=ZEROS)))

    def test_a_name_of_keras_1(self, inspected):
        layer = {"class_name": "LSTM", "config": {"name": "lstm_1", "forget_bias_init": "one"}}
        row, here, *_ = inspected(layer)[2:]
        assert (row.split()[-1], here.strip()) == ("one", "here: Ones()")

    def test_stock_takes_it(self, inspected):
        assert inspected(dense(kernel=ZEROS))[2].split() == ["2", "yes", "Zeros()"]

    def test_stock_refuses_it(self, inspected):
        kernel = {"class_name": "glorot_uniform_initializer", "config": {"seed": 7}}
        lines = inspected(dense(kernel=kernel))
        assert lines[2].split()[1] == "no"
        assert any(line.strip().startswith("stock: no, ") for line in lines)

    def test_an_initializer_that_no_keras_has(self, inspected):
        own = {"module": "keras_inits.initializers_of_convolutions", "registered_name": "ICNR"}
        kernel = {"class_name": "ICNR", "config": {"initializer": ZEROS, "scale": 3}, **own}
        text = in_words(inspected(dense(kernel=kernel)))
        assert "here: ICNR(initializer={" in text
        assert "stock: no, ValueError: 'ICNR' is no initializer of Keras but of keras_inits layers:" in text

    def test_a_third_party_class(self, inspected):
        text = in_words(inspected(dense(kernel=STRANGE)))
        assert "here: unresolved, " in text
        assert "stock: no, " in text

    def test_what_is_no_initializer(self, inspected):
        text = in_words(inspected(dense(kernel=0.5)))
        assert "here: unresolved, neither a name nor a config: 0.5" in text

    def test_the_layers(self, inspected):
        assert inspected(dense("a", kernel=ZEROS), dense("b", kernel=ZEROS))[-1].strip() == "layers: a, b"

    def test_a_layer_that_uses_it_twice(self, inspected):
        _, _, row, layers = inspected(dense("a", kernel=ZEROS))
        assert (row.split()[0], layers.strip()) == ("2", "layers: a")

    def test_many_layers(self, inspected):
        lines = inspected(*(dense(f"d{number}", kernel=ZEROS) for number in range(9)))
        assert lines[-1].strip() == "layers: d0, d1, d2, d3 and 5 more"

    def test_a_large_array(self, inspected):
        kernel = {"class_name": "Constant", "config": {"value": list(range(10_000))}}
        assert len("".join(inspected(dense(kernel=kernel)))) < 3000

    def test_80_columns_are_enough(self, inspected):
        kernel = {"class_name": "RandomUniform", "config": {"minval": [-0.05] * 20, "seed": 123456789}}
        _, *rows = inspected(dense("a_layer_with_a_long_name" * 4, kernel=kernel))
        assert max(map(len, rows)) <= 80

    def test_control_characters_are_escaped(self, inspected):
        lines = inspected(dense("evil\x1b[2J\nname"))
        assert lines[-1].strip() == r"layers: evil\x1b[2J\nname"

    def test_no_colours_even_if_something_asks_for_them(self, inspected, monkeypatch):
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert not any("\x1b" in line for line in inspected(dense()))


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

    def test_a_third_party_class(self, inspected_json):
        first = inspected_json(dense(kernel=STRANGE))["initializers"][0]
        assert first["class_name"] is None
        assert first["error"]

    def test_an_unreadable_file(self, tmp_path, capsys):
        path = str(tmp_path / "missing.h5")
        assert cli.main(["inspect", "--json", path]) == 2
        reports = json.loads(capsys.readouterr().out)
        assert reports == [{"path": path, "error": "No such file or directory"}]

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

        monkeypatch.setattr(reading, "read", denied)
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
            raise guard.DamagedFileError(f"{path}: damaged")

        monkeypatch.setattr(guard, "check", hangs)
        assert self.failure(path, capsys) == f"{path}: damaged"
        assert seen == [False]

    def test_a_path_with_a_newline(self, tmp_path, capsys):
        assert r"two\nlines" in self.failure(tmp_path / "two\nlines", capsys)

    def test_all_other_files_are_reported(self, tmp_path, capsys):
        good = [saved(tmp_path, name="a.json"), saved(tmp_path, name="b.json")]
        assert cli.main(["inspect", good[0], "missing", "gone", good[1]]) == 2
        out, err = capsys.readouterr()
        assert (len(out.splitlines()), len(err.splitlines())) == (2, 2)


class TestOnATerminal:
    def plain(self, text):
        """What is left of a text without its control sequences, and without the bar."""
        return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", text).rpartition("\r")[2]

    def test_a_row_per_distinct_initializer(self, tmp_path, on_a_terminal):
        exit_code, text = on_a_terminal("inspect", saved(tmp_path, dense("a"), dense("b")))
        assert exit_code == 0
        assert re.search(r"^ +2 +\w+ +HeNormalV2\(seed=7\) *$", text := self.plain(text), re.M)
        assert re.search(r"^ +here: HeNormal\(seed=7\) *$", text, re.M)
        assert re.search(r"^ +layers: a, b *$", text, re.M)

    def test_what_is_the_same_here_is_not_repeated(self, tmp_path, on_a_terminal):
        text = self.plain(on_a_terminal("inspect", saved(tmp_path, dense(kernel=ZEROS)))[1])
        assert "Zeros()" in text
        assert "here:" not in text

    def test_a_third_party_class(self, tmp_path, on_a_terminal):
        text = self.plain(on_a_terminal("inspect", saved(tmp_path, dense(kernel=STRANGE)))[1])
        assert "here: unresolved, " in text
        assert "stock: no, " in text

    def test_80_columns_are_enough(self, tmp_path, on_a_terminal):
        kernel = {"class_name": "RandomUniform", "config": {"minval": [-0.05] * 20, "seed": 123456789}}
        path = saved(tmp_path, dense("a_layer_with_a_long_name" * 4, kernel=kernel))
        _, *rows = self.plain(on_a_terminal("inspect", path)[1]).splitlines()
        assert max(map(len, rows)) <= 80

    def test_colours(self, tmp_path, on_a_terminal):
        assert "\x1b[32myes" in on_a_terminal("inspect", saved(tmp_path, dense(kernel=ZEROS)))[1]

    def test_no_colours_with_no_color(self, tmp_path, on_a_terminal, monkeypatch):
        monkeypatch.setenv("NO_COLOR", "1")
        text = on_a_terminal("inspect", saved(tmp_path, dense(kernel=ZEROS)))[1]
        assert "yes" in text
        assert not re.search(r"\x1b\[[\d;]*m", text)

    def test_text_is_not_taken_for_markup(self, tmp_path, on_a_terminal):
        text = on_a_terminal("inspect", saved(tmp_path, dense("[red]name[/red] :smile:")))[1]
        assert "layers: [red]name[/red] :smile:" in text

    def test_control_characters_are_escaped(self, tmp_path, on_a_terminal):
        text = on_a_terminal("inspect", saved(tmp_path, dense("evil\x1b[2Jname")))[1]
        assert r"layers: evil\x1b[2Jname" in text

    def test_a_progress_bar(self, tmp_path, on_a_terminal):
        text = on_a_terminal("inspect", saved(tmp_path, name="a.json"), saved(tmp_path, name="b.json"))[1]
        assert "inspecting" in text
        assert text.index("0/2") < text.index("a.json:") < text.index("1/2") < text.index("b.json:")

    def test_json_is_the_same(self, tmp_path, on_a_terminal):
        _, text = on_a_terminal("inspect", "--json", saved(tmp_path, dense()))
        assert json.loads(self.plain(text))[0]["kind"] == "json"
