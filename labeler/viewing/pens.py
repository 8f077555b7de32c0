"""What a pen says besides where it is: how its pressure sizes the brush, and which of its many
points a stroke needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LIGHTEST = 0.3
"""Of the brush, under a pen that barely touches."""

OFF_PX = 0.25
"""So far from a straight line a point may lie and still be left out."""

OFF_SHARE = 0.02
"""So much of the brush may the size between two kept points be another than was pressed."""


@dataclass(frozen=True)
class PenPoint:
    """Where the pen was, in canvas pixels, and how hard it pressed, 0 to 1."""

    x: float
    y: float
    pressure: float


def brush_share(pressure: float) -> float:
    """How much of the brush a pressure makes: 30 % to all of it."""
    return LIGHTEST + (1 - LIGHTEST) * max(0.0, min(1.0, pressure))


def on_the_way(points: Sequence[PenPoint]) -> tuple[PenPoint, ...]:
    """Those that a stroke needs: every other lies on the straight line between two of them, to
    OFF_PX, and was pressed as hard, to OFF_SHARE of the brush. The last one is always kept."""
    kept: list[PenPoint] = []
    begin, waiting = None, list[PenPoint]()
    for point in points:
        if begin is not None and waiting and not _straight(begin, waiting, point):
            begin = waiting[-1]
            kept.append(begin)
            waiting = []
        if begin is None:
            begin = point
            kept.append(point)
        else:
            waiting.append(point)
    return (*kept, waiting[-1]) if waiting else tuple(kept)


def _straight(begin: PenPoint, between: Sequence[PenPoint], end: PenPoint) -> bool:
    wide, high = end.x - begin.x, end.y - begin.y
    far = math.hypot(wide, high)
    return all(_beside(begin, point, end, (wide, high), far) for point in between)


def _beside(
    begin: PenPoint, point: PenPoint, end: PenPoint, way: tuple[float, float], far: float
) -> bool:
    x, y = point.x - begin.x, point.y - begin.y
    along = 0.0 if far == 0 else max(0.0, min(1.0, (x * way[0] + y * way[1]) / far / far))
    off = math.hypot(x - along * way[0], y - along * way[1])
    # The stroke has the size of the point that it goes to.
    share = abs(brush_share(point.pressure) - brush_share(end.pressure))
    return off <= OFF_PX and share <= OFF_SHARE
