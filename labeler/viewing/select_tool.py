"""Select: choose a mark, drag it, drag its handles."""

from __future__ import annotations

import math
from dataclasses import dataclass

from labeler.model.edits import ReplaceMark
from labeler.model.frames import FrameRef
from labeler.model.handles import moved, with_handle
from labeler.model.measures import MASKS, stored
from labeler.model.outlines import bounds
from labeler.model.rasters import Place
from labeler.model.shapes import FlatShape, MaskShape, Point
from labeler.viewing.hit import handle_at, mark_at
from labeler.viewing.scene import (
    NOTHING,
    Cursor,
    Ghost,
    Idle,
    Lying,
    Outcome,
    Pointer,
    Preview,
    Scene,
)
from labeler.viewing.shape_tools import MIN_DRAG


@dataclass
class _Grab:
    lying: Lying
    frame: FrameRef
    handle: int | None
    press: Place
    start: Place
    shape: FlatShape | MaskShape
    dragging: bool = False


class SelectTool(Idle):
    """A click selects; a drag moves the mark or the handle under it."""

    name = "select"
    cursor = Cursor.ARROW

    def __init__(self) -> None:
        self._grab: _Grab | None = None

    @property
    def busy(self) -> bool:
        return self._grab is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        handle = handle_at(scene, pointer.p_canvas)
        lying = scene.selected_mark() if handle is not None else mark_at(scene, pointer.p_canvas)
        if lying is None:
            return Outcome(select="")
        if not lying.mark.locked:
            start = scene.where.to_voxel(pointer.p_canvas)
            at = pointer.p_canvas
            self._grab = _Grab(lying, scene.frame, handle, at, start, lying.shape)
        return Outcome(select=lying.mark.id)

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        grab = self._grab
        if grab is None or grab.frame != scene.frame:
            return NOTHING
        grab.dragging = grab.dragging or math.dist(grab.press, pointer.p_canvas) >= MIN_DRAG
        if grab.dragging:
            grab.shape = _dragged(scene, grab, pointer)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        grab, self._grab = self._grab, None
        if grab is None or grab.shape == grab.lying.shape or isinstance(grab.shape, MASKS):
            return NOTHING
        after = scene.with_shape(grab.lying.mark, grab.shape)
        return Outcome(edit=ReplaceMark(grab.lying.mark, after))

    def cancel(self) -> None:
        self._grab = None

    def preview(self, scene: Scene) -> Preview:
        grab = self._grab
        if grab is None or grab.frame != scene.frame or isinstance(grab.shape, MASKS):
            return Preview()
        mark = grab.lying.mark
        return Preview((Ghost(mark.label, grab.shape),), hidden=mark.id)


def _dragged(scene: Scene, grab: _Grab, pointer: Pointer) -> FlatShape | MaskShape:
    shape = grab.lying.shape
    if isinstance(shape, MASKS):
        return shape
    if grab.handle is not None:
        to = stored(scene.inside(pointer.p_canvas))
        return with_handle(shape, grab.handle, to, scene.spacing_mm)
    now = scene.where.to_voxel(pointer.p_canvas)
    by = stored((now[0] - grab.start[0], now[1] - grab.start[1]))
    return moved(shape, _held_inside(scene, shape, by))


def _held_inside(scene: Scene, shape: FlatShape, by: Point) -> Point:
    """The way a shape may go without leaving the image."""
    rows, columns = scene.size
    left, top, right, bottom = (round(1000 * edge) for edge in bounds(shape))
    across = max(-500 - left, min(columns * 1000 - 500 - right, by[0]))
    down = max(-500 - top, min(rows * 1000 - 500 - bottom, by[1]))
    return across, down
