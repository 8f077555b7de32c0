"""Whether answers fit their form, and what stands between a document and its signature."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from msgspec import UNSET

from labeler.model.answer_rules import asked, find_question, in_order, unanswered
from labeler.model.checks import Check, answer_check
from labeler.model.document import Document
from labeler.model.forms import Form
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.mark_checks import MARK_UNANSWERED, answers_under_no_label, said_of_marks

MISSING = frozenset(("required-unanswered", *MARK_UNANSWERED))
"""Checks that miss an answer."""


@dataclass(frozen=True)
class Shown:
    """The frames of an opened case; of one series the numbers on screen and which index was seen.

    `series` names it and `tile` leads there; both are empty where the case has only one. `failed`
    are the slices that cannot be shown, as far as they were tried.
    """

    frames: tuple[FrameRef, ...]
    numbers: tuple[int, ...]
    seen: AbstractSet[int]
    series: str = ""
    tile: str = ""
    failed: AbstractSet[int] = frozenset()


def check_document(
    document: Document,
    form: Form,
    labels: Sequence[Label],
    shown: Shown,
    *,
    free_text_allowed: bool = True,
) -> tuple[Check, ...]:
    """Everything to put right or to look at before signing; blocking ones first."""
    return (
        *_statement(document),
        *_marks(document, labels, shown.frames),
        *([] if free_text_allowed else _notes(document)),
        *said_of_marks(document.marks, labels, free_text_allowed=free_text_allowed),
        *_answers(document, form, free_text_allowed),
        *not_looked_at(shown),
    )


def misfits(
    document: Document, form: Form, labels: Sequence[Label], *, free_text_allowed: bool
) -> tuple[Check, ...]:
    """Answers, also those of marks, that are not answers to what was asked; what is missing is
    none. A label that nobody knows asks nothing."""
    found = (
        *answers_under_no_label(document.marks, labels),
        *said_of_marks(document.marks, labels, free_text_allowed=free_text_allowed),
        *_answers(document, form, free_text_allowed),
    )
    return tuple(check for check in found if check.code not in MISSING)


def _statement(document: Document) -> list[Check]:
    if document.no_finding and document.marks:
        return [
            Check(
                "no-finding-with-marks",
                "“No finding” is set, but something is marked. Remove one or the other.",
                blocks=True,
                mark=document.marks[0].id,
                facts={"count": len(document.marks)},
            )
        ]
    if not document.no_finding and not document.marks:
        return [
            Check(
                "nothing-said",
                "There is no mark. Draw one, or press N for “No finding”.",
                blocks=True,
            )
        ]
    return []


def _marks(
    document: Document, labels: Sequence[Label], frames: tuple[FrameRef, ...]
) -> list[Check]:
    known_labels, known_frames = {label.code for label in labels}, set(frames)
    found = []
    for number, mark in enumerate(document.marks, start=1):
        facts: dict[str, str | int] = {"number": number}
        if mark.label not in known_labels:
            found.append(
                Check(
                    "unknown-label",
                    "Mark {number} has a label that this task does not know.",
                    blocks=True,
                    mark=mark.id,
                    facts=facts,
                )
            )
        if mark.frame not in known_frames:
            found.append(
                Check(
                    "unknown-frame",
                    "Mark {number} lies on an image that is not part of this case.",
                    blocks=True,
                    mark=mark.id,
                    facts=facts,
                )
            )
    return found


def _notes(document: Document) -> list[Check]:
    """Words beside marks, where a task takes none."""
    return [
        Check(
            "note-not-allowed",
            "Mark {number} has a note, but this task takes no free text.",
            blocks=True,
            mark=mark.id,
            facts={"number": number},
        )
        for number, mark in enumerate(document.marks, start=1)
        if mark.note is not UNSET
    ]


def _answers(document: Document, form: Form, free_text_allowed: bool) -> list[Check]:
    found = [
        Check(
            "required-unanswered",
            "“{question}” is not answered.",
            blocks=True,
            question=question.code,
            facts={"question": question.text},
        )
        for question in unanswered(
            asked(form.questions, free_text_allowed=free_text_allowed), document.answers
        )
    ]
    if not in_order(document.answers):
        found.append(
            Check(
                "answers-out-of-order",
                "The answers are not sorted by question, each once.",
                blocks=True,
            )
        )
    for answer in document.answers:
        question = find_question(form.questions, answer.question)
        problem = answer_check(question, answer, free_text_allowed)
        if problem is not None:
            found.append(problem)
    return found


def not_looked_at(shown: Shown) -> list[Check]:
    """The images of a series that nobody can look at, and those that nobody did; told, and no
    reason not to sign."""
    return [*_undecodable(shown), *_never_shown(shown)]


def _undecodable(shown: Shown) -> list[Check]:
    """No way leads there: going there shows nothing."""
    numbers = [shown.numbers[index] for index in shown.failed]
    if not numbers:
        return []
    facts: dict[str, str | int] = {"ranges": number_ranges(numbers), "count": len(numbers)}
    code, words = "slices-undecodable", "Cannot be decoded, so nobody saw them: images {ranges}."
    if shown.tile:
        facts["series"] = shown.series
        words = "Cannot be decoded, so nobody saw them: images {ranges} of series {series}."
    return [Check(code, words, blocks=False, facts=facts)]


def _never_shown(shown: Shown) -> list[Check]:
    known = shown.seen | shown.failed
    unseen = [index for index in range(len(shown.numbers)) if index not in known]
    if not unseen:
        return []
    missing = [shown.numbers[index] for index in unseen]
    facts: dict[str, str | int] = {"ranges": number_ranges(missing), "count": len(missing)}
    code = "slices-never-shown"
    if not shown.tile:
        return [Check(code, "Images {ranges} were never shown.", blocks=False, facts=facts)]
    facts |= {"series": shown.series, "tile": shown.tile, "index": unseen[0]}
    words = "Images {ranges} of series {series} were never shown."
    return [Check(code, words, blocks=False, facts=facts)]


def series_never_shown(count: int, tile: str) -> Check:
    """Of so many series, of which `tile` is the first, nobody looked at any image."""
    facts: dict[str, str | int] = {"count": count, "tile": tile, "index": 0}
    words = "{count} series were never shown."
    return Check("series-never-shown", words, blocks=False, facts=facts)


def number_ranges(numbers: Sequence[int]) -> str:
    """Whole numbers in short: 1, 2, 3, 7 as "1–3, 7"."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)
