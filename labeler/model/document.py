"""All marks and answers on one item."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.shapes import MaskRef, Shape
from labeler.model.words import Code, Digest

Flag = Literal["hidden", "locked"]


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One annotation: what (label), where (frame), which outline (shape).

    `frame` is the one it was drawn on; of a shape in the patient, or on a plane, the acquired one
    nearest to its middle. What nobody set is left out: `attributes` are sorted by question,
    `confidence` is in per cent, `flags` are sorted.
    """

    id: Code
    label: Code
    frame: FrameRef
    shape: Shape
    attributes: Annotated[tuple[Answer, ...], Meta(min_length=1)] | UnsetType = UNSET
    confidence: Annotated[int, Meta(ge=0, le=100)] | UnsetType = UNSET
    note: Annotated[str, Meta(min_length=1, max_length=2000)] | UnsetType = UNSET
    flags: Annotated[tuple[Flag, ...], Meta(min_length=1)] | UnsetType = UNSET

    @property
    def hidden(self) -> bool:
        return self.flags is not UNSET and "hidden" in self.flags

    @property
    def locked(self) -> bool:
        return self.flags is not UNSET and "locked" in self.flags


def with_flag(mark: Mark, flag: Flag, *, on: bool) -> Mark:
    """The mark with one flag set or not."""
    others = set() if mark.flags is UNSET else set(mark.flags)
    flags = tuple(sorted(others | {flag} if on else others - {flag}))
    return msgspec.structs.replace(mark, flags=flags or UNSET)


def in_one_spelling(mark: Mark) -> bool:
    """Whether flags and attributes are sorted, each once: a mark has one spelling."""
    flags = () if mark.flags is UNSET else mark.flags
    attributes = () if mark.attributes is UNSET else mark.attributes
    named = (list(flags), [answer.question for answer in attributes])
    return all(names == sorted(set(names)) for names in named)


class SeriesRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one part of a series was opened where the document was signed: what made its numbers
    doubtful, by name (docs/conformance.md); none where nothing did."""

    series: str
    part: int
    caveats: tuple[Code, ...]


class TimeSpent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds on the case until it was signed: at work, as the person stands by them, and idle."""

    active_s: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    idle_s: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of a submission. Marks in the order drawn; answers sorted by question.

    `read` and `time` are put in when the document is signed; they are never edited, so a journal
    has none.
    """

    format: str
    item: Digest
    marks: tuple[Mark, ...] = ()
    answers: tuple[Answer, ...] = ()
    no_finding: bool = False
    read: tuple[SeriesRead, ...] | UnsetType = UNSET
    time: TimeSpent | UnsetType = UNSET


DOCUMENT_FORMAT = "labeler.document/1"
MOST_BYTES = 64 * 2**20
"""Of a signed document in canonical JSON, for whoever signs, sends, receives, judges or opens it:
100,000 outlines of 20 points, or 200 of the longest. Read, it takes many times as much memory, so
a hub reads one large document of strangers at a time (`hub/intake.py`, LARGE_DOCUMENT)."""
DOCUMENT_MEDIA_TYPE = "application/vnd.labeler.document+json"


def empty_document(item: Digest) -> Document:
    """The document of an item nobody has touched."""
    return Document(format=DOCUMENT_FORMAT, item=item)


def named_blobs(document: Document) -> tuple[str, ...]:
    """Digests of all blobs that a sealed document names: masks, and the slices they go through."""
    names: dict[str, None] = {}
    for mark in document.marks:
        if isinstance(mark.shape, MaskRef):
            names[mark.shape.blob] = None
            if mark.shape.through is not UNSET:
                names[mark.shape.through] = None
    return tuple(names)
