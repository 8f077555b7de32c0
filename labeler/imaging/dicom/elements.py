"""The walk over the elements of a dataset, one after another (PS3.5 chapter 7)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset, Span
from labeler.imaging.dicom.spellings import as_promised
from labeler.model.image import ByteSource

UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD
_DELIMITERS = 0xFFFE
_MAX_DEPTH = 16
_MAX_ELEMENTS = 2_000_000
MAX_VALUE = 1 << 20
_NEAR = 64
_MAX_FAR = 4096
"""Looks beyond the window, where a VR does not tell a length: dear where the file is deflated."""
_KEPT_ITEMS = 300_000
_KEPT_BYTES = 1 << 27
"""Of all values together: few deflated bytes can unfold to any number of large ones."""
_USUAL = struct.Struct("<HH2sH")
HEAD = 1 << 14
"""How much of a file is read at once: most headers are shorter."""
LEAST = 1 << 12
"""How much of a DICOM file is read first: reading few bytes of many files is quicker."""
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
KNOWN_VRS = _LONG | _SHORT
_FRAGMENTED = frozenset(b"OB OD OF OL OV OW".split())


@dataclass(frozen=True)
class PixelElement:
    """Where the pixels' value begins; `length` is None for encapsulated fragments."""

    tag: int
    vr: bytes
    offset: int
    length: int | None


_NOTHING = Dataset()
"""Every empty item: a million of them must not weigh."""


class Cut(Exception):  # noqa: N818  not an error of ours: the walk turns it into what it has so far
    """The bytes end inside an element."""


class Endless(Exception):  # noqa: N818  told by `read_header`
    """More elements, items or levels than any image has."""


@dataclass
class Walk:
    """One pass over a file; a window of bytes slides along `source`."""

    source: ByteSource
    little: bool = True
    explicit: bool = True
    pixels: PixelElement | None = None
    charset: str = ""
    cut: bool = False
    spans: dict[int, Span] = field(default_factory=dict)
    last: int = 0
    _items: int = 0
    _start: int = 0
    _window: bytes = b""
    _left: int = field(default=_MAX_ELEMENTS)
    _room: int = field(default=_KEPT_BYTES)
    _far: int = field(default=_MAX_FAR)

    def peek(self, at: int, count: int) -> bytes:
        begin = at - self._start
        if begin < 0 or begin + count > len(self._window):
            self._start, begin = at, 0
            self._window = self.source.read(at, max(count, HEAD))
            if len(self._window) < count:
                raise Cut
        return self._window[begin : begin + count]

    def _slide(self, at: int) -> None:
        """Have what lies right behind `at` in the window."""
        begin = at - self._start
        if not 0 <= begin <= len(self._window) - _NEAR:
            self._start, self._window = at, self.source.read(at, HEAD)

    def _glance(self, at: int, count: int) -> bytes:
        """Bytes anywhere, or fewer at the end, without moving the window."""
        begin = at - self._start
        if 0 <= begin <= len(self._window) - count:
            return self._window[begin : begin + count]
        self._far -= 1
        if self._far < 0:
            raise Endless
        return self.source.read(at, count)

    def element(self, at: int) -> tuple[int, bytes, int, int]:
        """Tag, VR (b"" where implicit), length, and where the value begins."""
        self._left -= 1
        if self._left < 0:
            raise Endless
        begin = at - self._start
        if self.explicit and self.little and 0 <= begin <= len(self._window) - 8:
            # Nearly every element of nearly every file: worth a short way.
            group, number, vr, length = _USUAL.unpack_from(self._window, begin)
            # Items carry no VR, but a length whose bytes may spell one.
            usual = vr in _SHORT and group != _DELIMITERS
            if usual and (length or self._window[begin + 12 : begin + 14] in KNOWN_VRS):
                return group << 16 | number, vr, length, at + 8
        order: Literal["little", "big"] = "little" if self.little else "big"
        head = self.peek(at, 8)
        tag = int.from_bytes(head[0:2], order) << 16 | int.from_bytes(head[2:4], order)
        vr = head[4:6]
        if not self.explicit or tag >> 16 == _DELIMITERS:
            return tag, b"", int.from_bytes(head[4:8], order), at + 8
        if vr in _LONG:
            return tag, vr, int.from_bytes(self.peek(at + 8, 4), order), at + 12
        if vr in _SHORT:
            length = int.from_bytes(head[6:8], order)
            return tag, vr, *((length, at + 8) if length else self._nothing_or_long(at, order))
        return tag, *self._odd(vr, at, order)

    def _nothing_or_long(self, at: int, order: Literal["little", "big"]) -> tuple[int, int]:
        """Length and value of an element of length 0 with a short VR: some writers give such a
        VR, too, a length of 32 bits where 16 do not suffice."""
        begin = at + 12 - self._start
        if self._window[begin : begin + 2] in KNOWN_VRS:
            return 0, at + 8
        self._slide(at)
        if self._starts_element(at + 8):
            return 0, at + 8
        length = int.from_bytes(self._glance(at + 8, 4), order)
        is_long = length >= 1 << 16 and self._starts_element(at + 12 + length)
        return (length, at + 12) if is_long else (0, at + 8)

    def _odd(self, vr: bytes, at: int, order: Literal["little", "big"]) -> tuple[bytes, int, int]:
        """VR, length and value of an element with a VR that is none: as what follows tells."""
        self._slide(at)
        head = self.peek(at, 8)
        short = int.from_bytes(head[6:8], order)
        long = int.from_bytes(self._glance(at + 8, 4), order)
        implicit = int.from_bytes(head[4:8], order)
        ways = [(vr, short, at + 8), (vr, long, at + 12), (b"", implicit, at + 8)]
        if not short:
            ways = [ways[1], ways[0], ways[2]]
        for way in ways:
            if self._starts_element(way[2] + way[1]):
                return way
        return ways[0] if vr.isalpha() and vr.isupper() else ways[2]

    def _starts_element(self, at: int) -> bool:
        """Whether an explicit element, an item or the end of the file is here."""
        if at >= self.source.size:
            return at == self.source.size
        head = self._glance(at, 6)
        return head[4:6] in KNOWN_VRS or head[:2] in (b"\xfe\xff", b"\xff\xfe")

    def dataset(
        self, at: int, end: int | None, depth: int, *, keep: bool = True
    ) -> tuple[Dataset, int]:
        """Elements from `at` to `end` (None: to the delimiter, the pixels or the file's end).

        Without `keep` they are only stepped over.
        """
        values: dict[int, bytes] = {}
        sequences: dict[int, tuple[Dataset, ...]] = {}
        try:
            while end is None or at < end:
                tag, vr, length, value = self.element(at)
                if tag in (_ITEM_END, _SEQUENCE_END):
                    at = value if tag == _ITEM_END else at
                    break
                if depth == 0:
                    self.last = tag
                    if tag in tags.PIXELS and self._pixels(tag, vr, length, value, values):
                        break
                    if tag == 0 and length == 0:  # padding: nothing of an image follows
                        break
                at = self._take(tag, vr, length, value, depth, values if keep else None, sequences)
        except Cut:
            if depth:
                raise
            self.cut = at != self.source.size and self.pixels is None
        if not values and not sequences and depth:
            return _NOTHING, at
        spans = {} if depth else self.spans
        return Dataset(values, sequences, self.little, self.charset, spans), at

    def _pixels(
        self, tag: int, vr: bytes, length: int, value: int, values: dict[int, bytes]
    ) -> bool:
        """Keep where the pixels are; whether the header is whole with that, as it should be."""
        if self.pixels is None:
            self.pixels = PixelElement(tag, vr, value, None if length == UNDEFINED else length)
        return tags.ROWS in values  # else groups may be out of order

    def past(self, tag: int, vr: bytes, length: int, value: int) -> int:
        """Behind one element at the top level, whose `element` gave these."""
        return self._take(tag, vr, length, value, 0, None, {})

    def _take(
        self,
        tag: int,
        vr: bytes,
        length: int,
        value: int,
        depth: int,
        values: dict[int, bytes] | None,
        sequences: dict[int, tuple[Dataset, ...]],
    ) -> int:
        """Keep or step over one element; where the next one begins. Without `values` nothing is
        kept."""
        if length == UNDEFINED and (vr in _FRAGMENTED or tag in tags.PIXELS):
            return self._past_fragments(value)
        if length == UNDEFINED or (tag in tags.SEQUENCES and vr in (b"SQ", b"UN", b"")):
            keep = values is not None and tag in tags.SEQUENCES
            found, after = self._sequence(value, length, vr, depth, keep=keep)
            if keep:
                sequences[tag] = found
            return after
        if values is None:
            return value + length
        if tag in tags.BULK:
            if depth == 0:
                self.spans[tag] = Span(vr, value, length)
        elif tag in tags.WANTED and length <= MAX_VALUE:
            self._room -= length
            if self._room < 0:
                raise Endless
            values[tag] = as_promised(tag, vr, self.peek(value, length), little=self.little)
            if tag == tags.SPECIFIC_CHARACTER_SET and depth == 0:
                self.charset = values[tag].decode("ascii", "replace")
        return value + length

    def _past_fragments(self, at: int) -> int:
        """Behind the fragments of an icon, or of an image whose header goes on behind them."""
        while True:
            tag, _, length, value = self.element(at)
            at = value + length
            if tag != _ITEM:
                return value

    def _sequence(
        self, at: int, length: int, vr: bytes, depth: int, *, keep: bool
    ) -> tuple[tuple[Dataset, ...], int]:
        if depth >= _MAX_DEPTH:
            raise Endless
        was = self.explicit, self.little
        end = None if length == UNDEFINED else at + length
        items: list[Dataset] = []
        try:
            while end is None or at < end:
                if vr == b"UN":
                    self._inside_unknown(at)
                tag, _, size, at = self.element(at)
                if tag != _ITEM:
                    break
                stop = None if size == UNDEFINED else at + size
                if keep or stop is None:
                    item, reached = self.dataset(at, stop, depth + 1, keep=keep)
                    if keep:
                        self._items += 1
                        items.append(item)
                at = reached if stop is None else stop
                if self._items > _KEPT_ITEMS:
                    raise Endless
        finally:
            self.explicit, self.little = was
        return tuple(items), at if end is None else end

    def _inside_unknown(self, at: int) -> None:
        """Inside UN everything is implicit little endian (PS3.5 6.2.2 note 5), but not all
        writers know: the first element of the item tells."""
        self._slide(at)
        head = self._window[at - self._start :][:14]
        if head[:2] == b"\xfe\xff":
            self.little = True
            self.explicit = head[12:14] in KNOWN_VRS
