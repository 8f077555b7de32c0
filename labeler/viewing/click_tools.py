"""Tools that take their points one by one: outlines, curves, angles, axes, turned boxes."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

from labeler.model.document import Document
from labeler.model.handles import Spacing
from labeler.model.made_shapes import axes_from, axes_on, rotated_box_on
from labeler.model.measures import place
from labeler.model.rasters import Place
from labeler.model.shapes import (
    MOST_POINTS,
    Angle,
    Bidirectional,
    CobbAngle,
    FlatShape,
    Length,
    Point,
    Polygon,
    Polyline,
    RotatedBox,
    Spline,
)
from labeler.viewing.drawn import BESIDE, add
from labeler.viewing.phrase import phrase
from labeler.viewing.scene import NOTHING, Ghost, GivenUp, Idle, Outcome, Pointer, Preview, Scene
from labeler.viewing.shape_tools import MIN_DRAG
from labeler.viewing.shape_words import NAMES
from labeler.viewing.snapping import Magnet

CLOSE_AT = 8.0
"""Canvas pixels to the first point within which a click closes an outline."""

Points = tuple[Point, ...]


class ClickTool(Idle, ABC):
    """A click sets a point, a drag one at either end; Backspace takes the last one back.

    What is begun on a slice stays of that slice: a press on another one, and another tool, finish
    it there as far as its points make a mark.
    """

    name = ""
    makes: ClassVar[type]

    def __init__(self) -> None:
        self._begun: Scene | None = None
        self._points: list[Point] = []
        self._hover: Point | None = None
        self._pressed: Place | None = None
        self._magnet = Magnet()

    @abstractmethod
    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:
        """The finished shape of some points; None where they do not make one."""

    def _is_whole(self, points: Points) -> bool:  # noqa: ARG002  some end by themselves
        return False

    def _left(self, points: Points, spacing: Spacing) -> FlatShape | None:
        """What is made of points that are left behind."""
        return self._made(points, spacing)

    def _sketch(self, points: Points) -> tuple[FlatShape, ...]:
        """What is seen of points that do not make a shape yet."""
        return (Polyline(points),)

    @property
    def busy(self) -> bool:
        return bool(self._points)

    @property
    def under_way(self) -> GivenUp | None:
        """What is drawn so far, as it can be gone on with."""
        if self._begun is None or not self._points:
            return None
        return self.given_up(self._begun, tuple(self._points))

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        left = NOTHING if self._is_of(scene) else self.leave(scene.document, scene.label)
        if pointer.clicks > 1 and self._points:
            return self._clicked_again(scene, pointer)
        if not self._points and self._magnet.begins(scene, pointer) is None:
            return Outcome(say=BESIDE) if left == NOTHING else left
        self._begun = scene
        self._pressed = pointer.p_canvas
        made = self._set(scene, pointer)
        return made if left == NOTHING else left

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._points and self._is_of(scene):
            self._hover = self._aim(scene, pointer)
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        pressed, self._pressed = self._pressed, None
        if pressed is None or not self._is_of(scene) or not self._points:
            return NOTHING
        far = math.dist(pressed, pointer.p_canvas) >= MIN_DRAG
        return self._set(scene, pointer) if far else NOTHING

    def finish(self, scene: Scene) -> Outcome:
        points = tuple(self._points)
        if not self._is_of(scene) or not points:
            return NOTHING
        shape = self._made(points, scene.spacing_mm)
        if shape is None:
            return NOTHING
        self.cancel()
        return add(scene, shape)

    def leave(self, document: Document, label: str) -> Outcome:
        """The hand goes on elsewhere: a mark where it was begun if there are points enough, else
        they are given up."""
        points, begun = tuple(self._points), self._begun
        shape = self._left(points, begun.spacing_mm) if begun is not None and points else None
        if begun is None or shape is None:
            return self.give_up()
        self.cancel()
        return add(replace(begun, document=document, label=label), shape)

    def give_up(self) -> Outcome:
        """Esc: nothing comes of it; of one point alone nothing is said."""
        points, begun = tuple(self._points), self._begun
        self.cancel()
        if begun is None or len(points) < 2:
            return NOTHING
        return Outcome(given_up=self.given_up(begun, points))

    def given_up(self, begun: Scene, points: Points) -> GivenUp:
        """Points that were set on a slice, as they can be gone on with."""
        return GivenUp(self.name, NAMES[self.makes], begun, points)

    def go_on(self, before: GivenUp) -> None:
        """With what was given up, as if it had not been."""
        self.cancel()
        self._begun, self._points = before.scene, list(before.points)

    def step_back(self) -> None:
        """Backspace: without the last point."""
        del self._points[-1:]

    def _is_of(self, scene: Scene) -> bool:
        """Whether what is under way was begun on this slice."""
        return self._begun is not None and self._begun.frame == scene.frame

    def rest(self) -> None:
        """Another tool looks around meanwhile: what is drawn stays under way."""
        self._hover, self._pressed = None, None
        self._magnet.let_go()

    def cancel(self) -> None:
        self._points, self._hover, self._begun, self._pressed = [], None, None, None
        self._magnet.let_go()

    def preview(self, scene: Scene) -> Preview:
        if not self._points or not self._is_of(scene):
            return Preview()
        points = tuple(self._points)
        if self._hover is not None and self._hover != points[-1]:
            points = (*points, self._hover)
        whole = self._made(points, scene.spacing_mm) if self._is_whole(points) else None
        caught = self._magnet.shown(scene)
        if whole is not None:
            return Preview((Ghost(scene.label, whole),), caught=caught)
        if len(points) == 1:
            points = points * 2
        sketch = self._sketch(points)
        ghosts = tuple(Ghost(scene.label, shape, unfinished=True) for shape in sketch)
        return Preview(ghosts, caught=caught)

    def _clicked_again(self, scene: Scene, pointer: Pointer) -> Outcome:  # noqa: ARG002
        """The second press of a double-click: the first has set its point already."""
        self._pressed = pointer.p_canvas
        return NOTHING

    def _aim(self, scene: Scene, pointer: Pointer) -> Point:
        start = self._points[-1] if self._points else None
        return self._magnet.point(scene, pointer, start)

    def _set(self, scene: Scene, pointer: Pointer) -> Outcome:
        point = self._aim(scene, pointer)
        self._hover = None
        if point in self._points[-1:] or len(self._points) >= MOST_POINTS:
            return NOTHING
        self._points.append(point)
        if not self._is_whole(tuple(self._points)):
            return NOTHING
        done = self.finish(scene)
        if done == NOTHING:
            self.step_back()  # that one makes nothing sensible: another may
        return done


class OutlineTool(ClickTool):
    """A double-click or Enter ends it; a click on the first point closes it."""

    def _clicked_again(self, scene: Scene, pointer: Pointer) -> Outcome:  # noqa: ARG002
        return self.finish(scene)

    def _set(self, scene: Scene, pointer: Pointer) -> Outcome:
        if len(self._points) >= 3 and self._at_first(scene, pointer):
            return self._close(scene)
        return super()._set(scene, pointer)

    def _close(self, scene: Scene) -> Outcome:
        return self.finish(scene)

    def _at_first(self, scene: Scene, pointer: Pointer) -> bool:
        first = scene.where.to_canvas(place(self._points[0]))
        return math.dist(first, pointer.p_canvas) <= CLOSE_AT


class PolygonTool(OutlineTool):
    name = "polygon"
    makes = Polygon

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:  # noqa: ARG002
        return Polygon(points) if len(points) >= 3 else None


class PolylineTool(OutlineTool):
    """Open: a click on the first point goes there."""

    name = "polyline"
    makes = Polyline

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:  # noqa: ARG002
        return Polyline(points) if len(points) >= 2 else None

    def _at_first(self, scene: Scene, pointer: Pointer) -> bool:  # noqa: ARG002
        return False


class SplineTool(OutlineTool):
    """A curve through its points; open unless it ends on the first one."""

    name = "spline"
    makes = Spline

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:  # noqa: ARG002
        return Spline(points, closed=False) if len(points) >= 2 else None

    def _sketch(self, points: Points) -> tuple[FlatShape, ...]:
        return (Spline(points, closed=False),)

    def _close(self, scene: Scene) -> Outcome:
        points = tuple(self._points)
        self.cancel()
        return add(scene, Spline(points, closed=True))


class AngleTool(ClickTool):
    """One arm's end, the vertex, the other arm's end."""

    name = "angle"
    makes = Angle

    def _is_whole(self, points: Points) -> bool:
        return len(points) == 3

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:  # noqa: ARG002
        if len(points) != 3 or points[1] in (points[0], points[2]):
            return None
        return Angle(*points)


class PairsTool(ClickTool):
    """Two lines, each by its ends."""

    def _is_whole(self, points: Points) -> bool:
        return len(points) == 4

    def _aim(self, scene: Scene, pointer: Pointer) -> Point:
        begun = len(self._points) % 2 == 1
        return self._magnet.point(scene, pointer, self._points[-1] if begun else None)

    def _sketch(self, points: Points) -> tuple[FlatShape, ...]:
        pairs = points[:2], points[2:4]
        return tuple(Polyline(pair * (2 if len(pair) == 1 else 1)) for pair in pairs if pair)


class CobbTool(PairsTool):
    """Along one end plate, then along the other."""

    name = "cobb"
    makes = CobbAngle

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:  # noqa: ARG002
        if len(points) != 4 or points[0] == points[1] or points[2] == points[3]:
            return None
        return CobbAngle((points[0], points[1]), (points[2], points[3]))


class AxesTool(PairsTool):
    """The long axis, then the short one, which stays at right angles; with Enter after the first
    the short one is set amid it, to be dragged. A long axis that is left alone is a length: a
    short one that nobody drew would be a made up size."""

    name = "axes"
    makes = Bidirectional

    def leave(self, document: Document, label: str) -> Outcome:
        left = super().leave(document, label)
        if left.edit is None:
            return left
        return replace(left, say=phrase("The long axis was kept as a length."))

    def _left(self, points: Points, spacing: Spacing) -> FlatShape | None:  # noqa: ARG002
        return Length(*points[:2]) if len(points) >= 2 else None

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:
        if len(points) == 2:
            return axes_on((points[0], points[1]), spacing)
        if len(points) == 4:
            return axes_from((points[0], points[1]), points[2], points[3], spacing)
        return None


class RotatedBoxTool(ClickTool):
    """One side by its ends, then how far the box reaches."""

    name = "rotated-box"
    makes = RotatedBox

    def _is_whole(self, points: Points) -> bool:
        return len(points) == 3

    def _made(self, points: Points, spacing: Spacing) -> FlatShape | None:
        return rotated_box_on(*points, spacing) if len(points) == 3 else None
