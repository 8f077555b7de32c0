"""An entry of very many changes is written and read a piece at a time, and is the same entry."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.model import steps
from labeler.model.document import Mark
from labeler.model.edits import AddMark, Edit, OneEdit, SetAnswer, SetNoFinding, Together
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.shapes import Box, Polygon
from labeler.model.steps import PIECE, Amend, Do, edit_of_entry
from labeler.proof.codec import encode
from labeler.proof.journal_chain import JournalEntry, entry_bytes

FRAME = FrameRef("1.2", '"edits":[]', 0)
ONES: tuple[OneEdit, ...] = (
    AddMark(0, Mark("m", "l", FRAME, Box((0, 0), (1, 1)))),
    AddMark(1, Mark("n", "l", FRAME, Polygon(((0, 0), (9, 0), (-9, 9))))),
    SetAnswer(None, Answer("q", '"edits":[],')),
    SetNoFinding(before=False, after=True),
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7]),
    st.integers(0, 2**32),
    st.sampled_from(["d" * 64, '"edits":[]', 'a\\"edits":[]\n', "ü"]),
    st.sampled_from([Do, Amend]),
)
def test_the_bytes_are_those_of_the_whole(
    count: int, seed: int, document: str, kind: type[Do | Amend]
) -> None:
    edits = tuple(ONES[(seed + n * (n + seed)) % len(ONES)] for n in range(count))
    edit: Edit = Together("paste-marks", edits) if edits else ONES[0]
    entry = JournalEntry(document, 7, 1_800_000_000, kind(edit), "a" * 64)
    data = entry_bytes(entry)
    assert data == encode(entry)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "AT_ONCE", 0)
        assert edit_of_entry(data) == edit


def test_what_cannot_be_written_is_refused_in_pieces_too() -> None:
    bad = AddMark(0, Mark("m", "l", FRAME, Box((0, 0), (2**60, 1))))
    edits = (*(ONES[0],) * (2 * PIECE), bad)
    with pytest.raises(LabelerError, match=r"2\^53"):
        entry_bytes(JournalEntry("d", 1, 0, Do(Together("paste-marks", edits)), "a" * 64))
