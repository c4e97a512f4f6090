"""Reading saved models; the files here are made without Keras."""

import json
import os
import zipfile

import h5py
import numpy as np
import pytest

from keras_inits.saved_models.files import limits, reading

ZEROS = {"class_name": "Zeros", "config": {"dtype": "float32"}}
HE_NORMAL = {"class_name": "HeNormal", "config": {"seed": None}}


def layer(class_name, name, **settings):
    return {"class_name": class_name, "config": {"name": name, **settings}}


def model(*layers, name="model_1"):
    return {"class_name": "Functional", "config": {"name": name, "layers": list(layers)}}


def keras_1_model(*layers):
    return {"class_name": "Sequential", "config": list(layers)}


DENSE = layer("Dense", "dense_1", kernel_initializer=HE_NORMAL, bias_initializer=ZEROS)
MODEL = model(DENSE)


def write_h5(path, **attributes):
    with h5py.File(path, "w") as file:
        file.create_group("model_weights")
        file.attrs.update(attributes)
    return path


def write_zip(path, **entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in entries.items():
            archive.writestr(f"{name}.json", json.dumps(value))
    return path


def write_text(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def write_json(path, value):
    return write_text(path, json.dumps(value))


def cut_in_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


class TestRead:
    def test_h5(self, tmp_path):
        path = write_h5(
            tmp_path / "m.h5",
            model_config=json.dumps(MODEL),
            keras_version="2.2.4",
            backend="theano",
        )
        expected = reading.SavedModel(str(path), "h5", "2.2.4", "theano", MODEL)
        assert reading.read(path) == expected

    def test_h5_attributes_as_bytes(self, tmp_path):
        path = write_h5(
            tmp_path / "m.h5",
            model_config=np.bytes_(json.dumps(MODEL)),
            keras_version=np.bytes_("1.2.2"),
        )
        saved = reading.read(path)
        assert (saved.keras_version, saved.config) == ("1.2.2", MODEL)

    def test_h5_attributes_as_arrays(self, tmp_path):
        config = np.array([json.dumps(MODEL).encode()])
        path = write_h5(tmp_path / "m.h5", model_config=config)
        assert reading.read(path).config == MODEL

    def test_h5_config_in_chunks(self, tmp_path):
        text = json.dumps(MODEL)
        chunks = {"model_config0": text[:50], "model_config1": text[50:]}
        assert reading.read(write_h5(tmp_path / "m.h5", **chunks)).config == MODEL

    def test_h5_behind_a_user_block(self, tmp_path):
        path = tmp_path / "m.h5"
        with h5py.File(path, "w", userblock_size=1024) as file:
            file.attrs["model_config"] = json.dumps(MODEL)
        assert reading.read(path).config == MODEL

    def test_keras_zip(self, tmp_path):
        path = write_zip(tmp_path / "m.keras", config=MODEL, metadata={"keras_version": "3.14.1"})
        expected = reading.SavedModel(str(path), "keras", "3.14.1", None, MODEL)
        assert reading.read(path) == expected

    def test_keras_zip_without_metadata(self, tmp_path):
        path = write_zip(tmp_path / "m.keras", config=MODEL)
        assert reading.read(path).keras_version is None

    def test_json(self, tmp_path):
        config = {**MODEL, "keras_version": "2.0.6", "backend": "tensorflow"}
        path = write_json(tmp_path / "m.json", config)
        expected = reading.SavedModel(str(path), "json", "2.0.6", "tensorflow", config)
        assert reading.read(path) == expected

    def test_json_of_keras_1_0(self, tmp_path):
        path = write_json(tmp_path / "m.json", keras_1_model(layer("Dense", "d", init="uniform")))
        saved = reading.read(path)
        assert (saved.keras_version, saved.backend) == (None, None)

    def test_json_string_inside_json(self, tmp_path):
        path = write_json(tmp_path / "m.json", json.dumps(MODEL))
        assert reading.read(path).config == MODEL

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
    def test_json_in_other_encodings(self, tmp_path, encoding):
        path = write_text(tmp_path / "m.json", json.dumps(MODEL), encoding)
        assert reading.read(path).config == MODEL

    def test_the_files_name_does_not_matter(self, tmp_path):
        path = write_h5(tmp_path / "model.json", model_config=json.dumps(MODEL))
        assert reading.read(path).kind == "h5"

    def test_a_path_as_text(self, tmp_path):
        path = write_json(tmp_path / "m.json", MODEL)
        assert reading.read(str(path)).path == str(path)


class TestReadTensorFlowJs:
    def test_a_model(self, tmp_path):
        topology = {"keras_version": "2.2.4", "backend": "tensorflow", "model_config": MODEL}
        path = write_json(tmp_path / "m.json", {"modelTopology": topology, "weightsManifest": []})
        saved = reading.read(path)
        assert (saved.keras_version, saved.config["config"]) == ("2.2.4", MODEL["config"])

    def test_an_architecture_alone(self, tmp_path):
        path = write_json(tmp_path / "m.json", {"modelTopology": MODEL})
        assert reading.read(path).config == MODEL


def refused(path):
    """The reason `read` gives; it is one line that names the file first."""
    with pytest.raises(reading.NotAModelError) as caught:
        reading.read(path)
    message = str(caught.value)
    assert "\n" not in message
    name, reason = message.split(": ", 1)
    assert name == str(path)
    return reason


class TestReadRefuses:
    def test_a_directory(self, tmp_path):
        assert "a directory" in refused(tmp_path)

    def test_a_pipe(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        assert refused(tmp_path / "pipe") == "not a regular file"

    def test_an_empty_file(self, tmp_path):
        assert refused(write_text(tmp_path / "m.h5", "")) == "an empty file"

    def test_text(self, tmp_path):
        reason = refused(write_text(tmp_path / "m.json", "#Thu May 24\ncores=16\n"))
        assert reason == "not a saved model: neither HDF5, nor a .keras zip file, nor JSON or YAML"

    def test_truncated_json(self, tmp_path):
        path = cut_in_half(write_json(tmp_path / "m.json", MODEL))
        assert refused(path).startswith("not JSON, or truncated: ")

    def test_json_that_is_no_text(self, tmp_path):
        (tmp_path / "m.json").write_bytes(b'{"class_name": "\xff"}')
        assert refused(tmp_path / "m.json").startswith("not JSON")

    @pytest.mark.parametrize("value", [{"a": 1}, [MODEL], "text", {"class_name": 1, "config": {}}])
    def test_json_of_something_else(self, tmp_path, value):
        assert "JSON" in refused(write_json(tmp_path / "m.json", value))

    @pytest.mark.parametrize("value", [{"class_name": "Tokenizer", "config": {}}, DENSE, ZEROS])
    def test_json_of_what_is_not_a_model(self, tmp_path, value):
        reason = refused(write_json(tmp_path / "m.json", value))
        assert reason == f"JSON of a Keras {value['class_name']!r}, which is not a model"

    @pytest.mark.parametrize("depth", [300, 100_000])
    def test_deeply_nested_json(self, tmp_path, depth):
        path = write_text(tmp_path / "m.json", "[" * depth + "]" * depth)
        assert "nested deeper" in refused(path)

    def test_json_that_is_too_large(self, tmp_path, monkeypatch):
        monkeypatch.setattr(limits, "CONFIG_BYTES", 20)
        assert "larger than 20 bytes" in refused(write_json(tmp_path / "m.json", MODEL))

    def test_h5_of_something_else(self, tmp_path):
        assert "no model_config" in refused(write_h5(tmp_path / "m.h5"))

    def test_h5_weights_of_keras_1_and_2(self, tmp_path):
        path = write_h5(tmp_path / "m.h5", layer_names=[b"dense_1"], keras_version="2.1.3")
        assert refused(path) == "holds weights only, without the model's architecture"

    def test_h5_weights_of_keras_3(self, tmp_path):
        with h5py.File(tmp_path / "m.weights.h5", "w") as file:
            file.create_group("layers/dense/vars")
        assert refused(tmp_path / "m.weights.h5").startswith("holds weights only")

    def test_truncated_h5(self, tmp_path):
        path = cut_in_half(write_h5(tmp_path / "m.h5", model_config=json.dumps(MODEL)))
        assert refused(path).startswith("HDF5, but truncated or damaged: ")

    def test_h5_whose_config_is_not_text(self, tmp_path):
        assert "not text" in refused(write_h5(tmp_path / "m.h5", model_config=1.5))

    def test_h5_whose_config_is_not_json(self, tmp_path):
        reason = refused(write_h5(tmp_path / "m.h5", model_config="{"))
        assert reason.startswith("not JSON, or truncated: ")

    def test_zip_of_something_else(self, tmp_path):
        assert "no config.json" in refused(write_zip(tmp_path / "m.keras", other=1))

    def test_truncated_zip(self, tmp_path):
        path = cut_in_half(write_zip(tmp_path / "m.keras", config=MODEL))
        assert refused(path).startswith("a zip file, but truncated or damaged: ")

    def test_zip_with_a_damaged_entry(self, tmp_path):
        path = write_zip(tmp_path / "m.keras", config=MODEL)
        data = bytearray(path.read_bytes())
        data[60:70] = bytes(10)
        path.write_bytes(data)
        assert refused(path).startswith("a zip file, but truncated or damaged: ")

    def test_zip_that_unpacks_to_too_much(self, tmp_path, monkeypatch):
        monkeypatch.setattr(limits, "CONFIG_BYTES", 1000)
        path = write_zip(tmp_path / "m.keras", config=" " * 10_000)
        assert refused(path) == "config.json is larger than 1000 bytes"

    def test_zip_of_another_compression(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "m.keras", "w", zipfile.ZIP_LZMA) as archive:
            archive.writestr("config.json", json.dumps(MODEL))
        assert "compressed in no way of Keras" in refused(tmp_path / "m.keras")

    def test_h5_config_in_chunks_that_are_too_large_together(self, tmp_path, monkeypatch):
        monkeypatch.setattr(limits, "CONFIG_BYTES", 1000)
        chunks = {f"model_config{number}": " " * 400 for number in range(100)}
        assert refused(write_h5(tmp_path / "m.h5", **chunks)) == "model_config is larger than 1000 bytes"

    def test_json_of_too_many_values(self, tmp_path, monkeypatch):
        monkeypatch.setattr(limits, "CONFIG_VALUES", 1000)
        path = write_json(tmp_path / "m.json", [[]] * 1000)
        assert refused(path) == "JSON, but more than 1000 values"

    def test_not_a_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            reading.read(tmp_path / "missing.h5")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_not_a_file_without_permission(self, tmp_path):
        path = write_json(tmp_path / "m.json", MODEL)
        path.chmod(0)
        with pytest.raises(PermissionError):
            reading.read(path)
