"""Brush and eraser: one stroke is one edit, and costs what the brush covers."""

from __future__ import annotations

import math

import msgspec

from labeler.model.document import Mark
from labeler.model.edit_rules import removal
from labeler.model.edits import AddMark, ReplaceMark
from labeler.model.frames import FrameRef
from labeler.model.masks import Mask, difference, empty_mask, mask_ref, union
from labeler.model.rasters import Place, capsule
from labeler.viewing.scene import NOTHING, Cursor, Ghost, Idle, Outcome, Pointer, Preview, Scene

DEFAULT_BRUSH_MM = 8.0
BRUSH_STEP = 1.2
MIN_BRUSH_MM, MAX_BRUSH_MM = 0.5, 200.0


def resized_brush(diameter_mm: float, steps: int) -> float:
    """The brush 20 % wider (or narrower) a step."""
    wider: float = diameter_mm * BRUSH_STEP**steps
    return max(MIN_BRUSH_MM, min(MAX_BRUSH_MM, wider))


class _Stroke:
    """What the brush has covered since press."""

    def __init__(
        self, scene: Scene, pointer: Pointer, *, erases: bool, target: Mark | None
    ) -> None:
        self.frame: FrameRef = scene.frame
        self.erases = erases
        self.target = target
        self.last = scene.where.to_voxel(pointer.p_canvas)
        self.covered = empty_mask(*scene.size)
        self.reach(scene, self.last)

    def reach(self, scene: Scene, p_voxel: Place) -> None:
        """Go on in a straight line to `p_voxel`."""
        rows, columns = scene.size
        spacing = scene.spacing_mm
        # Never so small that it falls between voxel centres and paints nothing.
        diameter = max(scene.brush_mm, math.hypot(*spacing))
        stamp = capsule(rows, columns, self.last, p_voxel, diameter, spacing)
        self.covered = union(self.covered, stamp)
        self.last = p_voxel


def _painted(scene: Scene, *, label: str | None = None) -> list[tuple[Mark, Mask]]:
    """This frame's painted marks, the last drawn first."""
    found = []
    for lying in reversed(scene.lying()):
        mask = scene.region(lying.shape)
        if mask is not None and label in (None, lying.mark.label) and not lying.mark.locked:
            found.append((lying.mark, mask))
    return found


def _touches(a: Mask, b: Mask) -> bool:
    return difference(a, b).count < a.count


class BrushTool(Idle):
    """Paints the current label; Ctrl erases.

    A stroke goes on with the selected mark, else with the mark of this label that it begins on,
    else it makes a new one.
    """

    name = "brush"
    erases = False
    cursor = Cursor.CROSS

    def __init__(self) -> None:
        self._stroke: _Stroke | None = None
        self._hover: Place | None = None

    @property
    def busy(self) -> bool:
        return self._stroke is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._hover = pointer.p_canvas
        erases = self.erases or pointer.ctrl
        stroke = _Stroke(scene, pointer, erases=erases, target=None)
        stroke.target = self._target(scene, stroke)
        self._stroke = stroke
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._hover = pointer.p_canvas
        if self._stroke is not None and self._stroke.frame == scene.frame:
            self._stroke.reach(scene, scene.where.to_voxel(pointer.p_canvas))
            if self._stroke.erases and self._stroke.target is None:
                self._stroke.target = self._target(scene, self._stroke)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        stroke, self._stroke = self._stroke, None
        if stroke is None or stroke.frame != scene.frame:
            return NOTHING
        if stroke.target is None:
            return NOTHING if stroke.erases else _add(scene, stroke.covered)
        return _replace(scene, stroke.target, _after(scene, stroke))

    def cancel(self) -> None:
        self._stroke = None

    def preview(self, scene: Scene) -> Preview:
        ring = None if self._hover is None else (self._hover, scene.brush_mm)
        stroke = self._stroke
        if stroke is None or stroke.frame != scene.frame:
            return Preview(ring=ring)
        if stroke.target is None:
            ghosts = () if stroke.erases else (Ghost(scene.label, stroke.covered),)
            return Preview(ghosts, ring=ring)
        ghost = Ghost(stroke.target.label, _after(scene, stroke))
        return Preview((ghost,), hidden=stroke.target.id, ring=ring)

    def leave(self) -> None:
        """The pointer is gone: no ring."""
        self._hover = None

    def _target(self, scene: Scene, stroke: _Stroke) -> Mark | None:
        chosen = scene.selected_mark()
        if chosen is not None and scene.region(chosen.shape) is not None:
            fits = stroke.erases or chosen.mark.label == scene.label
            if fits and not chosen.mark.locked:
                return chosen.mark
        label = None if stroke.erases else scene.label
        for mark, mask in _painted(scene, label=label):
            if _touches(stroke.covered, mask):
                return mark
        return None


class EraserTool(BrushTool):
    """Takes away from the selected mark, else from the first painted one it meets."""

    name = "eraser"
    erases = True


def _after(scene: Scene, stroke: _Stroke) -> Mask:
    lying = scene.lies(stroke.target) if stroke.target else None
    before = scene.region(lying.shape) if lying else None
    if before is None:
        return stroke.covered
    combine = difference if stroke.erases else union
    return combine(before, stroke.covered)


def _add(scene: Scene, mask: Mask) -> Outcome:
    if mask.count == 0:
        return NOTHING
    shape, blob = mask_ref(mask)
    mark = Mark(scene.new_id(), scene.label, scene.frame, shape)
    edit = AddMark(len(scene.document.marks), mark)
    return Outcome(edit=edit, blobs={shape.blob: blob}, select=mark.id)


def _replace(scene: Scene, target: Mark, mask: Mask) -> Outcome:
    if mask.count == 0:
        return Outcome(edit=removal(scene.document, target.id), select="")
    shape, blob = mask_ref(mask)
    if shape == target.shape:
        return Outcome(select=target.id)
    edit = ReplaceMark(target, msgspec.structs.replace(target, shape=shape))
    return Outcome(edit=edit, blobs={shape.blob: blob}, select=target.id)
