"""`keras-inits show`."""

import json
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import keras_inits
from cli.model_files import dense
from keras_inits import cli
from keras_inits.cli import charts, initializer_list
from keras_inits.initializers import registry

DATA = pathlib.Path(__file__).parents[1] / "data" / "saved"


@pytest.fixture
def shown(capsys):
    """Shows something: the lines printed."""

    def show(*arguments):
        assert cli.main(["show", *map(str, arguments)]) == 0
        return capsys.readouterr().out.splitlines()

    return show


@pytest.fixture
def shown_json(capsys):
    """Shows something with `--json`: the facts."""

    def show(*arguments):
        assert cli.main(["show", "--json", *map(str, arguments)]) == 0
        return json.loads(capsys.readouterr().out, parse_constant=pytest.fail)

    return show


@pytest.fixture
def failure(capsys):
    """Shows what cannot be shown: the one line on stderr."""

    def show(*arguments):
        assert cli.main(["show", *map(str, arguments)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        return line.removeprefix("keras-inits: ")

    return show


class TestInitializers:
    def test_what_was_drawn(self, shown):
        head, fans, *lines = shown("he_normal", "--shape", "3,3,8,16", "--seed", "7")
        assert head == "HeNormal: seed=7, shape=(3, 3, 8, 16), dtype=float32"
        assert fans == "fan-in 72, fan-out 144"
        asked, drawn = next(line for line in lines if line.startswith("deviation")).split()[1:]
        values = keras_inits.HeNormal(seed=7)((3, 3, 8, 16)).numpy()
        assert (asked, drawn) == ("0.1667", f"{values.std():.4g}")
        assert "singular values of the 72 x 16 matrix:" in lines

    def test_it_fits_a_terminal(self, shown):
        assert max(map(len, shown("VarianceScaling", "--shape", "9,8"))) <= 80

    def test_it_is_the_same_each_time(self, shown):
        first, second, third = (
            shown("he_normal", "--shape", "9,8", *seed) for seed in ((), ("--seed", "7"), ("--seed", "8"))
        )
        assert first == second != third

    def test_a_config(self, shown_json):
        facts = shown_json('{"class_name": "RandomNormal", "config": {"stddev": 2.0, "seed": 5}}')
        assert (facts["name"], facts["deviation_asked"]) == ("RandomNormal", 2.0)
        assert facts["arguments"]["seed"] == 5

    def test_a_seed_goes_before_the_configs_own(self, shown_json):
        config = '{"class_name": "RandomNormal", "config": {"seed": 5}}'
        assert shown_json(config, "--seed", "8")["arguments"]["seed"] == 8

    def test_a_name_of_any_keras(self, shown):
        assert shown("uniform")[0].startswith("RandomUniform: ")

    def test_a_dtype(self, shown_json):
        assert shown_json("he_normal", "--dtype", "float16", "--shape", "8,8")["dtype"] == "float16"

    @pytest.mark.parametrize("text", ["8,4", "(8, 4)", "[8,4]", "8,4,"])
    def test_a_shape_in_several_ways(self, shown_json, text):
        assert shown_json("zeros", "--shape", text)["shape"] == [8, 4]

    def test_json_has_all_facts(self, shown_json):
        facts = shown_json("Orthogonal", "--shape", "6,4")
        assert facts["matrix"] == [6, 4]
        np.testing.assert_allclose(facts["singular_values"], np.ones(4), rtol=1e-5)
        assert len(facts["edges"]) == len(facts["counts"]) + 1

    def test_what_stdout_cannot_encode_is_drawn_in_ascii(self, monkeypatch, shown):
        monkeypatch.setattr(charts, "letters", lambda: charts.ASCII)
        lines = shown("he_normal", "--shape", "8,8")
        assert "\n".join(lines).isascii()
        assert any("##" in line for line in lines)


class TestList:
    def test_every_initializer_is_listed(self):
        expected = {registry.functional_name(name): name for name in registry.CLASSES}
        assert {one.name: one.class_name for one in initializer_list.LIST} == expected

    def test_a_line_each(self, shown):
        lines = shown("--list")
        assert [line.split()[0] for line in lines] == list(initializer_list.NAMES)
        assert all(one.summary in line for one, line in zip(initializer_list.LIST, lines))

    def test_json(self, shown_json):
        facts = shown_json("--list")
        assert facts[0].keys() == {"name", "class_name", "summary"}
        assert len(facts) == len(initializer_list.LIST)

    def test_no_name_next_to_it(self, failure):
        assert failure("--list", "zeros") == "show: --list takes no NAME. Received: zeros"

    def test_tensorflow_is_not_needed(self):
        program = "import sys; from keras_inits import cli; cli.main(['show', '--list']); print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert "tensorflow" not in done.stdout.splitlines()[-1].split()

    @pytest.mark.parametrize("dtype", initializer_list.DTYPES)
    def test_every_dtype_is_one(self, dtype):
        assert keras_inits.Zeros()((2,), dtype=dtype).dtype == dtype


class TestFiles:
    def test_a_home(self, shown, monkeypatch):
        monkeypatch.setenv("HOME", str(DATA))
        assert shown("~/1.1.2-highway.h5")[0].startswith(f"{DATA}/1.1.2-highway.h5: ")

    def test_a_file_of_keras_1(self, shown_json):
        path = DATA / "1.2.2-lstm_cpu.h5"
        rows = shown_json(path)["weights"]
        model = keras_inits.load_model(path)
        assert [row["shape"] for row in rows] == [list(weight.shape) for weight in model.weights]
        assert [row["deviation"] for row in rows] == pytest.approx(
            [float(np.std(weight)) for weight in model.get_weights()], rel=1e-5
        )

    def test_a_file_of_the_installed_keras(self, tmp_path, shown_json):
        layers = [
            tf.keras.layers.Dense(5, kernel_initializer=tf.keras.initializers.HeNormal(), name="first"),
            tf.keras.layers.Dense(4, name="second"),
        ]
        model = tf.keras.Sequential([tf.keras.layers.Input((3,)), *layers])
        model.save(tmp_path / "m.keras")
        rows = shown_json(tmp_path / "m.keras")["weights"]
        names = [(row["weight"], row["initializer"]) for row in rows]
        assert names == [
            ("kernel", "HeNormal"),
            ("bias", "Zeros"),
            ("kernel", "GlorotUniform"),
            ("bias", "Zeros"),
        ]
        assert [row["layer"].split("/")[-1] for row in rows] == ["first", "first", "second", "second"]
        assert [row["deviation_asked"] for row in rows] == pytest.approx(
            [(2 / 3) ** 0.5, 0, (2 / 9) ** 0.5, 0]
        )

    def test_an_architecture_has_no_values(self, tmp_path, shown_json):
        layer = dense(units=2, batch_input_shape=[None, 3])
        path = tmp_path / "m.json"
        path.write_text(json.dumps({"class_name": "Sequential", "config": [layer]}))
        rows = shown_json(path)["weights"]
        assert [row["initializer"] for row in rows] == ["HeNormal", "Zeros"]
        assert [row["deviation"] for row in rows] == [None, None]

    def test_a_row_for_each_weight(self, shown):
        head, _, _, columns, *lines = shown(DATA / "1.2.2-lstm_cpu.h5")
        # A long name goes on in a line of its own, without a number at its end.
        rows = [line for line in lines if len(line) == len(columns)]
        assert head.endswith(f"1.2.2-lstm_cpu.h5: {len(rows)} weights")
        assert columns.split() == "layer weight shape initializer asked in file".split()

    def test_a_terminal_is_wide_enough(self, on_a_terminal):
        exit_code, text = on_a_terminal("show", str(DATA / "1.2.2-lstm_cpu.h5"))
        assert exit_code == 0
        rows = [line for line in text.splitlines() if "kernel" in line]
        assert max(map(len, rows)) <= 80

    @pytest.mark.parametrize("option", ["--shape=3", "--dtype=float32", "--seed=1"])
    def test_options_of_initializers(self, failure, option):
        assert failure(DATA / "1.2.2-lstm_cpu.h5", option).startswith(option.split("=")[0])

    def test_a_folder(self, failure, tmp_path):
        assert failure(tmp_path) == f"{tmp_path}: a folder without a saved_model.pb, which a SavedModel has"

    def test_a_missing_path_without_an_ending(self, failure):
        assert failure("models/missing") == "models/missing: No such file or directory"

    def test_warnings_of_keras_about_the_model_are_not_shown(self, shown, recwarn):
        shown(DATA / "3.15.1-zero_output.keras")
        assert not [warning for warning in recwarn if "mask" in str(warning.message)]

    def test_a_missing_file(self, failure):
        assert failure("missing.h5") == "missing.h5: No such file or directory"

    def test_no_model(self, tmp_path, failure):
        (tmp_path / "m.json").write_text("{}")
        assert failure(tmp_path / "m.json").endswith(
            "m.json: JSON, but no Keras model (no class_name and config)"
        )


class TestColours:
    def test_on_a_terminal(self, on_a_terminal):
        _, text = on_a_terminal("show", "he_normal", "--shape", "8,8")
        assert "\x1b[1mHeNormal: " in text
        assert "\x1b[34m█" in text

    def test_not_with_no_color(self, on_a_terminal, monkeypatch):
        monkeypatch.setenv("NO_COLOR", "1")
        _, text = on_a_terminal("show", "he_normal", "--shape", "8,8")
        assert "[34m" not in text

    def test_not_elsewhere(self, shown):
        assert "\x1b" not in "".join(shown("he_normal", "--shape", "8,8"))


class TestFailures:
    @pytest.mark.parametrize("option", ["--html", "--png", "--svg"])
    def test_a_list_is_no_picture_and_no_page(self, failure, option):
        assert (
            failure("--list", option, f"x.{option[2:]}") == f"show: --list writes no file. Received: {option}"
        )

    def test_an_unknown_name(self, failure):
        assert failure("he_norml").startswith("Unknown initializer: 'he_norml'; did you mean 'he_normal'?")

    def test_an_unknown_name_has_advice_for_a_terminal(self, failure):
        assert "custom_objects" not in (line := failure("he_norml")) and "--custom" in line

    def test_a_config_that_is_no_json(self, failure):
        assert failure("{'class_name': 'Zeros'}").startswith("The config is no JSON: ")

    def test_a_shape_that_is_none(self, failure):
        assert failure("zeros", "--shape", "3,x").endswith("Received: 3,x")

    def test_a_shape_that_it_does_not_take(self, failure):
        assert "shape=(3,)" in failure("orthogonal", "--shape", "3")

    def test_a_dtype_that_it_does_not_take(self, failure):
        assert failure("he_normal", "--dtype", "int32").endswith("Received: dtype=int32")

    @pytest.mark.parametrize("shape", ["-1,3", "0", "3,-1", "1.5", "x"])
    def test_a_shape_of_no_whole_numbers_from_1_on(self, failure, shape):
        line = failure("zeros", "--shape", shape)
        assert line.startswith("--shape takes whole numbers from 1 on")
        assert line.endswith(f"Received: {shape}")

    def test_nothing_to_show(self, failure):
        assert failure().startswith("show: give an initializer's NAME")

    def test_no_seed_is_taken(self, failure):
        assert failure("zeros", "--seed", "3") == "zeros takes no seed. Received: --seed 3"

    def test_a_picture_in_no_folder(self, tmp_path, failure):
        pytest.importorskip("matplotlib")
        path = tmp_path / "none" / "a.png"
        assert failure("zeros", "--shape", "3", "--png", path) == f"{path}: No such file or directory"

    def test_without_matplotlib(self, tmp_path, failure, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
        line = failure("zeros", "--shape", "3", "--png", tmp_path / "a.png")
        assert line == "A picture needs matplotlib: pip install matplotlib"
        assert not list(tmp_path.iterdir())


class TestPictures:
    def test_both(self, tmp_path, shown):
        pytest.importorskip("matplotlib")
        shown("he_normal", "--shape", "8,8", "--png", tmp_path / "a", "--svg", tmp_path / "b")
        assert (tmp_path / "a").read_bytes().startswith(b"\x89PNG")
        assert b"<svg" in (tmp_path / "b").read_bytes()

    def test_of_a_file(self, tmp_path, shown):
        pytest.importorskip("matplotlib")
        shown(DATA / "1.2.2-lstm_cpu.h5", "--svg", tmp_path / "a.svg")
        assert "1.2.2-lstm_cpu.h5" in (tmp_path / "a.svg").read_text()
