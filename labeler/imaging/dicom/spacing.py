"""How large a pixel is, and where and how far that holds (PS3.3 10.7.1, C.8.5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.model.regions import Region

_PROJECTION = frozenset(("CR", "DX", "IO", "MG", "PX", "RF", "RG", "XA"))
_SMALLEST_MM, _LARGEST_MM = 1e-5, 1e3
_MAX_REGIONS = 64
_TWO_DIMENSIONAL, _CENTIMETRES = 1, 3
_LOW_PRIORITY = 1

Pair = tuple[float, float]


@dataclass(frozen=True)
class Spacing:
    """`mm` is between rows, then between columns; None where no header says it.

    `projected`: it holds at the detector or on the scanned film, not in the patient. It is not
    divided by `magnification`, an estimate for one depth that nobody measured: a reader is told.
    `aspect` is a pixel's height over its width, which may be known where no size is. `regions`
    are the only places where `mm` holds, if there are any.
    """

    mm: Pair | None = None
    projected: bool = False
    magnification: float | None = None
    aspect: float = 1.0
    regions: tuple[Region, ...] = ()


def read_spacing(measures: Dataset, dataset: Dataset) -> Spacing:
    """Of one frame; `measures` are its Pixel Measures, or the plain dataset."""
    regions = read_regions(dataset)
    plain = _pair(measures, tags.PIXEL_SPACING)
    scaled = [one for one in regions if one.spacing_mm is not None]
    if scaled:
        column_mm, row_mm = max(scaled, key=lambda one: one.area).spacing_mm or (1.0, 1.0)
        return Spacing((row_mm, column_mm), regions=regions)
    if regions and dataset.code(tags.MODALITY) == "US" and plain is None:
        return Spacing(aspect=_aspect(dataset))
    factor = dataset.decimal(tags.ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR)
    factor = factor if factor is not None and 1.0 < factor < 100.0 else None
    if plain is not None:
        projection = dataset.code(tags.MODALITY) in _PROJECTION
        calibrated = bool(dataset.code(tags.PIXEL_SPACING_CALIBRATION_TYPE))
        projected = projection and not calibrated
        return Spacing(plain, projected, factor if projected else None)
    detector = _pair(dataset, tags.IMAGER_PIXEL_SPACING)
    found = detector or _pair(dataset, tags.NOMINAL_SCANNED_PIXEL_SPACING)
    if found is None:
        return Spacing(aspect=_aspect(dataset))
    return Spacing(found, projected=True, magnification=factor if detector else None)


def _aspect(dataset: Dataset) -> float:
    """Pixel Aspect Ratio: vertical over horizontal size; 1 where it is not said or absurd."""
    values = dataset.decimals(tags.PIXEL_ASPECT_RATIO)
    if len(values) != 2 or min(values) <= 0:
        return 1.0
    ratio = values[0] / values[1]
    return ratio if 0.02 < ratio < 50 else 1.0


def _pair(dataset: Dataset, tag: int) -> Pair | None:
    values = dataset.decimals(tag)
    if len(values) != 2 or not all(_SMALLEST_MM < value < _LARGEST_MM for value in values):
        return None
    return values[0], values[1]


def read_regions(dataset: Dataset) -> tuple[Region, ...]:
    """The Sequence of Ultrasound Regions; items without a usable rectangle are left out."""
    items = dataset.items(tags.SEQUENCE_OF_ULTRASOUND_REGIONS)[:_MAX_REGIONS]
    size = dataset.number(tags.COLUMNS), dataset.number(tags.ROWS)
    return tuple(region for item in items if (region := _region(item, size)) is not None)


def _region(item: Dataset, size: tuple[int | None, int | None]) -> Region | None:
    edges = [
        item.longs(tag)
        for tag in (tags.REGION_LEFT, tags.REGION_TOP, tags.REGION_RIGHT, tags.REGION_BOTTOM)
    ]
    if not all(edges):
        return None
    left, top, right, bottom = (edge[0] for edge in edges)
    if right < left or bottom < top or max(right, bottom) > 1 << 16:
        return None
    flags = item.longs(tags.REGION_FLAGS)
    above = bool(flags) and not flags[0] & _LOW_PRIORITY
    # Beyond the picture both ways, it is of a larger one, of which this one was made smaller.
    foreign = right > (size[0] or right) and bottom > (size[1] or bottom)
    return Region(left, top, right, bottom, None if foreign else _scale(item), above)


def _scale(item: Dataset) -> Pair | None:
    """Size of a pixel along columns and rows, mm; only of two-dimensional regions in cm."""
    units = item.number(tags.PHYSICAL_UNITS_X), item.number(tags.PHYSICAL_UNITS_Y)
    flat = item.number(tags.REGION_SPATIAL_FORMAT) == _TWO_DIMENSIONAL
    deltas = item.double(tags.PHYSICAL_DELTA_X), item.double(tags.PHYSICAL_DELTA_Y)
    if not flat or units != (_CENTIMETRES, _CENTIMETRES) or None in deltas:
        return None
    across, down = (abs(delta or 0.0) * 10 for delta in deltas)
    usable = all(_SMALLEST_MM < size < _LARGEST_MM for size in (across, down))
    return (across, down) if usable else None
