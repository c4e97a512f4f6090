import sys

from keras_inits.saved_models.files import guard


def test_no_process_is_started_without_a_python_to_start(tmp_path, monkeypatch):
    path = tmp_path / "damaged.h5"
    path.write_bytes(b"no HDF5")
    monkeypatch.setattr(sys, "executable", None)
    guard.check(path)


def test_an_application_is_not_started_again(tmp_path, monkeypatch):
    path = tmp_path / "damaged.h5"
    path.write_bytes(b"no HDF5")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    guard.check(path)
