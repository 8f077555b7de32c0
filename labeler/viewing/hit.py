"""Which mark, and which of its handles, lies under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.outlines import near, paths_in
from labeler.model.handles import handles
from labeler.model.measures import MASKS
from labeler.model.outlines import area_of
from labeler.model.rasters import Place
from labeler.model.shapes import Point
from labeler.viewing.grips import grips
from labeler.viewing.mark_paths import MarkPaths, mark_paths
from labeler.viewing.scene import Lying, Scene

REACH = 6.0
"""Canvas pixels around an outline, or a handle's middle, that belong to it."""


def handle_at(scene: Scene, p_canvas: Place) -> int | None:
    """The nearest handle of the selected mark within reach."""
    lying = scene.selected_mark()
    if lying is None:
        return None
    found = _nearest(scene, grips(scene, lying), p_canvas)
    return found[0] if found is not None and found[1] <= REACH else None


def _nearest(scene: Scene, points: Sequence[Point], p_canvas: Place) -> tuple[int, float] | None:
    """The number of the nearest point, and how far it is in canvas pixels."""
    if not points:
        return None
    a, b, c, d, e, f = scene.where.affine
    column, row = np.array(points, np.float64).T / 1000
    off = np.hypot(a * column + b * row + c - p_canvas[0], d * column + e * row + f - p_canvas[1])
    number = int(off.argmin())
    return number, float(off[number])


def mark_at(scene: Scene, p_canvas: Place) -> Lying | None:
    """The mark under the pointer, the topmost of `marks_at`."""
    found = marks_at(scene, p_canvas)
    return found[0] if found else None


def marks_at(scene: Scene, p_canvas: Place) -> tuple[Lying, ...]:
    """All marks under the pointer: the nearest outlines first, then insides, the smallest first."""
    here = scene.here
    which = _paths_near(scene, here.outlines, p_canvas)
    distances, around = near(here.outlines.paths, which, scene.where.affine, p_canvas)
    reached: dict[int, float] = {}
    inside: dict[int, float] = {}
    for path, distance, holds in zip(which.tolist(), distances.tolist(), around, strict=True):
        mark = int(here.outlines.marks[path])
        if distance <= REACH:
            reached[mark] = min(distance, reached.get(mark, math.inf))
        elif holds:
            inside[mark] = _area(here.outlines, path)
    first = sorted(reached, key=lambda mark: (reached[mark], -mark))
    under = [(area, -mark, here.all[mark]) for mark, area in inside.items() if mark not in reached]
    under += [(count, 0, lying) for count, lying in _painted_at(scene, p_canvas)]
    under.sort(key=lambda found: found[:2])
    return (*(here.all[mark] for mark in first), *(lying for _, _, lying in under))


def marks_in(scene: Scene, a: Place, b: Place) -> tuple[Lying, ...]:
    """The marks that lie wholly in the rectangle of two corners on the canvas; no painted ones."""
    here = scene.here
    corners = np.sort(np.array([scene.where.to_voxel(a), scene.where.to_voxel(b)]), axis=0)
    boxes = here.outlines.paths.boxes
    out = (boxes[:, :2] < corners[0]).any(axis=1) | (boxes[:, 2:] > corners[1]).any(axis=1)
    cut = set(here.outlines.marks[out].tolist())
    return tuple(here.all[k] for k in sorted(set(here.outlines.marks.tolist()) - cut))


def mark_reach(scene: Scene, lying: Lying, p_canvas: Place) -> bool:
    """Whether the outline of a mark is under the pointer."""
    found = mark_paths([lying.shape])
    which = np.arange(len(found.marks), dtype=np.int32)
    distances, _ = near(found.paths, which, scene.where.affine, p_canvas)
    return bool((distances <= REACH).any())


def vertex_near(scene: Scene, p_canvas: Place, but: str) -> Point | None:
    """The nearest handle within reach of any mark on this slice, of the mark `but` alone none."""
    here = scene.here
    best, found = REACH, None
    for number in np.unique(here.outlines.marks[_paths_near(scene, here.outlines, p_canvas)]):
        lying = here.all[int(number)]
        if lying.mark.id == but or isinstance(lying.shape, MASKS):
            continue
        points = handles(lying.shape)
        nearest = _nearest(scene, points, p_canvas)
        if nearest is not None and nearest[1] <= best:
            best, found = nearest[1], points[nearest[0]]
    return found


def _paths_near(scene: Scene, outlines: MarkPaths, p_canvas: Place) -> NDArray[np.int32]:
    """The paths whose boxes are within reach: one pass over 10,000 boxes takes some 10 µs, less
    than a grid of them would be worth."""
    x, y = p_canvas
    ends = [scene.where.to_voxel(at) for at in ((x - REACH, y - REACH), (x + REACH, y + REACH))]
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*ends, strict=True))
    return paths_in(outlines.paths, left, top, right, bottom)


def _area(outlines: MarkPaths, path: int) -> float:
    begin, end = outlines.paths.starts[path : path + 2]
    return area_of(outlines.paths.places[begin:end])


def _painted_at(scene: Scene, p_canvas: Place) -> list[tuple[float, Lying]]:
    """Painted marks whose voxel is under the pointer, with the count of their voxels."""
    column, row = (math.floor(v + 0.5) for v in scene.where.to_voxel(p_canvas))
    found = []
    for lying in reversed(scene.here.masks):
        region = scene.region(lying.shape)
        if region is not None and region.holds(column, row):
            found.append((float(region.count), lying))
    return found
