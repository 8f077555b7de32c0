"""Tools of one press and release: points, lines, boxes, ellipses, free outlines."""

from __future__ import annotations

import math
from collections.abc import Callable

from labeler.model.frames import FrameRef
from labeler.model.handles import box_between
from labeler.model.made_shapes import ellipse_between, outline_of
from labeler.model.measures import stored
from labeler.model.rasters import Place
from labeler.model.shapes import Arrow, FlatShape, Length, Point, PointMark, Polyline
from labeler.viewing.drawn import BESIDE, Lay, add, cuboid, flat, landmark
from labeler.viewing.scene import NOTHING, Ghost, Idle, Outcome, Pointer, Preview, Scene
from labeler.viewing.snapping import Magnet

MIN_DRAG = 3.0
"""Canvas pixels below which a drag was only a click."""

STEP = 1.0
"""Canvas pixels that a free outline goes on before it has another point."""

THINNED_TO = 0.4
"""Canvas pixels that a free outline may be off the hand's way, for fewer points."""

Made = Callable[[Point, Point], FlatShape | None]


class DragTool(Idle):
    """Press at one end, release at the other."""

    def __init__(self, name: str, make: Made, lay: Lay = flat, *, diagonal: bool = False) -> None:
        self.name = name
        self._make, self._lay, self._diagonal = make, lay, diagonal
        self._magnet = Magnet()
        self._drag: tuple[FrameRef, Place, Point, Point] | None = None

    @property
    def busy(self) -> bool:
        return self._drag is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        start = self._magnet.begins(scene, pointer)
        if start is None and not self._diagonal:
            return Outcome(say=BESIDE)
        # A box may reach on to the image from beside it, to begin at its very edge.
        start = start or self._magnet.point(scene, pointer)
        self._drag = scene.frame, pointer.p_canvas, start, start
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._drag is not None and self._drag[0] == scene.frame:
            frame, press, start, _ = self._drag
            end = self._magnet.point(scene, pointer, start, diagonal=self._diagonal)
            self._drag = frame, press, start, end
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        drag, self._drag = self._drag, None
        self._magnet.let_go()
        if drag is None or drag[0] != scene.frame:
            return NOTHING
        _, press, start, end = drag
        shape = self._make(start, end)
        if shape is None and not scene.holds(press):
            return Outcome(say=BESIDE)
        if shape is None or math.dist(press, pointer.p_canvas) < MIN_DRAG:
            return NOTHING
        return add(scene, shape, self._lay)

    def cancel(self) -> None:
        self._drag = None
        self._magnet.let_go()

    def preview(self, scene: Scene) -> Preview:
        if self._drag is None or self._drag[0] != scene.frame:
            return Preview()
        shape = self._make(*self._drag[2:])
        ghosts = () if shape is None else (Ghost(scene.label, shape),)
        return Preview(ghosts, caught=self._magnet.shown(scene))


def length_tool() -> DragTool:
    return DragTool("length", lambda a, b: Length(a, b) if a != b else None)


def arrow_tool() -> DragTool:
    """From the shaft's end to the tip."""
    return DragTool("arrow", lambda a, b: Arrow(a, b) if a != b else None)


def box_tool() -> DragTool:
    return DragTool("box", box_between, diagonal=True)


def ellipse_tool() -> DragTool:
    """From corner to corner of the box around it."""
    return DragTool("ellipse", ellipse_between, diagonal=True)


def cuboid_tool() -> DragTool:
    """A rectangle through the middle of a box in the patient."""
    return DragTool("cuboid", box_between, cuboid, diagonal=True)


class PointTool(Idle):
    """A press sets a point; it can be put right until the button is let go."""

    def __init__(self, name: str, lay: Lay = flat) -> None:
        self.name = name
        self._lay = lay
        self._magnet = Magnet()
        self._at: tuple[FrameRef, Point] | None = None

    @property
    def busy(self) -> bool:
        return self._at is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        at = self._magnet.begins(scene, pointer)
        if at is None:
            return Outcome(say=BESIDE)
        self._at = scene.frame, at
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._at is not None and self._at[0] == scene.frame:
            self._at = scene.frame, self._magnet.point(scene, pointer)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        at, self._at = self._at, None
        self._magnet.let_go()
        if at is None or at[0] != scene.frame:
            return NOTHING
        return add(scene, PointMark(at[1]), self._lay)

    def cancel(self) -> None:
        self._at = None
        self._magnet.let_go()

    def preview(self, scene: Scene) -> Preview:
        if self._at is None or self._at[0] != scene.frame:
            return Preview()
        ghost = Ghost(scene.label, PointMark(self._at[1]))
        return Preview((ghost,), caught=self._magnet.shown(scene))


def point_tool() -> PointTool:
    return PointTool("point")


def landmark_tool() -> PointTool:
    """A place in the patient, seen in all planes through it."""
    return PointTool("landmark", landmark)


class FreehandTool(Idle):
    """An outline along the hand's way, closed where it is let go."""

    name = "freehand"

    def __init__(self) -> None:
        self._frame: FrameRef | None = None
        self._points: list[Point] = []
        self._last: Place = 0.0, 0.0

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        if not scene.holds(pointer.p_canvas):
            return Outcome(say=BESIDE)
        self._frame, self._last = scene.frame, pointer.p_canvas
        self._points = [stored(scene.inside(pointer.p_canvas))]
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        here = bool(self._points) and self._frame == scene.frame
        if here and math.dist(self._last, pointer.p_canvas) >= STEP:
            self._last = pointer.p_canvas
            self._points.append(stored(scene.inside(pointer.p_canvas)))
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        points, frame = self._points, self._frame
        self.cancel()
        if frame != scene.frame:
            return NOTHING
        where = scene.where
        shape = outline_of(points, 1000 * THINNED_TO / max(where.scale_x, where.scale_y))
        return NOTHING if shape is None else add(scene, shape)

    def cancel(self) -> None:
        self._points, self._frame = [], None

    def preview(self, scene: Scene) -> Preview:
        if len(self._points) < 2 or self._frame != scene.frame:
            return Preview()
        shape = Polyline(tuple(self._points))
        return Preview((Ghost(scene.label, shape, unfinished=True),))
