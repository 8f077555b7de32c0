"""What a mark measures: millimetres and degrees in the patient."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from labeler.model.affine import Affine, Vector, cross
from labeler.model.image import Caveat, Image
from labeler.model.masks import Mask
from labeler.model.outlines import Places, area_of, contour, crosses_itself, paths
from labeler.model.rasters import Place, box_mask, ellipse_mask, polygon_mask
from labeler.model.regions import scale_at
from labeler.model.shapes import (
    Angle,
    Arrow,
    Bidirectional,
    Box,
    CobbAngle,
    Cuboid,
    Ellipse,
    FlatShape,
    Freehand,
    Landmark,
    Length,
    MaskRef,
    MaskShape,
    OnPlane,
    PaintedMask,
    Point,
    PointMark,
    Polygon,
    Polyline,
    RotatedBox,
    Segment,
    Shape,
    Spline,
)

MASKS = MaskRef, PaintedMask

IN_MM = Affine(np.eye(4))
"""Of a plane whose 1/1000 voxels are µm."""


@dataclass(frozen=True)
class LengthMeasure:
    """`at_detector`, here and below: sizes hold there; in the patient they are smaller."""

    length_mm: float
    at_detector: bool = False


@dataclass(frozen=True)
class AngleMeasure:
    """Of two lines, 0 to 180 between arms from one vertex, 0 to 90 between lines that cross."""

    degrees: float


@dataclass(frozen=True)
class AxesMeasure:
    """Sides of a box, axes of an ellipse, diameters at right angles: along columns first.

    `area_mm2` is None where two lines have no inside.
    """

    across_mm: float
    down_mm: float
    area_mm2: float | None = None
    at_detector: bool = False


@dataclass(frozen=True)
class RegionMeasure:
    """`perimeter_mm` is None for a painted region: a staircase has no honest outline."""

    area_mm2: float
    perimeter_mm: float | None
    at_detector: bool = False


@dataclass(frozen=True)
class CuboidMeasure:
    """Sides of a box in the patient, the longest first."""

    sides_mm: tuple[float, float, float]

    @property
    def volume_mm3(self) -> float:
        return math.prod(self.sides_mm)


@dataclass(frozen=True)
class PlaceMeasure:
    """Where in the patient: LPS."""

    p_patient: tuple[float, float, float]


@dataclass(frozen=True)
class VolumeMeasure:
    """Of a region that goes through slices; `slices` is how many it touches."""

    volume_mm3: float
    slices: int


@dataclass(frozen=True)
class Unmeasured:
    """No millimetres, and why: a caveat or another of the words for reasons."""

    reason: str


@dataclass(frozen=True)
class NoVolume:
    """No millimetres across slices, and why, in the same words."""

    reason: str


@dataclass(frozen=True)
class Crossed:
    """No area: the outline crosses itself."""


SIZES = LengthMeasure, AxesMeasure, RegionMeasure
OUTLINES = Polygon, Freehand, Spline
Measure = (
    LengthMeasure
    | AngleMeasure
    | AxesMeasure
    | RegionMeasure
    | CuboidMeasure
    | PlaceMeasure
    | VolumeMeasure
    | Unmeasured
    | NoVolume
    | Crossed
)


def place(point: Point) -> Place:
    """A stored point in voxels."""
    return point[0] / 1000, point[1] / 1000


def stored(p_voxel: Place) -> Point:
    """Voxels as a stored point, rounded to the nearest 1/1000."""
    return round(p_voxel[0] * 1000), round(p_voxel[1] * 1000)


def measure_shape(
    image: Image, shape: FlatShape | MaskShape, mask: Mask | None = None
) -> Measure | None:
    """Size of a shape in the patient; None for a point or an arrow, which have none.

    `mask` is the region of a painted mark on this frame.
    """
    if isinstance(shape, PointMark | Arrow):
        return None
    blocking = blocked_by(image)
    if blocking is not None and not _needs_no_scale(shape, blocking):
        return Unmeasured(blocking)
    affine = _affine_at(image, shape, mask)
    if affine is None:
        return Unmeasured(Caveat.SPACING_REGIONAL)
    measure = _painted(affine, mask) if isinstance(shape, MASKS) else measure_flat(affine, shape)
    if Caveat.SPACING_PROJECTED in image.caveats and isinstance(measure, SIZES):
        return replace(measure, at_detector=True)
    return measure


def measure_mark(image: Image, shape: Shape, mask: Mask | None = None) -> Measure | None:
    """Size of any mark of a series, wherever it lies; None where there is none to tell."""
    match shape:
        case OnPlane() | Cuboid() | Landmark():
            blocking = blocked_by(image)
            return _in_patient(image, shape) if blocking is None else Unmeasured(blocking)
        case MaskRef() | PaintedMask() if mask is None:
            return None
        case _:
            return measure_shape(image, shape, mask)


def blocked_by(image: Image) -> Caveat | None:
    """Why an image has no millimetres, not even in its slices."""
    return next((caveat for caveat in image.caveats if caveat.blocks_measuring), None)


def _needs_no_scale(shape: FlatShape | MaskShape, blocking: Caveat) -> bool:
    """Angles are the same at every size; how high a pixel is for its width is known, or is one: a
    file without Pixel Spacing that gives no Pixel Aspect Ratio means 1:1, for it has to give any
    other (PS3.3 C.7.6.3.1.7, Type 1C). Pixels of plain pictures are taken for square as well."""
    return isinstance(shape, Angle | CobbAngle) and blocking is Caveat.SPACING_UNKNOWN


def _in_patient(image: Image, shape: OnPlane | Cuboid | Landmark) -> Measure | None:
    match shape:
        case OnPlane(_, flat):
            return measure_flat(IN_MM, flat)
        case Cuboid(_, _, across, down, deep):
            sides = (2 * math.hypot(*way) / 1000 for way in (across, down, deep))
            a, b, c = sorted(sides, reverse=True)
            return CuboidMeasure((a, b, c))
        case Landmark(_, (x, y, z)):
            return PlaceMeasure((x / 1000, y / 1000, z / 1000)) if image.oriented else None


def perimeter_mm(image: Image, shape: FlatShape) -> float | None:
    """All the way around a box, an ellipse or an outline; None for lines, and without mm."""
    affine = None if blocked_by(image) else _affine_at(image, shape, None)
    outline = contour(shape)
    if affine is None or outline is None or crosses_itself(outline):
        return None
    return _length_mm(affine, np.vstack((outline, outline[:1])))


def measure_flat(affine: Affine, shape: FlatShape) -> Measure | None:
    """Size of a shape drawn where `affine` leads to the patient."""
    match shape:
        case Box() | RotatedBox():
            corners = paths(shape)[0].places
            sides = _length_mm(affine, corners[:2]), _length_mm(affine, corners[1:3])
            return AxesMeasure(*sides, voxel_area_mm2(affine) * area_of(corners))
        case Ellipse(_, across, down):
            axes = _way_mm(affine, ((0, 0), across)), _way_mm(affine, ((0, 0), down))
            first, second = (2 * float(np.linalg.norm(axis)) for axis in axes)
            area = math.pi * abs(across[0] * down[1] - across[1] * down[0]) / 1e6
            return AxesMeasure(first, second, voxel_area_mm2(affine) * area)
        case Polygon() | Freehand() | Spline(closed=True):
            (path,) = paths(shape)
            if crosses_itself(path.places):
                return Crossed()
            area = voxel_area_mm2(affine) * area_of(path.places)
            return RegionMeasure(area, _length_mm(affine, path.ring))
        case _:
            return _measure_lines(affine, shape)


def _measure_lines(affine: Affine, shape: FlatShape) -> Measure | None:
    match shape:
        case Length(start, end):
            return LengthMeasure(_side_mm(affine, (start, end)))
        case Polyline() | Spline():
            return LengthMeasure(_length_mm(affine, paths(shape)[0].ring))
        case Angle(start, vertex, end):
            return AngleMeasure(_degrees(affine, (vertex, start), (vertex, end)))
        case CobbAngle(first, second):
            degrees = _degrees(affine, first, second)
            return AngleMeasure(min(degrees, 180.0 - degrees))
        case Bidirectional(long, short):
            return AxesMeasure(_side_mm(affine, long), _side_mm(affine, short))
        case _:
            return None


def _painted(affine: Affine, mask: Mask | None) -> RegionMeasure:
    return RegionMeasure(voxel_area_mm2(affine) * _known(mask).count, None)


def _known(mask: Mask | None) -> Mask:
    if mask is None:
        raise ValueError("a painted region is measured with its mask")
    return mask


def _affine_at(image: Image, shape: FlatShape | MaskShape, mask: Mask | None) -> Affine | None:
    """The image's affine, or the plane of the one region in which the shape lies, or None."""
    if not image.regions:
        return image.affine
    scale = scale_at(image.regions, _corners(shape, mask))
    return None if scale is None else Affine(np.diag([scale[0], scale[1], 1.0, 1.0]))


def _corners(shape: FlatShape | MaskShape, mask: Mask | None) -> tuple[Place, ...]:
    """Places of a shape, so that a rectangle holds it if it holds them."""
    if isinstance(shape, MASKS):
        painted = _known(mask)
        height, width = painted.crop.shape
        low = painted.left, painted.top
        return low, (low[0] + width - 1, low[1] + height - 1)
    return tuple((x, y) for path in paths(shape) for x, y in path.places.tolist())


def voxel_area_mm2(affine: Affine) -> float:
    """Area of one pixel in the patient, right also for sheared or oblong pixels."""
    across, down = affine.matrix[:3, 0], affine.matrix[:3, 1]
    return float(np.linalg.norm(np.cross(across, down)))


def region_of(
    shape: FlatShape | MaskShape, rows: int, columns: int, mask: Mask | None = None
) -> Mask | None:
    """The voxels inside a shape; None for lines, and where an outline crosses itself: what is
    inside is a matter of the rule then, and its values would be as made up as its area."""
    if isinstance(shape, MASKS):
        return _known(mask)
    if isinstance(shape, Box):
        return box_mask(rows, columns, place(shape.low), place(shape.high))
    if isinstance(shape, Ellipse):
        axes = place(shape.across), place(shape.down)
        return ellipse_mask(rows, columns, place(shape.center), *axes)
    outline = contour(shape)
    if outline is None or (isinstance(shape, OUTLINES) and crosses_itself(outline)):
        return None
    return polygon_mask(rows, columns, [(x, y) for x, y in outline.tolist()])


def _length_mm(affine: Affine, p_voxel: Places) -> float:
    flat = np.column_stack((p_voxel, np.zeros(len(p_voxel))))
    p_patient: Vector = affine.to_patient(flat)
    return float(np.linalg.norm(np.diff(p_patient, axis=0), axis=1).sum())


def _side_mm(affine: Affine, side: Segment) -> float:
    return float(np.linalg.norm(_way_mm(affine, side)))


def _degrees(affine: Affine, one: Segment, other: Segment) -> float:
    (a, b) = (_way_mm(affine, segment) for segment in (one, other))
    return math.degrees(math.atan2(float(np.linalg.norm(cross(a, b))), float(a @ b)))


def _way_mm(affine: Affine, segment: Segment) -> Vector:
    (x0, y0), (x1, y1) = segment
    way: Vector = affine.matrix[:3, :2] @ (np.array((x1 - x0, y1 - y0)) / 1000)
    return way
