"""A window from what a dragged box holds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from labeler.model.frames import Window
from labeler.model.image import Image, Pixels
from labeler.model.rasters import Place

LOW, HIGH = 2.0, 98.0
"""The percentiles of the box that become black and white: a few odd pixels decide nothing."""

FEWEST = 9
"""Voxels a box must hold."""


@dataclass(frozen=True)
class Bounds:
    """What a window may not go beyond: its least width, its lowest and highest value."""

    narrowest: float
    lowest: float = -math.inf
    highest: float = math.inf


HOUNSFIELD = Bounds(narrowest=20.0, lowest=-1024.0, highest=4000.0)
"""Air fills what was never scanned with lower values, and metal is higher than any tissue."""

SUV = Bounds(narrowest=0.5, lowest=0.0)


def bounds_of(image: Image) -> Bounds:
    """In the image's rescaled values; where nothing is known of them, one value is the least."""
    if image.unit == "HU":
        return HOUNSFIELD
    if image.suv_factor is not None:
        return Bounds(SUV.narrowest / image.suv_factor, lowest=SUV.lowest)
    told = image.windows[0].width if image.windows else 1.0
    return Bounds(1.0 if told > 1 else told / 100)


def window_of_box(
    image: Image, index: int, pixels: Pixels, first: Place, second: Place
) -> Window | None:
    """From the 2nd to the 98th percentile of the voxels whose centres lie in the box between two
    places (column, row); None in colour, and for a box with nearly no voxels in it."""
    part = _inside(pixels[: image.rows_there(index)], first, second)
    if image.is_color or part.size < FEWEST:
        return None
    values = _usable(image, part) * image.slopes[index] + image.intercepts[index]
    if values.size < FEWEST:
        return None
    bounds = bounds_of(image)
    ends = np.clip(np.percentile(values, (LOW, HIGH)), bounds.lowest, bounds.highest)
    low, high = float(ends[0]), float(ends[1])
    return Window((low + high) / 2, max(bounds.narrowest, high - low))


def _inside(pixels: Pixels, first: Place, second: Place) -> Pixels:
    rows, columns = pixels.shape[:2]
    (left, right), (top, bottom) = (sorted(ends) for ends in zip(first, second, strict=True))
    c0, r0 = max(0, math.ceil(left)), max(0, math.ceil(top))
    c1, r1 = min(columns, math.floor(right) + 1), min(rows, math.floor(bottom) + 1)
    return pixels[r0 : max(r0, r1), c0 : max(c0, c1)]


def _usable(image: Image, stored: Pixels) -> Pixels:
    """Without padding and without what is no number."""
    flat = stored.reshape(-1).astype(np.float64)
    keep = np.isfinite(flat)
    if image.padding is not None:
        low, high = image.padding
        keep &= (flat < low) | (flat > high)
    kept: Pixels = flat[keep]
    return kept
