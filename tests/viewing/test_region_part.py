"""Of a large region as much is looked at as a view shows, and that is where the region is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.layers import Layer, LayerKind
from labeler.model.masks import Mask, mask_of
from labeler.viewing import region_part
from labeler.viewing.layer_overlay import LayerOverlay
from labeler.viewing.layout import Layout
from labeler.viewing.outline import KnownOutlines, Rings, rings_of
from labeler.viewing.overlay import Edge, Fill, Overlay
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.region_part import part_on, seen_on
from labeler.viewing.scene import Ghost, Preview
from labeler.viewing.viewport import Canvas, CanvasMap
from tests.support.scenes import Hand, close_up

CANVAS = Canvas(1000, 1000)
SIDE = 4096


@pytest.fixture(scope="module")
def region() -> Mask:
    """As large as what is shown of a slide, its inside full of holes."""
    rng = np.random.default_rng(4)
    bits = np.zeros((SIDE, SIDE), np.bool_)
    bits[50:-50, 30:-30] = True
    bits[tuple(rng.integers(100, SIDE - 100, (2, 75_000)))] = False
    return mask_of(bits)


def layout() -> Layout:
    return Hand(BrushTool()).scene().layout


def at(zoom: float, left: float = 0.0, top: float = 0.0) -> CanvasMap:
    return CanvasMap(layout(), left, top, zoom, zoom)


@pytest.mark.parametrize(
    ("zoom", "left", "top"),
    [(1.0, -1500.0, -800.0), (0.25, 0.0, 0.0), (0.1, 100.0, 80.0), (8.0, -9000.0, -9000.0)],
)
def test_what_is_asked_of_an_outline_follows_the_canvas(
    region: Mask, zoom: float, left: float, top: float
) -> None:
    known, where = KnownOutlines(), at(zoom, left, top)
    rings, part = known.of(region, where, CANVAS), part_on(region, where, CANVAS)
    assert part.bits(region).size < 2.5 * CANVAS.width * CANVAS.height
    assert np.array_equal(rings.corners, rings_of(region, part).corners), "of that part alone"
    assert len(rings.corners), "its edge is seen"
    for x, y in ((40, 0), (0, 70), (-60, -30)):
        moved = at(zoom, left + x, top + y)
        assert known.of(region, moved, CANVAS) is rings, "a small step asks for nothing"
    known.of(region, at(zoom / 2, left, top), CANVAS)
    known.of(region, at(zoom, left - 700, top), CANVAS)
    assert len(known._known) == 1
    assert known._corners == len(known.of(region, at(zoom, left - 700, top), CANVAS).corners)


def test_it_is_the_edge_of_the_region_where_it_is_seen(region: Mask) -> None:
    whole = sides_of(rings_of(region, region_part.Part(1, 0, 0, *region.crop.shape)))
    where = at(1.0, -1500.0, -800.0)
    seen = sides_of(KnownOutlines().of(region, where, CANVAS))
    box = (1500.0, 800.0, 2500.0, 1800.0)
    assert inside(seen, box) == inside(whole, box)
    assert len(inside(whole, box)) > 10_000


Side = tuple[float, float, float, float]


def sides_of(rings: Rings) -> set[Side]:
    found: set[Side] = set()
    for loop in np.split(rings.corners, rings.ends[:-1]):
        both = np.concatenate((loop, np.roll(loop, -1, axis=0)), axis=1)
        found.update(map(tuple, both.tolist()))
    return found


def inside(sides: set[Side], box: Side) -> set[Side]:
    left, top, right, bottom = box
    return {
        side
        for side in sides
        if left < min(side[0], side[2])
        and max(side[0], side[2]) < right
        and top < min(side[1], side[3])
        and max(side[1], side[3]) < bottom
    }


def test_from_afar_a_thin_line_is_not_lost_and_stays_within_a_pixel() -> None:
    bits = np.zeros((3001, 2999), np.bool_)
    bits[0, 0] = bits[-1, -1] = True
    bits[np.arange(2999), np.arange(2999)] = True
    mask = mask_of(bits)
    part = part_on(mask, at(0.2), CANVAS)
    assert part.step == 5
    shown = part.bits(mask)
    assert shown.shape == (601, 600)
    assert shown[np.arange(600), np.arange(600)].all()
    rings = rings_of(mask, part)
    assert rings.corners.min() == -0.5
    assert rings.corners.max(axis=0).tolist() == [2998.5, 3000.5], "no further than the region"


def test_nothing_of_it_on_the_canvas_is_nothing(region: Mask) -> None:
    far = at(1.0, 50_000.0, 0.0)
    assert len(KnownOutlines().of(region, far, CANVAS).ends) == 0
    assert seen_on(region, far, CANVAS).bits(region).size == 0


def test_finer_pixels_are_told_more(region: Mask) -> None:
    assert part_on(region, at(0.25), CANVAS).step == 4
    assert part_on(region, at(0.25), CANVAS, ratio=2.0).step == 2


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_edge_and_fill_are_of_the_same_squares_on_a_fine_screen_too(
    region: Mask, ratio: float
) -> None:
    scene = Hand(BrushTool(), view=replace(close_up(), zoom=0.25)).scene()
    scene = replace(scene, ratio=ratio)
    figures = {scene.frame: (region,)}
    layer = Layer("a", LayerKind.SEGMENTATION, "a.dcm", "a", 1, "", None, figures)
    drawn = Overlay().commands(scene, Preview(ghosts=(Ghost("nodule", region),)))
    for commands in (drawn, LayerOverlay().commands(scene, [(0, layer)])):
        (edge,) = [one for one in commands if isinstance(one, Edge)]
        (fill,) = [one for one in commands if isinstance(one, Fill)]
        filled = rings_of(region, part_on(fill.mask, fill.where, fill.canvas, ratio))
        assert np.array_equal(edge.rings.corners, filled.corners)


@settings(deadline=None, max_examples=100)
@given(st.floats(0.02, 9.0), st.floats(-4000, 4000), st.floats(-4000, 4000), st.floats(-900, 900))
def test_what_was_made_holds_what_is_seen(zoom: float, left: float, top: float, by: float) -> None:
    mask = mask_of(np.ones((1030, 1100), np.bool_))
    made = part_on(mask, at(zoom, left, top), CANVAS)
    assert made.holds(seen_on(mask, at(zoom, left, top), CANVAS))
    if abs(by) < 200:
        assert made.holds(seen_on(mask, at(zoom, left + by, top), CANVAS))
