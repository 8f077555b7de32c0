"""What a single edit must find to be done, what it leaves of that, and what takes it back.

ValueError where it does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from labeler.model.document import Mark, in_one_spelling
from labeler.model.edits import (
    AddMark,
    OneEdit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
)
from labeler.model.forms import Answer
from labeler.model.mask_states import follows


def may_add(mark: Mark, index: int, count: int, *, is_there: bool) -> None:
    """`is_there`: whether a mark of its id is among the `count` others."""
    if not 0 <= index <= count:
        raise ValueError(f"no place {index} among {count} marks")
    _fits(mark)
    if is_there:
        raise ValueError(f"mark {mark.id} exists already")


def may_remove(marks: Sequence[Mark], index: int, mark: Mark) -> None:
    if not 0 <= index < len(marks) or marks[index] != mark:
        raise ValueError(f"mark {mark.id} is not at place {index}")


def may_replace(before: Mark, after: Mark, found: Mark | None) -> None:
    if before.id != after.id or before.frame.series != after.frame.series:
        raise ValueError("a replaced mark keeps its id and its series")
    _fits(after)
    if before == after:
        raise ValueError("an edit changes something")
    if found != before:
        raise ValueError(f"mark {before.id} is not as the edit found it")


def painted(edit: PaintMask, found: Mark | None) -> Mark:
    """The mark after a stroke."""
    if found is None or found.shape != edit.before:
        raise ValueError(f"mark {edit.mark} is not painted as the edit found it")
    if not follows(edit.before, edit.after, edit.delta):
        raise ValueError("a painted mark's state does not follow from the strokes that made it")
    return msgspec.structs.replace(found, shape=edit.after)


def answered(edit: SetAnswer, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers after one was given, changed or taken back."""
    sides = [side for side in (edit.before, edit.after) if side is not None]
    if not sides or len({side.question for side in sides}) > 1:
        raise ValueError("both sides of an answer name the same question")
    if edit.before == edit.after:
        raise ValueError("an edit changes something")
    question = sides[0].question
    if next((each for each in answers if each.question == question), None) != edit.before:
        raise ValueError(f"question {question} is not answered as the edit found it")
    others = [answer for answer in answers if answer.question != question]
    if edit.after is not None:
        others.append(edit.after)
    return tuple(sorted(others, key=lambda answer: answer.question))


def stated(edit: SetNoFinding, no_finding: bool) -> bool:
    """Whether there is no finding, after it was said or taken back."""
    if no_finding != edit.before or edit.before == edit.after:
        raise ValueError(f"no finding is {no_finding} already")
    return edit.after


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


def _fits(mark: Mark) -> None:
    """Raises ValueError where a mark is not in its one spelling."""
    if not in_one_spelling(mark):
        raise ValueError(f"what is said of mark {mark.id} is sorted, each thing once")
