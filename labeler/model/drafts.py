"""A document that very many edits are done to, one after the other.

A value copies its marks at each edit and looks through them: a journal of 100,000 marks would take
an hour to read.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from labeler.model.document import Document
from labeler.model.edit_conditions import (
    answered,
    inverse_of_one,
    may_add,
    may_remove,
    may_replace,
    painted,
    stated,
)
from labeler.model.edits import (
    AddMark,
    OneEdit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
)


class DocumentDraft:
    """Does what `apply_edit` does, and is changed by it."""

    def __init__(self, document: Document) -> None:
        self._rest = document
        self._marks = list(document.marks)
        self._places = self._counted()

    @property
    def document(self) -> Document:
        """As it stands now."""
        return msgspec.structs.replace(self._rest, marks=tuple(self._marks))

    def apply(self, edits: Iterable[OneEdit]) -> None:
        """All of them, or none: ValueError where one was not made for what it finds."""
        done: list[OneEdit] = []
        try:
            for edit in edits:
                self._one(edit)
                done.append(edit)
        except ValueError:
            for edit in reversed(done):
                self._one(inverse_of_one(edit))
            raise

    def _one(self, edit: OneEdit) -> None:
        marks = self._marks
        match edit:
            case AddMark(index, mark):
                may_add(mark, index, len(marks), is_there=mark.id in self._places)
                marks.insert(index, mark)
                self._places[mark.id] = index
            case RemoveMark(index, mark):
                may_remove(marks, index, mark)
                del marks[index], self._places[mark.id]
            case ReplaceMark(before, after):
                place = self._place(before.id)
                may_replace(before, after, None if place is None else marks[place])
                marks[place or 0] = after
            case PaintMask(mark_id):
                place = self._place(mark_id)
                after = painted(edit, None if place is None else marks[place])
                marks[place or 0] = after
            case SetAnswer():
                answers = answered(edit, self._rest.answers)
                self._rest = msgspec.structs.replace(self._rest, answers=answers)
            case SetNoFinding():
                said = stated(edit, self._rest.no_finding)
                self._rest = msgspec.structs.replace(self._rest, no_finding=said)

    def _place(self, mark_id: str) -> int | None:
        """Where the mark of this id stands. What was put in or taken out before it moved it: then
        all are counted anew."""
        place = self._places.get(mark_id)
        if place is None:
            return None
        if place >= len(self._marks) or self._marks[place].id != mark_id:
            self._places = self._counted()
        return self._places[mark_id]

    def _counted(self) -> dict[str, int]:
        return {mark.id: place for place, mark in enumerate(self._marks)}
