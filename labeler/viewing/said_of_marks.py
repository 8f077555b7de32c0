"""What is said of marks beside their shape and label, each as one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec import UNSET

from labeler.model.answer_rules import answer_problem, with_answer
from labeler.model.document import Document, Flag, Mark, with_flag
from labeler.model.edits import ReplaceMark
from labeler.model.forms import Answer, Question
from labeler.model.manifest import Label
from labeler.viewing.locks import told
from labeler.viewing.mark_edits import together
from labeler.viewing.scene import Outcome


def flagged(document: Document, names: frozenset[str], flag: Flag) -> Outcome:
    """These marks with a flag; without it where all of them have it."""
    marks = [mark for mark in document.marks if mark.id in names]
    on = not all(_has(mark, flag) for mark in marks)
    edits = [
        ReplaceMark(mark, with_flag(mark, flag, on=on)) for mark in marks if _has(mark, flag) != on
    ]
    return together("flag-marks", edits)


def noted(document: Document, names: frozenset[str], note: str) -> Outcome:
    """These marks with a note; "" takes it away."""
    return _changed(document, names, "note-marks", lambda mark: _with(mark, note=note or UNSET))


def trusted(document: Document, names: frozenset[str], percent: int | None) -> Outcome:
    """These marks with how sure the person is; None says nothing."""
    said = UNSET if percent is None else percent
    return _changed(document, names, "trust-marks", lambda mark: _with(mark, confidence=said))


def answered(
    document: Document,
    names: frozenset[str],
    labels: Sequence[Label],
    question: Question,
    value: str | int | None,
) -> Outcome:
    """One question answered of those of these marks whose label asks it; None leaves it open.

    ValueError where the value does not fit the question.
    """
    if value is not None and answer_problem(question, Answer(question.code, value)) is not None:
        raise ValueError(f"{question.code} is not answered so")
    asking = {label.code for label in labels if question in label.asks}

    def answer(mark: Mark) -> Mark:
        return with_answer(mark, question.code, value) if mark.label in asking else mark

    return _changed(document, names, "answer-marks", answer)


def _with(mark: Mark, **said: object) -> Mark:
    return msgspec.structs.replace(mark, **said)


def _changed(
    document: Document, names: frozenset[str], name: str, change: Callable[[Mark], Mark]
) -> Outcome:
    pairs = [(mark, change(mark)) for mark in document.marks if mark.id in names]
    changed = [ReplaceMark(mark, after) for mark, after in pairs if after != mark]
    edits = [one for one in changed if not one.before.locked]
    return told(together(name, edits), len(changed) - len(edits), len(edits))


def _has(mark: Mark, flag: Flag) -> bool:
    return mark.hidden if flag == "hidden" else mark.locked
