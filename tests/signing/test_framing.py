"""Frames over a pipe."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.signing.framing import MAX_FRAME_BYTES, PipeBroken, read_frame, write_frame


@given(frames=st.lists(st.binary(max_size=200), max_size=8))
@settings(deadline=None, max_examples=50)
def test_frames_come_back_in_order(frames: list[bytes]) -> None:
    pipe = io.BytesIO()
    for frame in frames:
        write_frame(pipe, frame)
    pipe.seek(0)
    assert [read_frame(pipe) for _ in frames] == frames
    assert read_frame(pipe) is None


@pytest.mark.parametrize("cut", range(1, 7))
def test_a_cut_frame_is_broken_not_shorter(cut: int) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, b"abc")
    with pytest.raises(PipeBroken):
        read_frame(io.BytesIO(pipe.getvalue()[:cut]))


def test_a_frame_too_long_is_neither_read_nor_written() -> None:
    with pytest.raises(PipeBroken):
        read_frame(io.BytesIO((MAX_FRAME_BYTES + 1).to_bytes(4) + b"a"))
    with pytest.raises(PipeBroken):
        write_frame(io.BytesIO(), bytes(MAX_FRAME_BYTES + 1))
