"""Scissors: a line or a rectangle is drawn, and what lies inside it is filled or cut, on the slice
or through all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from labeler.model.frames import FrameRef
from labeler.model.mask_blocks import Box, Tick, blocks, box_around, go_on
from labeler.model.masks import Bits, Mask
from labeler.model.measures import stored
from labeler.model.rasters import Place, polygon_mask
from labeler.model.shapes import Polygon
from labeler.model.tiled_masks import (
    UNION,
    TiledMask,
    Triple,
    combined,
    difference,
    empty,
    of_voxels,
)
from labeler.viewing.paint_edits import (
    Meets,
    Target,
    find_target,
    holding,
    overlap,
    paint_outcome,
    touching,
)
from labeler.viewing.paint_ground import Ground, ground_of
from labeler.viewing.paint_options import Cutting
from labeler.viewing.paint_reasons import (
    BESIDE,
    DRAW_AROUND,
    NO_PAINT,
    why_nothing_painted,
    why_nothing_taken,
)
from labeler.viewing.paint_rules import Rules
from labeler.viewing.phrase import phrase
from labeler.viewing.scene import NOTHING, Ghost, Idle, Later, Outcome, Pointer, Preview, Scene
from labeler.viewing.shown_voxels import nearest

APART = 3.0
"""Canvas pixels between two places of a line that is drawn."""

MOST_PLACES = 4096

MOST_LOOKED_AT = 2000
"""Pixels of a plane that tell which marks lie under a line."""

THINNEST = 3.0
"""Canvas pixels that a free line has to be wide: a hand that draws to and fro means no area."""

AT_WORK, FILLING = phrase("Cutting"), phrase("Filling")

OUTLINED = {Cutting.FILL: "outline", Cutting.ERASE: "cut-in", Cutting.KEEP: "cut-off"}
FLOODED = {Cutting.FILL: "fill", Cutting.ERASE: "erase"}
"""What the history calls it."""


class ScissorsTool(Idle):
    """`free`: a line is drawn by hand, else two corners of a rectangle. Ctrl cuts out."""

    def __init__(self, name: str, *, free: bool) -> None:
        self.name, self._free = name, free
        self._frame: FrameRef | None = None
        self._line: list[Place] = []
        self._cuts_out = False

    @property
    def busy(self) -> bool:
        return self._frame is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._frame, self._line = scene.frame, [pointer.p_canvas]
        self._cuts_out = pointer.ctrl
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._frame != scene.frame or not self._line:
            return NOTHING
        if not self._free:
            self._line = [self._line[0], pointer.p_canvas]
        elif math.dist(self._line[-1], pointer.p_canvas) >= APART and len(self._line) < MOST_PLACES:
            self._line.append(pointer.p_canvas)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        places, line, frame = self._outline(scene), self._line, self._frame
        self.cancel()
        if frame != scene.frame:
            return NOTHING
        around = len(places) > 2 and not (self._free and _is_thin(line))
        region = polygon_mask(*scene.size, places) if around else None
        if region is None or not region.crop.size:
            beside = line and not any(scene.holds(at) for at in line)
            return Outcome(say=BESIDE if beside else DRAW_AROUND)
        cutting = Cutting.ERASE if self._cuts_out else scene.paint.cutting
        return cut(scene, region, cutting)

    def cancel(self) -> None:
        self._frame, self._line = None, []

    def preview(self, scene: Scene) -> Preview:
        places = self._outline(scene) if self._frame == scene.frame else ()
        if len(places) < 3:
            return Preview()
        return Preview((Ghost(scene.label, Polygon(tuple(map(stored, places))), unfinished=True),))

    def _outline(self, scene: Scene) -> tuple[Place, ...]:
        """In voxels of the frame, inside the image."""
        line = self._line
        if not self._free and len(line) == 2:
            (x0, y0), (x1, y1) = line
            line = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        return tuple(scene.inside(at) for at in line)


def _is_thin(line: list[Place]) -> bool:
    """Whether a line leads to and fro and around nothing, whatever its direction."""
    away = np.array(line) - np.mean(line, axis=0)
    _, ways = np.linalg.eigh(away.T @ away)
    return bool(np.ptp(away @ ways[:, 0]) < THINNEST)


def lasso_scissors() -> ScissorsTool:
    return ScissorsTool("lasso", free=True)


def box_scissors() -> ScissorsTool:
    return ScissorsTool("box-scissors", free=False)


Those = Callable[[Triple, Triple], Bits]
"""Which voxels of a box are meant, of those under a region."""


def cut(
    scene: Scene,
    region: Mask,
    cutting: Cutting,
    at: Place | None = None,
    those: Those | None = None,
) -> Outcome:
    """Fill a region of the frame on show, or cut by it. What lies amid it is what is painted on a
    plane; where it was flooded, what lies `at` the pixel where that began, and `those` alone."""
    ground = ground_of(scene)
    if not region.crop.size:
        return Outcome(say=BESIDE)
    target = _target(scene, ground, region, cutting, at)
    if target is None:
        return _why_not(scene, ground, region, at)
    deep = scene.paint.deep and ground.size[0] > 1
    column = Column(ground, region, deep=deep, those=those)
    text, called = (AT_WORK, OUTLINED) if at is None else (FILLING, FLOODED)
    if not deep and ground.cut is None:
        chosen = column.chosen(target.before, cutting)
        return _done(scene, ground, target, chosen, cutting, called[cutting])

    def work(tick: Tick) -> TiledMask:
        return column.chosen(target.before, cutting, tick)

    def then(now: Scene, chosen: TiledMask) -> Outcome:
        again = _target(now, ground, region, cutting, at)
        if again is None:
            return _why_not(now, ground, region, at)
        return _done(now, ground, again, chosen, cutting, called[cutting])

    return Outcome(later=Later(text, work, then, lambda now: cut(now, region, cutting, at, those)))


class Column:
    """The voxels of a grid that lie under a region of the frame on show: on it, or `deep` on both
    sides of it as far as the grid goes."""

    def __init__(
        self, ground: Ground, region: Mask, *, deep: bool, those: Those | None = None
    ) -> None:
        self._ground, self._region, self._deep, self._those = ground, region, deep, those

    def chosen(self, before: TiledMask, cutting: Cutting, tick: Tick = go_on) -> TiledMask:
        """What is filled, or what is taken out of a mask."""
        ground = self._ground
        box = self._box() if cutting is Cutting.FILL else box_around(before)
        tiles: dict[int, bytes] = {}
        parts = list(blocks(box, before.grid.tile)) if box is not None else []
        for done, (low, high) in enumerate(parts):
            tick(done, len(parts))
            under, on_it = self._under(low, high)
            bits = under & on_it
            if cutting is Cutting.KEEP:
                bits = before.crop(low, high) & on_it & ~under
            if self._those is not None and bits.any():
                bits &= self._those(low, high)
            tiles |= of_voxels(ground.size, low, bits).tiles
        return TiledMask(before.grid, tiles)

    def _box(self) -> Box | None:
        size, region = self._ground.size, self._region
        if self._ground.cut is not None:
            flat = None if self._deep else self._ground.cut.around(region, size)
            return _whole_tiles(flat, empty(size)) if not self._deep else ((0, 0, 0), size)
        height, width = region.crop.shape
        tile = empty(size).grid.tile
        top, left = region.top // tile[1] * tile[1], region.left // tile[2] * tile[2]
        return (0, top, left), (size[0], region.top + height, region.left + width)

    def _under(self, low: Triple, high: Triple) -> tuple[Bits, Bits]:
        """Which voxels of a box lie under the region, and which are spoken of at all."""
        sides = high[0] - low[0], high[1] - low[1], high[2] - low[2]
        cut, region = self._ground.cut, self._region
        on_it = np.ones(sides, np.bool_)
        if cut is not None:
            if not self._deep:
                on_it = cut.touched(low, sides)
            return cut.under(region, low, sides), on_it
        if not self._deep:
            on_it &= (np.arange(low[0], high[0]) == self._ground.layer)[:, None, None]
        flat = np.zeros(sides[1:], np.bool_)
        a, b = max(low[1], region.top), max(low[2], region.left)
        c = min(high[1], region.top + region.crop.shape[0])
        d = min(high[2], region.left + region.crop.shape[1])
        if a < c and b < d:
            held = region.crop[a - region.top : c - region.top, b - region.left : d - region.left]
            flat[a - low[1] : c - low[1], b - low[2] : d - low[2]] = held
        return np.broadcast_to(flat, sides), on_it


def _whole_tiles(box: Box | None, of: TiledMask) -> Box | None:
    """A box that begins where tiles do: a block of it is whole tiles."""
    if box is None:
        return None
    tile, (z, y, x) = of.grid.tile, box[0]
    return (z // tile[0] * tile[0], y // tile[1] * tile[1], x // tile[2] * tile[2]), box[1]


def _target(
    scene: Scene, ground: Ground, region: Mask, cutting: Cutting, at: Place | None
) -> Target | None:
    """What the region meets on the frame on show, or a pixel of it."""
    return find_target(
        scene, ground, _frame(scene, ground, region, at), _meets(ground, region, at),
        erases=cutting is not Cutting.FILL, reaches_on=scene.paint.deep,
    )  # fmt: skip


def _frame(scene: Scene, ground: Ground, region: Mask, at: Place | None) -> FrameRef:
    if ground.cut is None:
        return scene.frame
    return ground.frame_at(ground.at(_middle(region) if at is None else at))


def _middle(region: Mask) -> Place:
    height, width = region.crop.shape
    return region.left + (width - 1) / 2, region.top + (height - 1) / 2


def _meets(ground: Ground, region: Mask, at: Place | None) -> Meets:
    if ground.cut is None:
        return touching((ground.layer, region.top, region.left), region.crop[None])
    pixels = _some_of(region) if at is None else np.array([at], np.float64)
    voxels = nearest(ground.cut.all_at(pixels))
    voxels = np.clip(voxels, 0, np.array(ground.size) - 1)
    return holding((z, y, x) for z, y, x in np.unique(voxels, axis=0).tolist())


def _why_not(scene: Scene, ground: Ground, region: Mask, at: Place | None) -> Outcome:
    """Of what is cut out."""
    p_canvas = scene.where.to_canvas(_middle(region) if at is None else at)
    return Outcome(say=why_nothing_taken(scene, ground, _meets(ground, region, at), p_canvas))


def _some_of(region: Mask) -> NDArray[np.float64]:
    """Pixels (column, row) all over a region."""
    row, column = np.nonzero(region.crop)
    step = max(1, len(row) // MOST_LOOKED_AT)
    return np.stack((column[::step] + region.left, row[::step] + region.top), axis=1).astype(
        np.float64
    )


def _done(
    scene: Scene,
    ground: Ground,
    target: Target,
    chosen: TiledMask,
    cutting: Cutting,
    called: str,
) -> Outcome:
    if cutting is not Cutting.FILL:
        after = difference(target.before, chosen)
        if after == target.before:
            return Outcome(say=NO_PAINT)
        return paint_outcome(scene, ground, target, after, called)
    rules = Rules(scene, ground, target.id)
    if not rules.are_free:
        wanted, chosen = chosen, _allowed(rules, chosen)
        if not chosen.tiles:
            meets = partial(overlap, wanted)
            return Outcome(say=why_nothing_painted(scene, ground, meets, own=target.id))
    after = combined(target.before, chosen, UNION)
    outcome = paint_outcome(scene, ground, target, after, called)
    return replace(outcome, say=outcome.say or rules.spared)


def _allowed(rules: Rules, chosen: TiledMask) -> TiledMask:
    box = box_around(chosen)
    tiles: dict[int, bytes] = {}
    for low, high in blocks(box, chosen.grid.tile) if box is not None else ():
        bits = rules.allowed(low, chosen.crop(low, high))
        tiles |= of_voxels(chosen.size, low, bits).tiles
    return TiledMask(chosen.grid, tiles)
