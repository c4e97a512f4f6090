"""What a zip file may unpack to, whatever its directory says."""

import io
import struct
import zipfile

import pytest

from keras_inits.saved_models.files import limits, zip_entries


def written(path, content, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("a", content)
    return path


def test_an_entry_is_read(tmp_path):
    with zip_entries.opened(written(tmp_path / "m.zip", b"words")) as entries:
        assert entries.names == ("a",)
        assert entries.read("a", most=5) == b"words"


def test_an_entry_of_more_than_was_asked_for_is_none(tmp_path):
    with zip_entries.opened(written(tmp_path / "m.zip", b"words")) as entries:
        assert entries.read("a", most=4) is None


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused_before_anything_is_unpacked(tmp_path, compression):
    path = written(tmp_path / "m.zip", bytes(10**6), compression)
    with zip_entries.opened(path) as entries, pytest.raises(ValueError, match="in no way of Keras"):
        entries.read("a", most=10**7)


@pytest.fixture
def bomb(tmp_path, monkeypatch):
    """Writes a file that unpacks to a thousand times its size, and whose directory says it is not packed."""
    monkeypatch.setattr(limits, "UNPACKED_SPARE", 0)
    path = written(tmp_path / "m.zip", bytes(8 * 2**20))
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 20 : directory + 24] = struct.pack("<I", 8 * 2**20)
    path.write_bytes(data)
    return path


def test_what_comes_out_is_counted_rather_than_what_the_directory_says(bomb):
    target = io.BytesIO()
    with zip_entries.opened(bomb) as entries, pytest.raises(ValueError, match="unpacks to too much"):
        entries.copy("a", target)
    assert target.getbuffer().nbytes < 2**20


def test_all_entries_share_one_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED_RATIO", 0)
    monkeypatch.setattr(limits, "UNPACKED_SPARE", 8)
    with zip_entries.opened(written(tmp_path / "m.zip", b"words")) as entries:
        assert entries.read("a", most=5) == b"words"
        with pytest.raises(ValueError, match="unpacks to too much"):
            entries.read("a", most=5)


def test_too_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STORED_NAMES", 0)
    path = written(tmp_path / "m.zip", b"")
    with pytest.raises(ValueError, match="more than 0 entries"), zip_entries.opened(path):
        pass
