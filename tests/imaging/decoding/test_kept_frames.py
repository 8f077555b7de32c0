"""Slow frames are decoded once; whatever is kept, what is shown is right."""

from __future__ import annotations

from dataclasses import replace

import imagecodecs
import numpy as np
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.decoding.kept_frames import KeepingDecoders
from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import SYNTAXES
from labeler.model.image import Pixels

J2K = SYNTAXES["1.2.840.10008.1.2.4.90"]
RLE = SYNTAXES["1.2.840.10008.1.2.5"]
LAYOUT = PixelLayout(
    rows=16, columns=8, samples=1, photometric="MONOCHROME2", planar=False, bits_allocated=16,
    bits_stored=16, high_bit=15, signed=True, floating=False, little=True, words=True,
)  # fmt: skip
JPEG_LS = SYNTAXES["1.2.840.10008.1.2.4.80"]
VALUES = np.arange(-64, 64, dtype=np.int16).reshape(16, 8)
WORDS = VALUES.view(np.uint16)


def coded(values: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k"))


class Kept:
    def __init__(self) -> None:
        self.frames: dict[bytes, bytes] = {}
        self.hits = 0

    @property
    def has_any(self) -> bool:
        return bool(self.frames)

    def get(self, name: bytes) -> bytes | None:
        self.hits += name in self.frames
        return self.frames.get(name)

    def put(self, name: bytes, data: bytes) -> None:
        self.frames[name] = data


def into(decoders: KeepingDecoders, data: bytes, layout: PixelLayout = LAYOUT) -> Pixels:
    out = np.full((layout.rows, layout.columns), 99, np.int16 if layout.signed else np.uint16)
    decoders.decode_into(J2K, layout, data, out)
    return out


def test_the_second_time_comes_from_what_was_kept(decoders: DecoderPool) -> None:
    kept = Kept()
    keeping, data = KeepingDecoders(decoders, kept), coded(VALUES)
    assert np.array_equal(into(keeping, data), VALUES)
    assert (kept.hits, len(kept.frames)) == (0, 1)
    assert np.array_equal(into(keeping, data), VALUES)
    assert np.array_equal(keeping.decode(J2K, LAYOUT, data), VALUES)
    assert (kept.hits, len(kept.frames)) == (2, 1)


def never() -> bytes:
    raise AssertionError("its bytes are not needed once more")


def test_what_is_decoded_fast_is_kept_later(decoders: DecoderPool) -> None:
    kept = Kept()
    keeping, data = KeepingDecoders(decoders, kept), bytes(imagecodecs.jpegls_encode(WORDS))
    out = np.empty_like(VALUES)
    keep = keeping.decode_into(JPEG_LS, LAYOUT, data, out)
    assert np.array_equal(out, WORDS.view(np.int16))
    assert keep is not None
    assert kept.frames == {}
    keep(lambda: data)
    assert len(kept.frames) == 1
    assert keeping.decode_into(JPEG_LS, LAYOUT, data, out) is None
    assert kept.hits == 1
    # Where there are some, a frame that is none of them has its name already.
    turned = bytes(imagecodecs.jpegls_encode(WORDS[::-1]))
    keep = keeping.decode_into(JPEG_LS, LAYOUT, turned, out)
    assert keep is not None
    keep(never)
    assert len(kept.frames) == 2
    assert keeping.decode_into(JPEG_LS, LAYOUT, turned, out) is None
    assert np.array_equal(out, WORDS[::-1].view(np.int16))
    other = KeepingDecoders(decoders, Kept())
    assert np.array_equal(other.decode(JPEG_LS, LAYOUT, data), WORDS.view(np.int16))
    assert len(other._kept.frames) == 1  # type: ignore[attr-defined]


def test_values_are_never_kept_under_the_name_of_a_file_that_took_the_place(
    decoders: DecoderPool,
) -> None:
    kept = Kept()
    keeping, data = KeepingDecoders(decoders, kept), bytes(imagecodecs.jpegls_encode(WORDS))
    turned = bytes(imagecodecs.jpegls_encode(WORDS[::-1]))
    keep = keeping.decode_into(JPEG_LS, LAYOUT, data, np.empty_like(VALUES))
    assert keep is not None
    keep(lambda: turned)
    assert kept.frames == {}
    assert np.array_equal(keeping.decode(JPEG_LS, LAYOUT, turned), WORDS[::-1].view(np.int16))


def test_other_bytes_and_another_reading_of_them_never_hit(decoders: DecoderPool) -> None:
    kept = Kept()
    keeping, data = KeepingDecoders(decoders, kept), coded(VALUES)
    into(keeping, data)
    assert np.array_equal(into(keeping, coded(VALUES + 1)), VALUES + 1)
    assert np.array_equal(into(keeping, data + b"\0"), VALUES)
    unsigned = replace(LAYOUT, signed=False)
    assert np.array_equal(into(keeping, data, unsigned), decoders.decode(J2K, unsigned, data))
    assert kept.hits == 0


@pytest.mark.parametrize(
    "wrong",
    [b"", b"nothing", bytes(16), bytes(imagecodecs.blosc2_encode(bytes(40)))],
)
def test_what_is_kept_and_is_no_such_frame_is_decoded_anew(
    wrong: bytes, decoders: DecoderPool
) -> None:
    kept = Kept()
    keeping, data = KeepingDecoders(decoders, kept), coded(VALUES)
    into(keeping, data)
    (name,) = kept.frames
    kept.frames[name] = wrong
    assert np.array_equal(into(keeping, data), VALUES)
    assert kept.frames[name] != wrong


def test_fast_syntaxes_and_failures_are_not_kept(decoders: DecoderPool) -> None:
    kept = Kept()
    keeping = KeepingDecoders(decoders, kept)
    with pytest.raises(DecodeError):
        into(keeping, coded(VALUES)[:60])
    with pytest.raises(DecodeError):
        keeping.decode(RLE, LAYOUT, b"no run lengths")
    assert kept.frames == {}
