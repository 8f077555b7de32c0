from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labeler.model.stack import Gap
from labeler.viewing.seen import SeenBar, spans


def test_seen_slices_are_runs_on_a_bar() -> None:
    assert spans({3, 1, 2, 7}) == ((1, 3), (7, 7))
    assert spans(()) == ()
    assert SeenBar(50, 200).rows(0, 49) == (0, 200)
    assert SeenBar(1000, 200).rows(700, 700) == (140, 141)
    assert SeenBar(50, 200).runs({0, 1, 4}) == ((0, 8), (16, 20))


def test_missing_slices_leave_room_where_they_would_lie() -> None:
    bar = SeenBar(8, 100, (Gap(after=3, missing=2, distance_mm=9.0),))
    assert bar.rows(3, 3) == (30, 40)
    assert bar.gap_rows() == ((40, 60),)
    assert bar.rows(4, 4) == (60, 70)
    assert bar.runs(range(8)) == ((0, 40), (60, 100))


def test_a_huge_gap_does_not_squeeze_the_slices_away() -> None:
    bar = SeenBar(4, 100, (Gap(1, 10_000, 1e5), Gap(2, 10_000, 1e5)))
    assert bar.rows(0, 1) == (0, 25)
    assert sum(bottom - top for top, bottom in bar.gap_rows()) == 50


gaps = st.lists(st.integers(0, 18), unique=True, max_size=4).map(
    lambda found: tuple(Gap(after, 1 + after % 3, 1.0) for after in sorted(found))
)


@given(st.integers(2, 20), st.integers(60, 900), gaps, st.floats(0, 1))
def test_a_press_on_a_slices_row_means_that_slice(
    slices: int, height: int, found: tuple[Gap, ...], share: float
) -> None:
    bar = SeenBar(slices, height, found)
    for index in range(slices):
        top, bottom = bar.rows(index, index)
        assert bar.index_at((top + bottom) / 2) == index
    assert 0 <= bar.index_at(share * height * 1.2 - 20) < slices
