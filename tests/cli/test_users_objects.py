"""`--custom` and `--unsafe`."""

import argparse
import json

import pytest

from cli.model_files import dense
from keras_inits import cli
from keras_inits.cli import errors, users_objects
from keras_inits.saved_models.config.context import MissingClassesError, UnsafeModelError

MODULE = """\
import tensorflow as tf

class Doubled(tf.keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs

class Filled(tf.keras.initializers.Constant):
    pass
"""


@pytest.fixture(autouse=True)
def module(tmp_path, monkeypatch):
    """The name of a module in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    name = f"of_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    return name


@pytest.fixture
def model(tmp_path):
    layers = [
        dense(
            "first",
            {"class_name": "Filled", "config": {"value": 2.0}},
            units=2,
            batch_input_shape=[None, 3],
        ),
        {"class_name": "Doubled", "config": {"name": "doubled"}},
    ]
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"class_name": "Sequential", "config": {"name": "m", "layers": layers}}))
    return str(path)


def objects(*custom):
    return users_objects.objects_of(argparse.Namespace(custom=list(custom)))


def refused(*custom):
    with pytest.raises(errors.CommandError) as caught:
        objects(*custom)
    return str(caught.value)


class TestObjects:
    def test_a_class_by_its_own_name(self, module):
        (name, found), *others = objects(f"{module}:Doubled").items()
        assert (name, found.__name__, others) == ("Doubled", "Doubled", [])

    def test_a_class_by_the_name_in_the_file(self, module):
        assert list(objects(f"mine>Twice={module}:Doubled")) == ["mine>Twice"]

    def test_several(self, module):
        assert list(objects(f"{module}:Doubled", f"{module}:Filled")) == ["Doubled", "Filled"]

    @pytest.mark.parametrize("text", ["Doubled", "layers:", ":Doubled", "A=Doubled"])
    def test_no_module_or_no_class(self, text):
        assert refused(text) == (
            f"--custom takes MODULE:CLASS or NAME=MODULE:CLASS, such as layers:Swish. Received: {text}"
        )

    def test_no_such_module(self):
        assert refused("not_there:Doubled").startswith(
            "--custom not_there:Doubled: cannot import the module 'not_there': "
        )

    def test_a_module_that_fails(self, tmp_path, module):
        (tmp_path / f"{module}_failing.py").write_text("1 / 0")
        assert f"cannot import the module '{module}_failing': " in refused(f"{module}_failing:Doubled")

    def test_a_misspelled_class(self, module):
        text = f"{module}:Duobled"
        assert refused(text) == (
            f"--custom {text}: the module {module!r} has no 'Duobled'; did you mean 'Doubled'?"
        )


class TestMessage:
    def test_of_missing_classes(self):
        error = MissingClassesError({"Swish": ["act"], "mine>Other": ["one", "two"]})
        assert users_objects.message_of(error) == (
            "The model needs classes or functions that Keras does not have: 'Swish' (in act), "
            "'mine>Other' (in one, two). Give --custom MODULE:Swish --custom 'mine>Other=MODULE:Other'"
        )

    def test_of_code(self):
        message = users_objects.message_of(UnsafeModelError({"a Python lambda": ["lambda_1"]}))
        assert message == (
            "The model holds what could run or read on your machine, which is refused: a Python lambda (in "
            "lambda_1). If you trust the file, add --unsafe"
        )

    def test_of_both(self):
        message = users_objects.message_of(MissingClassesError({"Swish": ["a"]}, {"a Python lambda": ["b"]}))
        assert "--custom MODULE:Swish" in message
        assert message.endswith("add --unsafe")

    def test_of_anything_else(self):
        assert users_objects.message_of(KeyError("name")) == "KeyError: 'name'"


class TestCommands:
    """What `--custom` makes of a model with a layer and an initializer of one's own."""

    def custom(self, module):
        return ["--custom", f"{module}:Doubled", "--custom", f"{module}:Filled"]

    def test_upgrade(self, model, module, capsys):
        assert cli.main(["upgrade", model, "new.keras"]) == 1
        assert "--custom MODULE:Doubled" in capsys.readouterr().err
        assert cli.main(["upgrade", model, "new.keras", *self.custom(module)]) == 0

    def test_show(self, model, module, capsys):
        assert cli.main(["show", model]) == 2
        assert "--custom MODULE:Doubled" in capsys.readouterr().err
        assert cli.main(["show", "--json", model, *self.custom(module)]) == 0
        assert json.loads(capsys.readouterr().out)["weights"][0]["initializer"] == "Filled"

    def test_show_a_config(self, module, capsys):
        config = '{"class_name": "Filled", "config": {"value": 2.0}}'
        assert cli.main(["show", config, "--shape", "3"]) == 2
        assert "--custom" in capsys.readouterr().err
        assert cli.main(["show", config, "--shape", "3", "--json", "--custom", f"{module}:Filled"]) == 0
        assert json.loads(capsys.readouterr().out)["mean"] == 2.0

    def test_diagnose(self, model, module, capsys):
        assert cli.main(["diagnose", model]) == 2
        assert "--custom MODULE:Doubled" in capsys.readouterr().err
        assert cli.main(["diagnose", model, *self.custom(module)]) == 0

    def test_inspect(self, model, module, capsys):
        def first():
            (report,) = json.loads(capsys.readouterr().out)
            return report["initializers"][0]["class_name"]

        assert cli.main(["inspect", "--json", model]) == 0
        assert first() is None
        assert cli.main(["inspect", "--json", model, *self.custom(module)]) == 0
        assert first() == "Filled"


def test_what_the_system_says_of_another_file_names_it():
    assert users_objects.message_of(OSError(28, "No space left", "/tmp")) == "/tmp: No space left"
