"""Why marks stay where a hand would move them, by how many of each kind there are."""

from __future__ import annotations

import pytest

from labeler.model.document import Mark, with_flag
from labeler.model.shapes import Box, PaintedMask
from labeler.viewing.locks import unmoved
from tests.support.scenes import small_image

REF = small_image().refs[0]
DRAWN = Mark("d", "nodule", REF, Box((0, 0), (9_000, 9_000)))
PAINTED = Mark("p", "nodule", REF, PaintedMask("0" * 64, (1, 8, 8)))
LOCKED, FIRM = (with_flag(mark, "locked", on=True) for mark in (DRAWN, PAINTED))


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ([DRAWN, DRAWN], None),
        ([PAINTED], "Painted marks are not moved by hand: copy and paste them, or paint."),
        ([FIRM, PAINTED], "Painted marks are not moved by hand: copy and paste them, or paint."),
        ([PAINTED, DRAWN], "One of these marks is painted and stays where it is."),
        ([FIRM, PAINTED, DRAWN], "2 of these marks are painted and stay where they are."),
        ([LOCKED], "That mark is locked: unlock it in the list of marks first."),
        ([LOCKED, DRAWN], "One of these marks is locked and stays as it is."),
        ([LOCKED, PAINTED], "These marks are painted or locked and stay where they are."),
        ([LOCKED, PAINTED, DRAWN], "2 of these marks are painted or locked and stay."),
    ],
)
def test_each_kind_is_counted(marks: list[Mark], text: str | None) -> None:
    said = unmoved(marks)
    assert (said.text if said else None) == text
