"""Where each compressed frame lies among the fragments of encapsulated pixels (PS3.5 A.4)."""

from __future__ import annotations

import struct
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from labeler.imaging.dicom.codestreams import is_rle
from labeler.imaging.layout import MAX_FRAME_BYTES
from labeler.model.image import ByteSource

_ITEM = b"\xfe\xff\x00\xe0"
_MAX_FRAGMENTS = 1_000_000
_MAX_TABLE = 1 << 24
_WINDOW = 1 << 14


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


def is_item(source: ByteSource, offset: int) -> bool:
    """Whether an item of a fragment or a table begins here."""
    return source.read(offset, 4) == _ITEM


def first_fragment(source: ByteSource, offset: int, start: bytes, most: int) -> bytes:
    """The first bytes of the first frame, `most` of them at most."""
    head = source.read(offset, 8 + most)
    if len(head) < 8:
        return b""
    table = struct.unpack_from("<I", head, 4)[0]
    if _is_frame(head[8 : 8 + table], start):
        return head[8 : 8 + table]
    at = 8 + table
    if at + 8 + most > len(head):
        head, at = source.read(offset + at, 8 + most), 0
    if len(head) < at + 8:
        return b""
    length = struct.unpack_from("<I", head, at + 4)[0]
    return head[at + 8 : at + 8 + min(length, most)]


def count_frames(
    source: ByteSource, offset: int, frame_count: int, extended: bytes, start: bytes
) -> int:
    """How many of `frame_count` frames are there: as a table says, else by looking."""
    if len(extended) >= frame_count * 8:
        return frame_count
    head = source.read(offset, 8)
    if len(head) == 8 and struct.unpack_from("<I", head, 4)[0] == frame_count * 4:
        last = source.read(offset + 8 + (frame_count - 1) * 4, 4)
        begin = offset + 8 + frame_count * 4 + int.from_bytes(last, "little")
        if is_item(source, begin):
            return frame_count
    index = index_frames(source, offset, frame_count, extended, start)
    return min(frame_count, len(index.frames))


def index_frames(
    source: ByteSource, offset: int, frame_count: int, extended: bytes, start: bytes
) -> FrameIndex:
    """Find `frame_count` frames. `extended` is the Extended Offset Table, `start` how a frame's
    bytes begin: both help where fragments are not one a frame. Tables that do not point at
    fragments are not believed."""
    fragments = find_fragments(source, offset)
    if not fragments:
        return FrameIndex(())
    table, rest = fragments[0], fragments[1:]
    if _is_frame(source.read(table.at + 8, min(table.length, 64)), start):
        table, rest = Fragment(table.at, 0), fragments  # there is no table
    filled = [part for part in rest if part.length]
    if frame_count == 1:
        return FrameIndex((tuple(filled),))
    for parts in (rest, filled):
        if len(parts) == frame_count:
            return FrameIndex(tuple((part,) for part in parts))
    for begins in (
        _long_offsets(extended, frame_count),
        _offsets(source, table, frame_count),
        _starts(source, rest, start),
    ):
        if found := _cut(rest, begins):
            return FrameIndex(found)
    few = filled if len(filled) < frame_count else []
    return FrameIndex(tuple((part,) for part in few))


def find_fragments(source: ByteSource, offset: int) -> list[Fragment]:
    """Every item of an encapsulated value, the offset table first, up to what is no item."""
    found: list[Fragment] = []
    at, begin, window, few = offset, offset, b"", 9
    while len(found) < _MAX_FRAGMENTS:
        if at + 9 - begin > len(window):
            begin, window = at, source.read(at, few)
        head = window[at - begin : at - begin + 9]
        if head[:4] != _ITEM and head[1:5] == _ITEM and found and found[-1].length % 2:
            at += 1  # an odd length was padded all the same
            continue
        if len(head) < 8 or head[:4] != _ITEM:
            break
        length = struct.unpack_from("<I", head, 4)[0]
        # Small fragments are many: their heads are read together.
        few = _WINDOW if length < _WINDOW // 4 else 9
        found.append(Fragment(at, length))
        at += 8 + length
    return found


def _is_frame(data: bytes, start: bytes) -> bool:
    """Whether what should be the offset table is the first frame already."""
    return data.startswith(start) if start else is_rle(data)


def _long_offsets(extended: bytes, frame_count: int) -> list[int]:
    """Where frames begin, counted from the first fragment's tag; none where no table says it."""
    if len(extended) < frame_count * 8:
        return []
    return list(struct.unpack(f"<{frame_count}Q", extended[: frame_count * 8]))


def _offsets(source: ByteSource, table: Fragment, frame_count: int) -> list[int]:
    if table.length < frame_count * 4 or table.length > _MAX_TABLE:
        return []
    raw = source.read(table.at + 8, frame_count * 4)
    return list(struct.unpack(f"<{frame_count}I", raw)) if len(raw) == frame_count * 4 else []


def _starts(source: ByteSource, fragments: list[Fragment], start: bytes) -> list[int]:
    """Without a table: a frame begins where a fragment starts like a compressed image."""
    if not start or not fragments:
        return []
    base, begin, window = fragments[0].at, 0, b""
    found: list[int] = []
    for part in fragments:
        at = part.at + 8
        if at + len(start) > begin + len(window):
            # Small fragments are many: they are looked at together.
            few = _WINDOW if part.length < _WINDOW // 4 else len(start)
            begin, window = at, source.read(at, few)
        if window.startswith(start, at - begin):
            found.append(part.at - base)
    return found


def _cut(fragments: list[Fragment], begins: list[int]) -> tuple[tuple[Fragment, ...], ...]:
    """Fragments by frame; none where the frames do not begin with fragments, one after another."""
    if not begins or not fragments or any(a >= b for a, b in pairwise(begins)):
        return ()
    places = [part.at - fragments[0].at for part in fragments]
    cuts = [bisect_left(places, begin) for begin in begins]
    if any(cut >= len(places) or places[cut] != at for cut, at in zip(cuts, begins, strict=True)):
        return ()
    ends = [*cuts[1:], len(fragments)]
    return tuple(
        tuple(part for part in fragments[cut:end] if part.length)
        for cut, end in zip(cuts, ends, strict=True)
    )
