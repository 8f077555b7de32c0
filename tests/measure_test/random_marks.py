"""Random regions and outlines, measured by the program and by others."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely
from numpy.random import Generator

from labeler.imaging.inside_regions import InsideRegions
from labeler.model.affine import Vector
from labeler.model.document import Mark
from labeler.model.handles import box_between
from labeler.model.image import Image, Pixels
from labeler.model.mark_measures import MarkMeasures, measure_all
from labeler.model.mask_diameters import diameters
from labeler.model.masks import Bits, mask_of
from labeler.model.measures import Crossed
from labeler.model.outlines import paths
from labeler.model.shapes import (
    Angle,
    Bidirectional,
    Ellipse,
    FlatShape,
    Freehand,
    Length,
    PaintedMask,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Spline,
)
from labeler.model.stack import Stack
from labeler.model.tiled_masks import TiledMask, of_voxels
from tests.measure_test.references import axes_by_force, by_itk
from tests.measure_test.tally import Tally
from tests.support.images import image_of

Kind = Callable[[Tally, Generator, int], None]

ITK, SHAPELY, FORCE = "SimpleITK", "shapely", "every pair, every height"


def measured(
    image: Image, shape: Shape, content: TiledMask | None = None, index: int = 0
) -> MarkMeasures:
    """Of a mark on the slice at `index`."""
    mark = Mark("m1", "label", image.refs[index], shape)
    return measure_all(image, mark, content, InsideRegions(image), lambda _done, _total: None)


def placed(stored: Pixels, spacing: tuple[float, float, float], rng: Generator) -> Image:
    """An image anyhow in the patient; `spacing` is of slices, rows and columns."""
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    matrix = np.eye(4)
    matrix[:3, :3] = turn * spacing[::-1]
    matrix[:3, 3] = rng.uniform(-200, 200, 3)
    steps = np.arange(stored.shape[0])[:, None]
    places: Vector = matrix[:3, 3] + steps * matrix[:3, 2]
    origins = tuple((x, y, z) for x, y, z in places.tolist())
    slope, intercept = float(rng.uniform(0.1, 3)), float(rng.uniform(-1100, 100))
    image = image_of(stored, matrix=matrix, slope=slope, intercept=intercept)
    return replace(image, stack=Stack(origins=origins))


def compare_solid(tally: Tally, image: Image, bits: Bits, values: Pixels, at: str) -> None:
    """A region through the slices of an image with these rescaled values."""
    column, row, slice_ = image.affine.spacing_mm
    theirs = by_itk(bits, values.astype(np.float64), (slice_, row, column))
    size = bits.shape[0], bits.shape[1], bits.shape[2]
    shape = PaintedMask("1" * 64, size, image.frame_list)
    ours = measured(image, shape, of_voxels(size, (0, 0, 0), bits))
    assert ours.values is not None, ours.why_not
    assert ours.histogram is not None
    tally.compare("volume", ITK, ours.sizes["volume_mm3"], theirs.volume, at)
    tally.compare("surface", ITK, ours.sizes["surface_mm2"], theirs.surface, at)
    spread = max(1e-9, theirs.high - theirs.low)
    tally.compare("mean", ITK, ours.values.mean, theirs.mean, at, spread)
    tally.compare("SD", ITK, ours.values.sd, theirs.sd, at, spread * 1e-3)
    tally.compare("minimum", ITK, ours.values.low, theirs.low, at, spread)
    tally.compare("maximum", ITK, ours.values.high, theirs.high, at, spread)
    tally.compare("voxels", ITK, ours.values.count, theirs.voxels, at)
    counts, _ = np.histogram(
        values[bits], len(ours.histogram.counts), (ours.values.low, ours.values.high)
    )
    moved = int(np.abs(np.cumsum(counts - ours.histogram.counts)).max())
    tally.compare("histogram (voxels in another bar)", "numpy", moved, 0, at, theirs.voxels)


def random_bits(rng: Generator, size: tuple[int, ...]) -> Bits:
    """Noise, or bodies that overlap, never nothing."""
    if rng.random() < 0.3:
        bits: Bits = rng.random(size) < rng.uniform(0.01, 0.9)
    else:
        bits = np.zeros(size, np.bool_)
        grid = np.stack(np.meshgrid(*(np.arange(n) for n in size), indexing="ij"), axis=-1)
        for _ in range(rng.integers(1, 5)):
            center, radii = rng.uniform(0, size), rng.uniform(0.6, np.array(size) / 2.5 + 0.6)
            bits |= (((grid - center) / radii) ** 2).sum(axis=-1) < 1
    bits.flat[rng.integers(bits.size)] = True
    return bits


def solids(tally: Tally, rng: Generator, count: int) -> None:
    for number in range(count):
        size = tuple(rng.integers(2, 36, 3).tolist())
        spacing = tuple(rng.uniform(0.3, 5.0, 3).tolist())
        stored = rng.integers(-2000, 3000, size).astype(np.int16)
        image = placed(stored, spacing, rng)
        values = stored * image.slopes[0] + image.intercepts[0]
        compare_solid(tally, image, random_bits(rng, size), values, f"solid {number}")


def flat_regions(tally: Tally, rng: Generator, count: int) -> None:
    for number in range(count):
        bits = random_bits(rng, tuple(rng.integers(1, 40, 2).tolist()))
        spacing = rng.uniform(0.2, 3.0), rng.uniform(0.2, 3.0)
        found = diameters(mask_of(bits), np.diag(spacing[::-1]))
        assert found is not None
        long_mm, short_mm = axes_by_force(bits, spacing)
        tally.compare("long axis", FORCE, found[1], long_mm, f"region {number}")
        tally.compare("short axis", FORCE, found[2], short_mm, f"region {number}")


def outlines(tally: Tally, rng: Generator, count: int) -> None:
    for number in range(count):
        spacing = tuple(rng.uniform(0.2, 3.0, 2).tolist())
        image = placed(np.zeros((2, 40, 40), np.int16), (2.0, *spacing), rng)
        for shape in _shapes(rng):
            compare_outline(tally, image, shape, f"outline {number}")


def compare_outline(tally: Tally, image: Image, shape: FlatShape, at: str) -> None:
    """`image` has rows and columns at right angles."""
    column, row, _ = image.affine.spacing_mm
    name = type(shape).__name__
    at = f"{at} {name}"
    ours = measured(image, shape)
    (path, *_) = paths(shape)
    places = path.places * (column, row)
    if not path.closed:
        if "length_mm" in ours.sizes:
            length = shapely.LineString(places).length
            tally.compare(f"length: {name}", SHAPELY, ours.sizes["length_mm"], length, at)
        return
    other = shapely.Polygon(places)
    if isinstance(shape, Ellipse):
        other = shapely.Polygon(_fine_ellipse(shape) * (column, row))
    elif isinstance(shape, Spline):
        other = shapely.Polygon(smooth(np.array(shape.points) / 1000) * (column, row))
    if isinstance(shape, Polygon | Freehand | Spline):
        simple = shapely.LinearRing(places).is_simple
        tally.same("crosses itself", SHAPELY, isinstance(ours.size, Crossed), not simple, at)
        if not simple:
            return
    tally.compare(f"area: {name}", SHAPELY, ours.sizes["area_mm2"], other.area, at)
    tally.compare(f"perimeter: {name}", SHAPELY, ours.sizes["perimeter_mm"], other.length, at)


def smooth(points: Vector) -> Vector:
    """A closed centripetal Catmull-Rom curve, 200 places a span, by Hermite's cubics."""
    around = np.vstack((points[-1:], points, points[:2]))
    found = []
    share = np.linspace(0, 1, 200, endpoint=False)[:, None]
    for p0, p1, p2, p3 in zip(around, around[1:], around[2:], around[3:], strict=False):
        a, b, c = (math.sqrt(math.dist(*pair)) for pair in ((p0, p1), (p1, p2), (p2, p3)))
        first = b * ((p1 - p0) / a - (p2 - p0) / (a + b) + (p2 - p1) / b)
        last = b * ((p2 - p1) / b - (p3 - p1) / (b + c) + (p3 - p2) / c)
        found.append(
            (2 * share**3 - 3 * share**2 + 1) * p1
            + (share**3 - 2 * share**2 + share) * first
            + (3 * share**2 - 2 * share**3) * p2
            + (share**3 - share**2) * last
        )
    return np.concatenate(found)


def _fine_ellipse(shape: Ellipse) -> Vector:
    angle = np.linspace(0, 2 * math.pi, 20_000, endpoint=False)[:, None]
    center, across, down = (np.array(p) / 1000 for p in (shape.center, shape.across, shape.down))
    around: Vector = center + np.cos(angle) * across + np.sin(angle) * down
    return around


def _shapes(rng: Generator) -> list[FlatShape]:
    """One of each; outlines around a star, which do not cross themselves, and at random."""

    def point(reach: int = 40_000) -> tuple[int, int]:
        x, y = rng.integers(-reach, reach, 2).tolist()
        return x, y

    corners = [point() for _ in range(rng.integers(3, 40))]
    angles = np.sort(rng.uniform(0, 2 * math.pi, rng.integers(3, 60)))
    away = rng.uniform(5_000, 40_000, angles.size)
    ring = np.column_stack((np.cos(angles) * away, np.sin(angles) * away)).astype(int)
    star = tuple((x, y) for x, y in ring.tolist())
    across = point()
    down = -across[1], across[0]
    box = box_between(point(), point())
    made: list[FlatShape | None] = [
        *(Polygon(star), Freehand(star), Spline(star, closed=True)),
        *(Polygon(tuple(corners)), Spline(tuple(corners), closed=False)),
        *(Polyline(tuple(corners)), Length(point(), point())),
        *(RotatedBox(point(), across, down), Ellipse(point(), across, down), box),
    ]
    return [shape for shape in made if shape is not None]


def angles_and_axes(tally: Tally, rng: Generator, count: int) -> None:
    """By the cosine between ways in the patient, from the image's own matrix."""
    for number in range(count):
        image = placed(np.zeros((2, 40, 40), np.int16), tuple(rng.uniform(0.2, 4, 3).tolist()), rng)
        a, b, c, d = (tuple(int(x) for x in rng.integers(0, 40_000, 2).tolist()) for _ in range(4))
        p, q, r, s = (
            image.affine.matrix[:3, :2] @ (np.array(point) / 1000) for point in (a, b, c, d)
        )
        cosine = (p - q) @ (r - q) / np.linalg.norm(p - q) / np.linalg.norm(r - q)
        degrees = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
        at = f"angle {number}"
        ours = measured(image, Angle((a[0], a[1]), (b[0], b[1]), (c[0], c[1])))
        tally.compare("angle", "arc cosine", ours.sizes["degrees"], degrees, at, 1.0)
        axes = measured(
            image, Bidirectional(((a[0], a[1]), (b[0], b[1])), ((c[0], c[1]), (d[0], d[1])))
        )
        sides = sorted((float(np.linalg.norm(q - p)), float(np.linalg.norm(s - r))))
        tally.compare("drawn axes", "numpy", axes.sizes["long_mm"], sides[1], at)
        tally.compare("drawn axes", "numpy", axes.sizes["short_mm"], sides[0], at)
