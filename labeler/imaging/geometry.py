"""Frames in the order a person reads them, and the one affine that places them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.imaging.frames import StoredFrame
from labeler.model.affine import Affine, Vector
from labeler.model.image import Caveat

SAME_POSITION_MM = 1e-3
_STEP_TOLERANCE = 0.05
_TILT_TOLERANCE = 0.01
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


def near_mm(frame: StoredFrame) -> float:
    """Closer frames lie at one position. A volume's are as close as it says."""
    if frame.file.kind == "volume" and frame.step_mm is not None:
        return min(SAME_POSITION_MM, frame.step_mm / 4)
    return SAME_POSITION_MM


def along(frame: StoredFrame, axes: Axes) -> float:
    """Where a frame lies on the slice normal, mm, growing onward."""
    assert frame.position is not None, "only placed frames lie somewhere"
    return float(np.array(frame.position) @ axes.onward)


@dataclass(frozen=True)
class Placement:
    """The affine of ordered frames and what must be known about it."""

    affine: Affine
    caveats: tuple[Caveat, ...]
    oriented: bool


def place(frames: tuple[StoredFrame, ...]) -> Placement:
    """Place frames that are already in order, share a plane and have no two at one position."""
    first = frames[0]
    axes = axes_of(first)
    caveats: list[Caveat] = []
    if first.spacing is None:
        caveats.append(Caveat.SPACING_UNKNOWN)
    elif first.projected:
        caveats.append(Caveat.SPACING_PROJECTED)
    if axes is None:
        caveats.append(Caveat.ORIENTATION_UNKNOWN)
    elif abs(float(axes.right @ axes.down)) > _ORTHOGONAL_TOLERANCE:
        caveats.append(Caveat.PLANE_SHEARED)
    shown = axes or Axes(*np.eye(3))
    step, found = _step(frames, shown if axes is not None else None)
    caveats += found
    rows_mm, columns_mm = first.spacing or (1.0, 1.0)
    matrix = np.eye(4)
    matrix[:3, 0] = shown.right * columns_mm
    matrix[:3, 1] = shown.down * rows_mm
    matrix[:3, 2] = step if step is not None else shown.onward * _nominal_step(first)
    if axes is not None and first.origin is not None:
        matrix[:3, 3] = first.origin
    return Placement(Affine(matrix), tuple(caveats), axes is not None)


def _nominal_step(frame: StoredFrame) -> float:
    for step in (frame.step_mm, frame.file.info.slice_thickness_mm):
        if step is not None and 1e-4 < abs(step) < 1e4:
            return abs(step)
    return 1.0


def _step(frames: tuple[StoredFrame, ...], axes: Axes | None) -> tuple[Vector | None, list[Caveat]]:
    """The mean way from slice to slice, mm in LPS; None where positions do not say."""
    if axes is None or len(frames) < 2 or any(frame.position is None for frame in frames):
        return None, []
    first, last = np.array(frames[0].position), np.array(frames[-1].position)
    step: Vector = (last - first) / (len(frames) - 1)
    if np.linalg.norm(step) < near_mm(frames[0]):
        return None, []
    caveats = _gaps(np.diff([along(frame, axes) for frame in frames]))
    sideways = step - (step @ axes.onward) * axes.onward
    if np.linalg.norm(sideways) > _TILT_TOLERANCE * np.linalg.norm(step):
        caveats.append(Caveat.GANTRY_TILT)
    return step, caveats


def _gaps(gaps: Vector) -> list[Caveat]:
    """Whether slices are missing (gaps are whole multiples) or just uneven."""
    usual = float(np.sort(gaps)[(len(gaps) - 1) // 2])
    ratios = gaps / usual
    if np.all(np.abs(ratios - 1) <= _STEP_TOLERANCE):
        return []
    whole = np.rint(ratios)
    multiples = np.all(whole >= 1) and np.all(np.abs(ratios - whole) <= _STEP_TOLERANCE * whole)
    return [Caveat.MISSING_SLICES if multiples else Caveat.SPACING_UNEVEN]
