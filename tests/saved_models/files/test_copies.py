"""What fails in writing a copy is the system's, and a copy has the file's name in errors."""

import errno
import os
import pathlib
import tempfile

import pytest

from keras_inits.saved_models.files import copies, stored


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder in which copies are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def full(monkeypatch):
    """Makes the disk full, whatever is written."""

    class Full:
        def write(self, data):
            raise OSError(errno.ENOSPC, "full")

        def close(self):
            self.write(b"")  # What is left.

    monkeypatch.setattr(copies, "open", lambda *arguments: Full(), raising=False)


def test_a_copy_is_what_is_written(place):
    with copies.folder() as folder:
        with copies.target(os.path.join(folder, "copy")) as target:
            target.write(b"it")
        assert pathlib.Path(folder, "copy").read_bytes() == b"it"
    assert os.listdir(place) == []


def test_a_full_disk_is_said_of_the_folder(place, full):
    with (
        pytest.raises(copies.CopyError) as raised,
        copies.folder() as folder,
        copies.target(os.path.join(folder, "copy")) as target,
    ):
        target.write(b"it")
    assert (raised.value.errno, raised.value.strerror, raised.value.filename) == (
        errno.ENOSPC,
        "full",
        str(place),
    )
    assert os.listdir(place) == []


def test_what_is_written_at_last_may_be_too_much(place, full):
    with pytest.raises(copies.CopyError), copies.target(str(place / "copy")):
        pass


def test_a_folder_that_cannot_be_made(place, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(place / "missing"))
    with pytest.raises(copies.CopyError) as raised, copies.folder():
        pass
    assert raised.value.filename == str(place / "missing")


def test_a_copy_that_cannot_be_opened(place):
    with pytest.raises(copies.CopyError), copies.target(str(place / "missing" / "copy")):
        pass


def test_no_full_disk_is_damage_of_a_file(place, full):
    with (
        pytest.raises(copies.CopyError),
        stored.reading("m.keras"),
        copies.target(str(place / "copy")) as target,
    ):
        target.write(b"it")


def test_a_source_that_cannot_be_read_is_no_full_disk(place):
    with pytest.raises(OSError, match="source") as raised, copies.target(str(place / "copy")):
        raise OSError("source")
    assert not isinstance(raised.value, copies.CopyError)


def test_the_file_is_named_in_errors_about_its_copy():
    with pytest.raises(ValueError, match="^m.keras: damaged$"), copies.named("/tmp/x/weights.h5", "m.keras"):
        raise ValueError("/tmp/x/weights.h5: damaged")
