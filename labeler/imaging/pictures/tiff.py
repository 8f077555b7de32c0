"""The directories of a TIFF, by our own bounded walk: no tag is believed beyond the file's end."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from labeler.model.image import ByteSource

MAX_PAGES = 10_000
MAX_TAGS = 4096
_MAX_ALL_TAGS = 1 << 19
"""Of all directories together: they may lie over one another, whatever the file's size."""
MAX_VALUES = 1 << 25
"""Bytes of one tag: the tile offsets of the largest slides take 16 MB."""
_SUB_IFDS = 330
_MAX_DEPTH = 2
_CODES = {1: "u1", 3: "u2", 4: "u4", 6: "i1", 8: "i2", 9: "i4", 13: "u4", 16: "u8", 18: "u8"}
_CODES |= {11: "f4", 12: "f8", 17: "i8", 7: "u1", 2: "u1"}
_RATIONALS = {5: "u4", 10: "i4"}
_SIZES = {kind: int(code[1]) for kind, code in _CODES.items()} | {5: 8, 10: 8}


Numbers = NDArray[np.float64] | NDArray[np.int64]


class BrokenTiffError(Exception):
    """A directory that cannot be followed; the text says what is wrong, in a few words."""


@dataclass(frozen=True)
class Entry:
    """One tag of a directory: its kind, how many values, and where they lie in the file."""

    kind: int
    count: int
    offset: int

    @property
    def length(self) -> int:
        """Bytes; 0 where the kind is unknown."""
        return self.count * _SIZES.get(self.kind, 0)


@dataclass(frozen=True, eq=False)
class Page:
    """One directory (TIFF 6.0 section 2; BigTIFF). `index` counts all of them, as they are met;
    `parent` is the index of the one whose SubIFDs name this one. `size` is the file's."""

    source: ByteSource
    size: int
    little: bool
    index: int
    entries: dict[int, Entry] = field(repr=False)
    parent: int | None = None

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def raw(self, tag: int, most: int = MAX_VALUES) -> bytes:
        """The tag's bytes; empty where it is not there, too long, or beyond the file's end."""
        entry = self.entries.get(tag)
        if entry is None or not 0 < entry.length <= min(most, self.size - entry.offset):
            return b""
        data = self.source.read(entry.offset, entry.length)
        return data if len(data) == entry.length else b""

    def numbers(self, tag: int) -> Numbers:
        """All values; empty where there are none that can be read. Rationals are divided."""
        entry, data = self.entries.get(tag), self.raw(tag)
        if entry is None or not data:
            return np.empty(0, np.int64)
        order = "<" if self.little else ">"
        if entry.kind in _RATIONALS:
            pairs = np.frombuffer(data, order + _RATIONALS[entry.kind]).reshape(-1, 2)
            below = pairs[:, 1].astype(np.float64)
            divided: Numbers = np.zeros(len(pairs))
            np.divide(pairs[:, 0], below, out=divided, where=below != 0)
            return divided
        values = np.frombuffer(data, order + _CODES[entry.kind])
        if values.dtype.kind == "f":
            return values.astype(np.float64)
        # Sizes beyond 2**63 are nonsense: they wrap to negative ones, which every bound refuses.
        return values.astype(np.int64)

    def number(self, tag: int, default: int = 0) -> int:
        """The first value as a whole number."""
        values = self.numbers(tag)
        return int(values[0]) if len(values) and np.isfinite(values[0]) else default

    def real(self, tag: int) -> float:
        """The first value; 0 where there is none."""
        values = self.numbers(tag)
        return float(values[0]) if len(values) and np.isfinite(values[0]) else 0.0

    def text(self, tag: int, most: int = 1 << 22) -> str:
        """The text up to its NUL; empty where it is missing or longer than `most` bytes."""
        return self.raw(tag, most).partition(b"\0")[0].decode("utf-8", "replace")


def is_tiff(head: bytes) -> bool:
    return head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_pages(source: ByteSource) -> tuple[Page, ...]:
    """All directories, SubIFDs right after the one that names them.

    Raises BrokenTiffError, also where the chain breaks after its first directory (pages that are
    missing would be missed by nobody), and OSError.
    """
    walk = _Walk(source)
    pages = tuple(walk.pages())
    if not pages:
        raise BrokenTiffError("it has no page")
    return pages


class _Walk:
    """Follows the chain of directories; each is visited once, so that a ring ends."""

    def __init__(self, source: ByteSource) -> None:
        self._source, self._size = source, source.size
        head = source.read(0, 16)
        self._little = head[:2] == b"II"
        self._order = "<" if self._little else ">"
        if not is_tiff(head) or len(head) < 8:
            raise BrokenTiffError("its first bytes are not those of a TIFF")
        self._big = 43 in head[2:4]
        if self._big and len(head) < 16:
            raise BrokenTiffError("it ends within its first bytes")
        at = struct.unpack_from(
            self._order + ("Q" if self._big else "I"), head, 8 if self._big else 4
        )
        self._first = int(at[0])
        self._seen: set[int] = set()
        self._count = 0
        self._tags = 0

    def pages(self) -> Iterator[Page]:
        yield from self._chain(self._first, None, 0)

    def _chain(self, at: int, parent: int | None, depth: int) -> Iterator[Page]:
        while at:
            if at in self._seen:
                raise BrokenTiffError("its pages point at one another in a ring")
            if self._count >= MAX_PAGES:
                raise BrokenTiffError(f"it has more than {MAX_PAGES} pages")
            self._seen.add(at)
            page, onward = self._page(at, parent)
            yield page
            if depth < _MAX_DEPTH:
                for below in page.numbers(_SUB_IFDS)[:MAX_PAGES]:
                    if below:
                        yield from self._chain(int(below), page.index, depth + 1)
            at = onward if parent is None else 0

    def _page(self, at: int, parent: int | None) -> tuple[Page, int]:
        head, entry, link = (8, 20, 8) if self._big else (2, 12, 4)
        count = self._integer(self._source.read(at, head) if at < self._size else b"", head)
        if not 0 < count <= MAX_TAGS:
            raise BrokenTiffError(f"page {self._count + 1} says it has {count} tags")
        self._tags += count
        if self._tags > _MAX_ALL_TAGS:
            raise BrokenTiffError(f"its pages have more than {_MAX_ALL_TAGS} tags")
        block = self._source.read(at + head, count * entry + link)
        if len(block) < count * entry:
            raise BrokenTiffError(f"it ends within the list of page {self._count + 1}")
        entries: dict[int, Entry] = {}
        for n in range(count):
            tag, found = self._entry(block[n * entry : (n + 1) * entry], at + head + n * entry)
            entries.setdefault(tag, found)
        page = Page(self._source, self._size, self._little, self._count, entries, parent)
        self._count += 1
        tail = block[count * entry :]
        return page, self._integer(tail, link) if len(tail) == link else 0

    def _entry(self, data: bytes, at: int) -> tuple[int, Entry]:
        tag, kind, count = struct.unpack_from(self._order + ("HHQ" if self._big else "HHI"), data)
        room = 8 if self._big else 4
        entry = Entry(kind, count, at + len(data) - room)
        if entry.length > room:
            entry = Entry(kind, count, self._integer(data[-room:], room))
        return tag, entry

    def _integer(self, data: bytes, size: int) -> int:
        if len(data) != size:
            raise BrokenTiffError(f"it ends before page {self._count + 1} begins")
        return int.from_bytes(data, "little" if self._little else "big")
