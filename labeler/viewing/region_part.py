"""As much of a painted region as a view shows, as finely as it is shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

from labeler.kernels.edges import pooled
from labeler.model.masks import Bits, Mask
from labeler.viewing.viewport import Canvas, CanvasMap

WHOLE = 1 << 20
"""Voxels of a region's rectangle that are looked at as a whole: a millisecond or two."""
BESIDE = 8.0
"""Canvas pixels around the canvas whose lines reach into it."""
AHEAD = 0.25
"""Of a canvas' side, what lies around it and is made too: a region is moved in small steps."""


@dataclass(frozen=True)
class Part:
    """Rows from `top` to before `bottom` and columns likewise, of a region's own rectangle, in
    squares of `step` voxels; it begins with a square."""

    step: int
    top: int
    left: int
    bottom: int
    right: int

    def holds(self, other: Part) -> bool:
        """Whether the other is in it, as fine as it is."""
        return (
            self.step == other.step
            and self.top <= other.top
            and self.left <= other.left
            and self.bottom >= other.bottom
            and self.right >= other.right
        )

    def bits(self, mask: Mask) -> Bits:
        """The squares with a voxel of the region, bool (rows, columns)."""
        crop = mask.crop[self.top : self.bottom, self.left : self.right]
        return crop if self.step == 1 else pooled(crop, self.step)


def part_on(mask: Mask, where: CanvasMap, canvas: Canvas, ratio: float = 1.0) -> Part:
    """What to make for a canvas: what is seen there, and something around it."""
    return _part(mask, where, canvas, ratio, (canvas.width * AHEAD, canvas.height * AHEAD))


def seen_on(mask: Mask, where: CanvasMap, canvas: Canvas, ratio: float = 1.0) -> Part:
    """What is seen on a canvas, lines beside it included; `ratio` tells how many pixels a canvas
    pixel has. A square of the part is no larger than a pixel, unless that is less than a voxel."""
    return _part(mask, where, canvas, ratio, (0.0, 0.0))


def _part(
    mask: Mask, where: CanvasMap, canvas: Canvas, ratio: float, around: tuple[float, float]
) -> Part:
    height, width = mask.crop.shape
    if height * width <= WHOLE:
        return Part(1, 0, 0, height, width)
    step = max(1, int(1 / (max(where.scale_x, where.scale_y) * ratio)))
    x, y = BESIDE + around[0], BESIDE + around[1]
    a, b = where.to_voxel((-x, -y)), where.to_voxel((canvas.width + x, canvas.height + y))
    left, right = _within(a[0] - mask.left, b[0] - mask.left, width, step)
    top, bottom = _within(a[1] - mask.top, b[1] - mask.top, height, step)
    return Part(step, top, left, bottom, right)


def _within(a: float, b: float, side: int, step: int) -> tuple[int, int]:
    """From the first to before the last voxel along one side, whole squares."""
    low, high = math.floor(min(a, b)), math.ceil(max(a, b)) + 1
    first = min(max(0, low), side) // step * step
    return first, max(first, min(side, -(-high // step) * step))
