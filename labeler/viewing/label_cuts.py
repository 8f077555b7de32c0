"""Labels on any grid, cut by a plane in the patient: each pixel shows the nearest voxel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.sampling import SLICE, Method, Reduction, sample
from labeler.model.affine import Affine, Vector, cross
from labeler.viewing.lattice import Lattice, PatientPlane
from labeler.viewing.shown_voxels import off_ties

Labels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Solid:
    """Regions in the patient: `labels` (slices, rows, columns), 0 outside, are a part of a
    lattice and `begin` at this slice, row and column of it."""

    lattice: Lattice
    begin: tuple[int, int, int]
    labels: Labels


@dataclass(frozen=True, eq=False)
class Patch:
    """Labels of a part of a plane; its first pixel is at row `top`, column `left`."""

    top: int
    left: int
    labels: Labels


def solid_of(labels: Labels, affine: Affine) -> Solid:
    """All labels of an array whose voxels lie in the patient as an affine says."""
    return Solid(_even_lattice(affine, len(labels)), (0, 0, 0), np.ascontiguousarray(labels))


def cut_labels(solid: Solid, plane: PatientPlane) -> Patch | None:
    """What lies under a plane, or in a slab: there the highest label. None where it is missed.

    Only pixels that the solid can reach are looked up.
    """
    plane = off_ties(solid.lattice, plane)
    part = _reached(solid, plane)
    if part is None:
        return None
    top, left, bottom, right = part
    if solid.lattice.step is None and len(solid.labels) == 1:
        solid = with_neighbours(solid)
    lattice, (first, row, column) = solid.lattice, solid.begin
    near = replace(
        plane,
        origin=plane.origin + plane.across * left + plane.down * top,
        rows=bottom - top,
        columns=right - left,
        reduction=Reduction.HIGHEST if plane.samples > 1 else Reduction.ALONE,
        method=Method.NEAREST,
    )
    even = lattice.step is not None
    sheet = lattice.sheet(near, even=even)
    x, y, depth = sheet.origin
    moved = replace(sheet, origin=(x - column, y - row, depth - first if even else depth))
    found = np.empty((near.rows, near.columns), np.uint8)
    places = None if even else _unscaled(lattice, first, len(solid.labels))
    sample(solid.labels, moved, found, padding=0, places=places)
    return Patch(top, left, found)


def with_neighbours(solid: Solid) -> Solid:
    """Slices between those beside them, of which nothing is told: how far the outer ones reach is
    half the way to these where they lie unevenly."""
    first, row, column = solid.begin
    last = first + len(solid.labels)
    before, behind = int(first > 0), int(last < len(solid.lattice.places))
    labels = np.pad(solid.labels, ((before, behind), (0, 0), (0, 0)))
    return Solid(solid.lattice, (first - before, row, column), labels)


def _unscaled(lattice: Lattice, first: int, count: int) -> NDArray[np.void]:
    """Labels are no measured values."""
    places = lattice.places[first : first + count].copy()
    places["scale"], places["offset"] = 1.0, 0.0
    return places


def _reached(solid: Solid, plane: PatientPlane) -> tuple[int, int, int, int] | None:
    """Rows and columns of the plane that the solid can reach: top, left, bottom, right."""
    if not solid.labels.size:
        return None
    normal = cross(plane.across, plane.down)
    axes = np.column_stack([plane.across, plane.down, normal / np.linalg.norm(normal)])
    seen = np.linalg.solve(axes, (_corners(solid) - plane.origin).T)
    half = float(np.linalg.norm(plane.deep)) * (plane.samples - 1) / 2
    if seen[2].min() > half or seen[2].max() < -half:
        return None
    left, top = (max(0, math.floor(seen[n].min())) for n in (0, 1))
    right = min(plane.columns, math.ceil(seen[0].max()) + 1)
    bottom = min(plane.rows, math.ceil(seen[1].max()) + 1)
    return (top, left, bottom, right) if top < bottom and left < right else None


def _corners(solid: Solid) -> Vector:
    """Of the box around the solid's voxels, LPS mm, (8, 3); a little generous between slices."""
    lattice, (first, row, column) = solid.lattice, solid.begin
    count, rows, columns = solid.labels.shape
    places = lattice.places[first : first + count]
    heights = lattice.places["height"]
    if len(heights) > 1:
        half = float(np.diff(heights).max()) / 2
    else:
        half = 0.0 if lattice.step is None else abs(float(lattice.step @ lattice.normal)) / 2
    slant = np.zeros(2) if lattice.step is None else _slant(lattice)
    found = []
    for place, way in ((places[0], -half), (places[-1], half)):
        for x in (column - 0.5, column + columns - 0.5):
            for y in (row - 0.5, row + rows - 0.5):
                aside = slant * way
                at = np.array([x + place["x"] + aside[0], y + place["y"] + aside[1], 0.0])
                at[2] = place["height"] + way
                found.append(lattice.origin + lattice.basis @ at)
    return np.array(found)


def _slant(lattice: Lattice) -> Vector:
    """Columns and rows that a tilted stack moves by in a mm along its normal."""
    assert lattice.step is not None
    x, y, height = np.linalg.solve(lattice.basis, lattice.step)
    return np.array([x / height, y / height])


def _even_lattice(affine: Affine, slices: int) -> Lattice:
    across, down, step = affine.matrix[:3, :3].T
    normal = cross(across, down)
    normal = normal / np.linalg.norm(normal)
    normal = normal if step @ normal > 0 else -normal
    basis = np.column_stack([across, down, normal])
    places = np.zeros(slices, SLICE)
    moved = np.arange(slices)[:, None] * np.linalg.solve(basis, step)
    places["x"], places["y"], places["height"] = moved.T
    places["scale"], places["low"] = 1.0, 1.0
    whole = np.ones(slices, bool)
    return Lattice(affine.matrix[:3, 3], basis, places, step, True, whole)
