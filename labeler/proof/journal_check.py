"""Whether a journal's file holds: its chain, its blobs, every edit, and the document at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from labeler.errors import LabelerError
from labeler.model.document import Document, empty_document
from labeler.model.edit_blobs import edit_shapes, step_blobs
from labeler.model.edit_rules import single_edits
from labeler.model.edits import PaintMask
from labeler.model.frame_lists import decode_frames
from labeler.model.history import History, Replay, replay
from labeler.model.mask_blobs import changed_by, decode_mask
from labeler.model.shapes import MaskRef, PaintedMask
from labeler.model.steps import Amend, Do
from labeler.model.tiled_masks import empty
from labeler.proof.codec import digest, encode
from labeler.proof.journal_chain import NO_DIGEST, JournalEntry, believe, links
from labeler.proof.journal_file import JournalFile, JournalHead, is_in_one_form, take_apart


@dataclass(frozen=True)
class Fault:
    """The first thing that does not hold: an entry by its number; 0 for the file around them."""

    entry: int
    why: str


@dataclass(frozen=True)
class Checked:
    """What holds of a file: its `entries` up to the first fault, and the history they make."""

    said: JournalHead | None
    written: int
    entries: tuple[JournalEntry, ...]
    history: History
    fault: Fault | None

    @property
    def result(self) -> str:
        """The digest of the document after the last entry that holds."""
        return digest(encode(self.history.document))


def check(data: bytes) -> Checked:
    """Judge a file. Raises LabelerError "not-a-journal", "journal-newer", "journal-too-large"."""
    found = take_apart(data)
    said = found.said
    name = said.document if said else _document_of(found.entries)
    replayed = Replay(History(empty_document(said.item if said else NO_DIGEST)))
    entries: list[JournalEntry] = []
    previous, fault = NO_DIGEST, None
    named = _named(found)
    for seq, (line, hashed) in enumerate(zip(found.entries, named.digests, strict=True), 1):
        entry = _believed(line, hashed, name, seq, previous, certain=named.certain)
        if entry is None:
            fault = Fault(seq, "its bytes are not those that the chain names")
            break
        try:
            _check_blobs(entry, found.blobs)
            replayed.take(entry.step, entry.at)
        except ValueError as error:
            fault = Fault(seq, str(error))
            break
        entries.append(entry)
        previous = hashed
    written = max(len(found.entries), said.entries if said else 0)
    checked = Checked(said, written, tuple(entries), replayed.history, fault)
    return checked if fault else replace(checked, fault=_around(checked, found, data))


_HOLDING = {0: "No entry holds.", 1: "The first entry holds."}


def unsound(checked: Checked, fault: Fault) -> LabelerError:
    """What is wrong, and up to where it holds."""
    good = len(checked.entries)
    return LabelerError(
        "journal-unsound",
        "Entry {entry} of this journal does not hold: {why}."
        if fault.entry
        else "This journal does not hold: {why}.",
        safe=_HOLDING.get(good, "The first {good} entries hold."),
        do="Ask for the file again. The last good state: labeler journal replay FILE --to {good}.",
        entry=fault.entry,
        why=fault.why,
        good=good,
    )


def document_at(checked: Checked, seq: int) -> Document:
    """The document after entry `seq` (0: before the first), which must be one that holds."""
    if not 0 <= seq <= len(checked.entries):
        raise ValueError(f"entry {seq} is none of the {len(checked.entries)} that hold")
    item = checked.history.document.item
    return replay(empty_document(item), ((e.at, e.step) for e in checked.entries[:seq])).document


def _around(checked: Checked, found: JournalFile, data: bytes) -> Fault | None:
    """What is wrong with the file where each entry in it holds."""
    said = checked.said
    if said is None:
        return Fault(0, "its first line is damaged")
    if len(checked.entries) < said.entries:
        return Fault(len(checked.entries) + 1, "it is missing")
    if checked.result != said.result:
        return Fault(0, "the document at its end is not the one that its first line names")
    named = {name for entry in checked.entries for name in step_blobs(entry.step)}
    if named != found.blobs.keys() or not is_in_one_form(found, data):
        return Fault(0, "something in it does not belong there")
    return None


def _believed(
    line: bytes, hashed: str, document: str, seq: int, previous: str, *, certain: bool
) -> JournalEntry | None:
    try:
        return believe(line, hashed, document=document, seq=seq, previous=previous)
    except LabelerError:
        if certain:
            raise
        return None  # a changed byte makes a kind of step that nobody knows, too


@dataclass(frozen=True)
class _Named:
    """`certain` where the file is as long as it says and each digest is its entry's."""

    digests: list[str]
    certain: bool


def _named(found: JournalFile) -> _Named:
    """The digest by which each entry is named: in the one after it, of the last in the first line.

    Where an entry and its name differ, the chain behind tells which of the two was changed.
    """
    own = [digest(line) for line in found.entries]
    named = [linked[2] if (linked := links(line)) else "" for line in found.entries[1:]]
    is_whole = found.said is not None and found.said.entries == len(own)
    if own:
        named.append(found.said.head if found.said and is_whole else own[-1])
    certain = is_whole and own == named
    for at in range(len(own) - 1):
        if own[at] != named[at] and own[at + 1] != named[at + 1]:
            named[at] = own[at]
    return _Named(named, certain)


def _document_of(entries: tuple[bytes, ...]) -> str:
    linked = links(entries[0]) if entries else None
    try:
        return str(msgspec.json.decode(linked[0])) if linked else ""
    except (ValueError, msgspec.MsgspecError):  # also for letters that are no UTF-8
        return ""


def _check_blobs(entry: JournalEntry, blobs: Mapping[str, bytes]) -> None:
    """Raises ValueError where a blob that the step names is missing or is not of its kind."""
    for name in step_blobs(entry.step):
        if name not in blobs:
            raise ValueError(f"the blob {name[:12]} that it names is missing or damaged")
    if not isinstance(entry.step, Do | Amend):
        return
    for one in single_edits(entry.step.edit):
        if isinstance(one, PaintMask):
            _check_stroke(one, blobs[one.delta])
        for shape in edit_shapes(one):
            if isinstance(shape, MaskRef):
                decode_mask(blobs[shape.blob])
            if isinstance(shape, MaskRef | PaintedMask) and isinstance(shape.through, str):
                decode_frames(blobs[shape.through])


def _check_stroke(edit: PaintMask, delta: bytes) -> None:
    for shape in (edit.before, edit.after):
        if isinstance(shape, PaintedMask):
            changed_by(empty(shape.size), delta)
