"""Where the stored values of one file's frames come from: offsets, fragments, or a whole file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import msgspec

from labeler.imaging.decoding.recipes import PictureRecipe, Recipe, TileRecipe
from labeler.imaging.decoding.slide_facts import SlideFacts
from labeler.imaging.decoding.stored import (
    fit_in_place,
    from_native,
    is_direct,
    native_span,
)
from labeler.imaging.dicom.encapsulated import FrameIndex, count_frames, index_frames
from labeler.imaging.layout import PixelLayout
from labeler.imaging.sources.files import HeadBytes, read_into
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import ByteSource, Pixels
from labeler.model.volume import Later

T = TypeVar("T")

_AT_ONCE = 1 << 22
"""What is read of a file that holds one compressed frame, before it is known how long that is."""


class _Room(threading.local):
    """Memory of a thread that reads, the same for each frame: the system takes longer to give new
    pages than to read into them."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def of(self, length: int) -> memoryview:
        if len(self._bytes) < length:
            self._bytes = bytearray(length)
        return memoryview(self._bytes)[:length]


_ROOM = _Room()


class DecodeError(Exception):
    """A frame gave no pixels; `code` says how, `detail` is for the log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, eq=False)
class Piece:
    """A compressed frame or tile, and how it is to be decoded."""

    syntax: Syntax
    layout: PixelLayout
    data: bytes
    recipe: Recipe | None = None


Data = bytes | memoryview
Keep = Callable[[Callable[[], Data]], None]
"""What is left to do with a decoded frame: takes what reads its compressed bytes once more, where
they are asked for."""


class Decoders(Protocol):
    """Where compressed frames are decoded."""

    def decode(
        self, syntax: Syntax, layout: PixelLayout, data: bytes, recipe: Recipe | None = None
    ) -> Pixels:
        """Stored values of one frame, interleaved where in colour; raises DecodeError.

        `recipe` is what codecs of pictures and slides must know beside the layout.
        """
        ...

    def decode_into(
        self, syntax: Syntax, layout: PixelLayout, data: Data, out: Pixels
    ) -> Keep | None:
        """As `decode`, into contiguous memory of that type; raises DecodeError, and may then have
        written a part. What is given back is to be called later, while `out` is unchanged."""
        ...

    def decode_all(
        self, pieces: Sequence[Piece], take: Callable[[int, Pixels], T]
    ) -> list[T | DecodeError]:
        """As `decode` does with each, all workers together. `take` makes of a piece's number and
        its values, in any order, what stands in its place; the values are others right after.
        What fails stands there as its error."""
        ...

    def describe(self, path: Path) -> SlideFacts:
        """What OpenSlide finds in a file on the disk; raises DecodeError."""
        ...


class FrameStore(Protocol):
    """The stored values of one file's frames; safe to ask from any thread."""

    def frame(self, number: int, decoders: Decoders) -> Pixels:
        """Stored values of one frame, as `from_native` gives them; raises DecodeError, OSError."""
        ...


@runtime_checkable
class DirectStore(Protocol):
    """What a FrameStore may offer besides: values put where they are wanted."""

    def frame_into(self, number: int, decoders: Decoders, out: Pixels) -> Later | None:
        """What `frame` gives, into contiguous memory of its type; raises as that does. What is
        given back is to be done later."""
        ...


def frame_into(store: FrameStore, number: int, decoders: Decoders, out: Pixels) -> Later | None:
    """Stored values of one frame into memory of their type, without a copy where that can be."""
    if isinstance(store, DirectStore):
        return store.frame_into(number, decoders, out)
    out[...] = store.frame(number, decoders)
    return None


@dataclass(frozen=True, eq=False)
class NativeFrames:
    """Frames that lie one after another, uncompressed. `length` bounds them, where it is known.

    Of a frame that is cut short, what is missing is 0 where `filled`, else it is an error.
    """

    source: ByteSource
    layout: PixelLayout
    offset: int
    length: int | None
    filled: bool = False

    def frame(self, number: int, decoders: Decoders) -> Pixels:  # noqa: ARG002  as FrameStore has it
        return self.values(number)

    def values(self, number: int) -> Pixels:
        """As `frame` gives them; nothing needs to be decoded."""
        start, count, bit = native_span(self.layout, number)
        left = count if self.length is None else max(min(count, self.length - start), 0)
        raw = self.source.read(self.offset + start, left)
        enough = row_bytes(self.layout) if self.filled else count
        # The last word of swapped ones may lack its second half.
        if len(raw) < enough - (self.layout.swapped and not self.filled):
            raise DecodeError("truncated-image", f"{len(raw)} of {count} bytes")
        return from_native(raw.ljust(count, b"\0"), self.layout, bit)

    def rows_there(self, number: int) -> int:
        """How many rows of a frame are whole, from the first on, by its bounds alone."""
        layout = self.layout
        if self.length is None:
            return layout.rows
        left = self.length * 8 - number * layout.frame_bits
        planes = layout.samples if layout.planar else 1
        # Where colours lie in planes a row is whole once the last plane has it.
        plane = layout.frame_bits // planes
        row = plane // layout.rows
        return max(0, min((left - plane * (planes - 1)) // row, layout.rows))

    def frame_into(self, number: int, decoders: Decoders, out: Pixels) -> None:
        start, count, _ = native_span(self.layout, number)
        whole = self.length is None or start + count <= self.length
        if whole and is_direct(self.layout):
            there = read_into(self.source, self.offset + start, out.data.cast("B"))
            if there == count:
                fit_in_place(out, self.layout)
                return
        # What is cut short, swapped or packed takes the way with a copy, and its errors.
        out[...] = self.frame(number, decoders)


def row_bytes(layout: PixelLayout) -> int:
    """What must be there of a frame that is cut short, for it to be shown."""
    return -(-layout.frame_bits // layout.rows // 8)


def native_frames(layout: PixelLayout, there: int, frame_count: int) -> tuple[int, bool]:
    """How many of `frame_count` frames begin in `there` bytes, and whether those are too few.

    At least one, so that a file with nothing in it is an image that cannot be read.
    """
    missing = there < -(-layout.frame_bits * frame_count // 8)
    if not missing:
        return frame_count, False
    whole, rest = divmod(there * 8, layout.frame_bits)
    begun = rest // 8 >= row_bytes(layout)
    return max(min(whole + begun, frame_count), 1), True


class EncapsulatedFrames:
    """Compressed frames in fragments (PS3.5 A.4). `offset` is where the first item's tag begins;
    `table` is the Extended Offset Table, or empty."""

    def __init__(
        self,
        source: ByteSource,
        syntax: Syntax,
        layout: PixelLayout,
        offset: int,
        frame_count: int,
        table: bytes,
    ) -> None:
        self._source, self._syntax, self._layout = source, syntax, layout
        self._offset, self._count, self._table = offset, frame_count, table
        self._known: FrameIndex | None = None
        self._lock = threading.Lock()

    def frame(self, number: int, decoders: Decoders) -> Pixels:
        return decoders.decode(self._syntax, self._layout, self._data(number))

    def frame_into(self, number: int, decoders: Decoders, out: Pixels) -> Later | None:
        data = self._read(number)
        keep = decoders.decode_into(self._syntax, self._layout, data, out)
        return None if keep is None else partial(self._keep, number, keep)

    def _keep(self, number: int, keep: Keep) -> None:
        # A disc that was taken out meanwhile: nothing is kept of it.
        with suppress(OSError, DecodeError):
            keep(partial(self._read, number))

    def _read(self, number: int) -> Data:
        """Until this thread reads another."""
        found = self._at_once() if self._count == 1 and number == 0 else None
        return found or self._data(number)

    def is_whole(self) -> bool:
        """Whether the last frame ends within the file; its bytes are not read."""
        frames = self._index().frames
        last = frames[self._count - 1] if len(frames) >= self._count else ()
        return bool(last) and last[-1].at + 8 + last[-1].length <= self._source.size

    def compressed(self, number: int) -> bytes:
        """The bytes of one frame as they are; raises DecodeError, OSError."""
        return self._data(number)

    def _data(self, number: int) -> bytes:
        data = self._index().read(self._source, number)
        if not data:
            raise DecodeError("truncated-image", "the compressed frame is not in the file")
        return data

    def _at_once(self) -> memoryview | None:
        """The only frame of a file, from one look at it: to open a file five times takes longer
        than to read a slice. Until this thread reads another; None where it is not found so."""
        left = max(self._source.size - self._offset, 0)
        room = _ROOM.of(min(left, _AT_ONCE))
        room = room[: read_into(self._source, self._offset, room)]
        head = HeadBytes(self._source, self._offset, room, is_all=left <= _AT_ONCE)
        found = index_frames(head, self._offset, 1, self._table, self._syntax.start).frames
        if len(found) != 1 or len(found[0]) != 1:
            return None
        begin, length = found[0][0].at + 8 - self._offset, found[0][0].length
        return room[begin : begin + length] if begin + length <= len(room) else None

    def count(self) -> int:
        """How many frames are there, by the tables or by looking; at least one."""
        start = self._syntax.start
        there = count_frames(self._source, self._offset, self._count, self._table, start)
        return max(there, 1)

    def tile(self, number: int, size: tuple[int, int], *, rgb: bool) -> Piece:
        """The upper left rows and columns of a frame, which may hold no more than those; colours as
        they are shown where `rgb`."""
        data = self._index().read(self._source, number)
        if not data:
            raise DecodeError("truncated-image", "the compressed tile is not in the file")
        inside = replace(self._layout, rows=size[0], columns=size[1])
        recipe = TileRecipe(self._layout.rows, self._layout.columns, rgb)
        return Piece(self._syntax, inside, data, recipe)

    def _index(self) -> FrameIndex:
        """Where compressed frames lie; kept for files of many frames, found again for others."""
        with self._lock:
            if self._known is not None:
                return self._known
        found = index_frames(
            self._source, self._offset, self._count, self._table, self._syntax.start
        )
        if self._count > 1:
            with self._lock:
                self._known = found
        return found


@dataclass(frozen=True, eq=False)
class WholeFile:
    """A file that is one compressed picture, or an animation of several."""

    source: ByteSource
    syntax: Syntax
    layout: PixelLayout
    recipe: PictureRecipe

    def frame(self, number: int, decoders: Decoders) -> Pixels:
        data = self.source.read(0, self.source.size)
        if not data:
            raise DecodeError("truncated-image", "the file is empty")
        recipe = msgspec.structs.replace(self.recipe, frame=number)
        return decoders.decode(self.syntax, self.layout, data, recipe)
