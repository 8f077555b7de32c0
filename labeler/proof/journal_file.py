"""A journal as one file that a stranger can check, with no profile and no network.

A line that says what is in it, a line an entry, then the blobs that the entries name
(docs/formats.md). Everything has one spelling, so a reader writes it anew and compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.edit_blobs import step_blobs
from labeler.model.history import replay
from labeler.model.steps import Step
from labeler.model.words import Digest
from labeler.proof.codec import decode, digest, encode
from labeler.proof.journal_chain import NO_DIGEST, links

JOURNAL_FORMAT = "labeler.journal/1"
MAX_BYTES = 2**30

_FAMILY = "labeler.journal/"
_LONGEST_HEAD = 4096
_BLOB = re.compile(rb"\n[0-9a-f]{64} ([0-9]{1,10})\n")


class JournalHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the first line says: `head` is the digest of the last entry, `result` of the document
    after it; `blobs` follow the `entries`."""

    format: str
    document: str
    item: Digest
    entries: int
    blobs: int
    head: Digest
    result: Digest


class _Format(msgspec.Struct):
    format: str


@dataclass(frozen=True)
class JournalFile:
    """A file taken apart and not judged yet. `said` is None where its first line is damaged;
    `blobs` are by their own digest, as far as they could be found."""

    said: JournalHead | None
    entries: tuple[bytes, ...]
    blobs: Mapping[str, bytes]


def build(
    document_id: str,
    item: str,
    entries: Sequence[tuple[bytes, Step]],
    read: Callable[[str], bytes],
) -> bytes:
    """The one file of a journal: canonical entries with their steps; `read` gives a blob.

    Raises LabelerError "journal-too-large".
    """
    names = {name for _, step in entries for name in step_blobs(step)}
    document = replay(empty_document(item), ((0, step) for _, step in entries)).document
    head = JournalHead(
        JOURNAL_FORMAT,
        document_id,
        item,
        len(entries),
        len(names),
        digest(entries[-1][0]) if entries else NO_DIGEST,
        digest(encode(document)),
    )
    size = sum(len(data) for data, _ in entries)
    blobs = {}
    for name in sorted(names):
        blobs[name] = read(name)
        size += len(blobs[name])
        if size > MAX_BYTES:
            raise _too_large()
    return pack(head, [data for data, _ in entries], blobs)


def pack(head: JournalHead, entries: Sequence[bytes], blobs: Mapping[str, bytes]) -> bytes:
    """The bytes of a file with these parts."""
    parts = [encode(head), *entries]
    for name in sorted(blobs):
        parts += [f"{name} {len(blobs[name])}".encode(), blobs[name]]
    return b"\n".join(parts) + b"\n"


def take_apart(data: bytes) -> JournalFile:
    """What can be found in a file, also in a damaged one.

    Raises LabelerError "not-a-journal", "journal-newer" and "journal-too-large".
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    line, _, _ = data.partition(b"\n")
    said = _read_head(line)
    first = _BLOB.search(data, len(line))
    end = first.start() if first else max(len(line), len(data) - 1)
    entries = data[len(line) + 1 : end].split(b"\n") if end > len(line) else []
    if said is not None:
        entries = entries[: said.entries]
    elif not any(map(links, entries)):
        raise _no_journal()
    return JournalFile(said, tuple(entries), _blobs(data, end))


def is_in_one_form(found: JournalFile, data: bytes) -> bool:
    """Whether a file is byte for byte what its parts give."""
    if found.said is None or found.said.blobs != len(found.blobs):
        return False
    return pack(found.said, found.entries, found.blobs) == data


def _blobs(data: bytes, place: int) -> dict[str, bytes]:
    """Each by the digest it really has; one whose bounds are damaged is passed over."""
    blobs: dict[str, bytes] = {}
    while (line := _BLOB.search(data, place)) is not None:
        end = line.end() + int(line[1])
        if data[end : end + 1] != b"\n":
            place = line.start() + 1
            continue
        blob = data[line.end() : end]
        blobs[digest(blob)] = blob
        place = end
    return blobs


def _read_head(line: bytes) -> JournalHead | None:
    """None where the line is damaged; refuses other files and later formats."""
    if len(line) > _LONGEST_HEAD or not line.startswith(b"{"):
        raise _no_journal()
    try:
        head = decode(line, JournalHead)
    except LabelerError:
        head = None
    said = head.format if head else _format(line)
    if _is_later(said):
        raise LabelerError(
            "journal-newer",
            "This journal has the format {format}, of a newer version of the program.",
            safe="Nothing was changed.",
            do="Update the program, then try again.",
            format=said,
        )
    return head if said == JOURNAL_FORMAT else None


def _is_later(said: str) -> bool:
    version = said.removeprefix(_FAMILY)
    return said.startswith(_FAMILY) and version.isdecimal() and int(version) > 1


def _format(line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=_Format).format
    except (ValueError, msgspec.MsgspecError):  # also for letters that are no UTF-8
        return ""


def _no_journal() -> LabelerError:
    return LabelerError(
        "not-a-journal",
        "This file is not a journal.",
        safe="Nothing was read from it.",
        do="Choose a file that `labeler journal export` has written.",
    )


def _too_large() -> LabelerError:
    return LabelerError(
        "journal-too-large",
        "This journal with all its strokes is too large for one file (1 GiB).",
        safe="Nothing was changed.",
        do="Keep it in a backup instead.",
    )
