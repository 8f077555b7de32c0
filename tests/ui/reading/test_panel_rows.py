"""What each part of the side panel gets of its room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labeler.ui.reading.panel_rows import PanelPart, shared_out

LABELS = PanelPart(70, 160, 330, 15, 32)
MARKS = PanelPart(140, 200, 1000, 15, 32)
BELOW = PanelPart(80, 160, 400, 70, 28)


@st.composite
def parts(draw: st.DrawFn) -> PanelPart:
    bare, more, most = (draw(st.integers(0, 300)) for _ in range(3))
    weight, step = draw(st.integers(1, 70)), draw(st.integers(1, 32))
    return PanelPart(bare, bare + more, bare + more + most, weight, step)


@given(st.integers(0, 2000), st.lists(parts(), min_size=1, max_size=4))
def test_all_room_is_given_and_nobody_has_less_than_bare(room: int, these: list[PanelPart]) -> None:
    heights = shared_out(room, these)
    bare = sum(part.bare for part in these)
    assert sum(heights) == max(room, bare)
    assert all(high >= part.bare for high, part in zip(heights, these, strict=True))
    for high, part in zip(heights[:-1], these[:-1], strict=True):
        assert high <= part.wanted
    if room >= sum(part.wanted for part in these):
        assert [*heights[:-1]] == [part.wanted for part in these[:-1]]


def test_one_that_wants_little_leaves_the_rest_to_others() -> None:
    assert shared_out(800, (LABELS, MARKS, PanelPart(80, 80, 80, 70)))[2] < 80 + 32


def test_where_all_want_more_the_weights_say_who_grows() -> None:
    labels, marks, below = shared_out(800, (LABELS, MARKS, PanelPart(80, 160, 4000, 70, 28)))
    assert (labels, marks) == (LABELS.least, MARKS.least + 32)
    assert below == 800 - labels - marks


def test_where_there_is_no_room_for_what_is_of_use_all_give_way() -> None:
    labels, marks, below = shared_out(400, (LABELS, MARKS, BELOW))
    assert labels >= 70
    assert marks >= 140
    assert below >= 80
    assert labels + marks + below == 400
