"""All that a mark measures, line by line: what it is, and the number as reports write it."""

from __future__ import annotations

from collections.abc import Iterator

from labeler.model.image import Image
from labeler.model.intensities import Histogram, Intensity
from labeler.model.mark_measures import MarkMeasures, Sizes
from labeler.model.measures import NoVolume, Unmeasured
from labeler.viewing.measure_reasons import other_reason, size_reason, volume_reason
from labeler.viewing.measure_text import (
    area_text,
    axes_text,
    is_fine,
    length_text,
    place_text,
    recist_text,
    sides_text,
    volume_text,
)
from labeler.viewing.phrase import Phrase, digits_of, number, phrase

Line = tuple[Phrase, Phrase]

OBLONG = 1.2
"""The longest side of a voxel for its shortest, from which on surfaces are told with "about"."""


def size_lines(image: Image, found: MarkMeasures, *, is_diameters: bool) -> tuple[Line, ...]:
    """Sizes in the patient; `is_diameters` where the axes are those of a lesion, as RECIST 1.1
    reports them, and not of a drawn box or ellipse."""
    fine = is_fine(image)
    lines = (
        *_lengths(found.sizes, fine, is_diameters=is_diameters),
        *_contents(image, found, fine),
    )
    if not found.at_detector:
        return lines
    told = tuple((name, phrase("{size} at detector", size=size)) for name, size in lines)
    return told if image.magnification is None else (*told, _magnified(image.magnification))


def _magnified(factor: float) -> Line:
    """It holds for one depth that nobody measured: no size is divided by it."""
    return phrase("Magnification"), phrase("{factor} ×, estimated", factor=number(factor, 2))


def _lengths(sizes: Sizes, fine: bool, *, is_diameters: bool) -> Iterator[Line]:
    if "length_mm" in sizes:
        yield phrase("Length"), length_text(sizes["length_mm"], fine=fine)
    if "degrees" in sizes:
        yield phrase("Angle"), phrase("{degrees}°", degrees=number(sizes["degrees"]))
    if "middle_mm" in sizes:
        sides = sizes["long_mm"], sizes["middle_mm"], sizes["short_mm"]
        yield phrase("Sides"), sides_text(sides, fine=fine)
    elif "long_mm" in sizes:
        axes = sizes["long_mm"], sizes["short_mm"]
        yield phrase("Long × short axis"), axes_text(*axes, fine=fine)
        if is_diameters and not fine:
            yield phrase("RECIST 1.1"), recist_text(*axes)
    if "x_mm" in sizes:
        yield phrase("Place"), place_text((sizes["x_mm"], sizes["y_mm"], sizes["z_mm"]))


def _contents(image: Image, found: MarkMeasures, fine: bool) -> Iterator[Line]:
    sizes = found.sizes
    if "area_mm2" in sizes:
        yield phrase("Area"), area_text(sizes["area_mm2"], fine=fine)
    if "perimeter_mm" in sizes:
        yield phrase("Perimeter"), length_text(sizes["perimeter_mm"], fine=fine)
    if "volume_mm3" in sizes:
        yield phrase("Volume"), volume_text(sizes["volume_mm3"], fine=fine)
    if "surface_mm2" in sizes:
        surface = area_text(sizes["surface_mm2"], fine=fine)
        about = phrase("about {area}", area=surface) if _is_oblong(image) else surface
        yield phrase("Surface"), about
    if found.slices > 1:
        yield phrase("Slices"), phrase("{n}", n=found.slices)


def _is_oblong(image: Image) -> bool:
    """Whether ITK's way to count a surface is off by more than some percent."""
    spacing = image.affine.spacing_mm
    return max(spacing) > OBLONG * min(spacing)


def reason_lines(found: MarkMeasures) -> tuple[Phrase, ...]:
    """Why numbers are missing, that of the size in the words that stand in its place."""
    return tuple(_reason(found, why) for why in found.why_not)


def _reason(found: MarkMeasures, why: str) -> Phrase:
    match found.size:
        case Unmeasured(reason) if reason == why:
            return size_reason(why)
        case NoVolume(reason) if reason == why:
            return volume_reason(why)
        case _:
            return other_reason(why)


def value_lines(image: Image, values: Intensity) -> tuple[Line, ...]:
    """HU whole, SUV with one decimal, in the unit of the image."""
    mean, sd, low, high = values_text(image, values.mean, values.sd, values.low, values.high)
    unit = unit_of(image)
    told = phrase("{mean} ± {sd} {unit}", mean=mean, sd=sd, unit=unit) if unit else None
    return (
        (phrase("Mean ± SD"), told or phrase("{mean} ± {sd}", mean=mean, sd=sd)),
        (phrase("Minimum to maximum"), phrase("{low} to {high}", low=low, high=high)),
        (phrase("Voxels"), phrase("{n}", n=values.count)),
    )


def unit_of(image: Image) -> str:
    """What values inside a region are told in."""
    return "SUV" if image.suv_factor is not None else image.unit


def values_text(image: Image, *rescaled: float) -> tuple[str, ...]:
    """Each with as many decimals as the others."""
    found = [value * (image.suv_factor or 1.0) for value in rescaled]
    if image.suv_factor is not None:
        return tuple(number(value, 1) for value in found)
    digits = 0 if image.unit == "HU" else digits_of(*found)
    return tuple(number(value, digits) for value in found)


def ends_text(image: Image, histogram: Histogram) -> tuple[str, str]:
    """The values at both ends of a histogram."""
    low, high = values_text(image, histogram.low, histogram.high)
    return low, high
