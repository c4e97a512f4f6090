"""Architectures in JSON, and what is refused of them."""

import json

import pytest

from keras_inits.saved_models.files import limits, reading
from saved_models.files.written_files import (
    DENSE,
    MODEL,
    ZEROS,
    cut_in_half,
    keras_1_model,
    layer,
    refused,
    write_json,
    write_text,
)


def test_json(tmp_path):
    config = {**MODEL, "keras_version": "2.0.6", "backend": "tensorflow"}
    path = write_json(tmp_path / "m.json", config)
    expected = reading.SavedModel(str(path), "json", "2.0.6", "tensorflow", config)
    assert reading.read(path) == expected


def test_json_of_keras_1_0(tmp_path):
    path = write_json(tmp_path / "m.json", keras_1_model(layer("Dense", "d", init="uniform")))
    saved = reading.read(path)
    assert (saved.keras_version, saved.backend) == (None, None)


def test_json_string_inside_json(tmp_path):
    path = write_json(tmp_path / "m.json", json.dumps(MODEL))
    assert reading.read(path).config == MODEL


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_json_in_other_encodings(tmp_path, encoding):
    path = write_text(tmp_path / "m.json", json.dumps(MODEL), encoding)
    assert reading.read(path).config == MODEL


def test_a_model_of_tensorflow_js(tmp_path):
    topology = {"keras_version": "2.2.4", "backend": "tensorflow", "model_config": MODEL}
    path = write_json(tmp_path / "m.json", {"modelTopology": topology, "weightsManifest": []})
    saved = reading.read(path)
    assert (saved.keras_version, saved.config["config"]) == ("2.2.4", MODEL["config"])


def test_an_architecture_of_tensorflow_js(tmp_path):
    path = write_json(tmp_path / "m.json", {"modelTopology": MODEL})
    assert reading.read(path).config == MODEL


def test_truncated_json(tmp_path):
    path = cut_in_half(write_json(tmp_path / "m.json", MODEL))
    assert refused(path).startswith("not JSON, or truncated: ")


def test_json_that_is_no_text(tmp_path):
    (tmp_path / "m.json").write_bytes(b'{"class_name": "\xff"}')
    assert refused(tmp_path / "m.json").startswith("not JSON")


@pytest.mark.parametrize("value", [{"a": 1}, [MODEL], "text", {"class_name": 1, "config": {}}])
def test_json_of_something_else(tmp_path, value):
    assert "JSON" in refused(write_json(tmp_path / "m.json", value))


@pytest.mark.parametrize("value", [{"class_name": "Tokenizer", "config": {}}, DENSE, ZEROS])
def test_json_of_what_is_not_a_model(tmp_path, value):
    reason = refused(write_json(tmp_path / "m.json", value))
    assert reason == f"JSON of a Keras {value['class_name']!r}, which is not a model"


@pytest.mark.parametrize("depth", [300, 100_000])
def test_deeply_nested_json(tmp_path, depth):
    path = write_text(tmp_path / "m.json", "[" * depth + "]" * depth)
    assert "nested deeper" in refused(path)


def test_json_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CONFIG_BYTES", 20)
    assert "larger than 20 bytes" in refused(write_json(tmp_path / "m.json", MODEL))


def test_json_of_too_many_values(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CONFIG_VALUES", 1000)
    path = write_json(tmp_path / "m.json", [[]] * 1000)
    assert refused(path) == "JSON, but more than 1000 values"
