"""Answers that wait for their label."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from labeler.model.answer_rules import answers_of, with_answer, with_label
from labeler.model.document import Mark
from labeler.model.forms import Answer, Choice, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.shapes import PointMark
from labeler.viewing.answers_aside import AnswersAside

MARGIN = Choice("margin", "Margin", (Option("smooth", "Smooth"), Option("rough", "Rough")))
EDGE = Choice("margin", "Margin", (Option("sharp", "Sharp"),))
SIZE = Scale("size", "Size", 1, 5)
NODULE = Label("nodule", "Nodule", (MARGIN, SIZE))
CYST = Label("cyst", "Cyst", (EDGE, SIZE))
NONE = Label("none", "Nothing asked")
LABELS = (NODULE, CYST, NONE)
BARE = Mark("a", "nodule", FrameRef("1.2", "1.2.3", 1), PointMark((0, 0)))
SAID = msgspec.structs.replace(BARE, attributes=(Answer("margin", "smooth"), Answer("size", 3)))


def through(mark: Mark, *labels: Label, aside: AnswersAside | None = None) -> Mark:
    kept = aside or AnswersAside()
    for label in labels:
        mark = kept.under(LABELS, mark, label)
    return mark


def test_a_label_chosen_by_mistake_costs_no_answer() -> None:
    there = through(SAID, NONE)
    assert there == with_label(SAID, NONE)
    assert there.attributes is UNSET
    assert through(SAID, NONE, NODULE) == SAID
    assert through(SAID, CYST, NONE, NODULE) == SAID
    assert answers_of(through(SAID, CYST)) == (Answer("size", 3),)


def test_what_was_taken_back_stays_so() -> None:
    aside = AnswersAside()
    back = through(SAID, NONE, NODULE, aside=aside)
    open_again = with_answer(back, "margin", None)
    assert through(open_again, NONE, NODULE, aside=aside) == open_again
    changed = with_answer(back, "margin", "rough")
    assert through(changed, NONE, CYST, NODULE, aside=aside) == changed


def test_each_label_has_its_own_answer_to_a_question_of_one_code() -> None:
    aside = AnswersAside()
    cyst = with_answer(through(SAID, CYST, aside=aside), "margin", "sharp")
    assert through(cyst, NODULE, aside=aside) == SAID
    assert through(SAID, CYST, aside=aside) == cyst


def test_another_mark_and_another_case_have_nothing_of_it() -> None:
    aside = AnswersAside()
    bare = through(SAID, NONE, aside=aside)
    other = msgspec.structs.replace(bare, id="b")
    assert through(other, NODULE, aside=aside).attributes is UNSET
    aside.begin()
    assert through(bare, NODULE, aside=aside).attributes is UNSET


@given(st.lists(st.sampled_from(LABELS), max_size=8))
def test_nothing_stands_on_a_mark_that_its_label_does_not_ask(way: list[Label]) -> None:
    mark = through(SAID, *way)
    label = way[-1] if way else NODULE
    assert with_label(mark, label) == mark
    assert through(SAID, *way, NODULE) == SAID
