"""Tools that draw an outline: length, box, polygon."""

from __future__ import annotations

import math
from collections.abc import Callable

from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.frames import FrameRef
from labeler.model.handles import box_between
from labeler.model.measures import place, stored
from labeler.model.rasters import Place
from labeler.model.shapes import MOST_POINTS, FlatShape, Length, Point, Polygon, Polyline
from labeler.viewing.scene import NOTHING, Ghost, Idle, Outcome, Pointer, Preview, Scene

MIN_DRAG = 3.0
"""Canvas pixels below which a drag was only a click."""

CLOSE_AT = 8.0
"""Canvas pixels to the first point within which a click closes a polygon."""


Made = Callable[[Point, Point], FlatShape | None]


def add(scene: Scene, shape: FlatShape) -> Outcome:
    """A new mark of the current label on this frame, selected."""
    mark = Mark(scene.new_id(), scene.label, scene.frame, shape)
    return Outcome(edit=AddMark(len(scene.document.marks), mark), select=mark.id)


def _line_between(a: Point, b: Point) -> Length | None:
    return Length(a, b) if a != b else None


class DragTool(Idle):
    """Press at one end, release at the other."""

    def __init__(self, name: str, make: Made) -> None:
        self.name = name
        self._make = make
        self._drag: tuple[FrameRef, Place, Place, Place] | None = None

    @property
    def busy(self) -> bool:
        return self._drag is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        start = scene.inside(pointer.p_canvas)
        self._drag = scene.frame, pointer.p_canvas, start, start
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._drag is not None:
            frame, press, start, _ = self._drag
            self._drag = frame, press, start, scene.inside(pointer.p_canvas)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._drag is None:
            return NOTHING
        frame, press, start, _ = self._drag
        self._drag = None
        if frame != scene.frame or math.dist(press, pointer.p_canvas) < MIN_DRAG:
            return NOTHING
        shape = self._make(stored(start), stored(scene.inside(pointer.p_canvas)))
        return NOTHING if shape is None else add(scene, shape)

    def cancel(self) -> None:
        self._drag = None

    def preview(self, scene: Scene) -> Preview:
        if self._drag is None or self._drag[0] != scene.frame:
            return Preview()
        shape = self._make(stored(self._drag[2]), stored(self._drag[3]))
        return Preview() if shape is None else Preview((Ghost(scene.label, shape),))


def length_tool() -> DragTool:
    return DragTool("length", _line_between)


def box_tool() -> DragTool:
    return DragTool("box", box_between)


class PolygonTool(Idle):
    """A click sets a point; a double-click, a click on the first point or Enter closes."""

    name = "polygon"

    def __init__(self) -> None:
        self._frame: FrameRef | None = None
        self._points: list[Point] = []
        self._hover: Point | None = None

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        if pointer.clicks > 1:
            return self.finish(scene)
        if self._frame != scene.frame:
            self.cancel()
        self._frame = scene.frame
        if len(self._points) >= 3 and self._at_first(scene, pointer):
            return self.finish(scene)
        point = stored(scene.inside(pointer.p_canvas))
        if len(self._points) < MOST_POINTS and self._points[-1:] != [point]:
            self._points.append(point)
        self._hover = None
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._points:
            self._hover = stored(scene.inside(pointer.p_canvas))
        return NOTHING

    def finish(self, scene: Scene) -> Outcome:
        if self._frame != scene.frame or len(self._points) < 3:
            return NOTHING
        points = tuple(self._points)
        self.cancel()
        return add(scene, Polygon(points))

    def step_back(self) -> None:
        """Backspace: without the last point."""
        del self._points[-1:]

    def cancel(self) -> None:
        self._points, self._hover, self._frame = [], None, None

    def preview(self, scene: Scene) -> Preview:
        if not self._points or self._frame != scene.frame:
            return Preview()
        points = [*self._points, *([self._hover] if self._hover else [])]
        if len(points) == 1:
            points = points * 2
        return Preview((Ghost(scene.label, Polyline(tuple(points)), unfinished=True),))

    def _at_first(self, scene: Scene, pointer: Pointer) -> bool:
        first = scene.where.to_canvas(place(self._points[0]))
        return math.dist(first, pointer.p_canvas) <= CLOSE_AT
