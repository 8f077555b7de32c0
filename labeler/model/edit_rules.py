"""What each edit does to a document, and what takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from labeler.model.document import Document, Mark, in_one_spelling
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
from labeler.model.frames import FrameRef
from labeler.model.mask_states import follows
from labeler.model.shapes import MaskRef, PaintedMask

MANY = 16
"""Edits of one kind from which one pass is faster than one after the other."""


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
            return _set_answer(document, edit)
        case SetNoFinding():
            return _set_no_finding(document, edit)
        case Together(_, edits):
            return _apply_all(document, edits)


def inverse(edit: Edit) -> Edit:
    """The edit that takes `edit` back."""
    if isinstance(edit, Together):
        return Together(edit.name, tuple(inverse_of_one(one) for one in reversed(edit.edits)))
    return inverse_of_one(edit)


def inverse_of_one(edit: OneEdit) -> OneEdit:
    """The single edit that takes a single one back."""
    match edit:
        case AddMark(index, mark):
            return RemoveMark(index, mark)
        case RemoveMark(index, mark):
            return AddMark(index, mark)
        case ReplaceMark(before, after):
            return ReplaceMark(before=after, after=before)
        case PaintMask(mark_id, painted, repainted, delta):
            return PaintMask(mark_id, before=repainted, after=painted, delta=delta)
        case SetAnswer(old, new):
            return SetAnswer(before=new, after=old)
        case SetNoFinding(was, now):
            return SetNoFinding(before=now, after=was)


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


def edit_frame(edit: Edit, document: Document) -> FrameRef | None:
    """The frame an edit happened on, so that undo can go there; None for answers.

    `document` is one that still, or already, has the marks that it paints.
    """
    mark = edit_mark(edit, lambda mark_id: mark_in(document, mark_id))
    return None if mark is None else mark.frame


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
    for index, mark in enumerate(document.marks):
        if mark.id == mark_id:
            return index, mark
    return None


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
    """One after the other; many of one kind in one pass over the marks."""
    kinds = {type(one) for one in edits}
    if len(edits) < MANY or len(kinds) > 1 or not kinds <= {AddMark, RemoveMark, ReplaceMark}:
        for one in edits:
            document = apply_edit(document, one)
        return document
    marks = list(document.marks)
    at = {mark.id: index for index, mark in enumerate(marks)}
    for one in edits:
        match one:
            case AddMark(index, mark):
                _may_add(mark, index, len(marks), is_there=mark.id in at)
                marks.insert(index, mark)
                at[mark.id] = index
            case RemoveMark(index, mark):
                _may_remove(marks, index, mark)
                del marks[index]
            case ReplaceMark(before, after):
                index = at.get(before.id, -1)
                _may_replace(before, after, marks[index] if index >= 0 else None)
                marks[index] = after
            case _:
                pass
    return msgspec.structs.replace(document, marks=tuple(marks))


def _fits(mark: Mark) -> None:
    """Raises ValueError where a mark is not in its one spelling."""
    if not in_one_spelling(mark):
        raise ValueError(f"what is said of mark {mark.id} is sorted, each thing once")


def _may_add(mark: Mark, index: int, count: int, *, is_there: bool) -> None:
    if not 0 <= index <= count:
        raise ValueError(f"no place {index} among {count} marks")
    _fits(mark)
    if is_there:
        raise ValueError(f"mark {mark.id} exists already")


def _may_remove(marks: Sequence[Mark], index: int, mark: Mark) -> None:
    if not 0 <= index < len(marks) or marks[index] != mark:
        raise ValueError(f"mark {mark.id} is not at place {index}")


def _may_replace(before: Mark, after: Mark, found: Mark | None) -> None:
    if before.id != after.id or before.frame.series != after.frame.series:
        raise ValueError("a replaced mark keeps its id and its series")
    _fits(after)
    if before == after:
        raise ValueError("an edit changes something")
    if found != before:
        raise ValueError(f"mark {before.id} is not as the edit found it")


def _add(document: Document, edit: AddMark) -> Document:
    marks = document.marks
    there = find_mark(document, edit.mark.id) is not None
    _may_add(edit.mark, edit.index, len(marks), is_there=there)
    added = (*marks[: edit.index], edit.mark, *marks[edit.index :])
    return msgspec.structs.replace(document, marks=added)


def _remove(document: Document, edit: RemoveMark) -> Document:
    marks = document.marks
    _may_remove(marks, edit.index, edit.mark)
    kept = marks[: edit.index] + marks[edit.index + 1 :]
    return msgspec.structs.replace(document, marks=kept)


def _replace(document: Document, edit: ReplaceMark) -> Document:
    found = find_mark(document, edit.before.id)
    _may_replace(edit.before, edit.after, found[1] if found else None)
    index = found[0] if found else 0
    marks = (*document.marks[:index], edit.after, *document.marks[index + 1 :])
    return msgspec.structs.replace(document, marks=marks)


def _paint(document: Document, edit: PaintMask) -> Document:
    found = find_mark(document, edit.mark)
    if found is None or found[1].shape != edit.before:
        raise ValueError(f"mark {edit.mark} is not painted as the edit found it")
    if not follows(edit.before, edit.after, edit.delta):
        raise ValueError("a painted mark's state does not follow from the strokes that made it")
    index, mark = found
    after = msgspec.structs.replace(mark, shape=edit.after)
    marks = (*document.marks[:index], after, *document.marks[index + 1 :])
    return msgspec.structs.replace(document, marks=marks)


def _set_answer(document: Document, edit: SetAnswer) -> Document:
    sides = [side for side in (edit.before, edit.after) if side is not None]
    if not sides or len({side.question for side in sides}) > 1:
        raise ValueError("both sides of an answer name the same question")
    if edit.before == edit.after:
        raise ValueError("an edit changes something")
    question = sides[0].question
    if find_answer(document, question) != edit.before:
        raise ValueError(f"question {question} is not answered as the edit found it")
    others = [answer for answer in document.answers if answer.question != question]
    if edit.after is not None:
        others.append(edit.after)
    answers = tuple(sorted(others, key=lambda answer: answer.question))
    return msgspec.structs.replace(document, answers=answers)


def _set_no_finding(document: Document, edit: SetNoFinding) -> Document:
    if document.no_finding != edit.before or edit.before == edit.after:
        raise ValueError(f"no finding is {document.no_finding} already")
    return msgspec.structs.replace(document, no_finding=edit.after)
