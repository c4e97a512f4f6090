"""`read` finds out what a file is, whatever its name."""

import json
import os

import pytest

from keras_inits.saved_models.files import limits, reading
from saved_models.files.written_files import MODEL, refused, write_h5, write_json, write_text


def test_the_files_name_does_not_matter(tmp_path):
    path = write_h5(tmp_path / "model.json", model_config=json.dumps(MODEL))
    assert reading.read(path).kind == "h5"


def test_a_path_as_text(tmp_path):
    path = write_json(tmp_path / "m.json", MODEL)
    assert reading.read(str(path)).path == str(path)


@pytest.mark.parametrize("key", ["keras_version", "backend"])
def test_what_a_file_says_of_who_wrote_it_is_cut(key, tmp_path):
    path = write_json(tmp_path / "m.json", {**MODEL, key: "\x1b" * 10_000})
    assert getattr(reading.read(path), key) == "\x1b" * limits.TEXT + "..."


def test_a_directory(tmp_path):
    assert "a folder without a saved_model.pb" in refused(tmp_path)


def test_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "not a regular file"


def test_an_empty_file(tmp_path):
    assert refused(write_text(tmp_path / "m.h5", "")) == "an empty file"


def test_text(tmp_path):
    reason = refused(write_text(tmp_path / "m.json", "#Thu May 24\ncores=16\n"))
    assert reason == "not a saved model: neither HDF5, a .keras zip file, a SavedModel, nor JSON or YAML"


def test_not_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        reading.read(tmp_path / "missing.h5")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_not_a_file_without_permission(tmp_path):
    path = write_json(tmp_path / "m.json", MODEL)
    path.chmod(0)
    with pytest.raises(PermissionError):
        reading.read(path)
