"""Select: choose a mark, drag it, drag its handles."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from labeler.model.document import Mark
from labeler.model.edits import ReplaceMark
from labeler.model.measures import stored
from labeler.model.rasters import Place
from labeler.model.shapes import MaskRef, Point, Shape
from labeler.viewing.hit import handle_at, handles, mark_at, moved, with_handle
from labeler.viewing.scene import NOTHING, Cursor, Ghost, Idle, Outcome, Pointer, Preview, Scene
from labeler.viewing.shape_tools import MIN_DRAG


@dataclass
class _Grab:
    mark: Mark
    handle: int | None
    press: Place
    start: Place
    shape: Shape
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
        mark = scene.selected_mark() if handle is not None else mark_at(scene, pointer.p_canvas)
        if mark is None:
            return Outcome(select="")
        start = scene.where.to_voxel(pointer.p_canvas)
        self._grab = _Grab(mark, handle, pointer.p_canvas, start, mark.shape)
        return Outcome(select=mark.id)

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        grab = self._grab
        if grab is None or grab.mark.frame != scene.frame:
            return NOTHING
        grab.dragging = grab.dragging or math.dist(grab.press, pointer.p_canvas) >= MIN_DRAG
        if grab.dragging:
            grab.shape = _dragged(scene, grab, pointer)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        grab, self._grab = self._grab, None
        if grab is None or grab.shape == grab.mark.shape:
            return NOTHING
        after = msgspec.structs.replace(grab.mark, shape=grab.shape)
        return Outcome(edit=ReplaceMark(grab.mark, after))

    def cancel(self) -> None:
        self._grab = None

    def preview(self, scene: Scene) -> Preview:
        grab = self._grab
        if grab is None or grab.mark.frame != scene.frame or isinstance(grab.shape, MaskRef):
            return Preview()
        return Preview((Ghost(grab.mark.label, grab.shape),), hidden=grab.mark.id)


def _dragged(scene: Scene, grab: _Grab, pointer: Pointer) -> Shape:
    if grab.handle is not None:
        return with_handle(grab.mark.shape, grab.handle, stored(scene.inside(pointer.p_canvas)))
    now = scene.where.to_voxel(pointer.p_canvas)
    by = stored((now[0] - grab.start[0], now[1] - grab.start[1]))
    return moved(grab.mark.shape, _held_inside(scene, grab.mark.shape, by))


def _held_inside(scene: Scene, shape: Shape, by: Point) -> Point:
    """The way a shape may go without leaving the image."""
    points = handles(shape)
    if not points:
        return 0, 0
    rows, columns = scene.size
    way = []
    for axis, count in ((0, columns), (1, rows)):
        values = [point[axis] for point in points]
        least, most = -500 - min(values), count * 1000 - 500 - max(values)
        way.append(max(least, min(most, by[axis])))
    return way[0], way[1]
