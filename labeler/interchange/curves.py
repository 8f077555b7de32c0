"""Graphic types of reports and presentation states as lines through points."""

from __future__ import annotations

import numpy as np

from labeler.model.affine import Vector

SIDES = 64
"""Of the polygon that stands for a circle or an ellipse."""

LEAST = {"POINT": 1, "MULTIPOINT": 1, "POLYLINE": 2, "INTERPOLATED": 2, "POLYGON": 3,
         "CIRCLE": 2, "ELLIPSE": 4}  # fmt: skip
"""Points that a graphic type needs; others are not drawn here."""


def curve(kind: str, given: Vector) -> tuple[Vector, bool] | None:
    """The points (n, d) to join and whether the last joins the first; None where it is no curve.

    CIRCLE is a centre and a point on it; ELLIPSE the ends of the one axis, then of the other
    (PS3.3 C.10.5.1.2, C.18.6.1.1).
    """
    if len(given) < LEAST.get(kind, len(given) + 1):
        return None
    if kind in ("CIRCLE", "ELLIPSE"):
        return _round(kind, given), True
    closed = kind == "POLYGON" or (len(given) > 3 and bool(np.allclose(given[0], given[-1])))
    return (given[:-1] if closed and np.allclose(given[0], given[-1]) else given), closed


def _round(kind: str, given: Vector) -> Vector:
    turn = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)[:, None]
    if kind == "CIRCLE":
        center, radius = given[0], float(np.linalg.norm(given[1] - given[0]))
        one, other = np.array([radius, 0.0]), np.array([0.0, radius])
    else:
        center = (given[0] + given[1]) / 2
        one, other = (given[1] - given[0]) / 2, (given[3] - given[2]) / 2
    return np.asarray(center + np.cos(turn) * one + np.sin(turn) * other, dtype=np.float64)
