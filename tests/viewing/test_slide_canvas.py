"""A canvas that is moved and mended shows what one drawn anew would."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.model.image import Pixels
from labeler.viewing.slide_canvas import SlideCanvas, gaps_in, on_whole_pixels
from labeler.viewing.tiles import TileKey, field_of
from labeler.viewing.viewport import CanvasMap
from tests.viewing.test_tiles import PLAIN, SLIDE

COLOR = np.empty((1, 1, 4), np.uint8)
SIZE = 90, 70
STEPS = st.lists(
    st.tuples(
        st.integers(-40, 40), st.integers(-40, 40), st.sampled_from([1.0, 1.0, 1.0, 0.5, 1.7])
    ),
    min_size=1,
    max_size=6,
)


class Arriving:
    """Tiles that come only some at a time, in the order they are asked for."""

    def __init__(self) -> None:
        self.here: dict[TileKey, Pixels | LabelerError | None] = {}
        self.wanted: dict[TileKey, None] = {}

    def find(self, key: TileKey) -> Pixels | LabelerError | None:
        if key not in self.here:
            self.wanted[key] = None
        return self.here.get(key)

    def come(self, most: int) -> None:
        for key in list(self.wanted)[:most]:
            self.here[key] = SLIDE.find(key)
            del self.wanted[key]


@settings(max_examples=50)
@given(
    STEPS,
    st.sampled_from([0.3, 1.0, 3.97, 6.0, 40.0]),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.integers(0, 3),
)
def test_a_canvas_that_was_moved_is_as_good_as_new(
    steps: list[tuple[int, int, float]], scale: float, turned: tuple[bool, bool, bool], pace: int
) -> None:
    transposed, mirrored_x, mirrored_y = turned
    layout = replace(PLAIN, transposed=transposed, mirrored_x=mirrored_x, mirrored_y=mirrored_y)
    where = CanvasMap(layout, -20.0 * scale, -15.0 * scale, scale, scale)
    canvas, tiles = SlideCanvas(), Arriving()

    def shown(made: SlideCanvas, find: Arriving) -> Pixels | None:
        field = field_of(SLIDE.levels, where, SIZE)
        if field is None:
            return None
        arrivals = len(find.here)
        made.show(SLIDE.levels, field, where, SIZE, find.find, COLOR, arrivals, "one")
        return made.pixels.copy()

    for dx, dy, zoom in steps:
        scale = where.scale_x * zoom
        where = on_whole_pixels(CanvasMap(layout, where.left + dx, where.top + dy, scale, scale))
        shown(canvas, tiles)
        tiles.come(pace)
    while tiles.wanted:
        tiles.come(5)
        shown(canvas, tiles)
    new = Arriving()
    shown(SlideCanvas(), new)
    while new.wanted:
        new.come(1000)
        fresh = shown(SlideCanvas(), new)
    mended = shown(canvas, tiles)
    if mended is None:
        return
    fresh = shown(SlideCanvas(), new)
    assert fresh is not None
    apart = np.abs(mended[..., :3].astype(int) - fresh[..., :3])
    # OpenCV mixes by steps of 1/32 of a pixel: of noise that is a few levels, and no step more.
    assert apart.max() <= 20
    assert apart.mean() < 1


@pytest.mark.parametrize(("dx", "dy"), [(0, 9), (7, 0), (-11, -8), (3, -9)])
def test_a_long_pan_and_back_shows_what_was_there(dx: int, dy: int) -> None:
    canvas = SlideCanvas()

    def shown(made: SlideCanvas, step: int) -> Pixels:
        where = CanvasMap(PLAIN, 20.0 + dx * step, 15.0 + dy * step, 1.0, 1.0)
        field = field_of(SLIDE.levels, where, SIZE)
        assert field is not None
        made.show(SLIDE.levels, field, where, SIZE, SLIDE.find, COLOR, 0, "one")
        return made.pixels

    for step in (*range(4), *range(4, -5, -1), *range(-4, 1)) * 4:
        there = shown(canvas, step)
    np.testing.assert_array_equal(there, shown(SlideCanvas(), step))


def test_tiles_that_cannot_be_decoded_are_named() -> None:
    where = CanvasMap(PLAIN, 0.0, 0.0, 3.97, 4.0)
    field = field_of(SLIDE.levels, where, SIZE)
    assert field is not None
    broken = TileKey(0, 1, 0, 1)

    def find(key: TileKey) -> Pixels | LabelerError | None:
        if key == broken:
            return LabelerError("undecodable-image", "broken", safe="", do="")
        return SLIDE.find(key)

    shown = SlideCanvas()
    shown.show(SLIDE.levels, field, where, SIZE, find, COLOR, 1, "one")
    canvas = shown.pixels.copy()
    assert gaps_in(field, find) == (broken,)
    assert len(np.unique(canvas[:60, 52:88, 0])) <= 8
    assert len(np.unique(canvas[:60, :40, 0])) > 20
