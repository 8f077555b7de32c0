from __future__ import annotations

import msgspec
from msgspec import UNSET

from labeler.model.document import Mark, empty_document, with_flag
from labeler.model.edit_rules import apply_edit
from labeler.model.frames import FrameRef
from labeler.model.shapes import PointMark
from labeler.viewing.said_of_marks import flagged, with_confidence, with_note
from labeler.viewing.scene import NOTHING

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


def test_a_note_and_how_sure_one_is_come_and_go() -> None:
    said = with_note(MARKS[0], "spiculated").edit
    assert said is not None
    document = apply_edit(DOCUMENT, said)
    assert document.marks[0].note == "spiculated"
    sure = with_confidence(document.marks[0], 80).edit
    assert sure is not None
    document = apply_edit(document, sure)
    assert document.marks[0].confidence == 80
    gone = with_note(document.marks[0], "").edit
    assert gone is not None
    assert apply_edit(document, gone).marks[0].note is UNSET
    assert with_confidence(document.marks[0], 80) == NOTHING
    assert with_flag(MARKS[0], "hidden", on=False) == MARKS[0]
