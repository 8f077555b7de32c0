"""Painting on whole slides and other pictures in colour."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from labeler.app import painted_masks
from labeler.app.painted_masks import PaintedMasks
from labeler.model.frames import Window
from labeler.model.mask_strokes import Stroke
from labeler.model.masks import Bits
from labeler.model.shapes import PaintedMask
from labeler.model.tiled_masks import TiledMask, empty
from labeler.viewing import fill_tool, paint_edits
from labeler.viewing.fill_tool import FillTool
from labeler.viewing.paint_options import Cutting, PaintOptions
from labeler.viewing.paint_scale import scaled, share_of, tolerance_in, with_tolerance
from labeler.viewing.paint_tools import BrushTool, ThresholdTool
from labeler.viewing.scene import Later
from labeler.viewing.scissors import lasso_scissors
from labeler.viewing.wet_paint import WetPaint
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, small_image

PINK, GLASS = (200, 120, 160), (245, 240, 244)


def tissue() -> np.ndarray:
    """Pink tissue on glass, with an island of its own."""
    colors = np.full((1, 40, 60, 3), GLASS, np.uint8)
    colors[0, 10:30, 10:30] = PINK
    colors[0, 12:20, 40:50] = PINK
    return colors


def slide_hand(tool: object, options: PaintOptions = PaintOptions()) -> Hand:  # noqa: B008  frozen
    """Four µm a pixel."""
    image = image_of(tissue(), matrix=axial((0.004, 0.004, 1.0)), photometric="RGB", unit="")
    return Hand(tool, image=image, paint=options, brush_mm=0.0401)  # type: ignore[arg-type]


def held(hand: Hand) -> Bits:
    (mark,) = hand.document.marks
    assert isinstance(mark.shape, PaintedMask)
    content = hand.painted.content(mark.shape)
    assert content is not None
    return content.crop((0, 0, 0), content.size)[0]


def test_a_brush_of_a_scan_is_a_fiftieth_of_it_on_a_slide() -> None:
    assert share_of(slide_hand(BrushTool()).image) == pytest.approx(1 / 50)
    assert share_of(small_image()) == 1.0
    options = scaled(PaintOptions(step_mm=1.0, least_ml=0.1), slide_hand(BrushTool()).image)
    assert options.step_mm == pytest.approx(0.02)
    assert options.least_ml == pytest.approx(0.1 / 2500)


def test_a_disc_is_round_in_micrometres_and_lies_on_the_pixels_of_the_level_of_marks() -> None:
    hand = slide_hand(BrushTool())
    hand.click(30, 20)
    assert hand.document.marks[0].shape.size == (1, 40, 60)
    y, x = np.mgrid[0:40, 0:60]
    assert np.array_equal(held(hand), (y - 20) ** 2 + (x - 30) ** 2 <= 25)


def test_flooding_takes_what_hangs_together_in_one_colour() -> None:
    hand = slide_hand(FillTool(), PaintOptions(stain_tolerance=0.1))
    hand.view = replace(hand.view, window=Window(127.5, 256.0))
    hand.click(20, 20)
    expected = np.zeros((40, 60), np.bool_)
    expected[10:30, 10:30] = True
    assert np.array_equal(held(hand), expected)
    hand.tool = FillTool()
    hand.press(20, 20, ctrl=True)
    hand.release(20, 20)
    assert hand.document.marks == ()


def test_the_usual_tolerance_takes_tissue_whose_cells_differ_and_no_glass() -> None:
    colors = tissue().astype(np.int16)
    noise = np.random.default_rng(1).normal(0, 14, colors.shape)
    image = image_of(
        np.clip(colors + noise, 0, 255).astype(np.uint8),
        matrix=axial((0.004, 0.004, 1.0)), photometric="RGB", unit="",
    )  # fmt: skip
    hand = Hand(FillTool(), image=image, brush_mm=0.04)
    hand.view = replace(hand.view, window=Window(127.5, 256.0))
    hand.click(20, 20)
    lesion = np.zeros((40, 60), np.bool_)
    lesion[10:30, 10:30] = True
    assert held(hand)[lesion].mean() > 0.95
    assert held(hand)[(tissue()[0] == GLASS).all(axis=2)].mean() < 0.02


def test_the_usual_tolerance_on_a_real_slide(test_data: Path) -> None:
    """From most places amid a section a good part of it is taken; from few, the palest, glass."""
    colors = tifffile.imread(test_data / "wsi/small_HE.svs")[900:1500, 1000:1500]
    image = image_of(colors[None], matrix=axial((0.0005, 0.0005, 1.0)), photometric="RGB", unit="")
    glass = colors.min(axis=2) > 225
    taken, on_glass = [], []
    for y, x in np.argwhere(colors.mean(axis=2) < 200)[::5000]:
        hand = Hand(FillTool(), image=image, brush_mm=0.004)
        hand.view = replace(hand.view, window=Window(127.5, 256.0))
        hand.click(int(x), int(y))
        found = held(hand)
        taken.append(found.sum() / (~glass).sum())
        on_glass.append(found[glass].sum() / found.sum())
    assert np.median(taken) > 0.1
    assert np.quantile(on_glass, 0.9) < 0.01


def test_scans_keep_a_tolerance_of_their_own() -> None:
    scan, slide, options = small_image(), slide_hand(FillTool()).image, PaintOptions()
    assert (tolerance_in(options, scan), tolerance_in(options, slide)) == (0.1, 0.3)
    changed = with_tolerance(with_tolerance(options, scan, 0.2), slide, 0.5)
    assert (tolerance_in(changed, scan), tolerance_in(changed, slide)) == (0.2, 0.5)
    grey = image_of(np.zeros((1, 9, 9), np.int16), matrix=axial((0.004, 0.004, 1.0)))
    assert tolerance_in(options, grey) == 0.1


def flooding_beside(monkeypatch: pytest.MonkeyPatch) -> tuple[Hand, Later[Any]]:
    """A flood of the tissue that is too large to be done while the hand waits."""
    monkeypatch.setattr(fill_tool, "AT_ONCE", 0)
    hand = slide_hand(FillTool(), PaintOptions(tolerance=0.1))
    hand.view = replace(hand.view, window=Window(127.5, 256.0))
    hand.press(20, 20)
    later = hand.tool.release(hand.scene(), hand.at(20, 20)).later
    assert later is not None
    assert hand.document.marks == ()
    return hand, later


def test_all_that_follows_from_a_flood_is_worked_out_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is left for the hand's thread encodes, packs and unpacks nothing."""
    hand, later = flooding_beside(monkeypatch)
    found = later.work(lambda _done, _total: None)

    def fail(*_given: object) -> None:
        pytest.fail("it was worked out before")

    with monkeypatch.context() as done:
        done.setattr(paint_edits, "encode_delta", fail)
        done.setattr(painted_masks, "changed_by", fail)
        done.setattr(painted_masks, "pack", fail)
        done.setattr(TiledMask, "region", fail)
        outcome = hand.take(later.then(hand.scene(), found))
        (mark,) = hand.document.marks
        assert isinstance(mark.shape, PaintedMask)
        region = hand.painted.region(mark.shape, 0)
    assert region is not None
    expected = (tissue()[0] == PINK).all(axis=2)
    expected[:, 40:] = False
    assert np.array_equal(held(hand), expected)
    assert region.count == expected.sum()
    again = PaintedMasks()
    again.keep(outcome.blobs)
    assert outcome.edit is not None
    again.follow(outcome.edit)
    assert again.content(mark.shape) == hand.painted.content(mark.shape)


def test_a_flood_goes_into_a_mark_as_it_is_when_the_flood_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand, later = flooding_beside(monkeypatch)
    found = later.work(lambda _done, _total: None)
    hand.tool = BrushTool()
    hand.click(30, 20)
    both = held(hand)
    hand.take(later.then(hand.scene(), found))
    both[10:30, 10:30] = True
    assert np.array_equal(held(hand), both)


def test_the_threshold_brush_of_colours_goes_by_their_brightness() -> None:
    hand = slide_hand(ThresholdTool(), PaintOptions(low=0, high=180))
    hand.brush_mm = 1.0
    hand.click(30, 20)
    assert np.array_equal(held(hand), (tissue()[0] == PINK).all(axis=2))


def test_scissors_fill_what_is_drawn_around() -> None:
    hand = slide_hand(lasso_scissors(), PaintOptions(cutting=Cutting.FILL))
    hand.drag([(5, 5), (45, 5), (45, 35), (5, 35)])
    assert held(hand)[10:30, 10:40].all()
    assert not held(hand)[:, 50:].any()


@pytest.mark.parametrize("size", [4096, 40960])
def test_a_stroke_takes_memory_for_what_it_covers_and_not_for_the_slide(size: int) -> None:
    tracemalloc.start()
    wet = WetPaint(size, size)
    stroke = Stroke(empty((1, size, size)), (1.0, 0.004, 0.004), wet)
    at = size / 2
    stroke.sweep((0.0, at, at), (0.0, at + 50, at + 300), 0.6, (0, 1), on=True)
    after = stroke.after
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after.count > 70_000
    assert peak < 16_000_000
