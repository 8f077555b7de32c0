"""Brush, eraser and threshold brush: one stroke is one edit, and costs what the brush covers."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace

import numpy as np

from labeler.model.edit_rules import single_edits
from labeler.model.edits import PaintMask
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.mask_strokes import Stroke, Voxel, swept
from labeler.model.masks import Bits
from labeler.model.rasters import Place
from labeler.model.tiled_masks import TiledMask, Triple
from labeler.viewing.paint_balls import ball_between, is_even
from labeler.viewing.paint_cuts import IN, cut_box
from labeler.viewing.paint_edits import PAINT, Target, find_target, paint_outcome, touching
from labeler.viewing.paint_ground import Ground, ground_of
from labeler.viewing.paint_reasons import (
    BESIDE,
    Covered,
    any_of,
    why_nothing_painted,
    why_nothing_taken,
)
from labeler.viewing.paint_rules import Rules, has_values
from labeler.viewing.paint_scale import least_brush_mm, share_of
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.reformat import Reformat
from labeler.viewing.scene import NOTHING, Cursor, Ghost, Idle, Outcome, Pointer, Preview, Scene
from labeler.viewing.shown_voxels import nearest
from labeler.viewing.wet_paint import WetPaint

DEFAULT_BRUSH_MM = 8.0
BRUSH_STEP = 1.2
LEAST_BRUSH_MM, MAX_BRUSH_MM = 0.5, 200.0
"""The least one where no image is on show."""

Area = tuple[float, float, float, float]
"""Left, top, right and bottom on the canvas."""

RIM = 4.0
"""Canvas pixels that the ring and the edge of paint reach over."""

REMEMBERED = 64
"""Pieces of a stroke that did nothing, of which one is told why."""

NO_VALUES = phrase("This image has no values to choose a range of.")
NO_RANGE = phrase("The range of values ends below its beginning: set it first.")


def resized_brush(diameter_mm: float, steps: int, image: Image | None = None) -> float:
    """The brush of a scan 20 % wider (or narrower) a step, down to one pixel of the image on show:
    on a slide nuclei are painted."""
    least_mm = LEAST_BRUSH_MM if image is None else least_brush_mm(image) / share_of(image)
    # It may be smaller already, from another image: then one pixel is what is seen of it.
    wider: float = max(least_mm, diameter_mm) * BRUSH_STEP**steps
    return max(least_mm, min(MAX_BRUSH_MM, wider))


class Tip:
    """What the brush covers of a grid on its way: a disc of the frame on show, or a ball in mm."""

    def __init__(self, scene: Scene, ground: Ground) -> None:
        self._ground, self.brush_mm = ground, scene.brush_mm
        self._ball = scene.paint.ball and ground.size[0] > 1
        through = self._ball or ground.cut is not None
        self.is_even = not through or is_even(ground.image)
        """Whether a ball of the grid is one of the patient."""
        # Never so small that it falls between voxel centres and paints nothing.
        _, row_mm, column_mm = ground.spacing_mm
        self.radius_mm = max(scene.brush_mm, math.hypot(column_mm, row_mm)) / 2

    @property
    def slices(self) -> tuple[int, int]:
        """Those that are painted, where the frame on show is one of them: the first, and one past
        the last."""
        layer = self._ground.layer
        return (0, self._ground.size[0]) if self._ball else (layer, layer + 1)

    def covers(self, start: Voxel, end: Voxel) -> tuple[Triple, Bits] | None:
        """Where the box of what is covered begins, and the voxels; None beside the grid."""
        size, spacing, cut = self._ground.size, self._ground.spacing_mm, self._ground.cut
        if not self._ball and cut is None:
            return self._of_layer(start, end)
        if self.is_even:
            found = swept(size, start, end, self.radius_mm, spacing)
        else:
            found = ball_between(self._ground.image, size, start, end, self.radius_mm)
        if cut is None:
            return found
        if found is not None and not self._ball:
            # Wide enough for the voxels that the plane only touches; cut down to a disc of it.
            low, bits = found
            found = low, bits & cut.touched(low, (bits.shape[0], bits.shape[1], bits.shape[2]))
        return found if found is not None and found[1].any() else self._under(end)

    def _under(self, at: Voxel) -> tuple[Triple, Bits] | None:
        """On a plane a brush may fall between the slices: there it is the voxel that is seen."""
        z, y, x = nearest(np.array(at)).tolist()
        depth, rows, columns = self._ground.size
        inside = 0 <= z < depth and 0 <= y < rows and 0 <= x < columns
        return ((z, y, x), np.ones((1, 1, 1), np.bool_)) if inside else None

    def _of_layer(self, start: Voxel, end: Voxel) -> tuple[Triple, Bits] | None:
        """What a disc covers of the slice on show."""
        _, rows, columns = self._ground.size
        found = swept(
            (1, rows, columns), (0.0, *start[1:]), (0.0, *end[1:]),
            self.radius_mm, self._ground.spacing_mm,
        )  # fmt: skip
        if found is None:
            return None
        (_, top, left), bits = found
        return (self._ground.layer, top, left), bits


class BrushStroke:
    """What the brush has done since press, on one frame."""

    def __init__(
        self,
        scene: Scene,
        p_voxel: Place,
        *,
        erases: bool,
        value_range: tuple[float, float] | None = None,
    ) -> None:
        self.frame: FrameRef = scene.frame
        self.erases = erases
        self.ground = ground_of(scene)
        self.tip = Tip(scene, self.ground)
        self.last = self.ground.at(p_voxel)
        self.target: Target | None = None
        self.wet: WetPaint | None = None
        self._range = value_range
        self._rules: Rules | None = None
        self._paint: Stroke | None = None
        self.covers_mark = False
        """Whether all of the mark is in the wet paint, so that it stands in the mark's place. Else
        what it holds on a plane is still being found out."""
        self._missed: deque[Covered] = deque(maxlen=REMEMBERED)
        self._acts = False
        self._sweeps = False
        """Whether all that is covered is painted, so that nobody needs to see which voxels."""

    def reach(self, scene: Scene, p_voxel: Place) -> None:
        """Go on in a straight line to `p_voxel`."""
        if scene.brush_mm != self.tip.brush_mm:  # a pen presses harder or less hard on its way
            self.tip = Tip(scene, self.ground)
        start, self.last = self.last, self.ground.at(p_voxel)
        if self._paint is None and not self._begin(scene, start):
            return
        assert self._paint is not None, "there is something to paint"
        if self._sweeps:
            self._acts, tip = True, self.tip
            self._paint.sweep(start, self.last, tip.radius_mm, tip.slices, on=not self.erases)
            return
        covered = self.tip.covers(start, self.last)
        if covered is None:
            return
        low, bits = covered
        if self._rules is not None:
            bits = self._rules.allowed(low, bits)
            if not bits.any():
                self._missed.append(covered)
                return
        self._acts = True
        if self._paint.paint(low, bits, on=not self.erases):
            self._show(low, bits)

    def _begin(self, scene: Scene, start: Voxel) -> bool:
        covered = self.tip.covers(start, self.last)
        if covered is None:
            return False
        ground = self.ground
        frame = ground.frame_at(start) if ground.cut is not None else scene.frame
        self.target = find_target(scene, ground, frame, touching(*covered), erases=self.erases)
        if self.target is None:
            self._missed.append(covered)
            return False
        rules = Rules(scene, ground, self.target.id, self._range)
        self._rules = None if self.erases or rules.are_free else rules
        region = None
        if self.target.mark is not None:
            lying = scene.lies(self.target.mark)
            region = scene.region(lying.shape) if lying is not None else None
        self.covers_mark = self.target.mark is None or region is not None
        self.wet = WetPaint(*scene.size, region, ground.layer)
        self._sweeps = self._rules is None and ground.cut is None and self.tip.is_even
        section = self.wet if self._sweeps else None
        self._paint = Stroke(self.target.before, ground.spacing_mm, section)
        return True

    def _show(self, low: Triple, bits: Bits) -> None:
        """On the frame as well."""
        assert self.wet is not None
        cut, (first, top, left) = self.ground.cut, low
        if cut is None:
            layer = self.ground.layer - first
            if 0 <= layer < len(bits):
                self.wet.put(top, left, bits[layer], on=not self.erases)
            return
        assert self._paint is not None
        high = first + bits.shape[0], top + bits.shape[1], left + bits.shape[2]
        patch = cut_box(cut.lattice, cut.plane, low, self._paint.crop(low, high))
        if patch is not None:
            self.wet.show(patch.top, patch.left, patch.labels == IN, patch.labels > 0)

    def why_nothing(self, scene: Scene, at: Place) -> Phrase | None:
        """Why it did nothing, where it did not; `at` is where on the canvas it ended."""
        if self._acts:
            return None
        if not self._missed:
            return BESIDE
        meets = any_of(self._missed)
        if self.erases:
            return why_nothing_taken(scene, self.ground, meets, at)
        own = self.target.id if self.target else ""
        return why_nothing_painted(scene, self.ground, meets, self._range, own)

    @property
    def spared(self) -> Phrase | None:
        """That marks lie there which were not painted over."""
        return self._rules.spared if self._rules is not None else None

    def is_on(self, scene: Scene) -> bool:
        """Whether a scene shows the voxels that are painted."""
        same = (scene.base or scene.image) is self.ground.image
        return same if self.ground.size[0] > 1 else scene.frame == self.frame

    @property
    def after(self) -> TiledMask | None:
        """The mask as it is now; None where nothing was met yet."""
        return self._paint.after if self._paint else None


class BrushTool(Idle):
    """Paints the current label; Ctrl erases.

    A stroke goes on with the selected mark, else with the mark of this label that it begins on,
    else it makes a new one.
    """

    name = "brush"
    erases = False
    cursor = Cursor.CROSS

    def __init__(self) -> None:
        self._stroke: BrushStroke | None = None
        self._hover: Place | None = None
        self._ring: Area | None = None

    @property
    def busy(self) -> bool:
        return self._stroke is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._hover = pointer.p_canvas
        erases = self.erases or pointer.ctrl
        limits = None if erases else self.limits(scene)
        if isinstance(limits, Outcome):
            return limits
        at = scene.where.to_voxel(pointer.p_canvas)
        self._stroke = BrushStroke(scene, at, erases=erases, value_range=limits)
        self._stroke.reach(scene, at)
        return NOTHING

    def limits(self, _scene: Scene) -> tuple[float, float] | Outcome | None:
        """The range of values that is painted; an Outcome says why there is none."""
        return None

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._hover = pointer.p_canvas
        if self._stroke is not None and self._stroke.frame == scene.frame:
            self._stroke.reach(scene, scene.where.to_voxel(pointer.p_canvas))
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return NOTHING
        why, after = stroke.why_nothing(scene, pointer.p_canvas), stroke.after
        if why is not None or stroke.target is None or after is None:
            return Outcome(say=why)
        if not stroke.is_on(scene):
            # The view went elsewhere, and knows nothing of what else is painted there.
            scene = replace(scene, paint=replace(scene.paint, alone=False))
        name = "erase" if stroke.erases else PAINT
        outcome = paint_outcome(scene, stroke.ground, stroke.target, after, name)
        outcome = replace(outcome, say=outcome.say or stroke.spared)
        seen = stroke.frame == scene.frame and stroke.covers_mark
        if seen and isinstance(scene.image, Reformat) and outcome.edit is not None:
            assert stroke.wet is not None, "something was painted"
            for one in single_edits(outcome.edit):
                if isinstance(one, PaintMask) and one.mark == outcome.select:
                    region = stroke.wet.region
                    scene.cuts.lend(scene.image, scene.view.index, one.after, region)
        return outcome

    def cancel(self) -> None:
        self._stroke = None

    def preview(self, scene: Scene) -> Preview:
        ring = None if self._hover is None else (self._hover, scene.brush_mm)
        # Another zoom, view or brush makes it larger than it was when the pointer moved.
        self._ring = _around(self._ring, _ring_area(scene, self._hover))
        stroke = self._stroke
        if stroke is None or stroke.frame != scene.frame or stroke.target is None:
            return Preview(ring=ring)
        if stroke.wet is None:
            return Preview(ring=ring, hidden=stroke.target.id)
        mark = stroke.target.mark
        ghost = Ghost(mark.label if mark else scene.label, stroke.wet)
        hidden = stroke.target.id if stroke.covers_mark else ""
        return Preview((ghost,), hidden=hidden, ring=ring)

    def take_area(self, scene: Scene) -> Area | None:
        """The part of the canvas that is another since this was asked last; None for nothing."""
        before, self._ring = self._ring, _ring_area(scene, self._hover)
        area = _around(before, self._ring)
        dirty = self._stroke.wet.take_dirty() if self._stroke and self._stroke.wet else None
        if dirty is not None:
            top, left, bottom, right = dirty
            a = scene.where.to_canvas((left - 0.5, top - 0.5))
            b = scene.where.to_canvas((right - 0.5, bottom - 0.5))
            (x0, x1), (y0, y1) = sorted((a[0], b[0])), sorted((a[1], b[1]))
            area = _around(area, _widened(x0, y0, x1, y1))
        return area

    def leave(self) -> None:
        """The pointer is gone: no ring."""
        self._hover = None


def _around(one: Area | None, other: Area | None) -> Area | None:
    """The least that holds both."""
    if one is None or other is None:
        return one or other
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _ring_area(scene: Scene, at: Place | None) -> Area | None:
    if at is None:
        return None
    radius = scene.where.pixels_per_mm * scene.brush_mm / 2
    return _widened(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)


def _widened(left: float, top: float, right: float, bottom: float) -> Area:
    return left - RIM, top - RIM, right + RIM, bottom + RIM


class EraserTool(BrushTool):
    """Takes away from the selected mark, else from the first painted one it meets."""

    name = "eraser"
    erases = True


class ThresholdTool(BrushTool):
    """Paints only voxels whose value lies in the range of the options."""

    name = "threshold"

    def limits(self, scene: Scene) -> tuple[float, float] | Outcome | None:
        options = scene.paint
        if not has_values(scene):
            return Outcome(say=NO_VALUES)
        if options.high < options.low:
            return Outcome(say=NO_RANGE)
        return options.low, options.high
