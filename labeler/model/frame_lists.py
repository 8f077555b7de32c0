"""The slices that a mask goes through, named one after the other (docs/formats.md).

A volume's order follows from its geometry; a reader who has the names needs none of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from labeler.model.frames import FrameRef

MAGIC = "LBF1"
MOST_FRAMES = 1 << 20
_MOST_BYTES = 1 << 28


def encode_frames(frames: Sequence[FrameRef]) -> bytes:
    """The canonical blob of frames of one series: a line each."""
    series = {frame.series for frame in frames}
    if len(series) != 1 or len(frames) > MOST_FRAMES:
        raise ValueError("a frame list is of one series, and has bounds")
    lines = [MAGIC, *series, *(f"{frame.frame} {frame.instance}" for frame in frames)]
    if any("\n" in line or "\r" in line for line in lines):
        raise ValueError("a name in a frame list is one line")
    return "".join(f"{line}\n" for line in lines).encode()


def decode_frames(blob: bytes) -> tuple[FrameRef, ...]:
    """The frames; ValueError for anything that `encode_frames` would not have written."""
    if len(blob) > _MOST_BYTES:
        raise ValueError("a frame list of too many bytes")
    magic, *rest = blob.decode().split("\n")
    if magic != MAGIC or not 2 < len(rest) <= MOST_FRAMES:
        raise ValueError("not a frame list")
    series, *lines, _end = rest
    frames = []
    for line in lines:
        number, _, instance = line.partition(" ")
        frames.append(FrameRef(series, instance, int(number)))
    if encode_frames(frames) != blob:
        raise ValueError("a frame list in another spelling")
    return tuple(frames)


def frame_list_digest(frames: Sequence[FrameRef]) -> str:
    """The name of their blob."""
    return hashlib.sha256(encode_frames(frames)).hexdigest()
