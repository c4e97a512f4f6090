"""Whole models in HDF5, and what is refused of them."""

import json

import h5py
import numpy as np

from keras_inits.saved_models.files import limits, reading
from saved_models.files.written_files import MODEL, cut_in_half, refused, write_h5


def test_h5(tmp_path):
    path = write_h5(
        tmp_path / "m.h5",
        model_config=json.dumps(MODEL),
        keras_version="2.2.4",
        backend="theano",
    )
    expected = reading.SavedModel(str(path), "h5", "2.2.4", "theano", MODEL)
    assert reading.read(path) == expected


def test_h5_attributes_as_bytes(tmp_path):
    path = write_h5(
        tmp_path / "m.h5",
        model_config=np.bytes_(json.dumps(MODEL)),
        keras_version=np.bytes_("1.2.2"),
    )
    saved = reading.read(path)
    assert (saved.keras_version, saved.config) == ("1.2.2", MODEL)


def test_h5_attributes_as_arrays(tmp_path):
    config = np.array([json.dumps(MODEL).encode()])
    path = write_h5(tmp_path / "m.h5", model_config=config)
    assert reading.read(path).config == MODEL


def test_h5_config_in_chunks(tmp_path):
    text = json.dumps(MODEL)
    chunks = {"model_config0": text[:50], "model_config1": text[50:]}
    assert reading.read(write_h5(tmp_path / "m.h5", **chunks)).config == MODEL


def test_h5_behind_a_user_block(tmp_path):
    path = tmp_path / "m.h5"
    with h5py.File(path, "w", userblock_size=1024) as file:
        file.attrs["model_config"] = json.dumps(MODEL)
    assert reading.read(path).config == MODEL


def test_h5_of_something_else(tmp_path):
    assert "no model_config" in refused(write_h5(tmp_path / "m.h5"))


def test_h5_weights_of_keras_1_and_2(tmp_path):
    path = write_h5(tmp_path / "m.h5", layer_names=[b"dense_1"], keras_version="2.1.3")
    assert refused(path).startswith("holds weights only, without the model's architecture: ")


def test_h5_weights_of_keras_3(tmp_path):
    with h5py.File(tmp_path / "m.weights.h5", "w") as file:
        file.create_group("layers/dense/vars")
    assert refused(tmp_path / "m.weights.h5").startswith("holds weights only")


def test_truncated_h5(tmp_path):
    path = cut_in_half(write_h5(tmp_path / "m.h5", model_config=json.dumps(MODEL)))
    assert refused(path).startswith("HDF5, but truncated or damaged: ")


def test_h5_whose_config_is_not_text(tmp_path):
    assert "not text" in refused(write_h5(tmp_path / "m.h5", model_config=1.5))


def test_h5_whose_config_is_not_json(tmp_path):
    reason = refused(write_h5(tmp_path / "m.h5", model_config="{"))
    assert reason.startswith("not JSON, or truncated: ")


def test_h5_config_in_chunks_that_are_too_large_together(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CONFIG_BYTES", 1000)
    chunks = {f"model_config{number}": " " * 400 for number in range(100)}
    assert refused(write_h5(tmp_path / "m.h5", **chunks)) == "model_config is larger than 1000 bytes"


def test_an_attribute_of_lists_is_refused(tmp_path):
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.attrs.create("model_config", [np.arange(3), np.arange(2)], dtype=h5py.vlen_dtype("i4"))
    assert "neither text nor numbers" in refused(path)
