"""What labels ask of their marks: missing, misfitting, and told so that one finds it."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import UNSET

from labeler.model.document import Mark
from labeler.model.forms import Answer, Choice, FreeText, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.mark_checks import said_of_marks
from labeler.model.shapes import PointMark

MARGIN = Choice("margin", "Margin", (Option("smooth", "Smooth"), Option("odd", "Odd")))
SIZE = Scale("size", "Size", 1, 5, required=False)
WHY = FreeText("why", "Why?", max_length=5, required=True)
LESION, PLAIN = Label("lesion", "Lesion", (MARGIN, SIZE)), Label("plain", "Plain")
WORDY = Label("wordy", "Wordy", (WHY,))
LABELS = (LESION, PLAIN, WORDY)
MARK = Mark("m1", "lesion", FrameRef("1", "1.1", 0), PointMark((0, 0)))
DONE = (Answer("margin", "smooth"),)


def mark(name: str = "m1", **changes: object) -> Mark:
    return msgspec.structs.replace(MARK, id=name, **changes)


def told(*marks: Mark, free_text: bool = True) -> list[tuple[str, str, str, str]]:
    found = said_of_marks(marks, LABELS, free_text_allowed=free_text)
    assert all(check.blocks for check in found)
    return [(check.code, check.mark, check.question, check.text) for check in found]


def test_a_required_question_names_the_mark_and_the_question() -> None:
    assert told(mark("a", attributes=DONE), mark("b", label="plain")) == []
    assert told(mark("a", attributes=DONE), mark("b")) == [
        ("mark-unanswered", "b", "margin", "Mark 2 (Lesion): “Margin” is not answered.")
    ]


def test_many_marks_without_an_answer_are_one_line() -> None:
    assert told(*(mark(f"m{n}") for n in range(500))) == [
        (
            "marks-unanswered",
            "m0",
            "margin",
            "Mark 1 (Lesion) and 499 more: “Margin” is not answered.",
        )
    ]


@pytest.mark.parametrize(
    ("label", "attributes", "code"),
    [
        ("lesion", (Answer("margin", "smoth"),), "mark-answer-does-not-fit"),
        ("lesion", (*DONE, Answer("size", 9)), "mark-answer-does-not-fit"),
        ("lesion", (*DONE, Answer("size", "3")), "mark-answer-does-not-fit"),
        ("lesion", (*DONE, Answer("who", 3)), "mark-unknown-question"),
        ("plain", DONE, "mark-unknown-question"),
        ("lesion", (*DONE, *DONE), "mark-out-of-order"),
        ("lesion", (Answer("size", 3), *DONE), "mark-out-of-order"),
        ("wordy", (Answer("why", "because"),), "mark-answer-does-not-fit"),
    ],
)
def test_what_was_not_asked_so_is_refused(
    label: str, attributes: tuple[Answer, ...], code: str
) -> None:
    assert [one[0] for one in told(mark(label=label, attributes=attributes))] == [code]


def test_flags_stand_once() -> None:
    assert [one[0] for one in told(mark(label="plain", flags=("locked", "hidden")))] == [
        "mark-out-of-order"
    ]


def test_a_task_without_free_text_asks_for_none_and_takes_none() -> None:
    silent, wordy = mark(label="wordy"), mark(label="wordy", attributes=(Answer("why", "so"),))
    assert [one[0] for one in told(silent)] == ["mark-unanswered"]
    assert told(wordy) == []
    assert told(silent, free_text=False) == []
    assert [one[0] for one in told(wordy, free_text=False)] == ["mark-free-text-not-allowed"]


def test_a_label_that_nobody_knows_is_told_elsewhere() -> None:
    assert told(mark(label="cyst", attributes=DONE)) == []
    assert mark(attributes=UNSET) == MARK
