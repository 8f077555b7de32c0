"""The crosshair in hand: a drag moves the place, a drag at a line's handle turns the planes."""

from __future__ import annotations

import numpy as np

from labeler.model.affine import Vector
from labeler.model.rasters import Place
from labeler.viewing.crosshair import (
    Crosshair,
    frame_of,
    held,
    in_slice,
    lines,
    moved,
    place_in,
    shares_frame,
    turned_by,
)
from labeler.viewing.look_tools import LookTool
from labeler.viewing.scene import NOTHING, Cursor, Outcome, Pointer, Scene


class CrosshairTool(LookTool):
    """Each move is told from the crosshair at press, so that rounding never adds up."""

    def __init__(self) -> None:
        super().__init__("crosshair", lambda _scene, view, _start, _by: view, Cursor.CROSS)
        self._turning: tuple[Crosshair, Vector, Vector] | None = None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        super().press(scene, pointer)
        self._turning = None
        crosshair = scene.crosshair
        if crosshair is not None and shares_frame(crosshair, scene.image):
            found = lines(crosshair, scene.image, scene.view.index, scene.where)
            if held(found, scene.canvas, pointer.p_canvas):
                middle = in_slice(scene.image, scene.view.index, np.array(crosshair.point))
                at = place_in(scene.image, scene.view.index, middle)
                self._turning = crosshair, at, _place(scene, pointer.p_canvas)
                return NOTHING
        return self.move(scene, pointer)

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        return self._dragged(scene, pointer, settled=False) if self.busy else NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        outcome = self._dragged(scene, pointer, settled=True) if self.busy else NOTHING
        self.cancel()
        return outcome

    def _dragged(self, scene: Scene, pointer: Pointer, *, settled: bool) -> Outcome:
        if not scene.image.oriented:
            return NOTHING
        if self._turning is None:
            return Outcome(crosshair=pointed_at(scene, pointer.p_canvas), settled=settled)
        begun, middle, start = self._turning
        place = _place(scene, pointer.p_canvas)
        if float(np.linalg.norm(place - middle)) < 1e-6:
            return NOTHING
        turned = turned_by(begun, scene.image, middle, start, place)
        return Outcome(crosshair=turned, settled=settled)

    def cancel(self) -> None:
        super().cancel()
        self._turning = None


def pointed_at(scene: Scene, p_canvas: Place) -> Crosshair:
    """The crosshair at the place under the pointer; straight where these are other coordinates.

    It goes no further than the middles of the outermost pixels: on the very edge of a volume the
    planes through it would show nothing.
    """
    known = scene.crosshair
    if known is None or not shares_frame(known, scene.image):
        known = Crosshair((0.0, 0.0, 0.0), frame_of(scene.image))
    column, row = scene.where.to_voxel(p_canvas)
    rows, columns = scene.size
    at = max(0.0, min(columns - 1.0, column)), max(0.0, min(rows - 1.0, row))
    return moved(known, place_in(scene.image, scene.view.index, at))


def _place(scene: Scene, p_canvas: Place) -> Vector:
    return place_in(scene.image, scene.view.index, scene.where.to_voxel(p_canvas))
