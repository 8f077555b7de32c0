"""Any flat shape, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from labeler.model.handles import box_between
from labeler.model.shapes import (
    Angle,
    Arrow,
    Bidirectional,
    CobbAngle,
    Ellipse,
    FlatShape,
    Freehand,
    Length,
    Point,
    PointMark,
    Polygon,
    Polyline,
    RotatedBox,
    Spline,
)

SIDE = 400_000


def points() -> st.SearchStrategy[Point]:
    return st.tuples(st.integers(-SIDE, SIDE), st.integers(-SIDE, SIDE))


@st.composite
def flat_shapes(draw: st.DrawFn) -> FlatShape:
    """Any shape whose points differ where they must."""
    some = draw(st.lists(points(), min_size=4, max_size=12, unique=True))
    a, b, c, d, *_ = some
    across = draw(st.integers(1000, SIDE)), draw(st.integers(-SIDE, SIDE))
    down = -across[1], across[0]
    every = tuple(some)
    made: tuple[FlatShape | None, ...] = (
        PointMark(a),
        Length(a, b),
        Arrow(a, b),
        Angle(a, b, c),
        CobbAngle((a, b), (c, d)),
        Bidirectional((a, b), (c, d)),
        box_between(a, b),
        RotatedBox(a, across, down),
        Ellipse(a, across, down),
        Polygon(every),
        Freehand(every),
        Polyline(every),
        Spline(every, closed=draw(st.booleans())),
    )
    return draw(st.sampled_from([shape for shape in made if shape is not None]))
