"""The form of protocol buffers, and what is refused of it."""

import pytest

from keras_inits.saved_models.files import wire_format


@pytest.mark.parametrize("number", [0, 127, 128, 2**40])
def test_whole_numbers_of_any_length(number):
    code, rest = bytearray(), number
    while rest > 127:
        code.append(rest & 0x7F | 0x80)
        rest >>= 7
    code.append(rest)
    assert wire_format.varint(bytes(code) + b"x", 0) == (number, len(code))


def test_fields_are_numbers_and_bytes():
    found = list(wire_format.fields(memoryview(b"\x08\x96\x01\x12\x02hi\x1d\x01\x02\x03\x04")))
    assert [(key, bytes(v) if isinstance(v, memoryview) else v) for key, v in found] == [
        (1, 150), (2, b"hi"), (3, b"\x01\x02\x03\x04"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [b"\x12\x05hi", b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7fhi", b"\x08", b"\x08" + b"\xff" * 20, b"\x0b"],
)
def test_what_is_truncated_or_no_message_is_refused(data):
    with pytest.raises(ValueError):
        list(wire_format.fields(memoryview(data)))


def test_packed_numbers():
    assert list(wire_format.packed(memoryview(b"\x01\x96\x01"))) == [1, 150]


def test_a_number_is_no_message():
    with pytest.raises(ValueError, match="a number in the place of a message"):
        wire_format.message(3)


def test_fields_of_high_numbers_are_left_out_of_a_message():
    data = b"\x08\x07" + b"".join(
        bytes([number << 3 & 0x7F | 0x82, number >> 4, 0]) for number in range(16, 100)
    )
    assert set(wire_format.message(memoryview(data))) == {1, *range(16, 32)}
