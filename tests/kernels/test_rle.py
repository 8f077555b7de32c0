"""RLE against a slow reader of plain Python, and on bytes that are none."""

from __future__ import annotations

import random
import struct
from itertools import groupby

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.decoding.rle import unpack_segment
from labeler.kernels import rle
from labeler.kernels.rle import decode_rle
from tests.kernels.cliff import Cliff


@st.composite
def segments(draw: st.DrawFn, count: int) -> bytes:
    """Runs, literals and steps that do nothing, for `count` bytes or some more."""
    made, packed = 0, bytearray()
    while made < count:
        many = draw(st.integers(1, 128))
        kind = draw(st.sampled_from(("run", "literal", "nothing")))
        if kind == "nothing":
            packed.append(128)
        elif kind == "run" and many > 1:
            packed += bytes((257 - many, draw(st.integers(0, 255))))
            made += many
        else:
            packed += bytes((many - 1, *draw(st.binary(min_size=many, max_size=many))))
            made += many
    return bytes(packed) + draw(st.sampled_from((b"", b"\0", b"\x80")))


def frame(parts: list[bytes]) -> bytes:
    offsets = [64 + sum(map(len, parts[:n])) for n in range(len(parts))]
    return struct.pack("<16I", len(parts), *offsets, *[0] * (15 - len(parts))) + b"".join(parts)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 900), st.sampled_from((1, 2)))
def test_what_the_standard_has_is_read_as_the_slow_reader_reads_it(
    data: st.DataObject, pixels: int, size: int
) -> None:
    parts = [data.draw(segments(pixels)) for _ in range(size)]
    found = decode_rle(frame(parts), pixels, size)
    assert found is not None
    planes = [np.frombuffer(unpack_segment(part, pixels), np.uint8) for part in parts]
    wanted = sum(plane.astype(np.uint16) << 8 * (size - 1 - n) for n, plane in enumerate(planes))
    assert np.array_equal(found, wanted)


NOISE = np.random.default_rng(4).normal(1000, 30, (40, 50)).astype(np.uint16)


def runs_and_literals(plane: bytes) -> bytes:
    """Runs where bytes are alike, as every writer makes them."""
    packed = bytearray()
    for byte, alike in groupby(plane):
        left = len(list(alike))
        while left:
            many = min(left, 128)
            packed += bytes((257 - many, byte)) if many > 1 else bytes((0, byte))
            left -= many
    return bytes(packed)


PLANES = [(NOISE >> shift & 255).astype(np.uint8).tobytes() for shift in (8, 0)]
SOUND = frame([runs_and_literals(plane) for plane in PLANES])


def test_what_another_reads() -> None:
    theirs = np.frombuffer(imagecodecs.dicomrle_decode(SOUND, "<u2"), np.uint16)
    assert np.array_equal(theirs[: NOISE.size], NOISE.ravel())
    found = decode_rle(SOUND, NOISE.size, 2)
    assert found is not None
    assert np.array_equal(found, NOISE.ravel())


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"", 2),
        (SOUND[:63], 2),
        (SOUND, 1),
        (SOUND, 4),
        (SOUND[:1200], 2),
        (struct.pack("<3I", 2, 64, 1 << 31) + SOUND[12:], 2),
        (struct.pack("<3I", 2, 900, 64) + SOUND[12:], 2),
        (struct.pack("<3I", 2, 4, 64) + SOUND[12:], 2),
    ],
)
def test_what_is_left_to_others(data: bytes, size: int) -> None:
    assert decode_rle(data, NOISE.size, size) is None


def test_no_bytes_make_it_read_or_write_past_the_end(cliff: Cliff) -> None:
    chance = random.Random(12)
    room, spare = np.empty(NOISE.size + 64, np.uint16), np.empty(2 * NOISE.size + 64, np.uint8)
    for _ in range(6000):
        stream = bytearray(SOUND)
        for _ in range(chance.randrange(1, 5)):
            at = chance.choice((chance.randrange(12), chance.randrange(len(stream))))
            stream[at] = chance.choice((0, 127, 128, 129, 255, chance.randrange(256)))
        stream = stream[: chance.randrange(len(stream) // 2, len(stream) + 1)]
        at = cliff.put(bytes(stream))
        room[NOISE.size :], spare[2 * NOISE.size :] = 0xABCD, 0xAB
        told = rle._kernel()(at, len(stream), NOISE.size, 2, spare.ctypes.data, room.ctypes.data)
        assert told in (0, 1)
        assert (room[NOISE.size :] == 0xABCD).all()
        assert (spare[2 * NOISE.size :] == 0xAB).all()
