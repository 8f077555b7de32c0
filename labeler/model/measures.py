"""What a mark measures: millimetres in the patient, and the values inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.model.affine import Affine, Vector
from labeler.model.image import Caveat, Image, Pixels
from labeler.model.masks import Mask
from labeler.model.rasters import Place, box_mask, polygon_mask
from labeler.model.regions import scale_at
from labeler.model.shapes import Box, Length, MaskRef, Point, Polygon, Shape


@dataclass(frozen=True)
class LengthMeasure:
    """`at_detector`, here and below: sizes hold there; in the patient they are smaller."""

    length_mm: float
    at_detector: bool = False


@dataclass(frozen=True)
class BoxMeasure:
    """`width_mm` along the columns' axis, `height_mm` along the rows'."""

    width_mm: float
    height_mm: float
    area_mm2: float
    at_detector: bool = False


@dataclass(frozen=True)
class RegionMeasure:
    """`perimeter_mm` is None for a painted region: a staircase has no honest outline."""

    area_mm2: float
    perimeter_mm: float | None
    at_detector: bool = False


@dataclass(frozen=True)
class Unmeasured:
    """No millimetres, and why."""

    reason: Caveat


Measure = LengthMeasure | BoxMeasure | RegionMeasure | Unmeasured


@dataclass(frozen=True)
class Intensity:
    """Rescaled values over the voxels inside; `sd` is the population's."""

    mean: float
    sd: float
    low: float
    high: float
    count: int


def place(point: Point) -> Place:
    """A stored point in voxels."""
    return point[0] / 1000, point[1] / 1000


def stored(p_voxel: Place) -> Point:
    """Voxels as a stored point, rounded to the nearest 1/1000."""
    return round(p_voxel[0] * 1000), round(p_voxel[1] * 1000)


def measure_shape(image: Image, shape: Shape, mask: Mask | None = None) -> Measure:
    """Size of a shape in the patient; `mask` is the decoded blob of a MaskRef."""
    blocking = next((caveat for caveat in image.caveats if caveat.blocks_measuring), None)
    if blocking is not None:
        return Unmeasured(blocking)
    affine = _affine_at(image, shape, mask)
    if affine is None:
        return Unmeasured(Caveat.SPACING_REGIONAL)
    at_detector = Caveat.SPACING_PROJECTED in image.caveats
    match shape:
        case Length(start, end):
            return LengthMeasure(_length_mm(affine, [start, end]), at_detector)
        case Box(low, high):
            width = _length_mm(affine, [low, (high[0], low[1])])
            height = _length_mm(affine, [low, (low[0], high[1])])
            area = voxel_area_mm2(affine) * (high[0] - low[0]) * (high[1] - low[1]) / 1e6
            return BoxMeasure(width, height, area, at_detector)
        case Polygon(points):
            area = voxel_area_mm2(affine) * _shoelace(points)
            return RegionMeasure(area, _length_mm(affine, [*points, points[0]]), at_detector)
        case MaskRef():
            if mask is None:
                raise ValueError("a painted region is measured with its mask")
            return RegionMeasure(voxel_area_mm2(affine) * mask.count, None, at_detector)


def _affine_at(image: Image, shape: Shape, mask: Mask | None) -> Affine | None:
    """The image's affine, or the plane of the one region in which the shape lies, or None."""
    if not image.regions:
        return image.affine
    scale = scale_at(image.regions, _places(shape, mask))
    return None if scale is None else Affine(np.diag([scale[0], scale[1], 1.0, 1.0]))


def _places(shape: Shape, mask: Mask | None) -> tuple[Place, ...]:
    """Corners of a shape, so that a rectangle holds it if it holds them."""
    match shape:
        case Length(start, end):
            return place(start), place(end)
        case Box(low, high):
            return place(low), place(high)
        case Polygon(points):
            return tuple(place(point) for point in points)
        case MaskRef():
            if mask is None:
                raise ValueError("a painted region is measured with its mask")
            height, width = mask.crop.shape
            return (mask.left, mask.top), (mask.left + width - 1, mask.top + height - 1)


def voxel_area_mm2(affine: Affine) -> float:
    """Area of one pixel in the patient, right also for sheared or oblong pixels."""
    across, down = affine.matrix[:3, 0], affine.matrix[:3, 1]
    return float(np.linalg.norm(np.cross(across, down)))


def region_of(shape: Shape, rows: int, columns: int, mask: Mask | None = None) -> Mask | None:
    """The voxels inside a shape; None for a line, which has no inside."""
    match shape:
        case Length():
            return None
        case Box(low, high):
            return box_mask(rows, columns, place(low), place(high))
        case Polygon(points):
            return polygon_mask(rows, columns, [place(point) for point in points])
        case MaskRef():
            if mask is None:
                raise ValueError("a painted region is measured with its mask")
            return mask


def intensity(
    pixels: Pixels,
    region: Mask,
    slope: float,
    intercept: float,
    padding: tuple[float, float] | None = None,
    rows_there: int | None = None,
) -> Intensity | None:
    """Rescaled values of a frame's stored `pixels` (rows, columns) inside `region`.

    What is padding, or no number, or beyond `rows_there`, does not count. None where nothing is
    left, or the frame is in colour.
    """
    if pixels.ndim != 2 or region.count == 0:
        return None
    height, width = region.crop.shape
    part = pixels[region.top : region.top + height, region.left : region.left + width]
    crop = region.crop
    if rows_there is not None and region.top + height > rows_there:
        crop = crop.copy()
        crop[max(0, rows_there - region.top) :] = False
    inside = part[crop].astype(np.float64)
    usable = np.isfinite(inside)
    if padding is not None:
        usable &= (inside < padding[0]) | (inside > padding[1])
    values = inside[usable] * slope + intercept
    if not values.size:
        return None
    return Intensity(
        mean=float(values.mean()),
        sd=float(values.std()),
        low=float(values.min()),
        high=float(values.max()),
        count=int(values.size),
    )


def _length_mm(affine: Affine, points: list[Point]) -> float:
    flat = np.array([[column / 1000, row / 1000, 0.0] for column, row in points])
    p_patient: Vector = affine.to_patient(flat)
    return float(np.linalg.norm(np.diff(p_patient, axis=0), axis=1).sum())


def _shoelace(points: tuple[Point, ...]) -> float:
    """Area in square voxels; whole-number arithmetic, so exact before the last division."""
    twice = sum(
        x0 * y1 - x1 * y0
        for (x0, y0), (x1, y1) in zip(points, (*points[1:], points[0]), strict=True)
    )
    return abs(twice) / 2e6
