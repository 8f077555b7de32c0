"""What labels ask of their marks, against what was answered of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from labeler.model.answer_rules import answers_of, asked, find_question, unanswered
from labeler.model.checks import Check, answer_check
from labeler.model.document import Mark, in_one_spelling
from labeler.model.manifest import Label

ONE, SEVERAL = MARK_UNANSWERED = ("mark-unanswered", "marks-unanswered")

_ABOUT_MARKS = {
    check.code: check
    for check in (
        Check(ONE, "Mark {number} ({label}): “{question}” is not answered.", blocks=True),
        Check(
            SEVERAL,
            "Mark {number} ({label}) and {more} more: “{question}” is not answered.",
            blocks=True,
        ),
        Check(
            "mark-answer-does-not-fit",
            "Mark {number} ({label}): the answer to “{question}” does not fit it.",
            blocks=True,
        ),
        Check(
            "mark-unknown-question",
            "Mark {number} ({label}) answers “{question}”, which its label does not ask.",
            blocks=True,
        ),
        Check(
            "mark-free-text-not-allowed",
            "Mark {number} ({label}), “{question}”: this task takes no free text.",
            blocks=True,
        ),
        Check(
            "mark-out-of-order",
            "What is said of mark {number} ({label}) is not sorted, each thing once.",
            blocks=True,
        ),
    )
}


def said_of_marks(
    marks: Sequence[Mark], labels: Sequence[Label], *, free_text_allowed: bool
) -> list[Check]:
    """One check for each thing of each label: the first mark it is about, and how many more.

    What is said alike of many marks is looked at once.
    """
    known = {label.code: label for label in labels}
    alike: dict[object, tuple[tuple[str, str], ...]] = {}
    found: dict[tuple[str, str, str], Check] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for number, mark in enumerate(marks, start=1):
        label = known.get(mark.label)
        if label is None or not (label.asks or answers_of(mark) or mark.flags):
            continue
        way = mark.label, mark.attributes, mark.flags
        if way not in alike:
            alike[way] = tuple(_about_mark(mark, label, free_text_allowed))
        for code, question in alike[way]:
            key = code, label.code, question
            counts[key] += 1
            if key not in found:
                facts: dict[str, str | int] = {"number": number, "label": label.name}
                asks = find_question(label.asks, question)
                facts |= {"question": asks.text if asks else question} if question else {}
                found[key] = replace(
                    _ABOUT_MARKS[code], question=question, mark=mark.id, facts=facts
                )
    return [_with_more(check, counts[key] - 1) for key, check in found.items()]


def answers_under_no_label(marks: Sequence[Mark], labels: Sequence[Label]) -> list[Check]:
    """Answers of marks whose label is not among those of the task: nothing asked for them. On the
    screen the label itself is told."""
    known = {label.code for label in labels}
    return [
        replace(
            _ABOUT_MARKS["mark-unknown-question"],
            question=answer.question,
            mark=mark.id,
            facts={"number": number, "label": mark.label, "question": answer.question},
        )
        for number, mark in enumerate(marks, start=1)
        if mark.label not in known
        for answer in answers_of(mark)
    ]


def _with_more(check: Check, more: int) -> Check:
    if not more or check.code != ONE:
        return check
    told = _ABOUT_MARKS[SEVERAL]
    return replace(
        check, code=told.code, template=told.template, facts=check.facts | {"more": more}
    )


def _about_mark(mark: Mark, label: Label, free_text_allowed: bool) -> Iterator[tuple[str, str]]:
    """What is wrong, and the code of the question that it is about."""
    answers = answers_of(mark)
    for question in unanswered(asked(label.asks, free_text_allowed=free_text_allowed), answers):
        yield ONE, question.code
    if not in_one_spelling(mark):
        yield "mark-out-of-order", ""
    for answer in answers:
        problem = answer_check(
            find_question(label.asks, answer.question), answer, free_text_allowed
        )
        if problem is not None:
            yield f"mark-{problem.code}", answer.question
