"""One entry of a journal, and whether it stands behind the one before it."""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from labeler.errors import LabelerError
from labeler.model.edit_rules import single_edits
from labeler.model.steps import PIECE, Amend, Do, Step
from labeler.model.words import Digest
from labeler.proof.codec import decode, digest, encode

MOST_BYTES = 2**28
"""Of one entry: an edit of very many marks holds each of them before and after."""

NO_DIGEST = "0" * 64
"""What the first entry stands behind."""

_LINKS = re.compile(
    rb'\{"at":[0-9]{1,16},"document":("(?:[^"\\]|\\.)*"),'
    rb'"previous":"([0-9a-f]{64})","seq":([1-9][0-9]{0,15}),"step":\{'
)


class JournalEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entry `seq` (from 1) of a document, taken at UTC second `at`, after entry `previous`."""

    document: str
    seq: int
    at: int
    step: Step
    previous: Digest


def entry_bytes(entry: JournalEntry) -> bytes:
    """The canonical bytes; of an edit of very many marks a piece at a time, so that no other thread
    waits for long."""
    step = entry.step
    if not isinstance(step, Do | Amend) or len(single_edits(step.edit)) <= PIECE:
        return encode(entry)
    edits = single_edits(step.edit)
    hollow = replace(step, edit=replace(step.edit, edits=()))
    # Quotes in a text are written as \", so that this stands there once.
    head, tail = encode(replace(entry, step=hollow)).split(b'"edits":[]')
    pieces = (encode(edits[first : first + PIECE]) for first in range(0, len(edits), PIECE))
    listed = b",".join(piece[1:-1] for piece in pieces)
    return b'%b"edits":[%b]%b' % (head, listed, tail)


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry whose step nobody has looked into."""

    document: str
    seq: int
    at: int
    step: msgspec.Raw
    previous: Digest


def believe(
    data: bytes, hashed: str, *, document: str, seq: int, previous: str
) -> JournalEntry | None:
    """The entry of these bytes; None where they are not the ones that `hashed` names, or not entry
    `seq` of the document behind `previous`.

    Raises LabelerError "journal-newer" where all that fits, and the step is of no kind known here.
    """
    if digest(data) != hashed:
        return None
    wanted = (document, seq, previous)
    try:
        entry = decode(data, JournalEntry, max_bytes=MOST_BYTES)
    except LabelerError:
        if _envelope(data) == wanted:
            raise newer(document, seq) from None
        return None
    return entry if (entry.document, entry.seq, entry.previous) == wanted else None


def links(data: bytes) -> tuple[bytes, int, str] | None:
    """The document's name as it is written, the number and the digest before, of canonical bytes.

    Looks at the beginning of the entry alone; None where it is not one.
    """
    found = _LINKS.match(data)
    return (found[1], int(found[3]), found[2].decode()) if found else None


def newer(document: str, seq: int) -> LabelerError:
    """The chain holds, and a later program has written it."""
    return LabelerError(
        "journal-newer",
        "Step {seq} of the journal of case {case} was written by a newer version of the program.",
        safe="Nothing was changed.",
        do="Update the program, then open it again.",
        document=document,
        case=document[:12],
        seq=seq,
    )


def _envelope(data: bytes) -> tuple[str, int, str] | None:
    try:
        read = decode(data, _Envelope, max_bytes=MOST_BYTES)
    except LabelerError:
        return None
    return read.document, read.seq, read.previous
