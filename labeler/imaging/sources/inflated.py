"""Deflated bytes read at random; they are unfolded into no file, and never whole into memory."""

from __future__ import annotations

import threading
import zlib

from labeler.errors import LabelerError
from labeler.model.image import ByteSource

RAW, ZIPPED = -zlib.MAX_WBITS, zlib.MAX_WBITS | 16
"""Bare deflate (DICOM, zip members), and the gzip form."""
FREE = 1 << 29
"""Up to here any stream may unfold, in bytes."""
RATIO = 100
"""Beyond that, an honest stream does not become larger than this many times its packed size."""
_CHUNK = 1 << 16
_STRIDE = 1 << 22


class _Cursor:
    """A place in the stream from which it can be inflated on; `out` plain bytes lie before it."""

    def __init__(self, form: int, at: int) -> None:
        self._form, self.at, self.out = form, at, 0
        self.last = b""
        self._inflate = zlib.decompressobj(form)
        self._rest = b""

    def copy(self) -> _Cursor:
        twin = _Cursor(self._form, self.at)
        twin.out, twin._rest = self.out, self._rest
        twin._inflate = self._inflate.copy()
        return twin

    def step(self, source: ByteSource, end: int | None) -> bytes:
        """The next piece; b"" at the end, or where the stream is broken."""
        piece = b""
        while not piece:
            if not self._rest:
                most = _CHUNK if end is None else min(_CHUNK, end - self.at)
                self._rest = source.read(self.at, most) if most > 0 else b""
                self.at += len(self._rest)
            if not self._rest or (self._inflate.eof and not self._next_member()):
                return b""
            try:
                piece = self._inflate.decompress(self._rest, _CHUNK)
            except zlib.error:
                return b""
            self._rest = self._inflate.unconsumed_tail or self._inflate.unused_data
        self.out += len(piece)
        self.last = piece
        return piece

    def _next_member(self) -> bool:
        """A gzip file may be several, one after another (RFC 1952 2.2); only then it goes on."""
        if self._form != ZIPPED or not self._rest.startswith(b"\x1f\x8b"):
            return False
        self._inflate = zlib.decompressobj(self._form)
        return True


class Warm:
    """Where the last read stopped, so that the next one need not begin anew. One may serve all
    members of an archive: it holds one cursor."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[object, _Cursor] | None = None

    def take(self, owner: object) -> _Cursor | None:
        with self._lock:
            if self._held is None or self._held[0] is not owner:
                return None
            cursor, self._held = self._held[1], None
            return cursor

    def put(self, owner: object, cursor: _Cursor) -> None:
        with self._lock:
            self._held = owner, cursor


class InflatedBytes:
    """The deflated part of a file, as if it were stored plain; a ByteSource.

    `start` and `packed` bound it in `source`, and `size`, where it is told, what it unfolds to.
    Between reads only a few resting places are kept, 40 kB for each 4 MiB. Raises LabelerError
    "unfolds-too-far" for what only a decompression bomb does.
    """

    def __init__(
        self,
        source: ByteSource,
        start: int,
        packed: int | None = None,
        *,
        form: int = RAW,
        size: int | None = None,
        name: str | None = None,
        warm: Warm | None = None,
    ) -> None:
        self._source, self._start, self._form = source, start, form
        self._end = None if packed is None else start + packed
        self._name = source.name if name is None else name
        self._warm = warm or Warm()
        self._resting: list[_Cursor] = []
        self._size = self._told = size

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        """As it was told; else found by inflating everything once."""
        if self._size is None:
            cursor = self._cursor(1 << 62)
            while self._step(cursor):
                pass
            self._size = cursor.out
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        end = offset + length
        if self._told is not None:
            end = min(end, self._told)
        if offset < 0 or end <= offset:
            return b""
        cursor = self._cursor(offset)
        kept: list[bytes] = []
        piece, begin = cursor.last, cursor.out - len(cursor.last)
        while True:
            if begin + len(piece) > offset:
                kept.append(piece[max(0, offset - begin) : end - begin])
            begin = cursor.out
            if begin >= end or not (piece := self._step(cursor)):
                break
        self._warm.put(self, cursor)
        return b"".join(kept)

    def _cursor(self, offset: int) -> _Cursor:
        """The nearest place before `offset` from which the stream can be read on."""
        warm = self._warm.take(self)
        if warm is not None and warm.out - len(warm.last) > offset:
            warm = None
        rest = next((place for place in reversed(self._resting) if place.out <= offset), None)
        if warm is not None and (rest is None or rest.out <= warm.out):
            return warm
        return _Cursor(self._form, self._start) if rest is None else rest.copy()

    def _step(self, cursor: _Cursor) -> bytes:
        piece = cursor.step(self._source, self._end)
        if cursor.out > FREE and cursor.out > RATIO * (cursor.at - self._start):
            raise unfolds_too_far(self._name)
        if cursor.out >= (len(self._resting) + 1) * _STRIDE:
            self._resting.append(cursor.copy())
        return piece


def unfolds_too_far(name: str) -> LabelerError:
    """What is said of a decompression bomb."""
    return LabelerError(
        "unfolds-too-far",
        "{name} would unfold to an absurd size: it is broken or made to do harm.",
        safe="It was not unfolded. Other files are fine.",
        do="Ask the sender for the files themselves.",
        name=name,
    )
