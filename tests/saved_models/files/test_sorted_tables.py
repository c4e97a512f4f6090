"""A table gives its keys and values, or says what is wrong with it."""

import contextlib

import pytest

from keras_inits.saved_models.files import limits, sorted_tables
from saved_models.recorded_checkpoints import FOLDER

TABLE = (FOLDER / "sequential.index").read_bytes()


def test_keys_that_share_their_beginnings_are_whole():
    keys = list(sorted_tables.read(TABLE))
    assert keys == sorted(keys)
    assert b"layer_with_weights-0/bias/.ATTRIBUTES/VARIABLE_VALUE" in keys


@pytest.mark.parametrize("data", [b"", TABLE[:-1], TABLE[1:], bytes(100), b"\xff" * 48 + TABLE[-8:]])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(ValueError):
        sorted_tables.read(data)


def test_any_damaged_byte_ends_in_a_table_or_a_value_error():
    for place in range(0, len(TABLE), 3):
        with contextlib.suppress(ValueError):
            sorted_tables.read(TABLE[:place] + bytes([TABLE[place] ^ 0x81]) + TABLE[place + 1 :])


def test_too_many_keys_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "TABLE_KEYS", 3)
    with pytest.raises(ValueError, match="too many keys"):
        sorted_tables.read(TABLE)


def test_too_long_a_key_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "TABLE_KEY", 20)
    with pytest.raises(ValueError, match="longer than 20 bytes"):
        sorted_tables.read(TABLE)


def test_too_many_blocks_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "TABLE_KEYS", 3)
    nothing = b"\0\0\0\0\1\0\0\0"
    block = nothing + bytes(5)
    handles = [bytes([0, 1, 2, 97 + number, number * len(block), len(nothing)]) for number in range(5)]
    index = b"".join(handles) + nothing
    footer = bytes([0, 0, 5 * len(block), len(index)]).ljust(40, b"\0") + TABLE[-8:]
    with pytest.raises(ValueError, match="too many blocks"):
        sorted_tables.read(5 * block + index + bytes(5) + footer)
