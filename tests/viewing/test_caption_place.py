from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from labeler.viewing.caption_place import BETWEEN, GAP, CaptionPlaces, Rect, Wanted, caption_place

ROOM: Rect = (12.0, 12.0, 612.0, 412.0)
SIZE = 80.0, 30.0
SIDE = st.integers(0, 600).map(float)


def rects(most: float) -> st.SearchStrategy[Rect]:
    def made(x: float, y: float, wide: float, high: float) -> Rect:
        return x, y, x + min(wide, most), y + min(high, most)

    return st.builds(made, SIDE, SIDE, SIDE, SIDE)


def overlap(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(rects(300), st.lists(rects(200), max_size=6))
def test_words_are_in_the_room_and_beside_the_mark(around: Rect, taken: list[Rect]) -> None:
    place = caption_place(Wanted(around, SIZE), ROOM, taken)
    assert (place[2] - place[0], place[3] - place[1]) == (80.0, 30.0)
    assert ROOM[0] <= place[0] <= place[2] <= ROOM[2]
    assert ROOM[1] <= place[1] <= place[3] <= ROOM[3]
    assume(around[2] + GAP + 80 <= ROOM[2] and ROOM[1] <= around[1] <= ROOM[3] - 30)
    assert not overlap(place, around)


def test_to_the_right_first_and_elsewhere_where_that_is_taken() -> None:
    around = 200.0, 200.0, 240.0, 240.0
    first = caption_place(Wanted(around, SIZE), ROOM, ())
    assert first == (252.0, 200.0, 332.0, 230.0)
    second = caption_place(Wanted(around, SIZE), ROOM, (first,))
    assert second == (108.0, 200.0, 188.0, 230.0)
    taken = [first, second]
    for _ in range(2):
        taken.append(caption_place(Wanted(around, SIZE), ROOM, taken))
        assert not any(overlap(taken[-1], other) for other in taken[:-1])


def test_words_side_by_side_do_not_read_as_one() -> None:
    around, touching = (200.0, 200.0, 240.0, 240.0), (332.0, 205.0, 412.0, 235.0)
    place = caption_place(Wanted(around, SIZE), ROOM, (touching,))
    assert not overlap(place, (touching[0] - BETWEEN, 205.0, touching[2] + BETWEEN, 235.0))


def test_a_mark_that_fills_the_view_has_its_words_in_the_corner() -> None:
    assert caption_place(Wanted((0, 0, 640, 440), SIZE), ROOM, ()) == (532.0, 12.0, 612.0, 42.0)


def test_another_mark_is_not_written_into_where_there_is_room_beside_it() -> None:
    around = 200.0, 200.0, 240.0, 240.0
    other = (245.0, 180.0, 400.0, 300.0)
    assert caption_place(Wanted(around, SIZE), ROOM, (), (around, other)) == (
        108.0,
        200.0,
        188.0,
        230.0,
    )


@given(st.lists(rects(120), max_size=8), st.lists(rects(120), max_size=3))
def test_many_are_placed_one_after_the_other(arounds: list[Rect], taken: list[Rect]) -> None:
    wanted = tuple(Wanted(around, SIZE) for around in arounds)
    places = CaptionPlaces()
    found = places.of(wanted, ROOM, tuple(taken))
    assert len(found) == len(wanted)
    for n, one in enumerate(wanted):
        assert found[n] == caption_place(one, ROOM, (*taken, *found[:n]), arounds)
    assert places.of(wanted, ROOM, tuple(taken)) is found


def test_a_mark_that_fills_the_view_does_not_write_on_what_stands_in_the_corners() -> None:
    corners = ((500.0, 12.0, 612.0, 60.0), (12.0, 12.0, 90.0, 40.0), (12.0, 300.0, 90.0, 412.0))
    fills = Wanted((0, 0, 640, 440), SIZE)
    place = caption_place(fills, ROOM, corners)
    assert not any(overlap(place, corner) for corner in corners)
    edges = ((560.0, 12.0, 612.0, 412.0), (12.0, 12.0, 50.0, 412.0), (12.0, 12.0, 612.0, 20.0))
    (place,) = CaptionPlaces().of((fills,), ROOM, edges)
    assert not any(overlap(place, edge) for edge in edges)


def test_where_all_places_near_a_mark_are_written_on_a_little_further_off() -> None:
    around = 200.0, 200.0, 240.0, 240.0
    ring = (100.0, 158.0, 340.0, 282.0)
    place = caption_place(Wanted(around, SIZE), ROOM, (ring,))
    assert not overlap(place, ring)
    assert not overlap(place, around)
    assert max(place[1] - around[3], around[1] - place[3]) <= GAP + 2 * SIZE[1]


def test_further_off_than_onto_another_mark() -> None:
    around, other = (200.0, 200.0, 240.0, 240.0), (80.0, 150.0, 360.0, 272.0)
    place = caption_place(Wanted(around, SIZE), ROOM, (), (around, other))
    assert not overlap(place, other)
