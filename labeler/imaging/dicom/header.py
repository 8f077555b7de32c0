"""Bytes of one file to its Dataset: the meta group, and in which encoding the rest is (PS3.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.elements import (
    HEAD,
    KNOWN_VRS,
    MAX_VALUE,
    UNDEFINED,
    Cut,
    Endless,
    PixelElement,
    Walk,
)
from labeler.imaging.sources.inflated import InflatedBytes
from labeler.imaging.syntaxes import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    SYNTAXES,
)
from labeler.model.image import ByteSource

_BOM = b"\xef\xbb\xbf"


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
    last: int = 0
    """The tag of the last element of the header that was begun."""


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


def looks_like_dicom(head: bytes) -> bool:
    """Whether the first 132 bytes or more are a DICOM file's, with or without the preamble."""
    if _preamble(head):
        return True
    # Without a preamble: a first element of group 2 or 8, with a plausible length or VR.
    group, element = head[0:2], head[2:4]
    if group in (b"\x02\0", b"\x08\0") and element[1:2] == b"\0":
        return head[4:6] in KNOWN_VRS or int.from_bytes(head[4:8], "little") < 1024
    if head[:8] == b"\0\0\0\0\x04\0\0\0":  # a message of the network with its command group
        return head[12:14] == b"\0\0" and head[14:16] in (b"\x02\0", b"\0\x01")
    return group in (b"\0\x02", b"\0\x08") and head[4:6] in KNOWN_VRS


def _preamble(head: bytes) -> int:
    """Length of the preamble with its letters DICM; 0 where there is none."""
    if head[128:132] == b"DICM":
        return 132
    return 135 if head[:3] == _BOM and head[131:135] == b"DICM" else 0


def read_header(source: ByteSource, head: bytes = b"") -> FileHeader:
    """Everything before the pixels; `head` are first bytes that were already read.

    Raises LabelerError "unknown-syntax", "truncated-file" or "endless-header".
    """
    head = head or source.read(0, HEAD)
    walk = Walk(source, _window=head)
    try:
        syntax, at = _file_meta(walk, _preamble(head))
        known = SYNTAXES.get(syntax)
        if known is not None and known.deflated and not looks_like_dicom(walk.source.read(at, 132)):
            walk, at = Walk(InflatedBytes(source, at)), 0
        syntax = _sniffed(walk, at, syntax)
        if syntax not in SYNTAXES:
            raise _unknown(source, syntax)
        dataset, _ = walk.dataset(at, None, 0)
    except Cut:
        raise cut_short(source, walk.last) from None
    except Endless:
        raise _endless(source, walk.last) from None
    return FileHeader(
        source, walk.source, syntax, dataset, walk.pixels, walk.cut, at, walk.explicit, walk.last
    )


def top_elements(header: FileHeader) -> Iterator[Element]:
    """Every element up to the pixels, whatever its tag, in the order of the file.

    Ends early where the file does; the pixels themselves are not among them.
    """
    walk = Walk(header.source, header.dataset.little, header.explicit)
    at = header.start
    try:
        while at < header.source.size:
            tag, vr, length, value = walk.element(at)
            if tag in tags.PIXELS:
                return
            end = walk.past(tag, vr, length, value)
            yield Element(tag, vr, at, value, None if length == UNDEFINED else length, end)
            at = end
    except (Cut, Endless):
        return


def _file_meta(walk: Walk, at: int) -> tuple[str, int]:
    """The transfer syntax ("" where it is not said) and where the dataset begins.

    Its own group length is not asked: it is wrong in many files.
    """
    syntax = ""
    at = _past_command(walk, at)
    while (group := walk.peek(at, 2)) in (b"\x02\0", b"\0\x02"):
        walk.little = group == b"\x02\0"  # it always should be
        tag, _, length, value = walk.element(at)
        if length == UNDEFINED:
            raise Cut
        walk.last = tag
        if tag == tags.TRANSFER_SYNTAX_UID and length <= 64:
            syntax = walk.peek(value, length).decode("ascii", "replace").strip(" \0")
        at = value + length
    return syntax, _past_command(walk, at)


def _past_command(walk: Walk, at: int) -> int:
    """Behind group 0000, which belongs to messages and is always implicit (PS3.7 6.3.1)."""
    walk.explicit, walk.little = False, True
    while walk.peek(at, 2) == b"\0\0":
        tag, _, length, value = walk.element(at)
        if (tag == 0 and length != 4) or length > MAX_VALUE:
            break
        at = value + length
    walk.explicit = True
    return at


def _sniffed(walk: Walk, at: int, syntax: str) -> str:
    """Set the walk's byte order by what the first element shows: many files say it wrong."""
    head = walk.peek(at, 8)
    known = SYNTAXES.get(syntax)
    walk.little = not (head[0] == 0 and head[1] != 0)
    walk.explicit = head[4:6] in KNOWN_VRS
    if not walk.explicit and known is not None and known.explicit:
        length = int.from_bytes(head[4:8], "little" if walk.little else "big")
        walk.explicit = at + 8 + length > walk.source.size  # a VR that is none
    if syntax:
        return syntax
    if not walk.explicit:
        return IMPLICIT_LITTLE
    return EXPLICIT_LITTLE if walk.little else EXPLICIT_BIG


def _unknown(source: ByteSource, syntax: str) -> LabelerError:
    return LabelerError(
        "unknown-syntax",
        "{name} is stored in a way that cannot be read here (transfer syntax {syntax}).",
        safe="Other files are fine.",
        do="Ask the sender for a common transfer syntax.",
        name=source.name,
        syntax=syntax[:64],
        tag=tags.spelled(tags.TRANSFER_SYNTAX_UID),
    )


def cut_short(source: ByteSource, last: int) -> LabelerError:
    """The error of a file that ends within its header; `last` is the element that was begun, 0
    where there is none."""
    return LabelerError(
        "truncated-file",
        "{name} ends before its image begins (in or after {tag})."
        if last
        else "{name} ends where its header should begin.",
        safe="Other files are fine.",
        do="Copy or download the file again.",
        name=source.name,
        tag=tags.spelled(last) if last else "",
    )


def _endless(source: ByteSource, last: int) -> LabelerError:
    return LabelerError(
        "endless-header",
        "{name} cannot be shown: {tag} holds more elements, items or levels than an image has.",
        safe="Other files are fine.",
        do="Ask the sender for a usable file.",
        name=source.name,
        tag=tags.spelled(last),
    )
