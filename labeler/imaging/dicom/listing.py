"""Every element of a DICOM file as plain words: nested sequences, private elements and all."""

from __future__ import annotations

from dataclasses import dataclass, field

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dictionary import Meaning, meaning_of
from labeler.imaging.dicom.elements import KNOWN_VRS, UNDEFINED, Cut, Endless, Walk
from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.value_text import READ_AT_MOST, value_text
from labeler.model.image import ByteSource
from labeler.model.listing import HeaderEntry, HeaderListing

MOST_ENTRIES = 100_000
_DEEPEST = 16
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PERSON = frozenset(
    (
        *(0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100032, 0x00100050, 0x00101000),
        *(0x00101001, 0x00101002, 0x00101005, 0x00101040, 0x00101060, 0x00102154, 0x00102155),
        *(0x00080050, 0x00380010, 0x00104000),
    )
)
"""Patient ID, dates, addresses, numbers that a hospital knows the person by."""


def list_dicom(source: ByteSource) -> HeaderListing:
    """Raises LabelerError where not even the first elements can be read, and OSError."""
    header = read_header(source)
    listing = _Listing(Walk(header.original), header.dataset.charset)
    complete = True
    try:
        listing.meta()
        listing.walk = Walk(header.source, header.dataset.little, header.explicit)
        listing.dataset(header.start, header.source.size, 0)
    except (Cut, Endless):
        complete = False
    return HeaderListing(source.name, tuple(listing.entries), complete)


@dataclass
class _Listing:
    """One pass over a file; what is found before it breaks off is kept."""

    walk: Walk
    charset: str
    entries: list[HeaderEntry] = field(default_factory=list)
    signed: bool = False

    def meta(self) -> None:
        """Group 2, which is explicit little endian whatever follows (PS3.10 7.1)."""
        head = self.walk.peek(0, 132) if self.walk.source.size >= 132 else b""
        at = 132 if head[128:132] == b"DICM" else 0
        while at + 8 <= self.walk.source.size and self.walk.peek(at, 2) == b"\x02\0":
            tag, vr, length, value = self.walk.element(at)
            self._plain(tag, vr, length, value, 0, {})
            at = value + length

    def dataset(self, at: int, end: int, depth: int) -> int:
        """Elements from `at` until `end` or a delimiter; where they end."""
        creators: dict[int, str] = {}
        while at < end:
            tag, vr, length, value = self.walk.element(at)
            if tag in (_ITEM_END, _SEQUENCE_END):
                return value if tag == _ITEM_END else at
            if tag == 0 and length == 0:  # padding behind the last element
                return end
            at = self._element(tag, vr, length, value, depth, creators)
        return at

    def _element(
        self, tag: int, vr: bytes, length: int, value: int, depth: int, creators: dict[int, str]
    ) -> int:
        meaning = meaning_of(tag, _creator(tag, creators))
        kind = vr or meaning.vr.encode("ascii")
        fragments = tag in tags.PIXELS or vr in (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV")
        if length == UNDEFINED and fragments:
            return self._fragments(tag, vr, value, depth, meaning)
        if length == UNDEFINED or kind == b"SQ":
            return self._sequence(tag, vr, length, value, depth, meaning)
        self._plain(tag, vr, length, value, depth, creators)
        return value + length

    def _plain(
        self, tag: int, vr: bytes, length: int, value: int, depth: int, creators: dict[int, str]
    ) -> None:
        creator = _creator(tag, creators)
        meaning = meaning_of(tag, creator)
        kind = (vr or meaning.vr.encode("ascii")).decode("ascii", "replace")
        raw = self._glance(value, min(length, READ_AT_MOST))
        if tag == tags.PIXEL_REPRESENTATION:
            self.signed = raw[:1] == b"\1" or raw[1:2] == b"\1"
        text = value_text(
            kind, raw, length, charset=self.charset, little=self.walk.little, signed=self.signed
        )
        if _is_creator(tag):
            creators[tag >> 16 << 8 | tag & 0xFF] = text
        self._add(tag, kind, length, text, depth, meaning, creator)

    def _glance(self, at: int, count: int) -> bytes:
        """A value of any length does not make the walk's window wander through the file."""
        return self.walk.peek(at, count) if count <= 256 else self.walk.source.read(at, count)

    def _sequence(
        self, tag: int, vr: bytes, length: int, at: int, depth: int, meaning: Meaning
    ) -> int:
        if depth >= _DEEPEST:
            raise Endless
        place, count = len(self.entries), 0
        told = None if length == UNDEFINED else length
        self._add(tag, "SQ", told, "", depth, meaning, "")
        was = self.walk.explicit, self.walk.little
        end = self.walk.source.size if told is None else at + told
        try:
            while at < end:
                if vr == b"UN":
                    self._inside_unknown(at)
                found, _, size, at = self.walk.element(at)
                if found != _ITEM:
                    break
                count += 1
                self._item(count, None if size == UNDEFINED else size, depth + 1)
                stop = end if size == UNDEFINED else at + size
                reached = self.dataset(at, stop, depth + 2)
                at = reached if size == UNDEFINED else stop
        finally:
            self.walk.explicit, self.walk.little = was
            self._told(place, f"{count} items" if count != 1 else "1 item")
        return at if told is None else end

    def _inside_unknown(self, at: int) -> None:
        """Implicit little endian inside UN (PS3.5 6.2.2 note 5), unless the item shows a VR."""
        head = self.walk.source.read(at, 14)
        if head[:2] == b"\xfe\xff":
            self.walk.little = True
            self.walk.explicit = head[12:14] in KNOWN_VRS

    def _fragments(self, tag: int, vr: bytes, at: int, depth: int, meaning: Meaning) -> int:
        count = total = 0
        while True:
            found, _, length, value = self.walk.element(at)
            if found != _ITEM:
                break
            count, total, at = count + 1, total + length, value + length
        kind = vr.decode("ascii", "replace")
        self._add(tag, kind, None, f"{count} fragments, {total} bytes", depth, meaning, "")
        return value

    def _item(self, number: int, length: int | None, depth: int) -> None:
        self._keep(HeaderEntry(depth, "", "", f"Item {number}", "", length, ""))

    def _add(
        self,
        tag: int,
        kind: str,
        length: int | None,
        text: str,
        depth: int,
        meaning: Meaning,
        creator: str,
    ) -> None:
        names = kind == "PN" or tag in _PERSON
        self._keep(
            HeaderEntry(
                depth,
                tags.spelled(tag),
                meaning.keyword,
                meaning.name,
                kind,
                length,
                text,
                creator,
                names,
            )
        )

    def _keep(self, entry: HeaderEntry) -> None:
        if len(self.entries) >= MOST_ENTRIES:
            raise Endless
        self.entries.append(entry)

    def _told(self, place: int, words: str) -> None:
        if place < len(self.entries):
            was = self.entries[place]
            self.entries[place] = HeaderEntry(
                was.depth, was.tag, was.keyword, was.name, was.vr, was.length, words, was.private
            )


def _is_creator(tag: int) -> bool:
    """Who a block of private elements belongs to is said at (gggg,0010) to (gggg,00FF)."""
    return bool(tag >> 16 & 1) and 0x10 <= tag & 0xFFFF <= 0xFF


def _creator(tag: int, creators: dict[int, str]) -> str:
    """PS3.5 7.8.1: the block of (gggg,bbee) is named at (gggg,00bb)."""
    if not tag >> 16 & 1:
        return ""
    return creators.get(tag >> 16 << 8 | tag >> 8 & 0xFF, "")
