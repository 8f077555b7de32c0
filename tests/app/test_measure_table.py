"""The table of measures says what was said of each mark."""

from __future__ import annotations

import csv

from labeler.app.measure_table import measures_csv
from labeler.app.measuring import MeasuredMark, measured_mark
from labeler.model.document import Mark
from labeler.model.forms import Answer, Choice, FreeText, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.shapes import PointMark

MARGIN = Choice("margin", "Margin", (Option("sharp", "Sharp"),))
SIZE, WHY = Scale("size", "Size", -5, 5), FreeText("why", "Why?")
LABELS = (Label("nodule", "Nodule", (MARGIN, SIZE)), Label("cyst", "Cyst", (SIZE, WHY)))


def row(*answers: Answer, label: str = "nodule", **said: object) -> MeasuredMark:
    attributes = {"attributes": answers} if answers else {}
    mark = Mark("m", label, FrameRef("1", "1.1", 0), PointMark((0, 0)), **attributes, **said)
    return measured_mark(None, mark, None, lambda _done, _total: None)


def told(*rows: MeasuredMark, comma: bool = False) -> list[dict[str, str]]:
    text = measures_csv(rows, LABELS, decimal_comma=comma).removeprefix("\ufeff")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if comma else ","))


def test_each_question_of_a_label_has_one_column_also_where_nobody_answered() -> None:
    (empty,) = told(row())
    assert [name for name in empty if name.startswith("answer:")] == [
        "answer:margin", "answer:size", "answer:why",
    ]  # fmt: skip
    assert (empty["answer:margin"], empty["confidence"], empty["note"]) == ("", "", "")


def test_answers_certainty_and_notes_leave_with_the_numbers() -> None:
    nodule = row(Answer("margin", "sharp"), Answer("size", -2), confidence=0, note="a; b, c")
    for comma in (False, True):
        one, other = told(nodule, row(Answer("why", "so"), label="cyst"), comma=comma)
        assert (one["answer:margin"], one["answer:size"]) == ("sharp", "-2")
        assert (one["confidence"], one["note"]) == ("0", "a; b, c")
        assert (other["answer:why"], other["answer:size"]) == ("so", "")


def test_an_answer_that_no_label_asks_is_not_left_out() -> None:
    (one,) = told(row(Answer("older", "yes")))
    assert one["answer:older"] == "yes"
