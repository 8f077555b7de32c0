"""What a hand does to marks where they lie: their handles, and moving them about."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from labeler.model.cuboids import face_grips, shifted, with_face
from labeler.model.edits import ReplaceMark
from labeler.model.handles import handles, moved, with_handle
from labeler.model.lying import slice_at
from labeler.model.measures import MASKS
from labeler.model.outlines import bounds
from labeler.model.shapes import Box, Cuboid, Ellipse, FlatShape, Point, Polygon, RotatedBox
from labeler.viewing.drawn import frame_of
from labeler.viewing.scene import Lying, Scene

CORNERED = Box, RotatedBox


def grips(scene: Scene, lying: Lying) -> tuple[Point, ...]:
    """The handles of a mark on this slice; a locked or painted one has none."""
    if lying.mark.locked or isinstance(lying.shape, MASKS):
        return ()
    if isinstance(lying.mark.shape, Cuboid):
        here = slice_at(scene.image, scene.view.index)
        return tuple(grip.at for grip in face_grips(lying.mark.shape, here))
    return handles(lying.shape)


def fixed_by(lying: Lying, number: int) -> tuple[Point | None, bool]:
    """The point that stays while a handle is dragged, from which Shift counts its angles, and
    whether only the diagonals are sensible."""
    shape = lying.shape
    if isinstance(shape, MASKS) or isinstance(lying.mark.shape, Cuboid):
        return None, False
    if isinstance(shape, Ellipse):
        return shape.center, False
    points = handles(shape)
    if isinstance(shape, CORNERED):
        return points[(number + 2) % 4], isinstance(shape, Box)
    if len(points) < 2:
        return None, False
    beside = number - 1 if number or isinstance(shape, Polygon) else 1
    return points[beside], False


def with_grip(scene: Scene, lying: Lying, number: int, to: Point) -> Lying:
    """The mark after one of its handles was dragged."""
    mark, shape = lying.mark, lying.shape
    if isinstance(shape, MASKS):
        return lying
    if isinstance(mark.shape, Cuboid):
        here = slice_at(scene.image, scene.view.index)
        grip = face_grips(mark.shape, here)[number]
        after = msgspec.structs.replace(mark, shape=with_face(mark.shape, grip, to, here))
        return scene.lies(after) or lying
    changed = with_handle(shape, number, to, scene.spacing_mm)
    return Lying(scene.with_shape(mark, changed), changed)


def shifted_by(scene: Scene, lyings: tuple[Lying, ...], by: Point) -> tuple[Lying, ...]:
    """The marks moved by 1/1000 voxels, so far that none of them leaves the image."""
    rows, columns = scene.size
    across, down = by
    for lying in lyings:
        if not isinstance(lying.shape, MASKS):
            left, top, right, bottom = (round(1000 * edge) for edge in bounds(lying.shape))
            across = _held(across, left, right, columns)
            down = _held(down, top, bottom, rows)
    return tuple(_shifted(scene, lying, (across, down)) for lying in lyings)


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
