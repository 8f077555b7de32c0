"""The lines that a mark is made of, as they are drawn, measured and found under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.handles import handles
from labeler.model.shapes import (
    Bidirectional,
    Box,
    CobbAngle,
    Ellipse,
    FlatShape,
    Freehand,
    Point,
    PointMark,
    Polygon,
    RotatedBox,
    Spline,
)

Places = NDArray[np.float64]
"""(n, 2): column and row in voxels."""

ELLIPSE_SIDES = 96
SPAN_SIDES = 32
"""Straight pieces between two points of a spline."""

AT_ONCE = 1 << 16
"""Pairs of sides that are looked at together."""


@dataclass(frozen=True, eq=False)
class Path:
    """`places` in a row; a closed one goes back to its first."""

    places: Places
    closed: bool

    @property
    def ring(self) -> Places:
        """All places, the first once more at the end where it is closed."""
        return np.vstack((self.places, self.places[:1])) if self.closed else self.places


def paths(shape: FlatShape) -> tuple[Path, ...]:
    """The lines of a shape, in voxels; of a point its place alone."""
    match shape:
        case Box() | RotatedBox():
            return (Path(_places(handles(shape)), closed=True),)
        case Polygon(points) | Freehand(points):
            return (Path(_places(points), closed=True),)
        case Ellipse():
            return (Path(_ellipse(shape, ELLIPSE_SIDES), closed=True),)
        case Spline(points, closed):
            return (Path(spline_places(_places(points), closed=closed), closed=closed),)
        case CobbAngle(first, second) | Bidirectional(first, second):
            return Path(_places(first), closed=False), Path(_places(second), closed=False)
        case PointMark(at):
            return (Path(_places((at,)), closed=False),)
        case _:
            return (Path(_places(handles(shape)), closed=False),)


def contour(shape: FlatShape) -> Places | None:
    """The closed outline of a shape that has an inside, else None."""
    (first, *others) = paths(shape)
    return first.places if first.closed and not others else None


def bounds(shape: FlatShape) -> tuple[float, float, float, float]:
    """The least rectangle around a shape in voxels: left, top, right, bottom."""
    every = np.vstack([path.places for path in paths(shape)])
    (left, top), (right, bottom) = every.min(axis=0).tolist(), every.max(axis=0).tolist()
    return left, top, right, bottom


def area_of(places: Places) -> float:
    """Area inside a closed outline in square voxels; right for one that does not cross itself."""
    x, y = (places - places[0]).T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def crosses_itself(places: Places) -> bool:
    """Whether two sides of a closed outline that are not neighbours meet."""
    after = np.roll(places, -1, axis=0)
    kept = np.any(places != after, axis=1)
    start, end = places[kept], after[kept]
    sides = len(start)
    low, high = np.minimum(start, end), np.maximum(start, end)
    # Sides are sorted along the way on which fewer of them lie beside one another.
    spans = (high - low).sum(axis=0) / np.maximum(np.ptp(places, axis=0), 1e-9)
    along = int(spans[1] < spans[0])
    order = np.argsort(low[:, along], kind="stable")
    reach = np.searchsorted(low[order, along], high[order, along], side="right")
    ahead = reach - np.arange(sides) - 1
    behind = np.cumsum(ahead)
    begin = 0
    while begin < sides:
        done = behind[begin] - ahead[begin]
        until = max(begin + 1, int(np.searchsorted(behind, done + AT_ONCE, side="right")))
        first = np.repeat(np.arange(begin, until), ahead[begin:until])
        second = np.arange(first.size) + done - (behind - ahead)[first] + first + 1
        one, other = order[first], order[second]
        across = 1 - along
        near = (low[other, across] <= high[one, across]) & (high[other, across] >= low[one, across])
        apart = np.abs(one - other)
        near &= (apart != 1) & (apart != sides - 1)
        one, other = one[near], other[near]
        if one.size and _any_meet(start[one], end[one], start[other], end[other]):
            return True
        begin = until
    return False


def _any_meet(a: Places, b: Places, c: Places, d: Places) -> bool:
    """Whether any of the segments a to b meets that of the segments c to d."""

    def turn(p: Places, q: Places, r: Places) -> Places:
        signs: Places = np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )
        return signs

    across = (turn(a, b, c) * turn(a, b, d) <= 0) & (turn(c, d, a) * turn(c, d, b) <= 0)
    return bool(across.any())


def spline_places(points: Places, *, closed: bool) -> Places:
    """A centripetal Catmull-Rom curve through `points`, SPAN_SIDES pieces a span.

    Knots are the square roots of the distances (Yuksel et al. 2011), so it never loops or
    overshoots between two points. An open one begins and ends with mirrored neighbours.
    """
    kept = points[np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]]
    if closed and len(kept) > 1 and np.array_equal(kept[0], kept[-1]):
        kept = kept[:-1]
    if len(kept) < 3:
        return kept
    if closed:
        around = np.vstack((kept[-1:], kept, kept[:2]))
    else:
        around = np.vstack((2 * kept[:1] - kept[1:2], kept, 2 * kept[-1:] - kept[-2:-1]))
    spans = [around[n : len(around) - 3 + n] for n in range(4)]
    curve = _spans(*spans).reshape(-1, 2)
    return curve if closed else np.vstack((curve, kept[-1:]))


def _spans(p0: Places, p1: Places, p2: Places, p3: Places) -> NDArray[np.float64]:
    """(spans, SPAN_SIDES, 2) between p1 and p2, by Barry and Goldman's pyramid."""

    def knot(a: Places, b: Places) -> Places:
        roots: Places = np.sqrt(np.linalg.norm(b - a, axis=1))[:, None, None]
        return roots

    t0 = np.zeros((len(p1), 1, 1))
    t1 = t0 + knot(p0, p1)
    t2 = t1 + knot(p1, p2)
    t3 = t2 + knot(p2, p3)
    t = t1 + (t2 - t1) * (np.arange(SPAN_SIDES) / SPAN_SIDES)[None, :, None]

    def mix(a: Places, b: Places, ta: Places, tb: Places) -> Places:
        mixed: Places = ((tb - t) * a + (t - ta) * b) / (tb - ta)
        return mixed

    q0, q1, q2, q3 = (p[:, None, :] for p in (p0, p1, p2, p3))
    a1, a2, a3 = mix(q0, q1, t0, t1), mix(q1, q2, t1, t2), mix(q2, q3, t2, t3)
    b1, b2 = mix(a1, a2, t0, t2), mix(a2, a3, t1, t3)
    curve: Places = mix(b1, b2, t1, t2)
    return curve


def _ellipse(shape: Ellipse, sides: int) -> Places:
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)[:, None]
    center, across, down = _places((shape.center, shape.across, shape.down))
    around: Places = center + np.cos(angle) * across + np.sin(angle) * down
    return around


def _places(points: tuple[Point, ...]) -> Places:
    return np.asarray(points, dtype=np.float64) / 1000
