"""What each edit does to a document, and what takes it back."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter, indexOf

import msgspec

from labeler.model.document import Document, Mark
from labeler.model.drafts import DocumentDraft
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
    Edit,
    OneEdit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
    Together,
)
from labeler.model.forms import Answer
from labeler.model.shapes import MaskRef, PaintedMask

MANY = 16
"""Edits from which one pass is faster than one after the other."""

_ID = attrgetter("id")


def apply_edit(document: Document, edit: Edit) -> Document:
    """The document after `edit`; ValueError where the edit was not made for this document."""
    match edit:
        case AddMark():
            return _add(document, edit)
        case RemoveMark():
            return _remove(document, edit)
        case ReplaceMark():
            return _replace(document, edit)
        case PaintMask():
            return _paint(document, edit)
        case SetAnswer():
            return msgspec.structs.replace(document, answers=answered(edit, document.answers))
        case SetNoFinding():
            return msgspec.structs.replace(document, no_finding=stated(edit, document.no_finding))
        case Together(_, edits):
            return _apply_all(document, edits)


def inverse(edit: Edit) -> Edit:
    """The edit that takes `edit` back."""
    if isinstance(edit, Together):
        return Together(edit.name, tuple(inverse_of_one(one) for one in reversed(edit.edits)))
    return inverse_of_one(edit)


def single_edits(edit: Edit) -> tuple[OneEdit, ...]:
    """The changes that an edit is made of, in order."""
    return edit.edits if isinstance(edit, Together) else (edit,)


def touched_marks(edit: Edit) -> tuple[str, ...]:
    """Ids of the marks that an edit is about."""
    found: dict[str, None] = {}
    for one in single_edits(edit):
        match one:
            case AddMark(_, mark) | RemoveMark(_, mark) | ReplaceMark(mark, _):
                found[mark.id] = None
            case PaintMask(mark_id):
                found[mark_id] = None
            case _:
                pass
    return tuple(found)


def goes_on(last: Edit, edit: Edit) -> bool:
    """Whether `edit` moves the marks that `last` moved, from where they were before it."""
    befores, afters = [], []
    for one in (*single_edits(last), *single_edits(edit)):
        if not isinstance(one, ReplaceMark) or _is_paint(one.before) or _is_paint(one.after):
            return False
        befores.append(one.before)
        afters.append(one.after)
    half = len(single_edits(last))
    moved = (
        msgspec.structs.replace(before, shape=after.shape, frame=after.frame) == after
        for before, after in zip(befores, afters, strict=True)
    )
    return befores[:half] == befores[half:] and all(moved)


def _is_paint(mark: Mark) -> bool:
    return isinstance(mark.shape, MaskRef | PaintedMask)


def edit_mark(edit: Edit, known: Callable[[str], Mark | None]) -> Mark | None:
    """The mark that an edit is about, the first of several; None for answers. Paint only names
    its mark: `known` has it by its id."""
    for one in single_edits(edit):
        match one:
            case AddMark(_, mark) | RemoveMark(_, mark) | ReplaceMark(_, mark):
                return mark
            case PaintMask(mark_id):
                found = known(mark_id)
                if found is not None:
                    return found
            case _:
                pass
    return None


def mark_in(document: Document, mark_id: str) -> Mark | None:
    """The mark of that id, or None where the document has no such."""
    found = find_mark(document, mark_id)
    return None if found is None else found[1]


def find_mark(document: Document, mark_id: str) -> tuple[int, Mark] | None:
    """Place and value of a mark, or None where the document has no such id."""
    try:
        index = indexOf(map(_ID, document.marks), mark_id)
    except ValueError:
        return None
    return index, document.marks[index]


def find_answer(document: Document, question: str) -> Answer | None:
    """The answer to `question`, or None where it is unanswered."""
    return next((answer for answer in document.answers if answer.question == question), None)


def removal(document: Document, mark_id: str) -> RemoveMark:
    """The edit that deletes a mark; ValueError where there is none."""
    found = find_mark(document, mark_id)
    if found is None:
        raise ValueError(f"no mark {mark_id}")
    return RemoveMark(*found)


def _apply_all(document: Document, edits: tuple[OneEdit, ...]) -> Document:
    """One after the other; many in one pass over the marks."""
    if len(edits) < MANY:
        for one in edits:
            document = apply_edit(document, one)
        return document
    draft = DocumentDraft(document)
    draft.apply(edits)
    return draft.document


def _add(document: Document, edit: AddMark) -> Document:
    marks = document.marks
    there = find_mark(document, edit.mark.id) is not None
    may_add(edit.mark, edit.index, len(marks), is_there=there)
    added = (*marks[: edit.index], edit.mark, *marks[edit.index :])
    return msgspec.structs.replace(document, marks=added)


def _remove(document: Document, edit: RemoveMark) -> Document:
    marks = document.marks
    may_remove(marks, edit.index, edit.mark)
    kept = marks[: edit.index] + marks[edit.index + 1 :]
    return msgspec.structs.replace(document, marks=kept)


def _replace(document: Document, edit: ReplaceMark) -> Document:
    found = find_mark(document, edit.before.id)
    may_replace(edit.before, edit.after, found[1] if found else None)
    index = found[0] if found else 0
    marks = (*document.marks[:index], edit.after, *document.marks[index + 1 :])
    return msgspec.structs.replace(document, marks=marks)


def _paint(document: Document, edit: PaintMask) -> Document:
    found = find_mark(document, edit.mark)
    after = painted(edit, found[1] if found else None)
    index = found[0] if found else 0
    marks = (*document.marks[:index], after, *document.marks[index + 1 :])
    return msgspec.structs.replace(document, marks=marks)
