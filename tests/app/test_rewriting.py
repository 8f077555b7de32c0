"""From any document to any other, by edits that undo takes back."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.rewriting import edits_between, read_answer, with_answer
from labeler.errors import LabelerError
from labeler.model.document import Document, Mark, empty_document
from labeler.model.forms import Answer, Choice, Form, FreeText, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.history import advance, replay
from labeler.model.shapes import Box
from labeler.model.steps import Do, Undo

ITEM = "1" * 64
FORM = Form(
    "form",
    "Form",
    (
        Scale("count", "Count", 0, 5),
        Choice("margin", "Margin", (Option("a", "A"), Option("7", "Seven"))),
        FreeText("remark", "Remark"),
    ),
)


def mark(number: int, side: int) -> Mark:
    frame = FrameRef("1.2", "1.2.3", number % 3)
    return Mark(f"m{number}", "nodule", frame, Box((0, 0), (side * 1000, 1000)))


documents = st.builds(
    lambda marks, answers, no_finding: Document(
        format=empty_document(ITEM).format,
        item=ITEM,
        marks=tuple(mark(number, side) for number, side in marks.items()),
        answers=tuple(Answer(*each) for each in sorted(answers.items())),
        no_finding=no_finding,
    ),
    st.dictionaries(st.integers(0, 6), st.integers(1, 3), max_size=5),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 3)),
    st.booleans(),
)


@settings(deadline=None, max_examples=150)
@given(documents, documents)
def test_edits_lead_from_one_to_the_other(before: Document, after: Document) -> None:
    edits = edits_between(before, after)
    history = replay(before, [(0, Do(edit)) for edit in edits])
    assert history.document == after
    for _ in edits:
        history = advance(history, Undo())
    assert history.document == before
    assert edits_between(before, before) == ()


@pytest.mark.parametrize(
    ("typed", "value"), [("count=3", 3), ("margin=7", "7"), ("remark=a=b", "a=b"), ("count=x", "x")]
)
def test_an_answer_is_read_as_its_question_asks(typed: str, value: str | int) -> None:
    assert read_answer(FORM, typed).value == value


@pytest.mark.parametrize("typed", ["count", "colour=red", "", "=3"])
def test_what_answers_nothing(typed: str) -> None:
    with pytest.raises(LabelerError) as caught:
        read_answer(FORM, typed)
    assert caught.value.code == "answer-unclear"


def test_answering_anew() -> None:
    once = with_answer(empty_document(ITEM), Answer("count", 1))
    assert with_answer(once, Answer("count", 1)) == once
    again = with_answer(once, Answer("count", 2))
    assert msgspec.structs.replace(again, answers=once.answers) == once
