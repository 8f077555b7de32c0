"""Boxes in the patient as a slice shows them: made on one, moved, turned, their faces dragged."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np

from labeler.model.affine import Vector, cross
from labeler.model.lying import THINNEST_MM, Slice, in_mm, in_um
from labeler.model.shapes import Box, Cuboid, Point

LEAN = 0.3
"""A side whose share within a slice is less cannot be dragged on it."""


@dataclass(frozen=True)
class FaceGrip:
    """The middle of a face as a slice shows it: of axis 0 to 2 (across, down, deep), at its end
    (1) or its beginning (-1)."""

    axis: int
    end: int
    at: Point


def cuboid_on(here: Slice, frame_of_reference: str, box: Box) -> Cuboid | None:
    """A box with a rectangle drawn on a slice amid it, as deep as its shorter side is long."""
    middle = (box.low[0] + box.high[0]) / 2000, (box.low[1] + box.high[1]) / 2000
    across = here.across * ((box.high[0] - box.low[0]) / 2000)
    down = here.down * ((box.high[1] - box.low[1]) / 2000)
    depth = min(float(np.linalg.norm(across)), float(np.linalg.norm(down)))
    if depth < THINNEST_MM:
        return None
    center = here.to_patient(*middle)
    ways = in_um(across), in_um(down), in_um(here.normal * depth)
    return Cuboid(frame_of_reference, in_um(center), *ways)


def face_grips(box: Cuboid, here: Slice) -> tuple[FaceGrip, ...]:
    """The faces that can be dragged on a slice."""
    found = []
    for axis, way in enumerate(_ways(box)):
        if float(np.linalg.norm(_within(way, here))) < LEAN * float(np.linalg.norm(way)):
            continue
        for end in (1, -1):
            column, row = here.to_voxel(in_mm(box.center) + end * way)
            found.append(FaceGrip(axis, end, (round(column * 1000), round(row * 1000))))
    return tuple(found)


def with_face(box: Cuboid, grip: FaceGrip, to: Point, here: Slice) -> Cuboid:
    """The box after one face was dragged; the opposite one stays. As it was where nothing would
    be left of it."""
    way = _ways(box)[grip.axis]
    fixed = in_mm(box.center) - grip.end * way
    drawn = _within(here.to_patient(to[0] / 1000, to[1] / 1000) - fixed, here)
    along = _within(way, here)
    share = grip.end * float(drawn @ along) / (2 * float(along @ along))
    if share * float(np.linalg.norm(way)) < THINNEST_MM:
        return box
    ways = [in_um(share * way) if n == grip.axis else old for n, old in enumerate(_stored(box))]
    across, down, deep = ways
    center = in_um(fixed + grip.end * share * way)
    return Cuboid(box.frame_of_reference, center, across, down, deep)


def turned_about(box: Cuboid, grip: FaceGrip, to: Point, here: Slice) -> Cuboid:
    """The box turned about the normal of a slice through its center, until the face looks at a
    place on the slice; as large as it was."""
    start = grip.end * _within(_ways(box)[grip.axis], here)
    end = _within(here.to_patient(to[0] / 1000, to[1] / 1000) - in_mm(box.center), here)
    far = float(np.linalg.norm(start) * np.linalg.norm(end))
    if far == 0:
        return box
    cosine, sine = float(start @ end) / far, float(cross(start, end) @ here.normal) / far
    ways = []
    for way in _ways(box):
        flat = _within(way, here)
        ways.append(in_um(way - flat + cosine * flat + sine * cross(here.normal, flat)))
    across, down, deep = ways
    return Cuboid(box.frame_of_reference, box.center, across, down, deep)


def shifted(box: Cuboid, by_mm: Vector) -> Cuboid:
    """The box moved in the patient."""
    return msgspec.structs.replace(box, center=in_um(in_mm(box.center) + by_mm))


def _stored(box: Cuboid) -> tuple[tuple[int, int, int], ...]:
    return box.across, box.down, box.deep


def _ways(box: Cuboid) -> tuple[Vector, ...]:
    return tuple(in_mm(way) for way in _stored(box))


def _within(way: Vector, here: Slice) -> Vector:
    """The part of a way that lies within a slice."""
    flat: Vector = way - float(way @ here.normal) * here.normal
    return flat
