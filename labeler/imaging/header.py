"""Bytes of one file to its Dataset: the walk over DICOM elements (PS3.5 chapter 7)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from labeler.errors import LabelerError
from labeler.imaging import tags
from labeler.imaging.dataset import Dataset
from labeler.imaging.files import InflatedBytes
from labeler.imaging.syntaxes import (
    DEFLATED_LITTLE,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    SYNTAXES,
)
from labeler.model.image import ByteSource

UNDEFINED = 0xFFFFFFFF
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD
_MAX_DEPTH = 16
_MAX_ELEMENTS = 2_000_000
_MAX_VALUE = 1 << 20
_USUAL = struct.Struct("<HH2sH")
HEAD = 1 << 14
"""How much of a file is read at once: most headers are shorter."""
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())


@dataclass(frozen=True)
class PixelElement:
    """Where the pixels' value begins; `length` is None for encapsulated fragments."""

    tag: int
    vr: bytes
    offset: int
    length: int | None


@dataclass(frozen=True)
class FileHeader:
    """What one file says before its pixels.

    `source` is where `pixels.offset` counts: the file itself, or what it unfolds to.
    """

    original: ByteSource
    source: ByteSource
    syntax: str
    dataset: Dataset
    pixels: PixelElement | None
    cut: bool
    """Whether the file ends inside an element of the header."""
    start: int = 0
    """Where the first element behind the file meta information begins, in `source`."""
    explicit: bool = True
    """Whether elements were found to carry their VR, whatever the transfer syntax says."""


@dataclass(frozen=True)
class Element:
    """One element at the top level: where its tag, its value and the next element begin.

    `length` is None where a delimiter ends it; `vr` is empty where the file does not carry it.
    """

    tag: int
    vr: bytes
    at: int
    value: int
    length: int | None
    end: int


class _Cut(Exception):  # noqa: N818  not an error of ours: the walk turns it into what it has so far
    """The bytes end inside an element."""


@dataclass
class _Walk:
    """One pass over a file; a window of bytes slides along `source`."""

    source: ByteSource
    little: bool = True
    explicit: bool = True
    pixels: PixelElement | None = None
    charset: str = ""
    cut: bool = False
    naming: set[int] = field(default_factory=set)
    _start: int = 0
    _window: bytes = b""
    _left: int = field(default=_MAX_ELEMENTS)

    def peek(self, at: int, count: int) -> bytes:
        begin = at - self._start
        if begin < 0 or begin + count > len(self._window):
            self._start, begin = at, 0
            self._window = self.source.read(at, max(count, HEAD))
            if len(self._window) < count:
                raise _Cut
        return self._window[begin : begin + count]

    def element(self, at: int) -> tuple[int, bytes, int, int]:
        """Tag, VR (b"" where implicit), length, and where the value begins."""
        self._left -= 1
        if self._left < 0:
            raise _Cut
        begin = at - self._start
        if self.explicit and self.little and 0 <= begin <= len(self._window) - 8:
            # Nearly every element of nearly every file: worth a short way.
            group, number, vr, length = _USUAL.unpack_from(self._window, begin)
            if vr in _SHORT:
                return group << 16 | number, vr, length, at + 8
        order: Literal["little", "big"] = "little" if self.little else "big"
        head = self.peek(at, 8)
        tag = int.from_bytes(head[0:2], order) << 16 | int.from_bytes(head[2:4], order)
        vr = head[4:6]
        if self.explicit and tag >> 16 != 0xFFFE:
            if vr in _SHORT:
                return tag, vr, int.from_bytes(head[6:8], order), at + 8
            if vr in _LONG or (vr.isalpha() and vr.isupper() and head[6:8] == b"\0\0"):
                return tag, vr, int.from_bytes(self.peek(at + 8, 4), order), at + 12
            if vr.isalpha() and vr.isupper():
                return tag, vr, int.from_bytes(head[6:8], order), at + 8
        return tag, b"", int.from_bytes(head[4:8], order), at + 8

    def dataset(self, at: int, end: int | None, depth: int) -> tuple[Dataset, int]:
        """Elements from `at` to `end` (None: to the delimiter, the pixels or the file's end)."""
        values: dict[int, bytes] = {}
        sequences: dict[int, tuple[Dataset, ...]] = {}
        try:
            while end is None or at < end:
                tag, vr, length, value = self.element(at)
                if tag in (_ITEM_END, _SEQUENCE_END):
                    at = value if tag == _ITEM_END else at
                    break
                if depth == 0 and tag in tags.PIXELS:
                    known = None if length == UNDEFINED else length
                    self.pixels = PixelElement(tag, vr, value, known)
                    break
                at = self._take(tag, vr, length, value, depth, values, sequences)
        except _Cut:
            if depth:
                raise
            self.cut = at != self.source.size
        return Dataset(values, sequences, self.little, self.charset, frozenset(self.naming)), at

    def _take(
        self,
        tag: int,
        vr: bytes,
        length: int,
        value: int,
        depth: int,
        values: dict[int, bytes],
        sequences: dict[int, tuple[Dataset, ...]],
    ) -> int:
        """Keep or step over one element; where the next one begins."""
        if length == UNDEFINED or (tag in tags.SEQUENCES and vr in (b"SQ", b"UN", b"")):
            found, after = self.sequence(value, length, vr, depth)
            if tag in tags.SEQUENCES:
                sequences[tag] = found
            return after
        if tag in tags.WANTED and length <= _MAX_VALUE:
            values[tag] = self.peek(value, length)
            if tag == tags.SPECIFIC_CHARACTER_SET and depth == 0:
                self.charset = values[tag].decode("ascii", "replace")
        elif tag in tags.IDENTITY and depth == 0 and self._has_text(value, length):
            self.naming.add(tag)
        return value + length

    def _has_text(self, value: int, length: int) -> bool:
        return length > _MAX_VALUE or bool(self.peek(value, length).strip(b" \0"))

    def sequence(
        self, at: int, length: int, vr: bytes, depth: int
    ) -> tuple[tuple[Dataset, ...], int]:
        if depth >= _MAX_DEPTH:
            raise _Cut
        was = self.explicit, self.little
        if vr == b"UN":  # PS3.5 6.2.2 note 5: inside UN everything is implicit little endian
            self.explicit, self.little = False, True
        end = None if length == UNDEFINED else at + length
        items: list[Dataset] = []
        try:
            while end is None or at < end:
                tag, _, size, at = self.element(at)
                if tag != _ITEM:
                    break
                stop = None if size == UNDEFINED else at + size
                item, reached = self.dataset(at, stop, depth + 1)
                items.append(item)
                at = reached if stop is None else stop
        finally:
            self.explicit, self.little = was
        return tuple(items), at if end is None else end


def looks_like_dicom(head: bytes) -> bool:
    """Whether the first 132 bytes or more are a DICOM file's, with or without the preamble."""
    if head[128:132] == b"DICM":
        return True
    # Without a preamble: a first element of group 2 or 8, with a plausible length or VR.
    group, element = head[0:2], head[2:4]
    if group in (b"\x02\0", b"\x08\0") and element[1:2] == b"\0":
        return head[4:6] in _SHORT | _LONG or int.from_bytes(head[4:8], "little") < 1024
    return group in (b"\0\x02", b"\0\x08") and head[4:6] in _SHORT | _LONG


def read_header(source: ByteSource, head: bytes = b"") -> FileHeader:
    """Everything before the pixels; `head` are first bytes that were already read.

    Raises LabelerError "unknown-syntax" or "truncated-file".
    """
    head = head or source.read(0, HEAD)
    start = 132 if head[128:132] == b"DICM" else 0
    walk = _Walk(source, _window=head)
    try:
        syntax, at = _file_meta(walk, start)
        if syntax == DEFLATED_LITTLE:
            walk, at = _Walk(InflatedBytes(source, at)), 0
        syntax = _sniffed(walk, at, syntax)
    except _Cut:
        raise _not_whole(source) from None
    known = SYNTAXES.get(syntax)
    if known is None:
        raise LabelerError(
            "unknown-syntax",
            "{name} is stored in a way that cannot be read here (transfer syntax {syntax}).",
            safe="Other files are fine.",
            do="Ask the sender for a common transfer syntax.",
            name=source.name,
            syntax=syntax[:64],
            tag=tags.spelled(tags.TRANSFER_SYNTAX_UID),
        )
    dataset, _ = walk.dataset(at, None, 0)
    return FileHeader(
        source, walk.source, syntax, dataset, walk.pixels, walk.cut, at, walk.explicit
    )


def top_elements(header: FileHeader) -> Iterator[Element]:
    """Every element up to the pixels, whatever its tag, in the order of the file.

    Ends early where the file does; the pixels themselves are not among them.
    """
    walk = _Walk(header.source, header.dataset.little, header.explicit)
    at = header.start
    try:
        while at < header.source.size:
            tag, vr, length, value = walk.element(at)
            if tag in tags.PIXELS:
                return
            if length == UNDEFINED:
                _, end = walk.sequence(value, length, vr, 0)
            else:
                end = value + length
            yield Element(tag, vr, at, value, None if length == UNDEFINED else length, end)
            at = end
    except _Cut:
        return


def _file_meta(walk: _Walk, at: int) -> tuple[str, int]:
    """The transfer syntax ("" where it is not said) and where the dataset begins."""
    syntax = ""
    while walk.peek(at, 2) == b"\x02\0":
        tag, _, length, value = walk.element(at)
        if length == UNDEFINED:
            raise _Cut
        if tag == tags.TRANSFER_SYNTAX_UID and length <= 64:
            syntax = walk.peek(value, length).decode("ascii", "replace").strip(" \0")
        at = value + length
    return syntax, at


def _sniffed(walk: _Walk, at: int, syntax: str) -> str:
    """Set the walk's byte order by what the first element shows: many files say it wrong."""
    head = walk.peek(at, 8)
    walk.explicit = head[4:6] in _SHORT | _LONG
    walk.little = not (head[0] == 0 and head[1] != 0)
    if syntax:
        return syntax
    if not walk.explicit:
        return IMPLICIT_LITTLE
    return EXPLICIT_LITTLE if walk.little else EXPLICIT_BIG


def _not_whole(source: ByteSource) -> LabelerError:
    return LabelerError(
        "truncated-file",
        "{name} ends before its image begins.",
        safe="Other files are fine.",
        do="Copy or download the file again.",
        name=source.name,
    )
