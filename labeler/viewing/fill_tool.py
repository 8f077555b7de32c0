"""Flood fill: what hangs together with a voxel and has values like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.model.flood import flood
from labeler.model.frames import FrameRef
from labeler.model.mask_blocks import Tick, go_on
from labeler.model.masks import Bits
from labeler.model.tiled_masks import UNION, TiledMask, Triple, combined, difference, empty
from labeler.viewing.paint_edits import find_target, paint_outcome
from labeler.viewing.paint_ground import Ground, ground_of
from labeler.viewing.paint_rules import Rules, has_values, in_range
from labeler.viewing.paint_tools import NO_VALUES
from labeler.viewing.phrase import phrase
from labeler.viewing.scene import NOTHING, Ghost, Idle, Later, Outcome, Pointer, Preview, Scene
from labeler.viewing.wet_paint import WetPaint

AT_ONCE = 1 << 20
"""Voxels of a slice that are flooded while the hand waits: some milliseconds."""

DRAG_SHARE = 1 / 300
"""Of the window's width, a canvas pixel that the pointer is dragged to the right."""

NOT_ACROSS = phrase("Filling through the volume begins on acquired slices.")
NOT_LOADED = phrase("Filling goes through all slices: wait until they are read.")
FILLING = phrase("Filling")


@dataclass
class _Pour:
    """Where the button was pressed, and how far from the value there flooding goes."""

    frame: FrameRef
    ground: Ground
    seed: Triple
    press: tuple[float, float]
    share: float
    erases: bool
    found: TiledMask | None = None
    shown: tuple[float, WetPaint] | None = None


class FillTool(Idle):
    """Press where it begins; dragged to the right it takes in more values, to the left fewer.

    Ctrl takes what it finds away. Within the slice, or through the volume where the options say
    so: that is done beside the hand.
    """

    name = "fill"

    def __init__(self) -> None:
        self._pour: _Pour | None = None

    @property
    def busy(self) -> bool:
        return self._pour is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        if not has_values(scene):
            return Outcome(say=NO_VALUES)
        ground = ground_of(scene)
        if ground.cut is not None:
            return Outcome(say=NOT_ACROSS)
        z, y, x = (round(at) for at in ground.at(scene.where.to_voxel(pointer.p_canvas)))
        if not all(0 <= at < side for at, side in zip((z, y, x), ground.size, strict=True)):
            return NOTHING
        share = scene.paint.tolerance
        self._pour = _Pour(
            scene.frame, ground, (z, y, x), pointer.p_canvas, share, erases=pointer.ctrl
        )
        self._find(scene)
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        pour = self._pour
        if pour is not None and pour.frame == scene.frame:
            way = pointer.p_canvas[0] - pour.press[0]
            share = max(0.0, min(1.0, scene.paint.tolerance + way * DRAG_SHARE))
            if share != pour.share:
                pour.share = share
                self._find(scene)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        pour, self._pour = self._pour, None
        if pour is None or pour.frame != scene.frame:
            return NOTHING
        if pour.found is not None and not _goes_deep(scene, pour):
            return poured(scene, pour.ground, pour.seed, pour.found, erases=pour.erases)
        if _goes_deep(scene, pour) and scene.volume() is None:
            return Outcome(say=NOT_LOADED)

        def work(tick: Tick) -> TiledMask:
            return _flooded(scene, pour, flat=not _goes_deep(scene, pour), tick=tick)

        def then(now: Scene, found: TiledMask) -> Outcome:
            return poured(now, pour.ground, pour.seed, found, erases=pour.erases)

        return Outcome(later=Later(FILLING, work, then))

    def cancel(self) -> None:
        self._pour = None

    def preview(self, scene: Scene) -> Preview:
        pour = self._pour
        if pour is None or pour.frame != scene.frame or pour.found is None:
            return Preview()
        if pour.shown is None or pour.shown[0] != pour.share:
            region = pour.found.region(pour.seed[0])
            pour.shown = pour.share, WetPaint(*scene.size, region)
        return Preview((Ghost(scene.label, pour.shown[1]),))

    def _find(self, scene: Scene) -> None:
        """The slice on show, where that is quick: of a volume it tells what is to come."""
        pour = self._pour
        assert pour is not None
        rows, columns = scene.size
        if rows * columns <= AT_ONCE:
            pour.found = _flooded(scene, pour, flat=True)


def _goes_deep(scene: Scene, pour: _Pour) -> bool:
    return scene.paint.deep and pour.ground.size[0] > 1


def _flooded(scene: Scene, pour: _Pour, *, flat: bool, tick: Tick = go_on) -> TiledMask:
    ground, (z, y, x) = pour.ground, pour.seed
    image, index = ground.image, z if ground.size[0] > 1 else scene.view.index
    assert scene.pixels is not None
    center = float(scene.pixels[y, x]) * image.slopes[index] + image.intercepts[index]
    reach = pour.share * scene.view.window.width
    rules = Rules(scene, ground)

    def allowed(low: Triple, high: Triple) -> Bits:
        bits = in_range(scene, ground, low, high, (center - reach, center + reach))
        return bits if pour.erases or rules.are_free else rules.allowed(low, bits)

    return flood(ground.size, allowed, pour.seed, flat=flat, tick=tick)


def poured(
    scene: Scene, ground: Ground, seed: Triple, found: TiledMask, *, erases: bool
) -> Outcome:
    """A region that is known as a whole goes into a mark, or out of it."""
    target = find_target(
        scene, ground, ground.frame_at(seed) if ground.size[0] > 1 else scene.frame, seed,
        np.ones((1, 1, 1), np.bool_), erases=erases,
    )  # fmt: skip
    if target is None or found == empty(ground.size):
        return NOTHING
    after = difference(target.before, found) if erases else combined(target.before, found, UNION)
    return paint_outcome(scene, ground, target, after)
