"""Frames among fragments: with each kind of table, and without one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.dicom.encapsulated import count_frames, index_frames
from labeler.imaging.sources.files import MemoryBytes

START = b"\xff\xd8"
END = b"\xfe\xff\xdd\xe0\0\0\0\0"


def item(data: bytes) -> bytes:
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(data)) + data


def laid_out(frames: list[list[bytes]], table: str) -> tuple[MemoryBytes, bytes]:
    """The fragments of `frames` as a value, with an extended table where asked."""
    begins, at = [], 0
    for parts in frames:
        begins.append(at)
        at += sum(len(item(part)) for part in parts)
    basic = struct.pack(f"<{len(begins)}I", *begins) if table == "basic" else b""
    extended = struct.pack(f"<{len(begins)}Q", *begins) if table == "extended" else b""
    body = b"".join(item(part) for parts in frames for part in parts)
    return MemoryBytes("frames", b"HEAD" + item(basic) + body + END), extended


@settings(deadline=None, max_examples=80)
@given(
    frames=st.lists(
        st.lists(
            st.binary(max_size=12).map(lambda b: b.replace(b"\xff", b"\0")), min_size=1, max_size=3
        ),
        min_size=1,
        max_size=5,
    ),
    table=st.sampled_from(["basic", "extended", "none"]),
)
def test_every_frame_is_found_whole(frames: list[list[bytes]], table: str) -> None:
    marked = [[START + parts[0], *parts[1:]] for parts in frames]
    source, extended = laid_out(marked, table)
    index = index_frames(source, 4, len(frames), extended, START)
    for k, parts in enumerate(marked):
        assert index.read(source, k) == b"".join(parts)
    assert index.read(source, len(frames)) == b""


@pytest.mark.parametrize("kept", [0, 3, 8, 12, 20, 27])
def test_a_fragment_cut_short_is_no_frame(kept: int) -> None:
    source, _ = laid_out([[START + b"0123456789"]], "none")
    cut = MemoryBytes("cut", source.read(0, 4 + kept))
    assert index_frames(cut, 4, 1, b"", START).read(cut, 0) == b""


def frames_of(source: MemoryBytes, count: int, extended: bytes = b"") -> list[bytes]:
    index = index_frames(source, 0, count, extended, START)
    return [index.read(source, k) for k in range(count)]


TWO = [[START + b"aaaa", b"bb"], [START + b"cc", b"dddd"]]
WHOLE = [b"".join(parts) for parts in TWO]
BODY = b"".join(item(part) for parts in TWO for part in parts)
SECOND = sum(len(item(part)) for part in TWO[0])


@pytest.mark.parametrize(
    "table",
    [
        struct.pack("<2I", 0, SECOND + 2),  # between fragments
        struct.pack("<2I", SECOND, 0),  # the wrong way round
        struct.pack("<2I", 0, 4_000_000_000),  # beyond the file
        struct.pack("<I", 0),  # too short
        struct.pack("<I", 0) + b"\1\2",  # no table at all
    ],
)
def test_tables_that_lie_are_not_believed(table: bytes) -> None:
    source = MemoryBytes("lies", item(table) + BODY + END)
    assert frames_of(source, 2) == WHOLE
    assert frames_of(source, 2, struct.pack("<2Q", 0, 7)) == WHOLE


def test_a_table_that_is_missing_altogether() -> None:
    assert frames_of(MemoryBytes("bare", BODY + END), 2) == WHOLE
    head = struct.pack("<16I", 1, 64, *[0] * 14)
    rle = item(head + b"\0\1") + item(head + b"\0\2")
    index = index_frames(MemoryBytes("rle", rle), 0, 2, b"", b"")
    assert [index.read(MemoryBytes("rle", rle), k)[-1] for k in (0, 1)] == [1, 2]


@pytest.mark.parametrize("empty", [0, 1, 2, 4])
def test_fragments_of_nothing_are_left_out(empty: int) -> None:
    parts = [part for frame in TWO for part in frame]
    parts.insert(empty, b"")
    body = b"".join(item(part) for part in parts)
    assert frames_of(MemoryBytes("empty", item(b"") + body + END), 2) == WHOLE


def test_an_odd_length_that_was_padded_all_the_same() -> None:
    body = item(START + b"abc") + b"\0" + item(START + b"de")
    assert frames_of(MemoryBytes("odd", item(b"") + body + END), 2) == [
        START + b"abc",
        START + b"de",
    ]


def test_no_final_delimiter() -> None:
    assert frames_of(MemoryBytes("open", item(b"") + BODY), 2) == WHOLE


def test_fewer_frames_than_said_are_those_that_are_there() -> None:
    source = MemoryBytes("few", item(b"") + BODY + END)
    assert frames_of(source, 5) == [*WHOLE, b"", b"", b""]
    assert count_frames(source, 0, 5, b"", START) == 2
    plain = MemoryBytes("plain", item(b"") + item(b"one!") + item(b"two!"))
    assert count_frames(plain, 0, 3, b"", b"") == 2
    table = MemoryBytes("table", item(struct.pack("<2I", 0, SECOND)) + BODY)
    assert count_frames(table, 0, 2, b"", START) == 2


class Counted(MemoryBytes):
    """Counts the bytes that are asked of it."""

    asked = 0

    def read(self, offset: int, length: int) -> bytes:
        self.asked += length
        return super().read(offset, length)


def test_a_hundred_thousand_small_fragments_are_read_a_few_times_at_most() -> None:
    """Looking at what follows each fragment anew would read the square of it."""
    source = Counted("many", item(b"") + item(START) * 100_000 + END)
    index = index_frames(source, 0, 50_000, b"", START)
    assert len(index.frames) == 100_000
    assert source.asked < 8 * source.size
