"""Flood fill: what hangs together with a voxel and has values like it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from labeler.kernels.sampling import Method
from labeler.model.flood import flood
from labeler.model.foretold import Foretold, foretold
from labeler.model.frames import FrameRef
from labeler.model.image import Pixels
from labeler.model.mask_blocks import Tick, go_on
from labeler.model.masks import Bits, Mask
from labeler.model.rasters import Place
from labeler.model.tiled_masks import (
    UNION,
    TiledMask,
    Triple,
    combined,
    difference,
    empty,
)
from labeler.viewing.lattice import sampled
from labeler.viewing.paint_edits import Meets, find_target, holding, overlap, paint_outcome
from labeler.viewing.paint_ground import Ground, ground_of
from labeler.viewing.paint_options import Cutting
from labeler.viewing.paint_reasons import BESIDE, why_nothing_painted, why_nothing_taken
from labeler.viewing.paint_rules import Rules, alike, has_values
from labeler.viewing.paint_scale import tolerance_in
from labeler.viewing.paint_tools import NO_VALUES
from labeler.viewing.phrase import phrase
from labeler.viewing.reformat import ReformatSource
from labeler.viewing.scene import NOTHING, Ghost, Idle, Later, Outcome, Pointer, Preview, Scene
from labeler.viewing.scissors import FILLING, cut
from labeler.viewing.shown_voxels import nearest, off_ties
from labeler.viewing.wet_paint import WetPaint

AT_ONCE = 1 << 20
"""Voxels of a slice that are flooded while the hand waits: some milliseconds."""

DRAG_SHARE = 1 / 300
"""Of the window's width, a canvas pixel that the pointer is dragged to the right."""

NOT_LOADED = phrase("Filling goes through all slices: wait until they are read.")


@dataclass
class _Pour:
    """Where the button was pressed: the voxel `seed`, which lies at `pixel` (column, row) of the
    frame; and how far from the value there flooding goes. `seen` are the stored values of a plane's
    voxels, `found` the voxels of a slice, `region` the pixels of the frame."""

    frame: FrameRef
    ground: Ground
    seed: Triple
    pixel: tuple[int, int]
    press: tuple[float, float]
    share: float
    erases: bool
    seen: Pixels | None = None
    found: TiledMask | None = None
    region: Mask | None = None
    shown: tuple[float, WetPaint] | None = None


class FillTool(Idle):
    """Press where it begins; dragged to the right it takes in more values, to the left fewer.

    Ctrl takes what it finds away. Within the slice or plane, or through the volume where the
    options say so: that is done beside the hand.
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
        ground, p_voxel = ground_of(scene), scene.where.to_voxel(pointer.p_canvas)
        column, row = round(p_voxel[0]), round(p_voxel[1])
        z, y, x = nearest(np.array(ground.at(p_voxel))).tolist()
        inside = 0 <= row < scene.size[0] and 0 <= column < scene.size[1]
        inside = inside and all(0 <= at < n for at, n in zip((z, y, x), ground.size, strict=True))
        if not inside:
            return Outcome(say=BESIDE)
        seen = _values_seen(scene, ground)
        if ground.cut is not None and seen is None:
            return Outcome(say=NOT_LOADED)
        self._pour = _Pour(
            scene.frame, ground, (z, y, x), (column, row), pointer.p_canvas,
            tolerance_in(scene.paint, ground.image), erases=pointer.ctrl, seen=seen,
        )  # fmt: skip
        self._find(scene)
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        pour = self._pour
        if pour is not None and pour.frame == scene.frame:
            way = pointer.p_canvas[0] - pour.press[0]
            begun = tolerance_in(scene.paint, pour.ground.image)
            share = max(0.0, min(1.0, begun + way * DRAG_SHARE))
            if share != pour.share:
                pour.share = share
                self._find(scene)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        pour, self._pour = self._pour, None
        if pour is None or pour.frame != scene.frame:
            return NOTHING
        if _goes_deep(scene, pour):
            if scene.volume() is None:
                return Outcome(say=NOT_LOADED)
        elif pour.region is not None and pour.ground.cut is not None:
            cutting = Cutting.ERASE if pour.erases else Cutting.FILL
            reach = pour.share * scene.view.window.width

            def like_it(low: Triple, high: Triple) -> Bits:
                return alike(scene, pour.ground, low, high, pour.seed, reach)

            return cut(scene, pour.region, cutting, pour.pixel, like_it)
        elif pour.found is not None:
            return _done(scene, pour, pour.found)
        return Outcome(later=_beside(scene, pour))

    def cancel(self) -> None:
        self._pour = None

    def preview(self, scene: Scene) -> Preview:
        pour = self._pour
        if pour is None or pour.frame != scene.frame or pour.region is None:
            return Preview()
        if pour.shown is None or pour.shown[0] != pour.share:
            pour.shown = pour.share, WetPaint(*scene.size, pour.region)
        return Preview((Ghost(scene.label, pour.shown[1]),))

    def _find(self, scene: Scene) -> None:
        """The slice on show, where that is quick: of a volume it tells what is to come."""
        pour = self._pour
        assert pour is not None
        rows, columns = scene.size
        if pour.ground.cut is not None:
            pour.region = _flooded_picture(scene, pour)
        elif rows * columns <= AT_ONCE:
            pour.found = _flooded(scene, pour, flat=True)
            pour.region = pour.found.region(pour.seed[0])


def _done(scene: Scene, pour: _Pour, found: TiledMask) -> Outcome:
    return poured(scene, pour.ground, pour.seed, found, erases=pour.erases, at=pour.press)


@dataclass(frozen=True, eq=False)
class _Filled:
    """What was found; the edit that comes of it where all is as it was, and to what that leads."""

    found: TiledMask
    outcome: Outcome | None = None
    told: Foretold | None = None


def _beside(scene: Scene, pour: _Pour) -> Later[_Filled]:
    """The flood and all that follows from it on another thread."""
    name = scene.new_id()  # it is asked for on this one
    planned = replace(scene, new_id=lambda: name)

    def work(tick: Tick) -> _Filled:
        found = _flooded(scene, pour, flat=not _goes_deep(scene, pour), tick=tick)
        outcome = None if pour.erases or not found.tiles else _done(planned, pour, found)
        if outcome is None or outcome.edit is None:
            return _Filled(found)  # why nothing comes of it is asked for where marks are known
        content, index = scene.painted.content, scene.view.index
        return _Filled(found, outcome, foretold(outcome.edit, outcome.blobs, content, index))

    def then(now: Scene, filled: _Filled) -> Outcome:
        is_as_it_was = _fit(now) == _fit(scene) and now.document is scene.document
        if filled.outcome is None or filled.told is None or not is_as_it_was:
            return _done(now, pour, filled.found)
        now.painted.foretell(filled.told)
        return filled.outcome

    return Later(FILLING, work, then, lambda now: Outcome(later=_beside(now, pour)))


def _fit(scene: Scene) -> tuple[object, ...]:
    """On what, beside the document, it depends what a flood comes to."""
    return scene.frame, scene.label, scene.selected, scene.paint


def _goes_deep(scene: Scene, pour: _Pour) -> bool:
    return scene.paint.deep and pour.ground.size[0] > 1


def _flooded(scene: Scene, pour: _Pour, *, flat: bool, tick: Tick = go_on) -> TiledMask:
    """The voxels of the slice of the seed, or of the volume."""
    ground, reach = pour.ground, pour.share * scene.view.window.width
    rules = Rules(scene, ground)

    def allowed(low: Triple, high: Triple) -> Bits:
        bits = alike(scene, ground, low, high, pour.seed, reach)
        return bits if pour.erases or rules.are_free else rules.allowed(low, bits)

    return flood(ground.size, allowed, pour.seed, flat=flat, tick=tick)


def _values_seen(scene: Scene, ground: Ground) -> Pixels | None:
    """Of a plane the values of the voxels that it shows, which are those that are filled: between
    them what is seen is mixed, and a slab shows others than those amid it. None where they are not
    in memory."""
    source, volume, cut = scene.image.source, scene.volume(), ground.cut
    if volume is None or cut is None or not isinstance(source, ReformatSource):
        return None
    plane = replace(off_ties(cut.lattice, cut.seen), method=Method.NEAREST)
    return sampled(cut.lattice, volume, plane, source.kind, source.padding)


def _flooded_picture(scene: Scene, pour: _Pour) -> Mask:
    """The pixels of a plane whose voxels hang together there."""
    image, index, (column, row) = scene.image, scene.view.index, pour.pixel
    assert pour.seen is not None
    values = pour.seen * image.slopes[index] + image.intercepts[index]
    reach = pour.share * scene.view.window.width
    near: Bits = np.abs(values - values[row, column]) <= reach

    def allowed(low: Triple, high: Triple) -> Bits:
        return near[None, low[1] : high[1], low[2] : high[2]]

    rows, columns = scene.size
    return flood((1, rows, columns), allowed, (0, row, column), flat=True).region(0)


def poured(
    scene: Scene,
    ground: Ground,
    seed: Triple,
    found: TiledMask,
    *,
    erases: bool,
    at: Place | None = None,
) -> Outcome:
    """A region that is known as a whole goes into a mark, or out of it; `at` is where on the canvas
    it was asked for."""
    meets: Meets = holding((seed,))
    if found == empty(ground.size):
        if erases:
            return Outcome(say=why_nothing_taken(scene, ground, meets, at))
        return Outcome(say=why_nothing_painted(scene, ground, meets))
    if erases:
        meets = partial(overlap, found)
    frame = ground.frame_at(seed) if ground.size[0] > 1 else scene.frame
    target = find_target(scene, ground, frame, meets, erases=erases)
    if target is None:
        return Outcome(say=why_nothing_taken(scene, ground, meets, at))
    after = difference(target.before, found) if erases else combined(target.before, found, UNION)
    return paint_outcome(scene, ground, target, after, "erase" if erases else "fill")
