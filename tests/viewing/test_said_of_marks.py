from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from labeler.model.answer_rules import answers_of
from labeler.model.document import Document, Mark, empty_document, with_flag
from labeler.model.edit_rules import apply_edit, inverse
from labeler.model.edits import ReplaceMark, Together
from labeler.model.forms import Answer, Choice, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.mark_checks import MARK_UNANSWERED, said_of_marks
from labeler.model.shapes import PointMark
from labeler.viewing.mark_edits import relabelled
from labeler.viewing.said_of_marks import answered, flagged, noted, trusted
from labeler.viewing.scene import NOTHING, Outcome

MARGIN = Choice(
    "margin", "Margin", (Option("smooth", "Smooth"), Option("spiculated", "Spiculated"))
)
SIZE = Scale("size", "Size", 1, 5)
LABELS = (
    Label("nodule", "Nodule", (MARGIN, SIZE)),
    Label("effusion", "Effusion", (SIZE,)),
)

MARKS = tuple(Mark(n, "nodule", FrameRef("1.2", "1.2.3", 1), PointMark((0, 0))) for n in "abc")
DOCUMENT = msgspec.structs.replace(empty_document("0" * 64), marks=MARKS)


def test_a_flag_is_set_on_all_and_then_taken_from_all() -> None:
    one = flagged(DOCUMENT, frozenset("a"), "locked").edit
    assert one is not None
    document = apply_edit(DOCUMENT, one)
    assert [mark.locked for mark in document.marks] == [True, False, False]
    more = flagged(document, frozenset("ab"), "locked").edit
    assert more is not None
    document = apply_edit(document, more)
    assert [mark.locked for mark in document.marks] == [True, True, False]
    back = flagged(document, frozenset("ab"), "locked").edit
    assert back is not None
    assert apply_edit(document, back) == DOCUMENT
    assert flagged(DOCUMENT, frozenset(), "hidden") == NOTHING


def after(document: Document, outcome: Outcome) -> Document:
    assert outcome.edit is not None
    return apply_edit(document, outcome.edit)


def test_a_note_and_how_sure_one_is_come_and_go() -> None:
    one = frozenset("a")
    document = after(DOCUMENT, noted(DOCUMENT, one, "spiculated"))
    assert document.marks[0].note == "spiculated"
    document = after(document, trusted(document, one, 80))
    assert document.marks[0].confidence == 80
    assert after(document, noted(document, one, "")).marks[0].note is UNSET
    assert trusted(document, one, 80) == NOTHING
    assert with_flag(MARKS[0], "hidden", on=False) == MARKS[0]


def test_what_is_said_of_several_marks_is_one_edit() -> None:
    both = trusted(DOCUMENT, frozenset("ab"), 80)
    assert isinstance(both.edit, Together)
    document = after(DOCUMENT, both)
    assert [mark.confidence for mark in document.marks] == [80, 80, UNSET]
    (back,) = (inverse(both.edit),)
    assert apply_edit(document, back) == DOCUMENT


def test_a_question_is_answered_of_all_marks_whose_label_asks_it() -> None:
    other = msgspec.structs.replace(MARKS[1], label="effusion")
    start = msgspec.structs.replace(DOCUMENT, marks=(MARKS[0], other, MARKS[2]))
    outcome = answered(start, frozenset("abc"), LABELS, MARGIN, "smooth")
    document = after(start, outcome)
    assert [answers_of(mark) for mark in document.marks] == [
        (Answer("margin", "smooth"),),
        (),
        (Answer("margin", "smooth"),),
    ]
    document = after(document, answered(document, frozenset("ac"), LABELS, SIZE, 3))
    assert answers_of(document.marks[0]) == (Answer("margin", "smooth"), Answer("size", 3))
    open_again = answered(document, frozenset("ac"), LABELS, MARGIN, None)
    assert answers_of(after(document, open_again).marks[0]) == (Answer("size", 3),)
    assert answered(document, frozenset("a"), LABELS, SIZE, 3) == NOTHING


def test_a_value_that_does_not_fit_is_never_answered() -> None:
    for question, value in ((MARGIN, "ragged"), (MARGIN, 3), (SIZE, 9), (SIZE, "3")):
        with pytest.raises(ValueError, match=question.code):
            answered(DOCUMENT, frozenset("a"), LABELS, question, value)


def test_another_label_drops_answers_that_do_not_fit_in_the_same_edit() -> None:
    document = after(DOCUMENT, answered(DOCUMENT, frozenset("ab"), LABELS, MARGIN, "smooth"))
    document = after(document, answered(document, frozenset("ab"), LABELS, SIZE, 3))
    one = relabelled(document, frozenset("a"), LABELS[1])
    assert isinstance(one.edit, ReplaceMark)
    changed = after(document, one)
    assert changed.marks[0].label == "effusion"
    assert answers_of(changed.marks[0]) == (Answer("size", 3),), "both labels ask for the size"
    assert apply_edit(changed, inverse(one.edit)) == document
    two = relabelled(document, frozenset("ab"), Label("cyst", "Cyst"))
    assert isinstance(two.edit, Together)
    assert after(document, two).marks[1].attributes is UNSET


NAMES = st.frozensets(st.sampled_from("abc"))
ACTS: st.SearchStrategy[Callable[[Document], Outcome]] = st.one_of(
    st.builds(
        lambda names, value: lambda d: answered(d, names, LABELS, MARGIN, value),
        NAMES,
        st.sampled_from(("smooth", "spiculated", None)),
    ),
    st.builds(
        lambda names, value: lambda d: answered(d, names, LABELS, SIZE, value),
        NAMES,
        st.integers(1, 5) | st.none(),
    ),
    st.builds(
        lambda names, label: lambda d: relabelled(d, names, label), NAMES, st.sampled_from(LABELS)
    ),
    st.builds(lambda names, note: lambda d: noted(d, names, note), NAMES, st.sampled_from("xy")),
    st.builds(
        lambda names, sure: lambda d: trusted(d, names, sure),
        NAMES,
        st.integers(0, 100) | st.none(),
    ),
    st.builds(
        lambda names, flag: lambda d: flagged(d, names, flag),
        NAMES,
        st.sampled_from(("hidden", "locked")),
    ),
)


@given(st.lists(ACTS, max_size=12))
def test_whatever_is_said_fits_and_is_taken_back_whole(
    acts: list[Callable[[Document], Outcome]],
) -> None:
    document = DOCUMENT
    for act in acts:
        outcome = act(document)
        if outcome.edit is None:
            continue
        changed = apply_edit(document, outcome.edit)
        assert apply_edit(changed, inverse(outcome.edit)) == document
        document = changed
    found = said_of_marks(document.marks, LABELS, free_text_allowed=True)
    assert {check.code for check in found} <= set(MARK_UNANSWERED)
