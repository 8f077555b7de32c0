"""The values inside a region: mean, spread, extremes, and how often each comes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.image import Image, Pixels
from labeler.model.masks import Mask
from labeler.model.volume import Volume

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Intensity:
    """Rescaled values over the voxels inside; `sd` is the population's."""

    mean: float
    sd: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, eq=False)
class Histogram:
    """`counts` of rescaled values in equal steps from `low` to `high`, both included."""

    low: float
    high: float
    counts: NDArray[np.int64]


def values_inside(image: Image, index: int, pixels: Pixels, region: Mask) -> Values:
    """Rescaled values of a slice's stored `pixels` (rows, columns) inside a region of it.

    What is padding, or no number, or a row that is not in the file, does not count; of colours
    there are none.
    """
    if pixels.ndim != 2 or region.count == 0:
        return np.empty(0)
    height, width = region.crop.shape
    part = pixels[region.top : region.top + height, region.left : region.left + width]
    there = max(0, image.rows_there(index) - region.top)
    inside = part[:there][region.crop[:there]].astype(np.float64)
    usable = np.isfinite(inside)
    if image.padding is not None:
        usable &= (inside < image.padding[0]) | (inside > image.padding[1])
    values: Values = inside[usable] * image.slopes[index] + image.intercepts[index]
    return values


def values_at(image: Image, volume: Volume, voxels: NDArray[np.int64]) -> Values:
    """The same of voxels (slice, row, column) of a volume; those that are not here do not count."""
    z, y, x = voxels.T
    stored = volume.values[z, y, x]
    rows = np.array([image.rows_there(k) for k in range(len(volume.here))])
    usable = volume.here[z] & (y < rows[z]) & np.isfinite(stored)
    if image.padding is not None:
        usable &= (stored < image.padding[0]) | (stored > image.padding[1])
    slopes, intercepts = np.array(image.slopes), np.array(image.intercepts)
    values: Values = (stored.astype(np.float64) * slopes[z] + intercepts[z])[usable]
    return values


def intensity(parts: Iterable[Values]) -> Intensity | None:
    """Of all values together, slice by slice; None where there are none.

    Means and spreads are joined as Chan, Golub and LeVeque (1979) do: no sum of squares that
    would lose what it is a difference of.
    """
    count, mean, spread = 0, 0.0, 0.0
    low, high = math.inf, -math.inf
    for values in parts:
        if not values.size:
            continue
        own, size = float(values.mean()), values.size
        apart, total = own - mean, count + size
        spread += float(((values - own) ** 2).sum()) + apart**2 * count * size / total
        mean += apart * size / total
        count = total
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    if not count:
        return None
    return Intensity(mean, math.sqrt(spread / count), low, high, count)


def histogram(parts: Iterable[Values], low: float, high: float, steps: int) -> Histogram:
    """How often values come between two bounds; whatever lies beyond is left out."""
    counts = np.zeros(steps, np.int64)
    for values in parts:
        found, _ = np.histogram(
            values, bins=steps, range=(low, max(high, math.nextafter(low, math.inf)))
        )
        counts += found
    return Histogram(low, high, counts)
