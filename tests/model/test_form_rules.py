from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from labeler.model.answer_rules import answer_problem, find_question, unanswered
from labeler.model.checks import Check
from labeler.model.document import Document, Mark
from labeler.model.form_rules import (
    Shown,
    check_document,
    misfits,
    number_ranges,
)
from labeler.model.forms import Answer, Choice, Form, FreeText, Option, Question, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.shapes import Length

SIDE = Choice("side", "Side", (Option("left", "Left"), Option("right", "Right")))
SURE = Scale("sure", "How sure?", 1, 5)
NOTE = FreeText("note", "Note", max_length=5)
FORM = Form("chest", "Chest", (SIDE, SURE, NOTE))
LABELS = (Label("nodule", "Nodule"),)
FRAMES = tuple(FrameRef("1", f"1.{i}", 0) for i in range(4))
ALL_SHOWN = Shown(FRAMES, (1, 2, 3, 4), {0, 1, 2, 3})
MARK = Mark("m1", "nodule", FRAMES[0], Length((0, 0), (1000, 0)))
ANSWERS = (Answer("side", "left"), Answer("sure", 3))


def document(
    marks: tuple[Mark, ...] = (MARK,),
    answers: tuple[Answer, ...] = ANSWERS,
    *,
    no_finding: bool = False,
) -> Document:
    return Document("labeler.document/1", "0" * 64, marks, answers, no_finding)


def codes(document: Document, shown: Shown = ALL_SHOWN, *, free_text: bool = True) -> list[str]:
    checks = check_document(document, FORM, LABELS, shown, free_text_allowed=free_text)
    return [check.code for check in checks]


def test_a_finished_document_has_nothing_to_check() -> None:
    assert codes(document()) == []
    assert codes(document(marks=(), no_finding=True)) == []


def test_each_shortcoming_is_named() -> None:
    stray = Mark("m2", "cyst", FrameRef("9", "9", 0), MARK.shape)
    assert codes(document(marks=())) == ["nothing-said"]
    assert codes(document(no_finding=True)) == ["no-finding-with-marks"]
    assert codes(document(marks=(MARK, stray))) == ["unknown-label", "unknown-frame"]
    assert codes(document(answers=())) == ["required-unanswered", "required-unanswered"]
    odd = (*ANSWERS, Answer("who", "me"))
    assert codes(document(answers=odd)) == ["unknown-question"]
    wrong = (Answer("side", "up"), Answer("sure", 3))
    assert codes(document(answers=wrong)) == ["answer-does-not-fit"]
    noted = (Answer("note", "hm"), *ANSWERS)
    assert codes(document(answers=noted)) == []
    assert codes(document(answers=noted), free_text=False) == ["free-text-not-allowed"]


def test_a_note_to_a_mark_is_free_text() -> None:
    noted = msgspec.structs.replace(MARK, note="spiculated")
    assert codes(document(marks=(noted,))) == []
    assert codes(document(marks=(noted,)), free_text=False) == ["note-not-allowed"]


def test_a_question_is_answered_once() -> None:
    twice = (Answer("side", "left"), Answer("side", "right"), Answer("sure", 3))
    assert codes(document(answers=twice)) == ["answers-out-of-order"]


def test_a_task_that_takes_no_free_text_demands_none() -> None:
    form = Form("chest", "Chest", (SIDE, FreeText("why", "Why?", required=True)))
    said = document(answers=ANSWERS[:1])
    assert check_document(said, form, LABELS, ALL_SHOWN, free_text_allowed=False) == ()
    (check,) = check_document(said, form, LABELS, ALL_SHOWN)
    assert (check.code, check.question) == ("required-unanswered", "why")


def test_what_is_missing_is_no_misfit() -> None:
    odd = (Answer("side", "up"), Answer("who", "me"))
    found = misfits(document(answers=odd), FORM, LABELS, free_text_allowed=True)
    assert [check.code for check in found] == ["answer-does-not-fit", "unknown-question"]
    assert misfits(document(answers=()), FORM, LABELS, free_text_allowed=True) == ()


def test_slices_never_shown_are_told_but_do_not_block() -> None:
    (check,) = check_document(document(), FORM, LABELS, Shown(FRAMES, (7, 8, 9, 12), {2}))
    assert check == Check(
        "slices-never-shown",
        "Images {ranges} were never shown.",
        blocks=False,
        facts={"ranges": "7–8, 12", "count": 3},
    )
    assert check.text == "Images 7–8, 12 were never shown."


def test_what_cannot_be_decoded_is_told_as_that_and_not_as_never_shown() -> None:
    shown = Shown(FRAMES, (7, 8, 9, 12), {2}, failed={0, 3})
    failed, unseen = check_document(document(), FORM, LABELS, shown)
    assert (failed.code, failed.blocks) == ("slices-undecodable", False)
    assert failed.text == "Cannot be decoded, so nobody saw them: images 7, 12."
    assert unseen.text == "Images 8 were never shown."
    (alone,) = check_document(
        document(), FORM, LABELS, replace(shown, seen={1, 2}, series="4", tile="t")
    )
    assert alone.text == "Cannot be decoded, so nobody saw them: images 7, 12 of series 4."


@pytest.mark.parametrize(
    ("question", "value", "fits"),
    [
        (SIDE, "left", True),
        (SIDE, "Left", False),
        (SIDE, 1, False),
        (SURE, 1, True),
        (SURE, 5, True),
        (SURE, 0, False),
        (SURE, True, False),
        (SURE, "3", False),
        (NOTE, "abcde", True),
        (NOTE, "abcdef", False),
        (NOTE, "  ", False),
        (NOTE, 3, False),
    ],
)
def test_an_answer_fits_its_question_or_not(
    question: Question, value: str | int, fits: bool
) -> None:
    assert (answer_problem(question, Answer(question.code, value)) is None) == fits


def test_questions_are_found_and_listed_in_the_forms_order() -> None:
    assert unanswered(FORM.questions, ()) == (SIDE, SURE)
    assert find_question(FORM.questions, "note") is NOTE
    assert find_question(FORM.questions, "nothing") is None


def test_ranges_are_short() -> None:
    assert number_ranges([3, 1, 2, 7]) == "1–3, 7"
    assert number_ranges([]) == ""
