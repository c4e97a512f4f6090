import sys

import pytest

from keras_inits.saved_models.files import guard, limits


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


def test_a_damaged_file_is_told_with_its_name(tmp_path):
    path = tmp_path / "damaged.h5"
    path.write_bytes(b"no HDF5")
    with pytest.raises(guard.DamagedFileError, match="damaged.h5: damaged: "):
        guard.check(path)


def test_a_file_that_takes_too_long_is_damaged(tmp_path, monkeypatch):
    path = tmp_path / "slow.h5"
    path.write_bytes(b"no HDF5")
    monkeypatch.setattr(limits, "TRIAL_SECONDS", 0.0)
    with pytest.raises(guard.DamagedFileError, match="did not come to an end"):
        guard.check(path)
