"""The whole slide small in a corner, with the part of it that the view shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.model.rasters import Place
from labeler.viewing.layout import Layout
from labeler.viewing.viewport import Canvas, CanvasMap, ViewState, canvas_map

LARGEST = 180.0
SHARE = 0.25
"""The most of the view's width and height that it takes."""
LEAST = 40.0
MARGIN, BELOW = 12.0, 60.0
"""Of its right edge and its upper edge from the view's: words stand over it."""


@dataclass(frozen=True)
class Overview:
    """In canvas pixels: where the map lies, and on it the field (`x`, `y`, width, height each)."""

    left: float
    top: float
    width: float
    height: float
    field: tuple[float, float, float, float]

    def holds(self, p_canvas: Place) -> bool:
        x, y = p_canvas[0] - self.left, p_canvas[1] - self.top
        return 0 <= x < self.width and 0 <= y < self.height


def overview(layout: Layout, view: ViewState, canvas: Canvas) -> Overview | None:
    """None where the view shows the whole slide anyway, or has no room."""
    where = canvas_map(layout, view, canvas)
    wide, high = _size(where)
    room_x, room_y = min(LARGEST, SHARE * canvas.width), min(LARGEST, SHARE * canvas.height)
    scale = min(room_x / wide, room_y / high)
    width, height = wide * scale, high * scale
    seen = _seen(where, canvas)
    if min(room_x, room_y) < LEAST or seen == (0.0, 0.0, 1.0, 1.0):
        return None
    left, top = canvas.width - MARGIN - width, BELOW
    x0, y0, x1, y1 = seen
    field = left + x0 * width, top + y0 * height, (x1 - x0) * width, (y1 - y0) * height
    return Overview(left, top, width, height, field)


def _size(where: CanvasMap) -> tuple[float, float]:
    width, height = where.layout.shown_size
    return width * where.scale_x, height * where.scale_y


def _seen(where: CanvasMap, canvas: Canvas) -> tuple[float, float, float, float]:
    """Left, top, right, bottom as shares of the slide."""
    wide, high = _size(where)

    def share(value: float, whole: float) -> float:
        # Half a pixel more or less is the whole slide.
        return min(1.0, max(0.0, round(value) / round(whole))) if round(whole) else 0.0

    return (
        share(-where.left, wide),
        share(-where.top, high),
        share(canvas.width - where.left, wide),
        share(canvas.height - where.top, high),
    )


def centred(view: ViewState, layout: Layout, there: Overview, p_canvas: Place) -> ViewState:
    """The view with the place under a point of the map in its middle."""
    width, height = layout.shown_size
    x = min(1.0, max(0.0, (p_canvas[0] - there.left) / there.width)) * width - 0.5
    y = min(1.0, max(0.0, (p_canvas[1] - there.top) / there.height)) * height - 0.5
    return replace(view, center=layout.to_voxel((x, y)), fitted=False)
