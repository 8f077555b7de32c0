"""What a hand does to marks where they lie: their handles, and moving them about."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import numpy as np

from labeler.model.cuboids import face_grips, shifted, turned_about, with_face
from labeler.model.edits import ReplaceMark
from labeler.model.handles import Outline, handles, moved, moved_all, turned, with_handle
from labeler.model.lying import in_mm, slice_at
from labeler.model.measures import MASKS, place
from labeler.model.outlines import bounds
from labeler.model.rasters import Place
from labeler.model.shapes import (
    Box,
    Cuboid,
    Ellipse,
    FlatShape,
    Freehand,
    Point,
    PointMark,
    Polygon,
    RotatedBox,
)
from labeler.viewing.drawn import frame_of
from labeler.viewing.scene import Lying, Scene

CORNERED = Box, RotatedBox

Boxes = list[tuple[int, int, int, int]]
"""Left, top, right and bottom in 1/1000 voxels."""

STALK = 24.0
"""Canvas pixels from a side to the handle that turns the box."""

CROWD = 256
"""Handles up to which all are drawn."""

APART = 12.0
"""Canvas pixels that crowded handles are apart."""


def grips(scene: Scene, lying: Lying) -> tuple[Point, ...]:
    """The handles of a mark on this slice; a locked or painted one has none."""
    if lying.mark.locked or isinstance(lying.shape, MASKS):
        return ()
    if isinstance(lying.mark.shape, Cuboid):
        here = slice_at(scene.image, scene.view.index)
        faces = face_grips(lying.mark.shape, here)
        return (*(face.at for face in faces), _outside(scene, _center(scene, lying), faces[0].at))
    if isinstance(lying.shape, RotatedBox):
        (x, y), (across, down) = lying.shape.center, lying.shape.across
        side = x + across, y + down
        return (*handles(lying.shape), _outside(scene, lying.shape.center, side))
    return handles(lying.shape)


def _outside(scene: Scene, center: Point, side: Point) -> Point:
    """Where the handle lies that turns a box: outside the middle of its first side."""
    far = math.dist(*(scene.where.to_canvas(place(at)) for at in (center, side)))
    share = 1 + STALK / far if far else 1
    across, down = side[0] - center[0], side[1] - center[1]
    return center[0] + round(share * across), center[1] + round(share * down)


def _center(scene: Scene, lying: Lying) -> Point:
    """The center of a box, of one in the patient looked at along the normal of the slice."""
    if isinstance(lying.mark.shape, Cuboid):
        here = slice_at(scene.image, scene.view.index)
        column, row = here.to_voxel(in_mm(lying.mark.shape.center))
        return round(1000 * column), round(1000 * row)
    assert isinstance(lying.shape, RotatedBox)
    return lying.shape.center


def shown_grips(scene: Scene, lying: Lying) -> tuple[Place, ...]:
    """The handles to be drawn, in canvas pixels: of a point none, for it would cover what it
    points at; of very many those that do not hide each other, all as soon as one zooms in."""
    if isinstance(lying.shape, PointMark):
        return ()
    points = grips(scene, lying)
    where = scene.where
    if len(points) <= CROWD:
        return tuple(where.to_canvas(place(point)) for point in points)
    a, b, c, d, e, f = where.affine
    column, row = np.array(points, np.float64).T / 1000
    x, y = a * column + b * row + c, d * column + e * row + f
    cells = np.floor(x / APART).astype(np.int64) << 32
    _, kept = np.unique(cells + np.floor(y / APART).astype(np.int64), return_index=True)
    return tuple((float(x[n]), float(y[n])) for n in np.sort(kept))


def fixed_by(scene: Scene, lying: Lying, number: int) -> tuple[Point | None, bool]:
    """The point that stays while a handle is dragged, from which Shift counts its angles, and
    whether only the diagonals are sensible."""
    shape = lying.shape
    if isinstance(shape, MASKS):
        return None, False
    if isinstance(shape, Ellipse):
        return shape.center, False
    if _turns(scene, lying, number):
        return _center(scene, lying), False
    if isinstance(lying.mark.shape, Cuboid):
        return None, False
    points = shape.points if isinstance(shape, Freehand) else handles(shape)
    if isinstance(shape, CORNERED):
        return points[(number + 2) % 4], isinstance(shape, Box)
    if len(points) < 2:
        return None, False
    beside = number - 1 if number or isinstance(shape, Polygon | Freehand) else 1
    return points[beside], False


def _turns(scene: Scene, lying: Lying, number: int) -> bool:
    """Whether a handle is the one that turns a box: the last of them."""
    boxed = isinstance(lying.mark.shape, Cuboid) or isinstance(lying.shape, RotatedBox)
    return boxed and number == len(grips(scene, lying)) - 1


def with_grip(scene: Scene, lying: Lying, number: int, to: Point) -> Lying:
    """The mark after one of its handles was dragged."""
    mark, shape = lying.mark, lying.shape
    if isinstance(shape, MASKS):
        return lying
    if isinstance(mark.shape, Cuboid):
        here = slice_at(scene.image, scene.view.index)
        faces = face_grips(mark.shape, here)
        if number == len(faces):
            box = turned_about(mark.shape, faces[0], to, here)
        else:
            box = with_face(mark.shape, faces[number], to, here)
        after = msgspec.structs.replace(mark, shape=box)
        return replace(scene.lies(after) or lying, mark=after)
    if isinstance(shape, RotatedBox) and _turns(scene, lying, number):
        changed: FlatShape = turned(shape, to, scene.spacing_mm)
    else:
        changed = with_handle(shape, number, to, scene.spacing_mm)
    return Lying(scene.with_shape(mark, changed), changed)


def shifted_by(scene: Scene, lyings: tuple[Lying, ...], by: Point) -> tuple[Lying, ...]:
    """The marks moved by 1/1000 voxels, so far that none of them leaves the image."""
    return shifted_all(scene, lyings, way_inside(scene, lyings, by))


def way_inside(scene: Scene, lyings: tuple[Lying, ...], by: Point) -> Point:
    """So much of a way that none of the marks leaves the image."""
    rows, columns = scene.size
    across, down = by
    for left, top, right, bottom in boxes_around(scene, lyings):
        across = _held(across, left, right, columns)
        down = _held(down, top, bottom, rows)
    return across, down


def shifted_all(scene: Scene, lyings: tuple[Lying, ...], by: Point) -> tuple[Lying, ...]:
    """The marks moved; those of the frame on show are moved all at once. Asks the scene nothing
    that changes with time: it may be done on another thread."""
    plain = {n: shape for n, one in enumerate(lyings) if (shape := _as_drawn(one)) is not None}
    moved = dict(zip(plain, moved_all(list(plain.values()), by), strict=True))
    found = []
    for n, one in enumerate(lyings):
        if n in moved:
            after = msgspec.structs.replace(one.mark, shape=moved[n])
            found.append(Lying(after, moved[n]))
        else:
            found.append(_shifted(scene, one, by))
    return tuple(found)


def _as_drawn(lying: Lying) -> Outline | None:
    """The outline of a mark of the frame on show, which lies there as it was drawn."""
    shape = lying.shape
    return shape if shape is lying.mark.shape and isinstance(shape, Outline) else None


def held_inside(scene: Scene, shape: FlatShape, by: Point) -> Point:
    """The way, or as much more or less of it as leaves the shape inside the image; one that is
    larger than the image begins at its edge."""
    sides, (left, top, right, bottom) = scene.size[::-1], bounds(shape)
    ends = zip(by, ((left, right), (top, bottom)), sides, strict=True)
    across, down = (
        max(-500 - round(1000 * low), min(side * 1000 - 500 - round(1000 * high), way))
        for way, (low, high), side in ends
    )
    return across, down


def movable(lyings: tuple[Lying, ...]) -> tuple[Lying, ...]:
    """Those that a hand may move: no locked and no painted ones."""
    return tuple(
        lying for lying in lyings if not lying.mark.locked and not isinstance(lying.shape, MASKS)
    )


def settled(scene: Scene, before: Lying, after: Lying) -> ReplaceMark | None:
    """The edit that leaves a mark where it was brought; None where nothing changed."""
    frame = frame_of(scene, after.mark.shape, after.mark.frame)
    mark = msgspec.structs.replace(after.mark, frame=frame)
    return None if mark == before.mark else ReplaceMark(before.mark, mark)


def box_around(scene: Scene, boxes: Boxes, press: Place, now: Place) -> tuple[Place, Place]:
    """Two corners of a box around marks that are dragged, in canvas pixels."""
    edges = np.array(boxes) / 1000
    low, high = edges[:, :2].min(axis=0).tolist(), edges[:, 2:].max(axis=0).tolist()
    by = now[0] - press[0], now[1] - press[1]
    corners = (scene.where.to_canvas((at[0], at[1])) for at in (low, high))
    one, other = ((x + by[0], y + by[1]) for x, y in corners)
    return one, other


def boxes_around(scene: Scene, lyings: tuple[Lying, ...]) -> Boxes:
    """Around each mark, in 1/1000 voxels; of very many one around all of them."""
    if len(lyings) < CROWD:
        flat = (lying.shape for lying in lyings if not isinstance(lying.shape, MASKS))
        edges = np.array([bounds(shape) for shape in flat])
    else:
        here, names = scene.here, {lying.mark.id for lying in lyings}
        theirs = [n for n, lying in enumerate(here.all) if lying.mark.id in names]
        every = here.outlines.paths.boxes[np.isin(here.outlines.marks, theirs)]
        edges = np.array([(*every[:, :2].min(axis=0), *every[:, 2:].max(axis=0))])
    return [(a, b, c, d) for a, b, c, d in np.rint(1000 * edges).astype(np.int64).tolist()]


def _held(by: int, low: int, high: int, side: int) -> int:
    """A way along one axis that keeps low to high inside; what is outside already comes no
    further out."""
    return max(min(0, -500 - low), min(max(0, side * 1000 - 500 - high), by))


def _shifted(scene: Scene, lying: Lying, by: Point) -> Lying:
    mark, shape = lying.mark, lying.shape
    if isinstance(shape, MASKS):
        return lying
    if isinstance(mark.shape, Cuboid):
        here = slice_at(scene.image, scene.view.index)
        way = here.across * (by[0] / 1000) + here.down * (by[1] / 1000)
        after = msgspec.structs.replace(mark, shape=shifted(mark.shape, way))
        return replace(scene.lies(after) or lying, mark=after)
    changed = moved(shape, by)
    return Lying(scene.with_shape(mark, changed), changed)
