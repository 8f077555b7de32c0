"""What every mark of a case measures, as a table that leaves the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from msgspec import UNSET

from labeler.app.cases import Case, load_work, series_id
from labeler.app.painted_masks import PaintedMasks, painted_in
from labeler.app.services import Services
from labeler.imaging.reader import open_image
from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.intensities import Values, intensity, values_inside
from labeler.model.mask_measures import longest_diameters, measure_volume, surface_mm2
from labeler.model.masks import Mask
from labeler.model.measures import (
    MASKS,
    AngleMeasure,
    AxesMeasure,
    Crossed,
    LengthMeasure,
    Measure,
    RegionMeasure,
    Unmeasured,
    measure_mark,
    region_of,
)
from labeler.model.shapes import Cuboid, Landmark, MaskShape, OnPlane
from labeler.model.tiled_masks import TiledMask
from labeler.store.store import Store

Tick = Callable[[int, int], None]
Numbers = dict[str, float]


@dataclass(frozen=True)
class MeasuredMark:
    """One mark and its numbers, by names that say their units; `why_not` where there are no
    millimetres."""

    mark: str
    label: str
    kind: str
    series: str
    instance: str
    frame: int
    numbers: Numbers
    unit: str
    why_not: str


def measure_case(services: Services, case: Case, tick: Tick) -> list[MeasuredMark]:
    """Every mark of the case as its journal has it, in the order drawn."""
    now = services.clock()

    def load(store: Store) -> tuple[tuple[Mark, ...], PaintedMasks]:
        history = load_work(store, case.id, now).history
        return history.document.marks, painted_in(history, store.blobs.get)

    marks, painted = services.store.call(load)
    images = _Images(services, case)
    found = []
    for done, mark in enumerate(marks):
        tick(done, len(marks))
        found.append(_measured(images.of(mark), mark, painted))
    return found


class _Images:
    """The parts of the case's series, each opened once."""

    def __init__(self, services: Services, case: Case) -> None:
        self._services, self._case = services, case
        self._opened: dict[str, Image] = {}

    def of(self, mark: Mark) -> Image | None:
        """The part whose frames have the mark's; None where it cannot be opened or is not here."""
        for series in self._case.scan.series:
            if series.header.uid != mark.frame.series:
                continue
            name = series_id(series)
            if name not in self._opened:
                self._opened[name] = open_image(series, self._services.decoders)
            if mark.frame in self._opened[name].refs:
                return self._opened[name]
        return None


def _measured(image: Image | None, mark: Mark, painted: PaintedMasks) -> MeasuredMark:
    frame, shape = mark.frame, mark.shape
    kind = str(type(shape).__struct_config__.tag)
    numbers: Numbers = {}
    why_not = "" if image is not None else "not-here"
    if image is not None and isinstance(shape, MASKS):
        content = painted.content(shape)
        if content is not None:
            numbers, why_not = _of_mask(image, mark, shape, content)
    elif image is not None:
        measure = measure_mark(image, shape)
        numbers, why_not = _sizes(measure), _reason(measure)
        if not isinstance(shape, OnPlane | Landmark | Cuboid):
            index = image.refs.index(frame)
            _, rows, columns = image.source.shape
            numbers |= _values(image, [(index, region_of(shape, rows, columns))])
    unit = image.unit if image is not None else ""
    return MeasuredMark(
        mark.id, mark.label, kind, frame.series, frame.instance, frame.frame, numbers, unit, why_not
    )


def _of_mask(image: Image, mark: Mark, shape: MaskShape, content: TiledMask) -> tuple[Numbers, str]:
    """Of a region on one frame its area; of one through slices volume, surface and diameters."""
    if shape.through is UNSET:
        index = image.refs.index(mark.frame)
        region = content.region(0)
        measure = measure_mark(image, shape, region)
        return _sizes(measure) | _values(image, [(index, region)]), _reason(measure)
    bounds = content.tile_bounds
    if bounds is None or content.size[0] != len(image.refs):
        return {}, ""
    slices = range(bounds[0][0], bounds[1][0])
    numbers = _values(image, ((index, content.region(index)) for index in slices))
    blocking = next((caveat.value for caveat in image.caveats if caveat.blocks_measuring), "")
    if blocking or not image.measurable_across:
        return numbers, blocking or "spacing-across"
    column_mm, row_mm, slice_mm = image.affine.spacing_mm
    numbers["volume_mm3"] = measure_volume(image, content).volume_mm3
    numbers["surface_mm2"] = surface_mm2(content, (slice_mm, row_mm, column_mm))
    diameters = longest_diameters(image, content, slices)
    if diameters is not None:
        numbers["long_mm"], numbers["short_mm"] = diameters.long_mm, diameters.short_mm
    return numbers, ""


def _sizes(measure: Measure | None) -> Numbers:
    match measure:
        case LengthMeasure(length_mm):
            return {"length_mm": length_mm}
        case AngleMeasure(degrees):
            return {"degrees": degrees}
        case AxesMeasure(across_mm, down_mm, area_mm2):
            short, long = sorted((across_mm, down_mm))
            axes = {"long_mm": long, "short_mm": short}
            return axes if area_mm2 is None else axes | {"area_mm2": area_mm2}
        case RegionMeasure(area_mm2, perimeter_mm):
            area = {"area_mm2": area_mm2}
            return area if perimeter_mm is None else area | {"perimeter_mm": perimeter_mm}
        case _:
            return {}


def _reason(measure: Measure | None) -> str:
    if isinstance(measure, Unmeasured):
        return measure.reason.value
    return "crosses-itself" if isinstance(measure, Crossed) else ""


def _values(image: Image, regions: Iterable[tuple[int, Mask | None]]) -> Numbers:
    def parts() -> Iterator[Values]:
        for index, region in regions:
            if region is not None and region.count:
                yield values_inside(image, index, image.source.frame(index), region)

    found = intensity(parts())
    if found is None:
        return {}
    named = {name: value for name, value in asdict(found).items() if name != "count"}
    return {**named, "voxels": float(found.count)}
