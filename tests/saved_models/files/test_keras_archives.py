"""`.keras` files, and what is refused of them."""

import json
import zipfile

from keras_inits.saved_models.files import limits, reading
from saved_models.files.written_files import MODEL, cut_in_half, refused, write_zip


def test_keras_zip(tmp_path):
    path = write_zip(tmp_path / "m.keras", config=MODEL, metadata={"keras_version": "3.14.1"})
    expected = reading.SavedModel(str(path), "keras", "3.14.1", None, MODEL)
    assert reading.read(path) == expected


def test_keras_zip_without_metadata(tmp_path):
    path = write_zip(tmp_path / "m.keras", config=MODEL)
    assert reading.read(path).keras_version is None


def test_zip_of_something_else(tmp_path):
    assert "no config.json" in refused(write_zip(tmp_path / "m.keras", other=1))


def test_truncated_zip(tmp_path):
    path = cut_in_half(write_zip(tmp_path / "m.keras", config=MODEL))
    assert refused(path).startswith("a zip file, but truncated or damaged: ")


def test_zip_with_a_damaged_entry(tmp_path):
    path = write_zip(tmp_path / "m.keras", config=MODEL)
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    path.write_bytes(data)
    assert refused(path).startswith("a zip file, but truncated or damaged: ")


def test_zip_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CONFIG_BYTES", 1000)
    path = write_zip(tmp_path / "m.keras", config=" " * 10_000)
    assert refused(path) == "config.json is larger than 1000 bytes"


def test_zip_of_another_compression(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.keras", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("config.json", json.dumps(MODEL))
    assert "compressed in no way of Keras" in refused(tmp_path / "m.keras")
