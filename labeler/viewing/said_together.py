"""What is said of all marks that are selected: what they share, and where they differ."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from msgspec import UNSET

from labeler.model.answer_rules import answer_to, asked, unanswered
from labeler.model.answer_rules import answers_of as answers
from labeler.model.document import Mark
from labeler.model.forms import Question
from labeler.model.manifest import Label

T = TypeVar("T")


class Several(enum.Enum):
    """The marks differ there."""

    SEVERAL = "several"


SEVERAL: Final = Several.SEVERAL


@dataclass(frozen=True)
class SaidTogether:
    """`questions` are those that the label of each of them asks; `answers` are by their codes,
    None where no mark has one; `missing` are the codes that some mark must still answer."""

    count: int
    label: str | Several
    confidence: int | Several | None
    note: str | Several
    hidden: bool | Several
    locked: bool | Several
    questions: tuple[Question, ...] = ()
    answers: Mapping[str, str | int | Several | None] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


def said_together(
    marks: Sequence[Mark], labels: Sequence[Label], *, free_text_allowed: bool
) -> SaidTogether:
    """Of at least one mark; each way that something is said is looked at once."""
    alike = list(
        {(m.label, m.attributes, m.confidence, m.note, m.flags): m for m in marks}.values()
    )
    asks = {label.code: asked(label.asks, free_text_allowed=free_text_allowed) for label in labels}
    questions = tuple(
        question
        for question in asks.get(alike[0].label, ())
        if all(question in asks.get(mark.label, ()) for mark in alike)
    )
    return SaidTogether(
        count=len(marks),
        label=_one(mark.label for mark in alike),
        confidence=_one(None if m.confidence is UNSET else m.confidence for m in alike),
        note=_one("" if mark.note is UNSET else mark.note for mark in alike),
        hidden=_one(mark.hidden for mark in alike),
        locked=_one(mark.locked for mark in alike),
        questions=questions,
        answers={q.code: _one(_value(mark, q.code) for mark in alike) for q in questions},
        missing=frozenset(q.code for m in alike for q in unanswered(questions, answers(m))),
    )


def _value(mark: Mark, question: str) -> str | int | None:
    answer = answer_to(mark, question)
    return None if answer is None else answer.value


def _one(values: Iterable[T]) -> T | Several:
    """What all are, or that they differ."""
    found = iter(values)
    first = next(found)
    return first if all(value == first for value in found) else SEVERAL
