"""Measures as reports write them: mm with one decimal, long × short, areas, whole HU; what a
microscope shows in µm, where one decimal of a mm would say nothing."""

from __future__ import annotations

import numpy as np

from labeler.model.image import Caveat, Image
from labeler.model.intensities import Intensity
from labeler.model.measures import (
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
)
from labeler.viewing.corner_text import along
from labeler.viewing.phrase import Phrase, digits_of, number, phrase

CM2_FROM_MM2 = 100.0
UM_BELOW_MM = 0.5
UM2_BELOW_MM2 = 0.1
MM3_BELOW_ML = 100.0


def measure_text(measure: Measure) -> Phrase:
    """The one line that stands beside a mark."""
    size = _size_text(measure)
    at_detector = isinstance(measure, SIZES) and measure.at_detector
    return phrase("{size} at detector", size=size) if at_detector else size


def _size_text(measure: Measure) -> Phrase:
    match measure:
        case LengthMeasure(length_mm):
            return length_text(length_mm)
        case AngleMeasure(degrees):
            return phrase("{degrees}°", degrees=number(degrees, 0))
        case AxesMeasure(width_mm, height_mm):
            return axes_text(max(width_mm, height_mm), min(width_mm, height_mm))
        case RegionMeasure(area_mm2):
            return area_text(area_mm2)
        case CuboidMeasure(sides_mm):
            return phrase(
                "{sides}, {volume}",
                sides=sides_text(sides_mm),
                volume=volume_text(measure.volume_mm3),
            )
        case PlaceMeasure(p_patient):
            return place_text(p_patient)
        case Crossed():
            return phrase("Area unknown: the outline crosses itself")
        case Unmeasured(reason):
            return reason_text(reason)


def length_text(length_mm: float) -> Phrase:
    """mm; below half of one in µm."""
    if 0 < length_mm < UM_BELOW_MM:
        return phrase("{length} µm", length=_um(length_mm))
    return phrase("{length} mm", length=number(length_mm, 1))


def axes_text(long_mm: float, short_mm: float) -> Phrase:
    """Both in the unit of the longer one."""
    if 0 < long_mm < UM_BELOW_MM:
        return phrase("{long} × {short} µm", long=_um(long_mm), short=_um(short_mm))
    return phrase("{long} × {short} mm", long=number(long_mm, 1), short=number(short_mm, 1))


def sides_text(sides_mm: tuple[float, float, float]) -> Phrase:
    micro = 0 < sides_mm[0] < UM_BELOW_MM
    a, b, c = (_um(side) if micro else number(side, 1) for side in sides_mm)
    if micro:
        return phrase("{a} × {b} × {c} µm", a=a, b=b, c=c)
    return phrase("{a} × {b} × {c} mm", a=a, b=b, c=c)


def place_text(p_patient: tuple[float, float, float]) -> Phrase:
    """As the probe tells it: side and distance in mm along each axis of the patient."""
    at = np.array(p_patient)
    return phrase("{where} mm", where="  ".join(along(at, axis) for axis in range(3)))


def recist_text(long_mm: float, short_mm: float) -> Phrase:
    """Whole mm, as RECIST 1.1 is reported."""
    return phrase("{long} × {short} mm", long=number(long_mm), short=number(short_mm))


def reason_text(reason: Caveat) -> Phrase:
    """Why there are no millimetres."""
    if reason is Caveat.MOSAIC:
        return phrase("Size unknown: many slices in one image")
    if reason is Caveat.SPACING_REGIONAL:
        return phrase("Size unknown: not within one scaled region")
    return phrase("Size unknown: no pixel spacing")


def _um(length_mm: float) -> str:
    """One decimal, while there are few digits before it."""
    return number(length_mm * 1000, 1 if length_mm < UM_BELOW_MM / 5 else 0)


def area_text(area_mm2: float) -> Phrase:
    """mm², from 100 mm² on in cm²; below a tenth in µm²."""
    if 0 < area_mm2 < UM2_BELOW_MM2:
        return phrase("{area} µm²", area=number(area_mm2 * 1e6, 0))
    # What would be written as 100.0 mm² is written in cm² already.
    if float(number(area_mm2, 1)) < CM2_FROM_MM2:
        return phrase("{area} mm²", area=number(area_mm2, 1))
    return phrase("{area} cm²", area=number(area_mm2 / 100, 2))


def volume_text(volume_mm3: float) -> Phrase:
    """mL with one decimal; below a tenth in mm³."""
    if volume_mm3 < MM3_BELOW_ML:
        return phrase("{volume} mm³", volume=number(volume_mm3, 0))
    return phrase("{volume} mL", volume=number(volume_mm3 / 1000, 1))


def intensity_text(values: Intensity, image: Image) -> Phrase:
    """Mean, spread and extremes inside a region: HU whole, SUV with one decimal."""
    factor = image.suv_factor
    found = [part * (factor or 1.0) for part in (values.mean, values.sd, values.low, values.high)]
    digits = 0 if image.unit == "HU" else digits_of(*found)
    digits = digits if factor is None else 1
    names = ("mean", "sd", "low", "high")
    facts = {name: number(part, digits) for name, part in zip(names, found, strict=True)}
    if factor is not None:
        return phrase("SUV mean {mean}, SD {sd}, {low} to {high}", **facts)
    if not image.unit:
        return phrase("Mean {mean}, SD {sd}, {low} to {high}", **facts)
    return phrase("Mean {mean} {unit}, SD {sd}, {low} to {high}", unit=image.unit, **facts)
