"""RLE of every width by both decoders, and segments that unfold without end."""

from __future__ import annotations

import contextlib
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.imaging.decoding.codecs import decode_frame
from labeler.imaging.decoding.rle import unpack_segment
from tests.imaging.decoding.test_cells import LAYOUT


def literal(data: bytes) -> bytes:
    """PackBits without any run."""
    parts = [data[k : k + 128] for k in range(0, len(data), 128)]
    return b"".join(bytes([len(part) - 1]) + part for part in parts)


def rle(segments: list[bytes]) -> bytes:
    packed = [literal(segment) + b"\x80" * (len(segment) % 2) for segment in segments]
    offsets, at = [], 64
    for part in packed:
        offsets.append(at)
        at += len(part)
    head = struct.pack("<16I", len(packed), *offsets, *[0] * (15 - len(packed)))
    return head + b"".join(packed)


@pytest.mark.parametrize("bits", [1, 8, 16, 24, 32, 64])
@pytest.mark.parametrize("samples", [1, 3])
def test_every_width(bits: int, samples: int) -> None:
    if -(-bits // 8) * samples > 15:
        return
    size = max(bits // 8, 1)
    count = 6 * 7
    values = np.random.default_rng(bits).integers(0, 1 << min(bits, 62), (samples, count), np.int64)
    layout = replace(
        LAYOUT,
        rows=6,
        columns=7,
        samples=samples,
        photometric="RGB" if samples == 3 else "MONOCHROME2",
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
    )
    if bits == 1:
        segments = [np.packbits(v.astype(np.uint8), bitorder="little").tobytes() for v in values]
    else:
        raw = values.astype("<u8").view(np.uint8).reshape(samples, count, 8)
        segments = [raw[s, :, k].tobytes() for s in range(samples) for k in reversed(range(size))]
    found = decode_frame(("rle", "rle-plain"), layout, rle(segments))
    wanted = np.moveaxis(values.reshape(samples, 6, 7), 0, -1)
    assert np.array_equal(found.reshape(wanted.shape), wanted)
    plain = decode_frame(("rle-plain",), layout, rle(segments))
    assert np.array_equal(plain, found)


def test_signed_values_keep_their_sign() -> None:
    values = np.arange(-21, 21, dtype="<i2")
    high, low = (values.view(np.uint8).reshape(-1, 2)[:, k].tobytes() for k in (1, 0))
    layout = replace(
        LAYOUT, rows=6, columns=7, bits_allocated=16, bits_stored=12, high_bit=11, signed=True
    )
    for codec in ("rle", "rle-plain"):
        found = decode_frame((codec,), layout, rle([high, low]))
        assert found.ravel().tolist() == values.tolist()


@given(packed=st.binary(max_size=300), length=st.integers(0, 200))
def test_a_segment_never_unfolds_beyond_what_is_wanted(packed: bytes, length: int) -> None:
    with contextlib.suppress(ValueError):
        assert len(unpack_segment(packed, length)) == length


def test_short_segments_are_an_error_of_both() -> None:
    layout = replace(LAYOUT, rows=6, columns=7, bits_allocated=8, bits_stored=8, high_bit=7)
    with pytest.raises(ValueError, match=r"rle: .*; rle-plain: a segment of 20 bytes, 42 wanted"):
        decode_frame(("rle", "rle-plain"), layout, rle([bytes(20)]))
