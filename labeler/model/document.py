"""All marks and answers on one item."""

from __future__ import annotations

import msgspec

from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.shapes import Shape
from labeler.model.words import Code, Digest


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One annotation: what (label), where (frame), which outline (shape)."""

    id: Code
    label: Code
    frame: FrameRef
    shape: Shape


class SeriesRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one part of a series was opened where the document was signed: what made its numbers
    doubtful, by name (docs/conformance.md); none where nothing did."""

    series: str
    part: int
    caveats: tuple[Code, ...]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of a submission. Marks in the order drawn; answers sorted by question.

    `read` is put in when the document is signed; it is never edited, so a journal has none.
    """

    format: str
    item: Digest
    marks: tuple[Mark, ...] = ()
    answers: tuple[Answer, ...] = ()
    no_finding: bool = False
    read: tuple[SeriesRead, ...] | msgspec.UnsetType = msgspec.UNSET


DOCUMENT_FORMAT = "labeler.document/1"
DOCUMENT_MEDIA_TYPE = "application/vnd.labeler.document+json"


def empty_document(item: Digest) -> Document:
    """The document of an item nobody has touched."""
    return Document(format=DOCUMENT_FORMAT, item=item)
