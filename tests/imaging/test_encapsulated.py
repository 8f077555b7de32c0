"""Frames among fragments: with each kind of table, and without one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.encapsulated import index_frames
from labeler.imaging.files import MemoryBytes

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
