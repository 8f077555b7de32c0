"""Which mark, and which of its handles, lies under the pointer."""

from __future__ import annotations

import math

import numpy as np

from labeler.model.measures import MASKS, place, region_of
from labeler.model.outlines import Places, bounds, paths
from labeler.model.rasters import Place
from labeler.model.shapes import FlatShape, MaskShape
from labeler.viewing.grips import grips
from labeler.viewing.scene import Lying, Scene

REACH = 6.0
"""Canvas pixels around an outline, or a handle's middle, that belong to it."""


def handle_at(scene: Scene, p_canvas: Place) -> int | None:
    """The nearest handle of the selected mark within reach."""
    lying = scene.selected_mark()
    if lying is None:
        return None
    where = scene.where
    points = grips(scene, lying)
    distances = [math.dist(where.to_canvas(place(point)), p_canvas) for point in points]
    if not distances or min(distances) > REACH:
        return None
    return distances.index(min(distances))


def mark_at(scene: Scene, p_canvas: Place) -> Lying | None:
    """The mark under the pointer, the topmost of `marks_at`."""
    found = marks_at(scene, p_canvas)
    return found[0] if found else None


def marks_at(scene: Scene, p_canvas: Place) -> tuple[Lying, ...]:
    """All marks under the pointer: the nearest outlines first, then insides, the smallest first."""
    marks = scene.lying()
    near = [(_distance(scene, lying.shape, p_canvas), lying) for lying in reversed(marks)]
    outlined = [(distance, lying) for distance, lying in near if distance <= REACH]
    outlined.sort(key=lambda pair: pair[0])
    first = [lying for _, lying in outlined]
    column, row = (math.floor(v + 0.5) for v in scene.where.to_voxel(p_canvas))
    around = []
    for lying in reversed(marks):
        if lying in first:
            continue
        mask = scene.region(lying.shape)
        if isinstance(lying.shape, MASKS) and mask is None:
            continue
        inside = region_of(lying.shape, *scene.size, mask)
        if inside is not None and inside.holds(column, row):
            around.append((inside.count, lying))
    around.sort(key=lambda pair: pair[0])
    return (*first, *(lying for _, lying in around))


def marks_in(scene: Scene, a: Place, b: Place) -> tuple[Lying, ...]:
    """The marks that lie wholly in the rectangle of two corners on the canvas; no painted ones."""
    low = min(a[0], b[0]), min(a[1], b[1])
    high = max(a[0], b[0]), max(a[1], b[1])
    found = []
    for lying in scene.lying():
        if isinstance(lying.shape, MASKS):
            continue
        left, top, right, bottom = bounds(lying.shape)
        corners = [scene.where.to_canvas(at) for at in ((left, top), (right, bottom))]
        if all(low[n] <= at[n] <= high[n] for at in corners for n in (0, 1)):
            found.append(lying)
    return tuple(found)


def mark_reach(scene: Scene, lying: Lying, p_canvas: Place) -> bool:
    """Whether the outline of a mark is under the pointer."""
    return _distance(scene, lying.shape, p_canvas) <= REACH


def _distance(scene: Scene, shape: FlatShape | MaskShape, p_canvas: Place) -> float:
    """Canvas pixels to the outline; a painted region counts by its inside only."""
    if isinstance(shape, MASKS):
        return math.inf
    to_canvas = scene.where.to_canvas
    return min(
        _to_path(p_canvas, np.array([to_canvas((x, y)) for x, y in path.ring.tolist()]))
        for path in paths(shape)
    )


def _to_path(p: Place, ring: Places) -> float:
    """Distance from a place to the nearest of the straight pieces through `ring`."""
    start = ring[:-1] if len(ring) > 1 else ring
    along = ring[1:] - start if len(ring) > 1 else np.zeros_like(ring)
    way = np.array(p) - start
    squared = (along**2).sum(axis=1)
    share = np.divide(
        (way * along).sum(axis=1), squared, out=np.zeros(len(start)), where=squared > 0
    )
    off = way - np.clip(share, 0.0, 1.0)[:, None] * along
    return math.sqrt(float((off**2).sum(axis=1).min()))
