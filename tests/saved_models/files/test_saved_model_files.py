"""Where the files of a SavedModel are: in a folder or a zip file, and nowhere else."""

import tempfile
import zipfile

import pytest

from keras_inits.saved_models.files import copies, limits, saved_model_files

HEAD = b"\x08\x01\x12\x00"


def test_a_zip_file_may_have_the_folder_inside(tmp_path):
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export/1/saved_model.pb", HEAD)
        archive.writestr("export/1/variables/variables.index", b"index")
        archive.writestr("other.txt", b"")
    assert saved_model_files.is_one(b"PK\x03\x04", str(path))
    with saved_model_files.folder(str(path)) as folder:
        assert saved_model_files.content(folder, "variables/variables.index", 10) == b"index"
        assert not saved_model_files.has(folder, "other.txt")


def test_nothing_is_unpacked_outside_of_the_folder(tmp_path):
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("saved_model.pb", HEAD)
        archive.writestr("assets/../../evil", b"")
        archive.writestr("/evil", b"")
    with saved_model_files.folder(str(path)) as folder:
        assert not saved_model_files.has(folder, "../evil")
    assert [one.name for one in tmp_path.iterdir()] == ["m.zip"]


def test_a_zip_file_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED_SPARE", 0)
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("saved_model.pb", HEAD + bytes(10**6))
    with pytest.raises(ValueError, match="unpacks to too much"), saved_model_files.folder(str(path)):
        pass


def test_a_file_that_is_too_large(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(HEAD)
    with pytest.raises(ValueError, match="larger than 2 bytes"):
        saved_model_files.content(str(tmp_path), "saved_model.pb", 2)


def test_no_room_to_unpack_it_is_no_damage(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.writestr("saved_model.pb", HEAD)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(copies.CopyError), saved_model_files.folder(str(tmp_path / "m.zip")):
        pass


def test_errors_name_the_zip_file_rather_than_what_it_is_unpacked_into(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.writestr("saved_model.pb", HEAD)
    with pytest.raises(ValueError) as raised, saved_model_files.folder(str(tmp_path / "m.zip")) as folder:
        raise ValueError(f"{folder}/saved_model.pb: damaged")
    assert str(raised.value) == f"{tmp_path / 'm.zip'}/saved_model.pb: damaged"
