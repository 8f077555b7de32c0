"""All that one mark measures, and the values inside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from msgspec import UNSET

from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.intensities import Histogram, Intensity, Values, histogram, intensity
from labeler.model.mark_sizes import (
    CROSSED,
    IN_BOX,
    IN_COLOR,
    LEANING,
    NOT_HERE,
    ON_PLANE,
    TOO_LARGE,
    UNREADABLE,
    size_of,
)
from labeler.model.mask_diameters import longest_diameters
from labeler.model.mask_measures import Tick, surface_in
from labeler.model.masks import MAX_VOXELS, Mask
from labeler.model.measures import (
    MASKS,
    SIZES,
    AngleMeasure,
    AxesMeasure,
    Crossed,
    CuboidMeasure,
    LengthMeasure,
    Measure,
    NoVolume,
    PlaceMeasure,
    RegionMeasure,
    Unmeasured,
    VolumeMeasure,
    measure_mark,
    perimeter_mm,
    region_of,
)
from labeler.model.outlines import bounds, contour
from labeler.model.shapes import Cuboid, FlatShape, Landmark, OnPlane
from labeler.model.tiled_masks import TiledMask

STEPS = 32
"""Bars of a histogram at most."""

Sizes = Mapping[str, float]
Inside = Callable[[int, Mask], Values]
"""The values inside a region of a slice; raises LabelerError where it cannot be read."""
Regions = Callable[[], Iterable[tuple[int, Mask | None]]]
"""The regions of a mark slice by slice, each time anew."""
Found = tuple[Intensity | None, Histogram | None]


@dataclass(frozen=True, eq=False)
class MarkMeasures:
    """`size` is the one that is told first, `sizes` are all by names that say their units;
    `why_not` says why numbers are missing. `index` is the slice with the longest diameter of a
    painted region."""

    size: Measure | None = None
    sizes: Sizes = field(default_factory=dict)
    why_not: tuple[str, ...] = ()
    slices: int = 1
    index: int | None = None
    values: Intensity | None = None
    histogram: Histogram | None = None

    @property
    def at_detector(self) -> bool:
        """Whether sizes hold there, and not in the patient."""
        return isinstance(self.size, SIZES) and self.size.at_detector


def measure_all(
    image: Image, mark: Mark, content: TiledMask | None, inside: Inside, tick: Tick
) -> MarkMeasures:
    """Of a mark of this image; `content` is what it holds if it is painted."""
    shape = mark.shape
    size = size_of(image, shape, content)
    if isinstance(shape, MASKS):
        return _of_mask(image, mark, content, size, inside, tick)
    sizes, why_not = dict(_sizes(size)), _reasons(size)
    found: tuple[Intensity | None, Histogram | None] = None, None
    if isinstance(shape, OnPlane):
        why_not += (ON_PLANE,) if contour(shape.shape) is not None else ()
    elif isinstance(shape, Cuboid):
        why_not += (IN_BOX,)
    elif not isinstance(shape, Landmark):
        around = perimeter_mm(image, shape)
        if around is not None:
            sizes["perimeter_mm"] = around
        if contour(shape) is not None:
            found, unread = _inside_flat(image, mark, shape, inside, tick)
            why_not += tuple(reason for reason in unread if reason not in why_not)
    return MarkMeasures(size, sizes, why_not, 1, None, *found)


def _inside_flat(
    image: Image, mark: Mark, shape: FlatShape, inside: Inside, tick: Tick
) -> tuple[Found, tuple[str, ...]]:
    _, rows, columns = image.source.shape
    left, top, right, bottom = bounds(shape)
    wide, high = min(right, columns) - max(left, 0), min(bottom, rows) - max(top, 0)
    if max(wide, 0) * max(high, 0) > MAX_VOXELS and not image.is_color:
        return (None, None), (TOO_LARGE,)
    at, region = _index(image, mark), region_of(shape, rows, columns)
    if region is None:
        return (None, None), (CROSSED,)
    return _values(image, lambda: [(at, region)], 1, inside, tick)


def _index(image: Image, mark: Mark) -> int:
    return image.refs.index(mark.frame)


def _of_mask(
    image: Image,
    mark: Mark,
    content: TiledMask | None,
    size: Measure | None,
    inside: Inside,
    tick: Tick,
) -> MarkMeasures:
    """Of a region on one frame its area; of one through slices volume and surface; of both the
    longest diameters."""
    box = content.tile_bounds if content is not None else None
    if content is None or box is None:
        return MarkMeasures(size, why_not=_reasons(size))
    sizes, why_not = dict(_sizes(size)), _reasons(size)
    if NOT_HERE in why_not:
        return MarkMeasures(size, why_not=why_not)
    if _is_through(mark):
        slices = range(box[0][0], box[1][0])
        regions: Regions = partial(content.regions, slices)
        count = int(np.count_nonzero(content.slice_counts))
    else:
        slices, count = range(1), 1
        flat = ((_index(image, mark), content.region(0)),)
        regions = partial(iter, flat)
    if isinstance(size, VolumeMeasure):
        surface = surface_in(image, content, tick)
        why_not += () if surface is not None else (LEANING,)
        sizes |= {} if surface is None else {"surface_mm2": surface}
    index = None
    if not isinstance(size, Unmeasured | NoVolume):
        index, longest = _longest(image, mark, content, slices, tick)
        sizes |= longest
    found, unread = _values(image, regions, len(slices), inside, tick)
    return MarkMeasures(size, sizes, why_not + unread, count, index, *found)


def _is_through(mark: Mark) -> bool:
    return isinstance(mark.shape, MASKS) and mark.shape.through is not UNSET


def _longest(
    image: Image, mark: Mark, content: TiledMask, slices: range, tick: Tick
) -> tuple[int | None, dict[str, float]]:
    """Inside the scaled regions of an ultrasound image the diameters are measured as drawn."""
    found = longest_diameters(image, content, slices, tick)
    if found is None:
        return None, {}
    index = found.index if content.size[0] > 1 else _index(image, mark)
    if not image.regions:
        return index, {"long_mm": found.long_mm, "short_mm": found.short_mm}
    return index, dict(_sizes(measure_mark(image, found.shape)))


def _sizes(measure: Measure | None) -> Sizes:
    match measure:
        case LengthMeasure(length_mm):
            return {"length_mm": length_mm}
        case AngleMeasure(degrees):
            return {"degrees": degrees}
        case AxesMeasure(across_mm, down_mm, area_mm2):
            short, long = sorted((across_mm, down_mm))
            axes = {"long_mm": long, "short_mm": short}
            return axes if area_mm2 is None else axes | {"area_mm2": area_mm2}
        case RegionMeasure(area_mm2, perimeter):
            area = {"area_mm2": area_mm2}
            return area if perimeter is None else area | {"perimeter_mm": perimeter}
        case CuboidMeasure((long, middle, short)):
            sides = {"long_mm": long, "middle_mm": middle, "short_mm": short}
            return sides | {"volume_mm3": measure.volume_mm3}
        case PlaceMeasure((x, y, z)):
            return {"x_mm": x, "y_mm": y, "z_mm": z}
        case VolumeMeasure(volume_mm3):
            return {"volume_mm3": volume_mm3}
        case _:
            return {}


def _reasons(measure: Measure | None) -> tuple[str, ...]:
    if isinstance(measure, Unmeasured | NoVolume):
        return (str(measure.reason),)
    return (CROSSED,) if isinstance(measure, Crossed) else ()


def _values(
    image: Image, regions: Regions, count: int, inside: Inside, tick: Tick
) -> tuple[Found, tuple[str, ...]]:
    """Twice through the slices: how often values come is counted between their extremes.
    Of colours there are none."""
    if image.is_color:
        return (None, None), (IN_COLOR,)

    def parts(turn: int) -> Iterator[Values]:
        for done, (index, found) in enumerate(regions()):
            tick(done + turn * count, 2 * count)
            if found is not None and found.count:
                yield inside(index, found)

    try:
        values = intensity(parts(0))
        if values is None:
            return (None, None), ()
        counts = histogram(parts(1), values.low, values.high, _steps(values))
    except LabelerError:
        return (None, None), (UNREADABLE,)
    return (values, counts), ()


def _steps(values: Intensity) -> int:
    """Few bars for few voxels; one where all are alike, and one for each of few whole numbers."""
    apart = values.high - values.low
    if apart <= 1e-9 * max(abs(values.low), abs(values.high)):
        return 1
    most = min(STEPS, max(1, 2 * math.isqrt(values.count)))
    return min(most, int(apart) + 1) if apart >= 1 and apart == int(apart) else most
