"""Slow second hands: what regions and outlines measure, by other ways than the program's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
import SimpleITK
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from labeler.model.masks import Bits

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Solid:
    """What ITK's label statistics tell; `sd` is made the population's."""

    voxels: int
    volume: float
    surface: float
    mean: float
    sd: float
    low: float
    high: float


def by_itk(bits: Bits, values: Numbers, spacing: tuple[float, float, float]) -> Solid:
    """`spacing` is of slices, rows and columns."""
    label = SimpleITK.GetImageFromArray(bits.astype(np.uint8))
    picture = SimpleITK.GetImageFromArray(values)
    for image in (label, picture):
        image.SetSpacing(spacing[::-1])
    shape = SimpleITK.LabelShapeStatisticsImageFilter()
    shape.ComputePerimeterOn()
    shape.Execute(label)
    inside = SimpleITK.LabelStatisticsImageFilter()
    inside.Execute(picture, label)
    count = inside.GetCount(1)
    sample = inside.GetVariance(1) if count > 1 else 0.0
    return Solid(
        voxels=count,
        volume=shape.GetPhysicalSize(1),
        surface=shape.GetPerimeter(1),
        mean=inside.GetMean(1),
        sd=float(np.sqrt(max(0.0, sample) * (count - 1) / count)),
        low=inside.GetMinimum(1),
        high=inside.GetMaximum(1),
    )


def axes_by_force(bits: Bits, spacing: tuple[float, float]) -> tuple[float, float]:
    """Long and short axis of a region, `spacing` of rows and columns.

    Every pair of corners of its outline is looked at for the long one; for the short one the
    outline is cut across at the height of each of its corners, and between them.
    """
    region = outline(bits, spacing)
    places = shapely.get_coordinates(region.boundary)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    found = [
        _across(region, places[one], places[other])
        for one, other in np.argwhere(np.triu(apart >= apart.max() * (1 - 1e-9))).tolist()
    ]
    return float(apart.max()), max(found)


def _across(region: BaseGeometry, start: Numbers, end: Numbers) -> float:
    """How wide a region is at most, at right angles to a line."""
    way = (end - start) / np.linalg.norm(end - start)
    turn = np.column_stack((way, (-way[1], way[0])))
    turned = shapely.transform(region, lambda p: (p - start) @ turn)
    _, bottom, _, top = turned.bounds
    heights = np.unique(shapely.get_coordinates(turned)[:, 0])
    heights = np.concatenate((heights, (heights[:-1] + heights[1:]) / 2))
    cuts = shapely.linestrings([[(h, bottom - 1), (h, top + 1)] for h in heights.tolist()])
    sides = shapely.bounds(shapely.intersection(turned, cuts))
    return float(np.nanmax(sides[:, 3] - sides[:, 1]))


def outline(bits: Bits, spacing: tuple[float, float]) -> BaseGeometry:
    """The region whose edge runs midway between voxels in and voxels out: of each four voxels that
    meet, the part that belongs to those that are in."""
    padded = np.pad(bits, 1)
    corners = {(0, 0): (0.0, 0.0), (0, 1): (1.0, 0.0), (1, 1): (1.0, 1.0), (1, 0): (0.0, 1.0)}
    parts = []
    for row in range(padded.shape[0] - 1):
        for column in range(padded.shape[1] - 1):
            ring = [(key, bool(padded[row + key[0], column + key[1]])) for key in corners]
            parts += [
                shapely.Polygon([(x + column, y + row) for x, y in piece])
                for piece in _pieces(ring, corners)
            ]
    whole = shapely.union_all([part for part in parts if part.area])
    down, across = spacing
    return shapely.transform(whole, lambda p: p * (across, down))


def _pieces(
    ring: list[tuple[tuple[int, int], bool]], corners: dict[tuple[int, int], tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    """Of the square between four voxels, walked around; two that meet at a corner are two."""
    states = [state for _, state in ring]
    if states in ([True, False, True, False], [False, True, False, True]):
        single = [[n == at for n in range(4)] for at in range(4) if states[at]]
        return [
            _piece(list(zip([k for k, _ in ring], one, strict=True)), corners) for one in single
        ]
    piece = _piece(ring, corners)
    return [piece] if len(piece) > 2 else []


def _piece(
    ring: list[tuple[tuple[int, int], bool]], corners: dict[tuple[int, int], tuple[float, float]]
) -> list[tuple[float, float]]:
    found = []
    for (here, inside), (there, also) in zip(ring, ring[1:] + ring[:1], strict=True):
        (x0, y0), (x1, y1) = corners[here], corners[there]
        if inside:
            found.append((x0, y0))
        if inside != also:
            found.append(((x0 + x1) / 2, (y0 + y1) / 2))
    return found
