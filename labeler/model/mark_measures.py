"""All that one mark measures, and the values inside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import UNSET

from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.image import Caveat, Image
from labeler.model.intensities import Histogram, Intensity, Values, histogram, intensity
from labeler.model.mask_measures import Tick, longest_diameters, measure_volume, surface_in
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
    PlaceMeasure,
    RegionMeasure,
    Unmeasured,
    blocked_by,
    measure_mark,
    perimeter_mm,
    region_of,
)
from labeler.model.outlines import bounds
from labeler.model.shapes import Cuboid, FlatShape, Landmark, MaskShape, OnPlane
from labeler.model.tiled_masks import TiledMask

CROSSED, ACROSS, LEANING, UNREADABLE, NOT_HERE = (
    "crosses-itself",
    "spacing-across",
    "axes-lean",
    "slice-unreadable",
    "not-here",
)
"""Why a number is missing, where it is no caveat of the image."""

STEPS = 32
"""Bars of a histogram at most."""

Sizes = Mapping[str, float]
Inside = Callable[[int, Mask], Values]
"""The values inside a region of a slice; raises LabelerError where it cannot be read."""
Regions = Sequence[tuple[int, Callable[[], Mask | None]]]


@dataclass(frozen=True, eq=False)
class MarkMeasures:
    """`sizes` by names that say their units; `why_not` says why numbers are missing. `index` is
    the slice with the longest diameter of a painted region."""

    sizes: Sizes = field(default_factory=dict)
    why_not: tuple[str, ...] = ()
    at_detector: bool = False
    slices: int = 1
    index: int | None = None
    values: Intensity | None = None
    histogram: Histogram | None = None


def measure_all(
    image: Image, mark: Mark, content: TiledMask | None, inside: Inside, tick: Tick
) -> MarkMeasures:
    """Of a mark of this image; `content` is what it holds if it is painted."""
    shape = mark.shape
    if isinstance(shape, MASKS):
        return _of_mask(image, mark, shape, content, inside, tick)
    measure = measure_mark(image, shape)
    sizes, why_not = dict(_sizes(measure)), _reasons(measure)
    found: tuple[Intensity | None, Histogram | None] = None, None
    if not isinstance(shape, OnPlane | Landmark | Cuboid):
        around = perimeter_mm(image, shape)
        if around is not None:
            sizes["perimeter_mm"] = around
        regions = [(_index(image, mark), lambda: _flat(image, shape))]
        found, unread = _values(image, regions, inside, tick)
        why_not += unread
    at_detector = isinstance(measure, SIZES) and measure.at_detector
    return MarkMeasures(sizes, why_not, at_detector, 1, None, *found)


def _index(image: Image, mark: Mark) -> int:
    return image.refs.index(mark.frame)


def _flat(image: Image, shape: FlatShape) -> Mask | None:
    """None where it would be larger than what is read at once, as on a slide."""
    _, rows, columns = image.source.shape
    left, top, right, bottom = bounds(shape)
    wide, high = min(right, columns) - max(left, 0), min(bottom, rows) - max(top, 0)
    if max(wide, 0) * max(high, 0) > MAX_VOXELS:
        return None
    return region_of(shape, rows, columns)


def _of_mask(
    image: Image,
    mark: Mark,
    shape: MaskShape,
    content: TiledMask | None,
    inside: Inside,
    tick: Tick,
) -> MarkMeasures:
    """Of a region on one frame its area; of one through slices volume and surface; of both the
    longest diameters."""
    box = content.tile_bounds if content is not None else None
    if content is None or box is None:
        return MarkMeasures()
    if shape.through is UNSET:
        slices = range(1)
        regions: Regions = [(_index(image, mark), lambda: content.region(0))]
        measure = measure_mark(image, shape, content.region(0))
        sizes, why_not = dict(_sizes(measure)), _reasons(measure)
    elif content.size[0] != len(image.refs):
        return MarkMeasures(why_not=(NOT_HERE,))
    else:
        slices = range(box[0][0], box[1][0])
        regions = [(index, _region(content, index)) for index in slices]
        measure = None
        sizes, why_not = _solid(image, content)
    index, count = None, 1
    if not why_not or why_not == (LEANING,):
        longest = _longest(image, mark, content, slices, tick)
        sizes |= longest[1]
        index = longest[0]
    if shape.through is not UNSET:
        count = sum(content.region(at).count > 0 for at in slices)
    found, unread = _values(image, regions, inside, tick)
    at_detector = isinstance(measure, SIZES) and measure.at_detector
    return MarkMeasures(sizes, why_not + unread, at_detector, count, index, *found)


def _region(content: TiledMask, index: int) -> Callable[[], Mask]:
    return lambda: content.region(index)


def _solid(image: Image, content: TiledMask) -> tuple[dict[str, float], tuple[str, ...]]:
    reason = why_not_across(image)
    if reason:
        return {}, (reason,)
    sizes = {"volume_mm3": measure_volume(image, content).volume_mm3}
    surface = surface_in(image, content)
    if surface is None:
        return sizes, (LEANING,)
    return sizes | {"surface_mm2": surface}, ()


def why_not_across(image: Image) -> str:
    """Why the millimetres across the slices of an image are not known; "" where they are."""
    blocking = blocked_by(image)
    if blocking is not None:
        return blocking.value
    if image.regions:
        return Caveat.SPACING_REGIONAL.value
    across = next((c.value for c in image.caveats if c.blocks_measuring_across), "")
    return across or ("" if image.measurable_across else ACROSS)


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
        case _:
            return {}


def _reasons(measure: Measure | None) -> tuple[str, ...]:
    if isinstance(measure, Unmeasured):
        return (measure.reason.value,)
    return (CROSSED,) if isinstance(measure, Crossed) else ()


def _values(
    image: Image, regions: Regions, inside: Inside, tick: Tick
) -> tuple[tuple[Intensity | None, Histogram | None], tuple[str, ...]]:
    """Twice through the slices: how often values come is counted between their extremes.
    Of colours there are none."""
    if image.is_color:
        return (None, None), ()

    def parts(turn: int) -> Iterator[Values]:
        for done, (index, region) in enumerate(regions):
            tick(done + turn * len(regions), 2 * len(regions))
            found = region()
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
