"""What each edit does to a document, and what takes it back."""

from __future__ import annotations

import msgspec

from labeler.model.document import Document, Mark
from labeler.model.edits import AddMark, Edit, RemoveMark, ReplaceMark, SetAnswer, SetNoFinding
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef


def apply_edit(document: Document, edit: Edit) -> Document:
    """The document after `edit`; ValueError where the edit was not made for this document."""
    match edit:
        case AddMark():
            return _add(document, edit)
        case RemoveMark():
            return _remove(document, edit)
        case ReplaceMark():
            return _replace(document, edit)
        case SetAnswer():
            return _set_answer(document, edit)
        case SetNoFinding():
            return _set_no_finding(document, edit)


def inverse(edit: Edit) -> Edit:
    """The edit that takes `edit` back."""
    match edit:
        case AddMark(index, mark):
            return RemoveMark(index, mark)
        case RemoveMark(index, mark):
            return AddMark(index, mark)
        case ReplaceMark(before, after):
            return ReplaceMark(before=after, after=before)
        case SetAnswer(old, new):
            return SetAnswer(before=new, after=old)
        case SetNoFinding(was, now):
            return SetNoFinding(before=now, after=was)


def edit_frame(edit: Edit) -> FrameRef | None:
    """The frame an edit happened on, so that undo can go there; None for answers."""
    match edit:
        case AddMark(_, mark) | RemoveMark(_, mark) | ReplaceMark(_, mark):
            return mark.frame
        case _:
            return None


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


def _add(document: Document, edit: AddMark) -> Document:
    marks = document.marks
    if not 0 <= edit.index <= len(marks):
        raise ValueError(f"no place {edit.index} among {len(marks)} marks")
    if find_mark(document, edit.mark.id) is not None:
        raise ValueError(f"mark {edit.mark.id} exists already")
    added = (*marks[: edit.index], edit.mark, *marks[edit.index :])
    return msgspec.structs.replace(document, marks=added)


def _remove(document: Document, edit: RemoveMark) -> Document:
    marks = document.marks
    if not 0 <= edit.index < len(marks) or marks[edit.index] != edit.mark:
        raise ValueError(f"mark {edit.mark.id} is not at place {edit.index}")
    kept = marks[: edit.index] + marks[edit.index + 1 :]
    return msgspec.structs.replace(document, marks=kept)


def _replace(document: Document, edit: ReplaceMark) -> Document:
    before, after = edit.before, edit.after
    if before.id != after.id or before.frame != after.frame:
        raise ValueError("a replaced mark keeps its id and its frame")
    if before == after:
        raise ValueError("an edit changes something")
    found = find_mark(document, before.id)
    if found is None or found[1] != before:
        raise ValueError(f"mark {before.id} is not as the edit found it")
    index = found[0]
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
