"""Compressed bytes as if they were stored plain: inflated once to survey them, then by piece.

No more is ever unfolded than the header of the volume promises. For deflated bytes the survey
leaves marks to resume from, so that memory stays small whatever the volume's size.
"""

from __future__ import annotations

import bz2
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable

from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.volumes.volume_faults import impossible_size, too_large
from labeler.model.image import ByteSource

GZIP = 16 + zlib.MAX_WBITS
ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
GZIP_MAGIC = b"\x1f\x8b"
MAX_RATIO = 1032
"""Deflate codes at most 258 bytes in two bits."""
MAX_UNFOLDED = 1 << 33
"""Bytes of one volume; more is refused by name."""
MAX_HELD = 1 << 30
"""Bytes that are kept whole, where a stream cannot be resumed in its middle."""
_CHUNK = 1 << 18
_FED = 1 << 14
"""Bytes that are given to zlib at once: every mark keeps what it has left of them."""
_MARK_EVERY = 1 << 20
_MOST_MARKS = 1 << 10


def peek_gzip(head: bytes, count: int) -> bytes:
    """Up to `count` first bytes inside a gzip file that begins with `head`; b"" if it is none."""
    if not head.startswith(GZIP_MAGIC):
        return b""
    try:
        return zlib.decompressobj(GZIP).decompress(head, count)
    except zlib.error:
        return b""


class _Run:
    """One pass over a deflated stream, or over gzip members one after another."""

    def __init__(self, source: ByteSource, fed: int, wbits: int) -> None:
        self._source, self._wbits = source, wbits
        self._fed = fed
        self._tail = b""
        self._ahead, self._ahead_at = b"", 0
        self._inflate = zlib.decompressobj(wbits)
        self.at = 0

    def copy(self) -> _Run | None:
        """One that goes on from here; None at the end of a stream."""
        if self._inflate.eof:
            return None
        twin = _Run(self._source, self._fed - len(self._tail), self._wbits)
        twin._inflate = self._inflate.copy()
        twin.at = self.at
        return twin

    def step(self, most: int) -> bytes:
        """The next bytes, `most` of them or fewer; b"" at the end. Raises zlib.error, OSError."""
        while not self._inflate.eof or self._next_member():
            data = self._tail or self._next()
            piece = self._inflate.decompress(data, most)
            self._tail = self._inflate.unconsumed_tail
            if piece:
                self.at += len(piece)
                return piece
            if not data:
                break
        return b""

    def _next(self) -> bytes:
        begin = self._fed - self._ahead_at
        if not 0 <= begin < len(self._ahead):
            self._ahead, self._ahead_at = self._source.read(self._fed, _CHUNK), self._fed
            begin = 0
        data = self._ahead[begin : begin + _FED]
        self._fed += len(data)
        return data

    def _next_member(self) -> bool:
        begin = self._fed - len(self._inflate.unused_data)
        if self._source.read(begin, 2) != GZIP_MAGIC:
            return False
        self._fed, self._tail = begin, b""
        self._inflate = zlib.decompressobj(self._wbits)
        return True


class DeflatedBytes:
    """A ByteSource over what a gzip or zlib stream holds: the first `size` bytes of it.

    The first read surveys the whole stream, which also checks its sum; it happens once, whatever
    the number of threads. Raises DecodeError "undecodable-image" for a stream that is broken
    anywhere: which of its values are wrong cannot be told.
    """

    def __init__(self, source: ByteSource, start: int, size: int, wbits: int = GZIP) -> None:
        self._source, self._start, self._size, self._wbits = source, start, size, wbits
        self._lock = threading.Lock()
        self._surveyed = False
        self._places: list[int] = []
        self._marks: list[_Run] = []
        self._end = 0
        self._fault = ""

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        with self._lock:
            if not self._surveyed:
                self._survey()
                self._surveyed = True
            if self._fault:
                raise DecodeError("undecodable-image", self._fault)
            end = min(offset + length, self._end)
            mark = self._marks[bisect_right(self._places, offset) - 1] if offset < end else None
            run = mark.copy() if mark is not None else None
        kept: list[bytes] = []
        while run is not None and run.at < end:
            begin = run.at
            piece = run.step(min(end - begin, _CHUNK))
            if not piece:
                break
            if run.at > offset:
                kept.append(piece[max(offset - begin, 0) :])
        return b"".join(kept)

    def _survey(self) -> None:
        run = _Run(self._source, self._start, self._wbits)
        every = max(_MARK_EVERY, self._size // _MOST_MARKS)
        # An earlier survey may have been stopped by the disk.
        self._places, self._marks = [], []
        try:
            while run.at < self._size:
                if not self._places or run.at >= self._places[-1] + every:
                    self._leave_mark(run)
                if not run.step(min(self._size - run.at, _CHUNK)):
                    break
            self._end = run.at
            run.step(1)  # past the last byte, where the sum is checked
        except zlib.error as error:
            self._fault = str(error)

    def _leave_mark(self, run: _Run) -> None:
        mark = run.copy()
        if mark is not None:
            self._marks.append(mark)
            self._places.append(mark.at)


class HeldBytes:
    """A ByteSource of `size` bytes that are made when first asked for, once, and then kept."""

    def __init__(self, name: str, size: int, make: Callable[[], bytes]) -> None:
        self._name, self._size, self._make = name, size, make
        self._lock = threading.Lock()
        self._held: bytes | DecodeError | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        with self._lock:
            if self._held is None:
                try:
                    self._held = self._make()
                except DecodeError as error:
                    self._held = error
            held = self._held
        if isinstance(held, DecodeError):
            raise DecodeError(held.code, str(held)) from held
        return held[offset : offset + length]


def unfold_bzip2(source: ByteSource, start: int, size: int) -> bytes:
    """The first `size` bytes of what bzip2 streams hold; raises DecodeError, OSError."""
    kept = bytearray()
    at = start
    unfold = bz2.BZ2Decompressor()
    try:
        while len(kept) < size:
            if unfold.eof:
                at -= len(unfold.unused_data)
                unfold = bz2.BZ2Decompressor()
            data = source.read(at, _CHUNK) if unfold.needs_input else b""
            if unfold.needs_input and not data:
                break
            at += len(data)
            kept += unfold.decompress(data, size - len(kept))
    except OSError as error:
        raise DecodeError("undecodable-image", str(error)) from error
    return bytes(kept)


def unfolded(source: ByteSource, start: int, size: int, coding: str) -> ByteSource:
    """The first `size` bytes of what "gzip", "zlib" or "bzip2" bytes from `start` on hold.

    Raises LabelerError where that is too much to be kept, or more than they can hold.
    """
    limit = MAX_HELD if coding == "bzip2" else MAX_UNFOLDED
    if size > limit:
        raise too_large(source.name, size, limit)
    if coding == "bzip2":
        return HeldBytes(source.name, size, lambda: unfold_bzip2(source, start, size))
    stored = max(source.size - start, 0)
    if size > (stored + 1) * MAX_RATIO:
        raise impossible_size(source.name, size, stored)
    return DeflatedBytes(source, start, size, GZIP if coding == "gzip" else ZLIB_OR_GZIP)
