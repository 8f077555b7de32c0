"""What the paint tools take for granted where things are small: lengths, and how much tissue
differs."""

from __future__ import annotations

from dataclasses import replace

from labeler.model.image import Caveat, Image
from labeler.model.measures import blocked_by
from labeler.viewing.layout import MICROSCOPY
from labeler.viewing.measure_text import area_text, length_text
from labeler.viewing.paint_options import PaintOptions
from labeler.viewing.phrase import Phrase, number, phrase

MICROSCOPIC_MM = 0.02
"""A pixel below this is a microscope's."""

SHARE = 1 / 50
"""Of the brush of a scan: 8 mm of a body are 160 µm of tissue."""


def share_of(image: Image) -> float:
    """By how much lengths of the paint tools are smaller in an image."""
    known = Caveat.SPACING_UNKNOWN not in image.caveats
    return SHARE if known and min(image.affine.spacing_mm[:2]) < MICROSCOPIC_MM else 1.0


def least_brush_mm(image: Image) -> float:
    """One pixel of an image: no brush is smaller, and none has to be larger."""
    return min(image.affine.spacing_mm[:2])


def brush_on(brush_mm: float, image: Image) -> float:
    """How large a brush is on an image, that is so large on a scan."""
    return max(least_brush_mm(image), brush_mm * share_of(image))


def length_words(length_mm: float, image: Image | None) -> Phrase:
    """A length of the paint tools as it is on an image; in pixels where millimetres are a guess."""
    if image is not None and blocked_by(image) is not None:
        return phrase("{count} px", count=number(length_mm / least_brush_mm(image), 1))
    return length_text(length_mm, fine=image is not None and share_of(image) < 1.0)


def part_words(least_ml: float, image: Image | None) -> Phrase:
    """What an island has to hold to stay on an image, as `length_words` tells it."""
    share, area_mm2 = 1.0 if image is None else share_of(image), least_ml * 100
    if image is not None and blocked_by(image) is not None:
        column_mm, row_mm = image.affine.spacing_mm[:2]
        return phrase("{count} px", count=number(area_mm2 / (column_mm * row_mm)))
    if share < 1.0:
        return area_text(area_mm2 * share * share, fine=True)
    return phrase("{volume} mL, or cm² of a slice", volume=number(least_ml, 2))


def is_stained(image: Image) -> bool:
    """Whether it shows tissue on glass in colour."""
    glass = image.info.modality == MICROSCOPY or share_of(image) < 1.0
    return image.is_color and glass


def tolerance_in(options: PaintOptions, image: Image) -> float:
    """How far flooding goes in an image, as a share of its window's width."""
    return options.stain_tolerance if is_stained(image) else options.tolerance


def with_tolerance(options: PaintOptions, image: Image | None, share: float) -> PaintOptions:
    """Another one for images of this kind; that of the other kind stays."""
    if image is not None and is_stained(image):
        return replace(options, stain_tolerance=share)
    return replace(options, tolerance=share)


def scaled(options: PaintOptions, image: Image) -> PaintOptions:
    """The options as they are meant in an image; the least part of a slice is an area."""
    share = share_of(image)
    return replace(
        options, step_mm=options.step_mm * share, least_ml=options.least_ml * share * share
    )
