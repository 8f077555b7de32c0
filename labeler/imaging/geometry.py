"""Frames in the order a person reads them, and the one affine that places them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.imaging.dicom.sides import Sides
from labeler.imaging.frames import StoredFrame
from labeler.model.affine import Affine, Vector
from labeler.model.image import Caveat
from labeler.model.stack import Gap, Point3

SAME_POSITION_MM = 1e-3
_STEP_TOLERANCE = 0.05
_ROUNDING_MM = 0.011
_TILT_TOLERANCE = 0.01
_BENT_TOLERANCE_MM = 0.1
_ORTHOGONAL_TOLERANCE = 0.01
_PARALLEL = 0.99


@dataclass(frozen=True, eq=False)
class Axes:
    """Unit vectors in LPS: along a row (columns grow), down a column (rows grow), and footwards,
    backwards or leftwards: the way slices are counted."""

    right: Vector
    down: Vector
    onward: Vector


def read_axes(orientation: tuple[float, ...] | None, *, skewed: bool = False) -> Axes | None:
    """The plane's axes; None where the orientation is missing or impossible.

    Onward is head to feet for axial, front to back for coronal, right to left for sagittal planes.
    Rows and columns that do not meet at right angles are only possible where `skewed`.
    """
    if orientation is None:
        return None
    right, down = np.array(orientation[:3]), np.array(orientation[3:])
    lengths = np.linalg.norm(right), np.linalg.norm(down)
    if any(abs(length - 1) > 0.1 for length in lengths):
        return None
    right, down = right / lengths[0], down / lengths[1]
    if abs(float(right @ down)) > (_PARALLEL if skewed else _ORTHOGONAL_TOLERANCE):
        return None
    normal = np.cross(right, down)
    normal /= np.linalg.norm(normal)
    main = int(np.argmax(np.abs(normal)))
    # LPS grows to the left, to the back and to the head; only axial slices run against it.
    forward = normal[main] < 0 if main == 2 else normal[main] > 0
    return Axes(right, down, normal if forward else -normal)


def axes_of(frame: StoredFrame) -> Axes | None:
    """The axes of a frame's plane: an affine may skew it (NIfTI), direction cosines may not."""
    return read_axes(frame.orientation, skewed=frame.file.kind == "volume")


def sides_of(frame: StoredFrame) -> Sides | None:
    """Where rows and columns lead by the file's word alone."""
    return frame.file.sides if frame.orientation is None else None


def near_mm(frame: StoredFrame) -> float:
    """Closer frames lie at one position. A volume's are as close as it says.

    Positions of later time points wander in their last digits, by more where slices are thick.
    """
    if frame.file.kind == "volume" and frame.step_mm is not None:
        return min(SAME_POSITION_MM, frame.step_mm / 4)
    thick = abs(frame.step_mm or frame.file.info.slice_thickness_mm or 0.0)
    return min(max(0.02 * thick, 1e-5), 5e-3) if thick else SAME_POSITION_MM


@dataclass(frozen=True)
class Placement:
    """The affine of ordered frames and what must be known about it.

    Where slices are uneven or missing, no affine is right: its step is the mean one, so that both
    ends of the volume lie where they do, and `origins` tells where each slice really is.
    """

    affine: Affine
    caveats: tuple[Caveat, ...]
    oriented: bool
    origins: tuple[Point3, ...] = ()
    gaps: tuple[Gap, ...] = ()


def place(frames: tuple[StoredFrame, ...]) -> Placement:
    """Place frames that are already in order, share a plane and have no two at one position."""
    first = frames[0]
    axes = axes_of(first)
    caveats: list[Caveat] = []
    if first.spacing is None:
        caveats.append(Caveat.SPACING_UNKNOWN)
    elif first.regions:
        caveats.append(Caveat.SPACING_REGIONAL)
    elif first.projected:
        caveats.append(Caveat.SPACING_PROJECTED)
    if axes is None and sides_of(first) is None:
        caveats.append(Caveat.ORIENTATION_UNKNOWN)
    elif axes is not None and abs(float(axes.right @ axes.down)) > _ORTHOGONAL_TOLERANCE:
        caveats.append(Caveat.PLANE_SHEARED)
    shown = axes or Axes(*np.eye(3))
    steps = _steps(frames, axes)
    caveats += steps.caveats
    rows_mm, columns_mm = first.spacing or (first.aspect, 1.0)
    matrix = np.eye(4)
    matrix[:3, 0] = shown.right * columns_mm
    matrix[:3, 1] = shown.down * rows_mm
    matrix[:3, 2] = shown.onward * _nominal_step(first) if steps.mean is None else steps.mean
    if axes is not None and first.origin is not None:
        matrix[:3, 3] = first.origin
    origins = _origins(frames) if axes is not None else ()
    return Placement(Affine(matrix), tuple(caveats), axes is not None, origins, steps.gaps)


def _origins(frames: tuple[StoredFrame, ...]) -> tuple[Point3, ...]:
    """Where each slice lies; none where one of them does not say."""
    found = [frame.position or frame.origin for frame in frames]
    return tuple(one for one in found if one is not None) if None not in found else ()


def _nominal_step(frame: StoredFrame) -> float:
    for step in (frame.step_mm, frame.file.info.slice_thickness_mm):
        if step is not None and 1e-4 < abs(step) < 1e4:
            return abs(step)
    return 1.0


@dataclass(frozen=True, eq=False)
class _Steps:
    """The mean way from slice to slice, mm in LPS; None where positions do not say."""

    mean: Vector | None = None
    caveats: tuple[Caveat, ...] = ()
    gaps: tuple[Gap, ...] = ()


def _steps(frames: tuple[StoredFrame, ...], axes: Axes | None) -> _Steps:
    if axes is None or len(frames) < 2 or any(frame.position is None for frame in frames):
        return _Steps()
    places = np.array([frame.position for frame in frames])
    mean: Vector = (places[-1] - places[0]) / (len(frames) - 1)
    if np.linalg.norm(mean) < near_mm(frames[0]):
        return _Steps()
    distances = np.diff(places @ axes.onward)
    uneven, gaps = _gaps(distances)
    # Slices may also be shifted in their plane; a constant shift is a tilt, any other is uneven.
    aside = places - np.outer(places @ axes.onward, axes.onward)
    tilt = (aside[-1] - aside[0]) / max(float(np.sum(distances)), near_mm(frames[0]))
    bent = aside - aside[0] - np.outer(np.concatenate([[0.0], np.cumsum(distances)]), tilt)
    uneven = uneven or float(np.abs(bent).max()) > _BENT_TOLERANCE_MM
    caveats = [Caveat.SPACING_UNEVEN] if uneven else [Caveat.MISSING_SLICES] if gaps else []
    if np.linalg.norm(tilt) > _TILT_TOLERANCE:
        caveats.append(Caveat.GANTRY_TILT)
    return _Steps(mean, tuple(caveats), () if uneven else gaps)


def _gaps(distances: Vector) -> tuple[bool, tuple[Gap, ...]]:
    """Whether slices are unevenly spaced, and if not, where some are missing.

    Missing slices leave distances that are whole multiples of the usual one.
    """
    usual = float(np.sort(distances)[(len(distances) - 1) // 2])
    ratios = distances / usual
    whole = np.rint(ratios)
    # Thin slices: positions with two decimals are a hundredth of a millimetre off.
    rounding = min(_ROUNDING_MM / usual, 0.25)
    if np.any(whole < 1) or np.any(
        np.abs(ratios - whole) > np.maximum(_STEP_TOLERANCE * whole, rounding)
    ):
        return True, ()
    found = (
        Gap(int(after), int(whole[after]) - 1, float(distances[after]))
        for after in np.flatnonzero(whole > 1)
    )
    return False, tuple(found)
