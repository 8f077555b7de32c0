"""What several marks share, and where they differ."""

from __future__ import annotations

import msgspec

from labeler.model.document import Mark
from labeler.model.forms import Answer, Choice, FreeText, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.shapes import PointMark
from labeler.viewing.said_together import SEVERAL, SaidTogether, said_together

MARGIN = Choice("margin", "Margin", (Option("smooth", "Smooth"), Option("odd", "Odd")))
SIZE, WHY = Scale("size", "Size", 1, 5, required=False), FreeText("why", "Why?", required=True)
LABELS = (
    Label("nodule", "Nodule", (MARGIN, SIZE, WHY)),
    Label("cyst", "Cyst", (SIZE,)),
    Label("plain", "Plain"),
)
MARK = Mark("m", "nodule", FrameRef("1", "1.1", 0), PointMark((0, 0)))
SMOOTH, THREE = Answer("margin", "smooth"), Answer("size", 3)


def said(*changes: dict[str, object], free_text: bool = True) -> SaidTogether:
    marks = [msgspec.structs.replace(MARK, id=f"m{n}", **each) for n, each in enumerate(changes)]
    return said_together(marks, LABELS, free_text_allowed=free_text)


def test_of_one_mark_all_is_told() -> None:
    found = said({"attributes": (SMOOTH,), "confidence": 80, "note": "odd", "flags": ("locked",)})
    assert (found.count, found.label, found.confidence, found.note) == (1, "nodule", 80, "odd")
    assert (found.hidden, found.locked) == (False, True)
    assert found.questions == (MARGIN, SIZE, WHY)
    assert found.answers == {"margin": "smooth", "size": None, "why": None}
    assert found.missing == {"why"}


def test_where_marks_differ_nothing_is_chosen() -> None:
    found = said(
        {"attributes": (SMOOTH,), "confidence": 80}, {"note": "odd"}, {"flags": ("hidden",)}
    )
    assert found.answers["margin"] is SEVERAL
    assert found.confidence is SEVERAL
    assert found.note is SEVERAL
    assert found.hidden is SEVERAL
    assert found.locked is False
    assert found.missing == {"margin", "why"}


def test_marks_of_several_labels_share_the_questions_that_all_ask() -> None:
    found = said({"attributes": (SMOOTH, THREE)}, {"label": "cyst", "attributes": (THREE,)})
    assert found.label is SEVERAL
    assert found.questions == (SIZE,)
    assert found.answers == {"size": 3}
    assert said({}, {"label": "plain"}).questions == ()
    assert said({}, {"label": "unknown"}).questions == ()


def test_a_task_without_free_text_asks_for_none() -> None:
    assert said({}, free_text=False).questions == (MARGIN, SIZE)
    assert said({}, free_text=False).missing == {"margin"}
