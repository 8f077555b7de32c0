"""A file that holds one compressed frame is read by one look at it, and as carefully as others."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest

from labeler.imaging import frame_stores
from labeler.imaging.frame_stores import Data, DecodeError, EncapsulatedFrames, Keep
from labeler.imaging.syntaxes import SYNTAXES
from labeler.model.image import Pixels
from tests.imaging.decoding.test_kept_frames import LAYOUT
from tests.support.dicom_files import NoDecoders

J2K = SYNTAXES["1.2.840.10008.1.2.4.90"]
FRAME = b"\xff\x4f\xff\x51" + bytes(range(200))
BEFORE = 30


def item(data: bytes) -> bytes:
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(data)) + data


END = b"\xfe\xff\xdd\xe0" + bytes(4)


class Counted:
    name = "counted"

    def __init__(self, data: bytes) -> None:
        self._data, self.looks = bytes(BEFORE) + data, 0

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        self.looks += 1
        return self._data[offset : offset + length]


class Heard(NoDecoders):
    data = b""

    def decode_into(self, syntax: object, layout: object, data: bytes, out: Pixels) -> None:  # noqa: ARG002
        self.data = bytes(data)


def heard(source: Counted) -> bytes:
    decoders = Heard()
    frames = EncapsulatedFrames(source, J2K, LAYOUT, BEFORE, 1, b"")
    frames.frame_into(0, decoders, np.empty((16, 8), np.int16))
    return decoders.data


@pytest.mark.parametrize("tail", [END, END + bytes(100), b""])
@pytest.mark.parametrize("head", [item(b""), item(bytes(4))])
def test_one_look_is_enough(head: bytes, tail: bytes) -> None:
    source = Counted(head + item(FRAME) + tail)
    assert heard(source) == FRAME
    assert source.looks == 1


@pytest.mark.parametrize(
    "pixels",
    [
        item(b"") + item(FRAME[:70]) + item(FRAME[70:]) + END,
        item(FRAME) + END,  # no table
    ],
)
def test_other_ways_to_write_one_frame(pixels: bytes) -> None:
    assert heard(Counted(pixels)) == FRAME


def test_a_frame_that_is_longer_than_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_stores, "_AT_ONCE", 100)
    assert heard(Counted(item(b"") + item(FRAME) + END)) == FRAME


class Keeping(Heard):
    """Asks for the bytes once more."""

    def decode_into(self, syntax: object, layout: object, data: bytes, out: Pixels) -> Keep:  # type: ignore[override]
        super().decode_into(syntax, layout, data, out)

        def keep(read: Callable[[], Data]) -> None:
            self.data += bytes(read())

        return keep


def test_what_is_kept_later_is_read_once_more_where_it_still_is() -> None:
    source, decoders = Counted(item(b"") + item(FRAME) + END), Keeping()
    frames = EncapsulatedFrames(source, J2K, LAYOUT, BEFORE, 1, b"")
    laters = [frames.frame_into(0, decoders, np.empty((16, 8), np.int16)) for _ in range(2)]
    assert all(laters)
    decoders.data = b""
    laters[0]()  # type: ignore[misc]
    assert decoders.data == FRAME
    source._data = b""
    laters[1]()  # type: ignore[misc]
    assert decoders.data == FRAME, "the disc was taken out: nothing is kept"


@pytest.mark.parametrize("pixels", [b"", item(b""), item(b"") + item(FRAME)[:-9], END])
def test_what_is_cut_short_is_told(pixels: bytes) -> None:
    with pytest.raises(DecodeError) as told:
        heard(Counted(pixels))
    assert told.value.code == "truncated-image"
