"""The texts in a TIFF file's directories: found, and blanked in place.

Every offset stays as it is, so the pixels are the same bytes at the same places.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from labeler.model.image import ByteSource

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}
_MAX_DIRECTORIES = 4096
_MAX_ENTRIES = 4096
_MAX_ALL_ENTRIES = 1 << 17
"""Of all directories, which may lie over one another."""

NAMES = {
    269: "DocumentName",
    270: "ImageDescription",
    271: "Make",
    272: "Model",
    285: "PageName",
    305: "Software",
    306: "DateTime",
    315: "Artist",
    316: "HostComputer",
    333: "InkNames",
    337: "TargetPrinter",
    700: "XMP",
    32934: "HostComputer",
    33432: "Copyright",
    33723: "IPTC",
    34377: "Photoshop",
    34665: "EXIF",
    34853: "GPS",
    37500: "MakerNote",
    37510: "UserComment",
    40091: "XPTitle",
    40092: "XPComment",
    40093: "XPAuthor",
    40094: "XPKeywords",
    40095: "XPSubject",
    42112: "GDALMetadata",
    50839: "ImageJMetadata",
    65000: "private",
}
_POINTERS = frozenset((34665, 34853))


@dataclass(frozen=True)
class TiffText:
    """One text: `start` and `length` of its value in the file."""

    tag: int
    start: int
    length: int

    @property
    def name(self) -> str:
        return NAMES.get(self.tag, "private")


def tiff_texts(source: ByteSource) -> tuple[TiffText, ...] | None:
    """Every text of every directory, also of EXIF and GPS; None where the file is broken,
    or holds more of them than are looked through."""
    try:
        return tuple(_Walk(source).texts())
    except struct.error:
        return None


class _Walk:
    def __init__(self, source: ByteSource) -> None:
        head = source.read(0, 16)
        self._source, self._left = source, _MAX_ALL_ENTRIES
        self._order = "<" if head[:2] == b"II" else ">"
        self._big = head[2:4] in (b"+\0", b"\0+")
        first = (f"{self._order}Q", 8) if self._big else (f"{self._order}I", 4)
        self._first = int(struct.unpack_from(first[0], head, first[1])[0])

    def texts(self) -> Iterator[TiffText]:
        waiting, seen = [self._first], set[int]()
        while waiting:
            at = waiting.pop()
            if at in seen or not 0 < at < self._source.size:
                continue
            seen.add(at)
            if len(seen) > _MAX_DIRECTORIES:
                raise struct.error
            yield from self._directory(at, waiting)

    def _unpack(self, form: str, at: int) -> tuple[int, ...]:
        size = struct.calcsize(self._order + form)
        return struct.unpack(self._order + form, self._source.read(at, size))

    def _directory(self, at: int, waiting: list[int]) -> Iterator[TiffText]:
        (count,) = self._unpack("Q" if self._big else "H", at)
        first, step = (at + 8, 20) if self._big else (at + 2, 12)
        self._left -= count
        if count > _MAX_ENTRIES or self._left < 0:
            raise struct.error
        block = self._source.read(first, count * step)
        for entry in range(0, count * step, step):
            yield from self._entry(block[entry : entry + step], first + entry, waiting)
        (after,) = self._unpack("Q" if self._big else "I", first + count * step)
        waiting.append(after)

    def _entry(self, raw: bytes, entry: int, waiting: list[int]) -> Iterator[TiffText]:
        form = "HHQQ" if self._big else "HHII"
        tag, kind, count, inline = struct.unpack(self._order + form, raw)
        room, place = (8, entry + 12) if self._big else (4, entry + 8)
        length = count * _SIZES.get(kind, 1)
        start = place if length <= room else inline
        if start + length > self._source.size:
            raise struct.error
        if tag == 330:  # SubIFDs: a pyramid's levels, or thumbnails
            if count > _MAX_DIRECTORIES:
                raise struct.error
            waiting += self._unpack(f"{count}{'Q' if _SIZES.get(kind, 4) == 8 else 'I'}", start)
        if tag in _POINTERS:
            waiting.append(inline)
        elif (
            (tag in NAMES or (tag >= 32768 and kind in (2, 7) and length > room))
            and tag not in _KEPT_PRIVATE
            and self._source.read(start, min(length, 1 << 16)).strip(b"\0 ")
        ):
            yield TiffText(tag, start, length)


_KEPT_PRIVATE = frozenset((34675, 33550, 33922, 32997, 32998))
"""ICC profile, scales, and depths: numbers that the picture needs."""
