"""Undo without limit: a document, the edits that made it, and the edits taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from labeler.model.document import Document
from labeler.model.edit_rules import apply_edit, inverse
from labeler.model.edits import Edit


class Do(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="do"):
    """A new edit; what was undone before it can no longer be redone."""

    edit: Edit


class Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="undo"):
    """Take back the last edit that stands."""


class Redo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="redo"):
    """Do again the last edit that was taken back."""


Step = Do | Undo | Redo
"""What a journal keeps: every step ever taken, also those that were undone."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class _Stack:
    """A persistent stack: pushing and popping share everything below."""

    top: Edit
    below: _Stack | None


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """A document with its undo and redo stacks; every step gives a new value."""

    document: Document
    _done: _Stack | None = None
    _undone: _Stack | None = None

    @property
    def can_undo(self) -> bool:
        return self._done is not None

    @property
    def can_redo(self) -> bool:
        return self._undone is not None

    @property
    def undo_edit(self) -> Edit | None:
        """The edit that Undo would take back."""
        return self._done.top if self._done else None

    @property
    def redo_edit(self) -> Edit | None:
        """The edit that Redo would do again."""
        return self._undone.top if self._undone else None

    @property
    def undo_name(self) -> str | None:
        """Stable name ("add-mark" ...) of what Undo would take back."""
        return edit_name(self._done.top) if self._done else None

    @property
    def redo_name(self) -> str | None:
        """Stable name of what Redo would do again."""
        return edit_name(self._undone.top) if self._undone else None


def advance(history: History, step: Step) -> History:
    """The history after one step; ValueError where the step is impossible here."""
    done, undone = history._done, history._undone  # noqa: SLF001  same module
    match step:
        case Do(edit):
            return History(apply_edit(history.document, edit), _Stack(edit, done), None)
        case Undo():
            if done is None:
                raise ValueError("nothing to undo")
            document = apply_edit(history.document, inverse(done.top))
            return History(document, done.below, _Stack(done.top, undone))
        case Redo():
            if undone is None:
                raise ValueError("nothing to redo")
            document = apply_edit(history.document, undone.top)
            return History(document, _Stack(undone.top, done), undone.below)


def replay(document: Document, steps: Iterable[Step]) -> History:
    """The history of a journal, from the document before its first step."""
    history = History(document)
    for step in steps:
        history = advance(history, step)
    return history


def edit_name(edit: Edit) -> str:
    """The stable name of a kind of edit, as the journal writes it."""
    tag = type(edit).__struct_config__.tag
    return str(tag)
