"""Measures as they are written: in the units of reports, of slides in those of a microscope.

Length: mm with one decimal, below 0.1 mm in µm. On slides µm, from 10 mm on mm with two decimals.
Area: mm² with one decimal, from 100 mm² on cm², below 0.1 mm² µm². On slides µm², from 0.1 mm² on
mm² with three decimals, from 1 mm² on two. Volume: mL with one decimal, below 1 mL whole mm³, as
the growth of small nodules is told. Angles: whole degrees.
"""

from __future__ import annotations

import numpy as np

from labeler.model.image import Image
from labeler.model.intensities import Intensity
from labeler.model.measures import (
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
)
from labeler.viewing.corner_text import along
from labeler.viewing.layout import MICROSCOPY
from labeler.viewing.measure_reasons import crossed_text, size_reason, volume_reason
from labeler.viewing.phrase import Phrase, digits_of, number, phrase

CM2_FROM_MM2, MM2_FROM = 100.0, 0.1
ML_FROM_MM3, MM3_FROM = 1000.0, 0.1
MM_FROM, MM_FROM_ON_SLIDES = 0.1, 10.0
FINE_MM = 0.01
"""Pixels closer than this are a microscope's."""


def is_fine(image: Image) -> bool:
    """Whether sizes are told as those of slides are."""
    across, down, _ = image.affine.spacing_mm
    return image.info.modality == MICROSCOPY or (image.measurable and min(across, down) < FINE_MM)


def size_text(image: Image, measure: Measure) -> Phrase:
    """The one line that stands beside a mark of an image, in the list and in exports."""
    return measure_text(measure, fine=is_fine(image))


def measure_text(measure: Measure, *, fine: bool = False) -> Phrase:
    """The same in the units of reports, or where it is `fine` in those of slides."""
    size = _size_text(measure, fine)
    at_detector = isinstance(measure, SIZES) and measure.at_detector
    return phrase("{size} at detector", size=size) if at_detector else size


def _size_text(measure: Measure, fine: bool) -> Phrase:
    match measure:
        case LengthMeasure(length_mm):
            return length_text(length_mm, fine=fine)
        case AngleMeasure(degrees):
            return phrase("{degrees}°", degrees=number(degrees, 0))
        case AxesMeasure(width_mm, height_mm):
            return axes_text(max(width_mm, height_mm), min(width_mm, height_mm), fine=fine)
        case RegionMeasure(area_mm2):
            return area_text(area_mm2, fine=fine)
        case VolumeMeasure(volume_mm3):
            return volume_text(volume_mm3, fine=fine)
        case CuboidMeasure(sides_mm):
            sides = sides_text(sides_mm, fine=fine)
            volume = volume_text(measure.volume_mm3, fine=fine)
            return phrase("{sides}, {volume}", sides=sides, volume=volume)
        case PlaceMeasure(p_patient):
            return place_text(p_patient)
        case _:
            return _reason_text(measure)


def _reason_text(measure: Crossed | NoVolume | Unmeasured) -> Phrase:
    match measure:
        case Crossed():
            return crossed_text()
        case NoVolume(reason):
            return volume_reason(reason)
        case Unmeasured(reason):
            return size_reason(reason)


def length_text(length_mm: float, *, fine: bool = False) -> Phrase:
    (told,), micro = _lengths((length_mm,), fine)
    return phrase("{length} µm", length=told) if micro else phrase("{length} mm", length=told)


def axes_text(long_mm: float, short_mm: float, *, fine: bool = False) -> Phrase:
    """Both in the unit of the longer one."""
    (long, short), micro = _lengths((long_mm, short_mm), fine)
    if micro:
        return phrase("{long} × {short} µm", long=long, short=short)
    return phrase("{long} × {short} mm", long=long, short=short)


def sides_text(sides_mm: tuple[float, float, float], *, fine: bool = False) -> Phrase:
    (a, b, c), micro = _lengths(sides_mm, fine)
    if micro:
        return phrase("{a} × {b} × {c} µm", a=a, b=b, c=c)
    return phrase("{a} × {b} × {c} mm", a=a, b=b, c=c)


def _lengths(lengths_mm: tuple[float, ...], fine: bool) -> tuple[tuple[str, ...], bool]:
    """In the unit of the first, which is the longest; whether that is µm."""
    longest = lengths_mm[0]
    if (fine or longest > 0) and longest < (MM_FROM_ON_SLIDES if fine else MM_FROM):
        digits = _digits(longest * 1000)
        return tuple(number(length * 1000, digits) for length in lengths_mm), True
    return tuple(number(length, 2 if fine else 1) for length in lengths_mm), False


def _digits(micro: float) -> int:
    """One decimal while what is written has two digits before it."""
    return int(float(number(micro, 1)) < 100)


def place_text(p_patient: tuple[float, float, float]) -> Phrase:
    """As the probe tells it: side and distance in mm along each axis of the patient."""
    at = np.array(p_patient)
    return phrase("{where} mm", where="  ".join(along(at, axis) for axis in range(3)))


def recist_text(long_mm: float, short_mm: float) -> Phrase:
    """Whole mm, as RECIST 1.1 is reported."""
    return phrase("{long} × {short} mm", long=number(long_mm), short=number(short_mm))


def area_text(area_mm2: float, *, fine: bool = False) -> Phrase:
    if (fine or area_mm2 > 0) and area_mm2 < MM2_FROM:
        square_um = area_mm2 * 1e6
        return phrase("{area} µm²", area=number(square_um, _digits(square_um)))
    if fine:
        digits = 3 if float(number(area_mm2, 3)) < 1 else 2
        return phrase("{area} mm²", area=number(area_mm2, digits))
    # What would be written as 100.0 mm² is written in cm² already.
    if float(number(area_mm2, 1)) < CM2_FROM_MM2:
        return phrase("{area} mm²", area=number(area_mm2, 1))
    return phrase("{area} cm²", area=number(area_mm2 / 100, 2))


def volume_text(volume_mm3: float, *, fine: bool = False) -> Phrase:
    if fine and volume_mm3 < MM3_FROM:
        return phrase("{volume} µm³", volume=number(volume_mm3 * 1e9, 0))
    # What would be written as 1000 mm³ is written in mL already.
    if fine or float(number(volume_mm3, 0)) < ML_FROM_MM3:
        digits = 2 if fine or 0 < volume_mm3 < 1 else 0
        return phrase("{volume} mm³", volume=number(volume_mm3, digits))
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
