"""Where each compressed frame lies among the fragments of encapsulated pixels (PS3.5 A.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from labeler.imaging.layout import MAX_FRAME_BYTES
from labeler.model.image import ByteSource

_ITEM = b"\xfe\xff\x00\xe0"
_MAX_FRAGMENTS = 1_000_000
_MAX_TABLE = 1 << 24


@dataclass(frozen=True)
class Fragment:
    """`at` is where the item's tag begins; the bytes follow its 8-byte header."""

    at: int
    length: int


@dataclass(frozen=True)
class FrameIndex:
    """Fragments by frame. A frame of () is not in the file."""

    frames: tuple[tuple[Fragment, ...], ...]

    def read(self, source: ByteSource, frame: int) -> bytes:
        """The frame's compressed bytes; b"" where they are missing or cut short."""
        parts = self.frames[frame] if frame < len(self.frames) else ()
        if sum(part.length for part in parts) > MAX_FRAME_BYTES:
            return b""
        found = [source.read(part.at + 8, part.length) for part in parts]
        whole = all(len(data) == part.length for data, part in zip(found, parts, strict=True))
        return b"".join(found) if whole else b""


def index_frames(
    source: ByteSource, offset: int, frame_count: int, extended: bytes, start: bytes
) -> FrameIndex:
    """Find `frame_count` frames. `extended` is the Extended Offset Table, `start` how a frame's
    bytes begin: both help where fragments are not one a frame."""
    fragments = find_fragments(source, offset)
    if not fragments:
        return FrameIndex(())
    table, rest = fragments[0], fragments[1:]
    if frame_count == 1:
        return FrameIndex((tuple(rest),))
    if len(rest) == frame_count:
        return FrameIndex(tuple((part,) for part in rest))
    begins = _offsets(source, table, extended, frame_count)
    if begins is None:
        begins = _starts(source, rest, start)
    base = table.at + 8 + table.length
    return FrameIndex(_cut(rest, [base + begin for begin in begins]))


def find_fragments(source: ByteSource, offset: int) -> list[Fragment]:
    """Every item of an encapsulated value, the offset table first, up to what is no item."""
    found: list[Fragment] = []
    at = offset
    while len(found) < _MAX_FRAGMENTS:
        head = source.read(at, 8)
        if len(head) < 8 or head[:4] != _ITEM:
            break
        length = struct.unpack("<I", head[4:])[0]
        found.append(Fragment(at, length))
        at += 8 + length
    return found


def _offsets(
    source: ByteSource, table: Fragment, extended: bytes, frame_count: int
) -> list[int] | None:
    """Where frames begin, counted from the first fragment's tag; None where no table says it."""
    if len(extended) >= frame_count * 8:
        return list(struct.unpack(f"<{frame_count}Q", extended[: frame_count * 8]))
    if table.length < frame_count * 4 or table.length > _MAX_TABLE:
        return None
    raw = source.read(table.at + 8, frame_count * 4)
    return list(struct.unpack(f"<{frame_count}I", raw)) if len(raw) == frame_count * 4 else None


def _starts(source: ByteSource, fragments: list[Fragment], start: bytes) -> list[int]:
    """Without a table: a frame begins where a fragment starts like a compressed image."""
    if not start or not fragments:
        return []
    base = fragments[0].at
    return [part.at - base for part in fragments if source.read(part.at + 8, len(start)) == start]


def _cut(fragments: list[Fragment], begins: list[int]) -> tuple[tuple[Fragment, ...], ...]:
    frames: list[tuple[Fragment, ...]] = []
    for index, begin in enumerate(begins):
        end = begins[index + 1] if index + 1 < len(begins) else None
        frames.append(
            tuple(part for part in fragments if begin <= part.at and (end is None or part.at < end))
        )
    return tuple(frames)
