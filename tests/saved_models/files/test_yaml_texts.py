import numpy as np
import pytest

from keras_inits.saved_models.files import limits, reading, yaml_texts
from keras_inits.saved_models.load import load_model
from saved_models.recorded_models import FOLDER, predictions, recorded


def written(tmp_path, text):
    path = tmp_path / "model.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_predicts_what_the_old_keras_predicted(path):
    model = load_model(path, weights=path.with_suffix(".h5"))
    inputs, expected = recorded(path)
    for one, other in zip(predictions(model, inputs), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_told_by_its_content(tmp_path):
    path = written(tmp_path, (FOLDER / "2.2.4-nested.yaml").read_text()).rename(tmp_path / "model.h5")
    saved = reading.read(path)
    assert (saved.kind, saved.keras_version, saved.backend) == ("yaml", "2.2.4", "tensorflow")


def test_the_strings_of_python_2(tmp_path):
    text = "class_name: !!python/unicode 'Model'\nconfig: {name: !!python/str 'm', n: !!python/long 3}\n"
    config = reading.read(written(tmp_path, text)).config
    assert config == {"class_name": "Model", "config": {"name": "m", "n": 3}}


@pytest.mark.parametrize(
    "config",
    [
        "!!python/object/apply:os.system ['touch evil']",
        "!!python/name:os.system",
        "!!python/object/new:subprocess.Popen [[touch, evil]]",
        "{<<: {a: 1}}",
        "[unfinished",
        "!!pairs [x: 1, y: 1]",
        "!!omap [x: 1]",
        "!!set {x, y}",
        "!!binary aGVsbG8=",
        "!!bool x",
        "!!int ''",
        "{layers: " + "1:" * 10_000 + "1}",
        "{[1, 2]: x}",
        "{{a: 1}: x}",
        "!!map [a]",
    ],
)
def test_what_is_more_than_plain_values(tmp_path, config, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, f"class_name: Model\nconfig: {config}\n")
    with pytest.raises(reading.NotAModelError, match="not YAML, or more than plain values"):
        reading.read(path)
    assert [one.name for one in tmp_path.iterdir()] == ["model.yaml"]


def test_aliases_that_stand_for_far_too_much(tmp_path):
    lines = ["a: &a0 [1, 1]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    path = written(tmp_path, "class_name: Model\nconfig:\n  " + "\n  ".join(lines) + "\n")
    with pytest.raises(reading.NotAModelError, match="more than .* values"):
        reading.read(path)


@pytest.mark.parametrize("value", ["a", "{}", "[]", "{a: a}"])
def test_too_many_values_are_refused_before_any_is_made(tmp_path, value, monkeypatch):
    monkeypatch.setattr(limits, "YAML_VALUES", 100)
    monkeypatch.setattr(yaml_texts.yaml, "load", None)
    path = written(tmp_path, f"class_name: Model\nconfig: [{f'{value}, ' * 101}]\n")
    with pytest.raises(reading.NotAModelError, match="more than 100 values"):
        reading.read(path)


@pytest.mark.parametrize("start", ["", "\ufeff", "class_name: Model\n...\n", "a: b\r"])
def test_directives_are_refused_before_libyaml_compares_them(tmp_path, start, monkeypatch):
    monkeypatch.setattr(yaml_texts, "yaml", None)
    with pytest.raises(ValueError, match="a directive"):
        yaml_texts._load(f"{start}%TAG !a! b\n---\nclass_name: Model\n".encode())


def test_other_codes_than_utf_8_are_refused():
    with pytest.raises(ValueError):
        yaml_texts._load("class_name: Model".encode("utf-16"))


def test_keys_are_texts_as_in_json(tmp_path):
    path = written(tmp_path, "class_name: Model\nconfig: {layers: [], 1: , -2: , 1.5: , true: , null: }\n")
    assert [*reading.read(path).config["config"]] == ["layers", "1", "-2", "1.5", "true", "null"]


def test_no_dict_has_keys_that_are_numbers():
    """Those of one hash would make it slow."""
    assert [*yaml_texts._load(b"{1: {2: a}}")] == ["1"]


def test_an_alias_inside_of_what_it_stands_for(tmp_path):
    path = written(tmp_path, "class_name: Model\nconfig: &a\n  layers: [*a]\n")
    with pytest.raises(reading.NotAModelError, match="nested deeper than 200"):
        reading.read(path)


def test_deep_nesting(tmp_path):
    path = written(tmp_path, "class_name: Model\nconfig: " + "[" * 201 + "]" * 201 + "\n")
    with pytest.raises(reading.NotAModelError, match="nested deeper than 200"):
        reading.read(path)


def test_nesting_so_deep_that_libyaml_may_refuse_it_in_its_own_words(tmp_path):
    path = written(tmp_path, "class_name: Model\nconfig: " + "[" * 100_000 + "]" * 100_000 + "\n")
    with pytest.raises(reading.NotAModelError, match="not YAML, or more than plain values: "):
        reading.read(path)


def test_one_text_in_far_too_many_places(tmp_path):
    path = written(tmp_path, f"class_name: Model\nconfig: [&a {'x' * 10**6}, {'*a, ' * 1000}]\n")
    with pytest.raises(reading.NotAModelError, match="texts of more than"):
        reading.read(path)


def test_what_looks_like_a_date_is_a_text(tmp_path):
    path = written(tmp_path, "class_name: Model\nconfig: {layers: [], 2001-01-01: 1}\n")
    assert reading.read(path).config["config"] == {"layers": [], "2001-01-01": 1}


def test_yaml_of_what_is_not_a_model(tmp_path):
    path = written(tmp_path, "class_name: Dense\nconfig: {units: 3}\n")
    with pytest.raises(reading.NotAModelError, match="YAML of a Keras 'Dense', which is not a model"):
        reading.read(path)
