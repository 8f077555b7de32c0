"""Where a point goes that a hand sets: under the pointer, on a vertex near it, or straight on."""

from __future__ import annotations

import math

from labeler.model.measures import place, stored
from labeler.model.rasters import Place
from labeler.model.shapes import Point
from labeler.viewing.hit import vertex_near
from labeler.viewing.scene import Pointer, Scene

EIGHTH = math.pi / 4


class Magnet:
    """One tool's sense for what is near; `caught` is the vertex that the last point went to."""

    def __init__(self) -> None:
        self.caught: Point | None = None

    def point(
        self,
        scene: Scene,
        pointer: Pointer,
        start: Point | None = None,
        *,
        but: str = "",
        diagonal: bool = False,
    ) -> Point:
        """Where a point belongs, held inside the image.

        With Shift the way from `start` turns by steps of 45 degrees; of a `diagonal` it keeps to
        the four between the axes. Ctrl leaves the point under the pointer. The vertices of the
        mark `but` pull nothing.
        """
        self.caught = None
        if pointer.shift and start is not None:
            return straight(scene, start, pointer.p_canvas, diagonal=diagonal)
        if not pointer.ctrl:
            self.caught = vertex_near(scene, pointer.p_canvas, but)
        return self.caught or stored(scene.inside(pointer.p_canvas))

    def begins(self, scene: Scene, pointer: Pointer) -> Point | None:
        """The first point of a mark; None beside the image, where a mark would be squashed on its
        edge: none begins there."""
        start = self.point(scene, pointer)
        return start if self.caught is not None or scene.holds(pointer.p_canvas) else None

    def let_go(self) -> None:
        self.caught = None

    def shown(self, scene: Scene) -> Place | None:
        """Where the pull is to be seen, in canvas pixels."""
        return None if self.caught is None else scene.where.to_canvas(place(self.caught))


def straight(scene: Scene, start: Point, p_canvas: Place, *, diagonal: bool = False) -> Point:
    """The place nearest to the pointer on a line from `start` at a multiple of 45 degrees, inside
    the image."""
    where, begin = scene.where, place(start)
    from_ = where.to_canvas(begin)
    x, y = p_canvas[0] - from_[0], p_canvas[1] - from_[1]
    angle = math.atan2(y, x)
    if diagonal:
        turned = (math.floor(angle / (2 * EIGHTH)) + 0.5) * 2 * EIGHTH
    else:
        turned = round(angle / EIGHTH) * EIGHTH
    far = x * math.cos(turned) + y * math.sin(turned)
    end = where.to_voxel((from_[0] + far * math.cos(turned), from_[1] + far * math.sin(turned)))
    return stored(_shortened(scene, begin, end))


def _shortened(scene: Scene, start: Place, end: Place) -> Place:
    """The end of a way from `start`, drawn back until it is inside the image."""
    rows, columns = scene.size
    share = 1.0
    for begin, to, side in zip(start, end, (columns, rows), strict=True):
        edge = side - 0.5 if to > begin else -0.5
        if to != begin:
            share = min(share, max(0.0, (edge - begin) / (to - begin)))
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
