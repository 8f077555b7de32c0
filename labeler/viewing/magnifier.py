"""A lens at the pointer: what lies under it, twice as large, from the same stored values."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.model.rasters import Place
from labeler.viewing.look_tools import LookTool
from labeler.viewing.scene import NOTHING, Cursor, Outcome, Pointer, Preview, Scene
from labeler.viewing.viewport import Canvas, CanvasMap

FACTOR = 2.0
SHARE, SMALLEST, LARGEST = 0.3, 96.0, 256.0
"""The lens takes this share of the view's shorter side, within bounds in canvas pixels."""


@dataclass(frozen=True)
class Lens:
    """A round window of `side` canvas pixels at (`left`, `top`); `where` maps voxels to pixels
    counted from there."""

    left: float
    top: float
    side: float
    where: CanvasMap


def lens_at(where: CanvasMap, canvas: Canvas, p_canvas: Place) -> Lens | None:
    """The lens of a pointer; None beside the image, where nothing is to be seen.

    It stays inside the view: at an edge it moves away from it, and what is under the pointer is
    still shown under the pointer.
    """
    if not _on_image(where, p_canvas):
        return None
    shorter = min(canvas.width, canvas.height)
    side = float(round(min(shorter, max(SMALLEST, min(LARGEST, SHARE * shorter)))))
    left, top = (
        float(round(max(0.0, min(room - side, at - side / 2))))
        for at, room in zip(p_canvas, (canvas.width, canvas.height), strict=True)
    )
    scale_x, scale_y = where.scale_x * FACTOR, where.scale_y * FACTOR
    inner_left = p_canvas[0] - FACTOR * (p_canvas[0] - where.left) - left
    inner_top = p_canvas[1] - FACTOR * (p_canvas[1] - where.top) - top
    # As in a view: a shrunken image begins on a whole pixel.
    inner_left = float(round(inner_left)) if scale_x < 1 else inner_left
    inner_top = float(round(inner_top)) if scale_y < 1 else inner_top
    return Lens(left, top, side, CanvasMap(where.layout, inner_left, inner_top, scale_x, scale_y))


def _on_image(where: CanvasMap, p_canvas: Place) -> bool:
    column, row = where.to_voxel(p_canvas)
    layout = where.layout
    return -0.5 <= column < layout.columns - 0.5 and -0.5 <= row < layout.rows - 0.5


class MagnifierTool(LookTool):
    """The lens follows the pointer, pressed or not; nothing of the view changes."""

    def __init__(self) -> None:
        super().__init__("magnifier", lambda _scene, view, _start, _by: view, Cursor.CROSS)
        self._at: Place | None = None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        return self.move(scene, pointer)

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:  # noqa: ARG002
        self._at = pointer.p_canvas
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        return self.move(scene, pointer)

    def leave(self) -> None:
        """The pointer has left the view."""
        self._at = None

    def preview(self, scene: Scene) -> Preview:  # noqa: ARG002
        return Preview(lens=self._at)
