from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from labeler.model.mask_states import unpainted
from labeler.model.masks import Mask
from labeler.model.shapes import PaintedMask
from labeler.model.tiled_masks import TiledMask, of_voxels
from labeler.viewing.cuts import CORONAL, Cut, Projection
from labeler.viewing.label_cuts import Solid, cut_labels
from labeler.viewing.paint_cuts import AT_ONCE, IN, KEPT, OUT, PaintCuts, Viewer, section
from labeler.viewing.paint_options import PaintOptions
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.reformat import Reformat, ReformatSource, reformat
from tests.support.images import axial, image_of
from tests.support.scenes import Hand, stacked
from tests.support.volumes_in_memory import volume_of

_C, _S = float(np.cos(0.5)), float(np.sin(0.5))
TILTED = Cut((_C, 0.0, _S), (0.0, 1.0, 0.0), (-_S, 0.0, _C))
THICK = Cut(TILTED.right, TILTED.down, TILTED.along, 6.0, Projection.MIP)


def cut_of(size: tuple[int, int, int], cut: Cut) -> Reformat:
    base = stacked(image_of(np.zeros(size, np.int16), matrix=axial((0.8, 1.1, 1.7))))
    return reformat(base, volume_of(base), cut)


def ball(size: tuple[int, int, int]) -> TiledMask:
    z, y, x = np.ogrid[: size[0], : size[1], : size[2]]
    middle = [side / 2 for side in size]
    inside = sum(((a - m) / m) ** 2 for a, m in zip((z, y, x), middle, strict=True)) <= 1
    return of_voxels(size, (0, 0, 0), inside)


@pytest.mark.parametrize("cut", [CORONAL, TILTED, THICK])
def test_a_section_made_slices_by_slices_is_that_of_the_whole(cut: Cut) -> None:
    size = (37, 44, 52)
    image = cut_of(size, cut)
    source = image.source
    assert isinstance(source, ReformatSource)
    bits = np.random.default_rng(3).random(size) < 0.4
    mask = of_voxels(size, (0, 0, 0), bits)
    for index in range(0, len(image.refs), 7):
        labels = np.where(bits, np.uint8(IN), np.uint8(OUT))
        from_whole = cut_labels(Solid(source.lattice, (0, 0, 0), labels), source.plane(index))
        shown = np.zeros(image.source.shape[1:], np.bool_)
        if from_whole is not None:
            height, width = from_whole.labels.shape
            top, left = from_whole.top, from_whole.left
            shown[top : top + height, left : left + width] = from_whole.labels == IN
        found = section(image, index, mask).voxels()
        assert (found != shown).mean() < 0.002


class Beside:
    """Work that is done when it is asked for, as another thread would."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Viewer, Callable[[], Mask], Callable[[Mask], None]]] = []

    def __call__(
        self, viewer: Viewer, make: Callable[[], Mask], done: Callable[[Mask], None]
    ) -> None:
        self.waiting.append((viewer, make, done))

    def work(self, number: int = -1) -> None:
        _, make, done = self.waiting.pop(number)
        done(make())


BIG = (64, 160, 160)


def test_a_large_section_comes_when_it_is_ready_and_once() -> None:
    beside, image, mask = Beside(), cut_of(BIG, TILTED), ball(BIG)
    cuts, shape = PaintCuts(beside), unpainted(BIG, None)
    index = len(image.refs) // 2
    assert BIG[0] * BIG[1] * BIG[2] > AT_ONCE
    assert cuts.region(image, index, shape, mask) is None
    assert cuts.region(image, index, shape, mask) is None
    assert len(beside.waiting) == 1
    beside.work()
    found = cuts.region(image, index, shape, mask)
    assert found is not None
    assert found == section(image, index, mask)
    assert not beside.waiting


def test_a_plane_that_was_passed_by_is_asked_for_again_when_it_is_gone_back_to() -> None:
    beside, image, mask = Beside(), cut_of(BIG, TILTED), ball(BIG)
    cuts, shape = PaintCuts(beside), unpainted(BIG, None)
    index = len(image.refs) // 2
    cuts.region(image, index, shape, mask)
    cuts.region(image, index + 1, shape, mask)
    del beside.waiting[0]  # of several the newest is answered
    beside.work()
    assert cuts.region(image, index + 1, shape, mask) is not None
    assert cuts.region(image, index, shape, mask) is None
    beside.work()
    assert cuts.region(image, index, shape, mask) is not None


def test_many_marks_in_several_views_are_all_seen_and_then_nothing_is_made() -> None:
    beside = Beside()
    cuts = PaintCuts(beside)
    views = [cut_of(BIG, TILTED) for _ in range(4)]
    mask, index = ball(BIG), len(views[0].refs) // 2
    marks = [replace(unpainted(BIG, None), state=f"{n:064x}") for n in range(KEPT // 4 + 2)]

    def ask() -> list[Mask | None]:
        return [cuts.region(view, index, mark, mask) for view in views for mark in marks]

    for _ in range(2 * len(views) * len(marks)):  # each that comes paints all views again
        ask()
        if not beside.waiting:
            break
        beside.work(0)
    assert all(found is not None for found in ask())
    assert not beside.waiting


def test_a_stroke_stays_in_sight_until_its_section_is_made() -> None:
    image = cut_of(BIG, TILTED)
    assert image.base is not None
    hand = Hand(BrushTool(), image=image, base=image.base, paint=PaintOptions(ball=True))
    hand.volume, hand.index = volume_of(image.base), len(image.refs) // 2
    beside = Beside()
    hand.cuts = PaintCuts(beside)
    rows, columns = image.source.shape[1:]
    hand.brush_mm = 150.0
    hand.drag([(columns / 2 - 5, rows / 2), (columns / 2 + 5, rows / 2)])
    shape = hand.document.marks[0].shape
    assert isinstance(shape, PaintedMask)
    lent = hand.scene().region(shape)
    assert beside.waiting
    assert lent is not None
    beside.work()
    made = hand.scene().region(shape)
    assert made is not None
    assert made is not lent
    assert (lent.voxels() != made.voxels()).mean() < 0.002


def test_a_stroke_on_a_mark_whose_section_is_on_its_way_hides_nothing() -> None:
    image, beside = cut_of(BIG, TILTED), Beside()
    assert image.base is not None
    hand = Hand(BrushTool(), image=image, base=image.base, paint=PaintOptions(ball=True))
    hand.volume, hand.index = volume_of(image.base), len(image.refs) // 2
    rows, columns = image.source.shape[1:]
    hand.brush_mm = 150.0
    hand.click(columns / 2, rows / 2)
    hand.cuts, hand.brush_mm = PaintCuts(beside), 10.0
    hand.press(columns / 2 + 20, rows / 2)
    preview = hand.tool.preview(hand.scene())
    assert preview.ghosts
    assert preview.hidden == ""
    hand.release(columns / 2 + 20, rows / 2)
    shape = hand.document.marks[0].shape
    assert isinstance(shape, PaintedMask)
    assert hand.scene().region(shape) is None, "a part of it would be taken for all"
