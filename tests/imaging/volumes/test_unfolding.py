"""Compressed volumes: unfolded once, bounded by what is promised, right from any thread."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.sources.files import MemoryBytes
from labeler.imaging.volumes.detached import JoinedBytes, Piece
from labeler.imaging.volumes.unfolding import ZLIB_OR_GZIP, DeflatedBytes, HeldBytes, unfolded

NOISE = np.random.default_rng(1).integers(0, 50, 5_000_000).astype(np.uint8).tobytes()
PACKED = gzip.compress(NOISE, 1)


class Counting(MemoryBytes):
    """Counts the bytes that are read."""

    def __init__(self, data: bytes) -> None:
        super().__init__("a.gz", data)
        self.count = 0

    def read(self, offset: int, length: int) -> bytes:
        data = super().read(offset, length)
        self.count += len(data)
        return data


SHARED = DeflatedBytes(MemoryBytes("a.gz", PACKED), 0, len(NOISE))


@given(st.integers(0, len(NOISE) + 9), st.integers(0, 3_000_000))
@settings(max_examples=40, deadline=None)
def test_any_piece_is_what_lies_there(offset: int, length: int) -> None:
    assert SHARED.read(offset, length) == NOISE[offset : offset + length]


def test_it_is_surveyed_once_and_a_piece_costs_a_piece() -> None:
    source = Counting(PACKED)
    unfolded_bytes = DeflatedBytes(source, 0, len(NOISE))
    assert unfolded_bytes.read(0, 10) == NOISE[:10]
    surveyed = source.count
    assert surveyed < len(PACKED) * 1.5
    unfolded_bytes.read(len(NOISE) - 10, 10)
    assert source.count - surveyed < len(PACKED) * 0.5


def test_many_threads_see_the_same() -> None:
    unfolded_bytes = DeflatedBytes(MemoryBytes("a.gz", PACKED), 0, len(NOISE))
    wrong: list[int] = []

    def look(start: int) -> None:
        offsets = range(start, len(NOISE), 700_000)
        pieces = {offset: unfolded_bytes.read(offset, 5000) for offset in offsets}
        wrong.extend(at for at, piece in pieces.items() if piece != NOISE[at : at + 5000])

    threads = [threading.Thread(target=look, args=(n * 1000,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


class Failing(MemoryBytes):
    """A disk that is away for a moment."""

    away = True

    def read(self, offset: int, length: int) -> bytes:
        if self.away and offset > len(PACKED) // 2:
            self.away = False
            raise OSError("the disk is away")
        return super().read(offset, length)


def test_a_disk_that_comes_back_is_read_anew() -> None:
    found = DeflatedBytes(Failing("a.gz", PACKED), 0, len(NOISE))
    with pytest.raises(OSError, match="away"):
        found.read(0, 10)
    for offset in range(0, len(NOISE), 900_000):
        assert found.read(offset, 5000) == NOISE[offset : offset + 5000]


def test_members_follow_one_another() -> None:
    data = gzip.compress(NOISE[:1000]) + gzip.compress(NOISE[1000:3000]) + b"\0" * 100
    found = DeflatedBytes(MemoryBytes("a.gz", data), 0, 3000)
    assert found.read(500, 2000) == NOISE[500:2500]


def test_zlib_and_gzip_are_told_apart() -> None:
    for data in (zlib.compress(NOISE[:999]), gzip.compress(NOISE[:999])):
        found = DeflatedBytes(MemoryBytes("a.zraw", b"head" + data), 4, 999, ZLIB_OR_GZIP)
        assert found.read(0, 999) == NOISE[:999]


def test_a_bomb_unfolds_to_no_more_than_is_promised() -> None:
    bomb = gzip.compress(bytes(300_000_000), 1)
    tracemalloc.start()
    try:
        found = DeflatedBytes(MemoryBytes("a.gz", bomb), 0, 2_000_000)
        assert found.read(1_999_990, 100) == bytes(10)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_memory_stays_small_for_a_large_volume() -> None:
    packed = gzip.compress(bytes(200_000_000), 1)
    found = DeflatedBytes(MemoryBytes("a.gz", packed), 0, 200_000_000)
    tracemalloc.start()
    try:
        assert found.read(150_000_000, 1000) == bytes(1000)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("coding", "size", "code"),
    [
        ("gzip", 1 << 34, "too-large"),
        ("bzip2", 1 << 31, "too-large"),
        ("zlib", 1 << 30, "impossible-size"),
    ],
)
def test_what_is_too_much_is_refused_by_its_size(coding: str, size: int, code: str) -> None:
    with pytest.raises(LabelerError) as caught:
        unfolded(MemoryBytes("a", bytes(1000)), 0, size, coding)
    assert caught.value.code == code


def test_what_is_held_is_made_once_and_fails_alike() -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"0123456789"

    held = HeldBytes("a", 10, make)
    assert (held.read(2, 3), held.read(8, 9), held.size, len(made)) == (b"234", b"89", 10, 1)

    def fail() -> bytes:
        made.append(1)
        raise DecodeError("undecodable-image", "no")

    broken = HeldBytes("a", 10, fail)
    for _ in range(2):
        with pytest.raises(DecodeError):
            broken.read(0, 1)
    assert len(made) == 2


@given(st.integers(0, 40), st.integers(0, 40))
def test_joined_pieces_read_as_one(offset: int, length: int) -> None:
    source = MemoryBytes("a", bytes(range(60)))
    joined = JoinedBytes("all", [Piece(source, 40, 10), Piece(source, 0, 7), Piece(source, 20, 3)])
    whole = bytes([*range(40, 50), *range(7), *range(20, 23)])
    assert joined.size == len(whole)
    assert joined.read(offset, length) == whole[offset : offset + length]


def test_a_piece_that_is_short_ends_what_is_there() -> None:
    source = MemoryBytes("a", bytes(range(60)))
    joined = JoinedBytes("all", [Piece(source, 55, 10), Piece(source, 0, 7)])
    assert joined.read(0, 17) == bytes(range(55, 60))
