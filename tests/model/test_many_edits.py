from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Document, Mark, empty_document
from labeler.model.edit_rules import MANY, apply_edit, inverse
from labeler.model.edits import AddMark, OneEdit, RemoveMark, ReplaceMark, SetNoFinding, Together
from labeler.model.frames import FrameRef
from labeler.model.shapes import PointMark

FRAME = FrameRef("1.2", "1.2.3", 1)


def mark(name: str, at: int = 0) -> Mark:
    return Mark(name, "nodule", FRAME, PointMark((at, at)))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from("arxn"), st.integers(0, 40)), min_size=MANY, max_size=40))
def test_many_at_once_are_as_one_after_the_other(draws: list[tuple[str, int]]) -> None:
    start = msgspec.structs.replace(
        empty_document("0" * 64), marks=tuple(mark(f"m{n}") for n in range(5))
    )
    document, edits = start, list[OneEdit]()
    for n, (what, at) in enumerate(draws):
        marks = document.marks
        edit: OneEdit
        if what == "n":
            edit = SetNoFinding(document.no_finding, not document.no_finding)
        elif what == "a" or not marks:
            edit = AddMark(at % (len(marks) + 1), mark(f"n{n}", n))
        elif what == "r":
            edit = RemoveMark(at % len(marks), marks[at % len(marks)])
        else:
            one = marks[at % len(marks)]
            edit = ReplaceMark(one, msgspec.structs.replace(one, shape=PointMark((-1 - n, n))))
        document = apply_edit(document, edit)
        edits.append(edit)
    together = Together("draw", tuple(edits))
    assert apply_edit(start, together) == document
    assert apply_edit(document, inverse(together)) == start


def many(*edits: OneEdit) -> Document:
    filling = tuple(AddMark(0, mark(f"f{n}")) for n in range(MANY))
    return apply_edit(empty_document("0" * 64), Together("draw", (*filling, *edits)))


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (AddMark(99, mark("x")), "no place"),
        (AddMark(0, mark("f1")), "exists already"),
        (AddMark(0, msgspec.structs.replace(mark("x"), flags=("locked", "hidden"))), "sorted"),
        (RemoveMark(0, mark("f0")), "is not at place"),
        (ReplaceMark(mark("gone"), mark("gone", 1)), "not as the edit found it"),
        (ReplaceMark(mark("f1"), mark("f1")), "changes something"),
        (ReplaceMark(mark("f1"), mark("f2")), "keeps its id"),
    ],
)
def test_among_many_a_wrong_one_is_refused(edit: OneEdit, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        many(edit)
