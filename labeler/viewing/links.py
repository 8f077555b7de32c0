"""Views that scroll together: by the place in the patient, or by an offset that was locked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.model.affine import Vector
from labeler.model.image import Image
from labeler.viewing.crosshair import frame_of
from labeler.viewing.reformat import Reformat

PARALLEL = 0.9
"""Above this cosine of their normals two stacks run the same way (25 degrees)."""


@dataclass(frozen=True, eq=False)
class Link:
    """How one view follows another.

    Without `locked` by the place in the patient; with it by what lay side by side when both were
    locked: (slice of the leading view, slice of the following one).
    """

    locked: tuple[int, int] | None = None


BY_PLACE = Link()


def follows(link: Link, leader: Image, follower: Image) -> bool:
    """Whether the leading view says anything about the following one."""
    placed = leader.oriented and follower.oriented
    if link.locked is not None:
        several = min(leader.source.shape[0], follower.source.shape[0]) > 1
        # What crosses is no neighbour: of sides that are unknown the hand that locked them knows.
        return not (placed and several) or _cosine(leader, follower) > PARALLEL
    if not placed:
        return False
    # Without the UID only what was cut out of a series surely lies in its coordinates.
    sure = bool(leader.info.frame_of_reference) or any(
        isinstance(one, Reformat) for one in (leader, follower)
    )
    same = sure and frame_of(leader) == frame_of(follower)
    return same and _cosine(leader, follower) > PARALLEL


def go_together(one: Image, other: Image) -> bool:
    """Whether either can ever move the other by place: both have slices to go to, and there are
    places that both reach."""
    if min(one.source.shape[0], other.source.shape[0]) < 2 or not follows(BY_PLACE, one, other):
        return False
    ends = (middle(one, index) for index in (0, one.source.shape[0] - 1))
    low, high = sorted(float(end @ _normal(other)) for end in ends)
    heights = _heights(other)
    return low <= float(heights.max()) and float(heights.min()) <= high


def followed(link: Link, leader: Image, index: int, follower: Image) -> int | None:
    """The slice that the following view shows beside slice `index` of the leading one.

    None where it stays: they do not run the same way, or the place lies beyond its ends by more
    than a step. A locked view stops at its ends.
    """
    if not follows(link, leader, follower):
        return None
    if link.locked is None:
        return slice_at(follower, middle(leader, index))
    begin, other = link.locked
    if not in_mm(leader, follower):
        return _held(other + index - begin, follower)
    way = _normal(leader)
    moved = float((middle(leader, index) - middle(leader, begin)) @ way)
    heights = _heights(follower) * float(np.sign(way @ _normal(follower)))
    return int(np.abs(heights - heights[_held(other, follower)] - moved).argmin())


def in_mm(leader: Image, follower: Image) -> bool:
    """Whether a locked view follows in millimetres along the normal, not slice by slice."""
    placed = leader.oriented and follower.oriented
    several = min(leader.source.shape[0], follower.source.shape[0]) > 1
    return placed and several and abs(_cosine(leader, follower)) > PARALLEL


def slice_at(image: Image, p_patient: Vector) -> int | None:
    """The slice nearest to a place; None where that lies beyond the ends by more than a step."""
    heights = _heights(image)
    height = float(np.asarray(p_patient) @ _normal(image))
    nearest = int(np.abs(heights - height).argmin())
    apart = np.abs(np.diff(heights))
    step = float(apart[min(nearest, len(apart) - 1)]) if len(apart) else 1.0
    return nearest if abs(float(heights[nearest]) - height) <= step else None


def middle(image: Image, index: int) -> Vector:
    """The voxel amid a slice, in the patient: planes through it lie on voxels, not between them."""
    _, rows, columns = image.source.shape
    return image.to_patient(np.array([(columns - 1) // 2, (rows - 1) // 2, float(index)]))


def _heights(image: Image) -> Vector:
    """How far each slice lies along the normal, mm."""
    count = image.source.shape[0]
    places = np.zeros((count, 3))
    places[:, 2] = np.arange(count)
    found: Vector = image.to_patient(places) @ _normal(image)
    return found


def _normal(image: Image) -> Vector:
    normal = np.cross(image.affine.matrix[:3, 0], image.affine.matrix[:3, 1])
    made: Vector = normal / np.linalg.norm(normal)
    return made


def _cosine(one: Image, other: Image) -> float:
    """Between the normals, without their sign: stacks may run head first or feet first."""
    return abs(float(_normal(one) @ _normal(other)))


def _held(index: int, image: Image) -> int:
    return max(0, min(image.source.shape[0] - 1, index))
