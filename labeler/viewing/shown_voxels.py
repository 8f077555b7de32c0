"""Which voxels a plane through a series shows: the one rule for labels, paint and measures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.sampling import Reduction
from labeler.model.affine import Vector, cross
from labeler.model.masks import Bits
from labeler.model.tiled_masks import Triple
from labeler.viewing.lattice import Lattice, PatientPlane

TIE = 5e-3
"""Of a voxel: a plane this near to the face between two layers shows the one before it. Headers
round places to microns; planes that follow one another miss no layer for that."""

NUDGE = 5e-4
"""Of a voxel: pixels of a plane along the voxels that lie on the very face between two show the
one behind it, and single precision has no say in it."""

TOUCH = 1e-3
"""Of a voxel's reach, what single precision may lose of it: askew, what is met at an edge is
touched as well."""


@dataclass(frozen=True)
class Layer:
    """The voxels that lie in a plane: number `at` along `axis` of (slice, row, column)."""

    axis: int
    at: int


def layer_of(lattice: Lattice, plane: PatientPlane) -> Layer | None:
    """The one layer of voxels that a plane shows; None where it runs askew, or shows none."""
    found = _found(lattice, plane)
    return None if found is None else Layer(2 - found[0], found[1])


def on_voxels(lattice: Lattice, plane: PatientPlane) -> PatientPlane:
    """The plane amid a slab, moved onto the middles of the voxels that it shows where it lies along
    them; any other stays."""
    alone = replace(plane, samples=1, reduction=Reduction.ALONE)
    found = _found(lattice, alone)
    if found is None:
        return alone
    axis, _, way = found
    return replace(alone, origin=alone.origin + _basis(lattice)[:, axis] * way)


def off_ties(lattice: Lattice, plane: PatientPlane) -> PatientPlane:
    """The plane, or slab, to read labels of: as `on_voxels`, and away from where two voxels are
    equally near."""
    found = _found(lattice, plane)
    if found is None:
        return plane
    axis, _, off = found
    way = np.full(3, NUDGE)
    if plane.samples == 1:
        way[axis] = off
    else:
        # The voxels amid a slab, which are painted, are in it; nothing else of it moves.
        way[axis] = np.copysign(2 * TIE, off) if abs(off) >= _side(lattice, axis) / 2 - TIE else 0
    if axis != 2:
        way[2] *= _side(lattice, 2)
    return replace(plane, origin=plane.origin + _basis(lattice) @ way)


def _side(lattice: Lattice, axis: int) -> float:
    """Of a voxel in what planes are moved by: mm along uneven slices, else 1."""
    if axis < 2 or lattice.step is not None:
        return 1.0
    return float(np.diff(lattice.places["height"]).min())


def touched(lattice: Lattice, plane: PatientPlane, low: Triple, sides: Triple) -> Bits:
    """The voxels (slice, row, column) of a box that a plane, as `on_voxels` has it, goes through:
    whatever it shows of the box is among them."""
    normal = cross(plane.across, plane.down)
    normal = normal / float(np.linalg.norm(normal))
    part = slice(low[0], low[0] + sides[0])
    ways = _basis(lattice).T @ normal
    if lattice.step is not None:
        heights = np.arange(low[0], low[0] + sides[0]) * ways[2]
        before = behind = np.full(sides[0], abs(ways[2]) / 2)
    else:
        places = lattice.places
        moved = np.stack((places["x"], places["y"], places["height"]), axis=1)
        heights = (moved @ ways)[part]
        down, up = (reach[part] * abs(ways[2]) for reach in reaches_mm(lattice))
        before, behind = (down, up) if ways[2] > 0 else (up, down)
    flat = (abs(ways[0]) + abs(ways[1])) / 2
    y = (low[1] + np.arange(sides[1])) * ways[1]
    x = (low[2] + np.arange(sides[2])) * ways[0]
    begin = heights + (lattice.origin - plane.origin) @ normal
    off = begin[:, None, None] + y[:, None] + x
    first, last = ((flat + one)[:, None, None] * (1 + TOUCH) for one in (before, behind))
    inside: Bits = (off <= first) & (off >= -last)
    return inside


def places_of(
    lattice: Lattice, plane: PatientPlane, p_pixels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where pixels (column, row) of a plane lie among the voxels: (slice, row, column) each."""
    places = plane.origin + p_pixels @ np.stack((plane.across, plane.down))
    x, y, depth = np.linalg.solve(_basis(lattice), (places - lattice.origin).T)
    if lattice.step is None:
        known, count = lattice.places, np.arange(len(lattice.places))
        depth = np.interp(depth, known["height"], count)
        x = x - np.interp(depth, count, known["x"])
        y = y - np.interp(depth, count, known["y"])
    return np.stack((depth, y, x), axis=1)


def nearest(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """The voxels that are shown at places (slice, row, column) among them."""
    found: NDArray[np.int64] = np.floor(places + 0.5 + NUDGE).astype(np.int64)
    return found


def reaches_mm(lattice: Lattice) -> tuple[Vector, Vector]:
    """How far each slice reaches towards the one before it and the one behind it, as the kernel
    has it where slices lie unevenly."""
    gaps = np.diff(lattice.places["height"])
    up = np.minimum(lattice.places["low"][:-1], 0.5) * gaps
    down = np.minimum(1 - lattice.places["high"][:-1], 0.5) * gaps
    return np.append(up[0], down), np.append(up, down[-1])


def _basis(lattice: Lattice) -> Vector:
    """Ways to the next column, row and slice, or one mm towards it where these lie unevenly."""
    if lattice.step is None:
        return lattice.basis
    made: Vector = np.column_stack([lattice.basis[:, 0], lattice.basis[:, 1], lattice.step])
    return made


def _found(lattice: Lattice, plane: PatientPlane) -> tuple[int, int, float] | None:
    """Along which axis (column, row, slice) a plane keeps to one layer, which it is, and how far
    off that lies: in voxels, or mm along uneven slices."""
    sheet = lattice.sheet(replace(plane, samples=1), even=True)
    origin, across, down = (np.array(way) for way in (sheet.origin, sheet.across, sheet.down))
    over = across * (plane.columns - 1), down * (plane.rows - 1)
    drift, amid = np.abs(over[0]) + np.abs(over[1]), origin + (over[0] + over[1]) / 2
    uneven = lattice.step is None
    drift[2] /= _side(lattice, 2)
    for axis in range(3):
        if drift[axis] > TIE:
            continue
        if uneven and axis == 2:
            return _slice_at(lattice, float(amid[2]))
        if not uneven:
            return _layer(axis, float(amid[axis]), 0.0)
        moved = lattice.places["xy"[axis]]
        if float(np.ptp(moved)) <= TIE:
            return _layer(axis, float(amid[axis]), float(moved[0]))
    return None


def _layer(axis: int, at: float, begin: float) -> tuple[int, int, float] | None:
    place = at - begin
    number = int(np.ceil(place - 0.5 - TIE))
    if number == -1 and place >= -0.5 - TIE:
        number = 0  # there is none before the first
    return (axis, number, number - place) if number >= 0 else None


def _slice_at(lattice: Lattice, height: float) -> tuple[int, int, float] | None:
    heights = lattice.places["height"]
    down, up = reaches_mm(lattice)
    slack = TIE * _side(lattice, 2)
    holds = (height >= heights - down - slack) & (height <= heights + up + slack)
    if not holds.any():
        return None
    number = int(holds.argmax())
    return 2, number, float(heights[number] - height)
