"""What is drawn over the image, as plain commands in canvas pixels that any painter can obey."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from labeler.model.document import Mark
from labeler.model.image import Pixels
from labeler.model.layers import Color
from labeler.model.masks import Mask
from labeler.model.measures import Intensity, intensity, measure_shape, place, region_of
from labeler.model.rasters import Place
from labeler.model.shapes import Box, Length, MaskRef, Polygon, Shape
from labeler.viewing.hit import handles
from labeler.viewing.measure_text import intensity_text, measure_text
from labeler.viewing.outline import outline
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Ghost, Preview, Scene
from labeler.viewing.viewport import CanvasMap

LINE, SELECTED_LINE = 1.5, 2.5
TEXT_GAP = 12.0
"""Canvas pixels between a mark and its text: the lesion stays uncovered."""


class Dash(enum.Enum):
    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


def dash_of(position: int) -> Dash:
    """Labels 1 to 4 solid, 5 to 8 dashed, 9 to 12 dotted; then again."""
    return (Dash.SOLID, Dash.DASHED, Dash.DOTTED)[position % 12 // 4]


Ink = int | Color
"""The colour of the label at a position, or a colour of its own."""


@dataclass(frozen=True)
class Stroke:
    """Lines through points; `filled` at 30 %."""

    points: tuple[Place, ...]
    ink: Ink
    width: float
    dash: Dash
    closed: bool
    filled: bool = False


@dataclass(frozen=True)
class Fill:
    """The voxels of a region at 30 % of a colour, or all of it."""

    mask: Mask
    where: CanvasMap
    ink: Ink
    solid: bool = False


@dataclass(frozen=True, eq=False)
class Wash:
    """Colours over the whole frame of `size` (rows, columns): RGBA samples, spread evenly."""

    colors: Pixels
    size: tuple[int, int]
    where: CanvasMap


@dataclass(frozen=True)
class Words:
    """Lines of a file's own words that begin at a place."""

    at: Place
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Legend:
    """What the colours of a wash mean, from the top down."""

    title: Phrase
    rows: tuple[tuple[Color, Phrase], ...]


@dataclass(frozen=True)
class Handle:
    """A 9 px square to drag."""

    at: Place


@dataclass(frozen=True)
class Ring:
    """The brush."""

    at: Place
    radius_x: float
    radius_y: float


@dataclass(frozen=True)
class Caption:
    """Lines beside what lies in `around` (left, top, right, bottom), in overlay colour.

    The label's `digit` goes before the first: it tells labels apart where colours cannot. It is ""
    for what others drew.
    """

    digit: str
    lines: tuple[Phrase, ...]
    around: tuple[float, float, float, float]


Command = Stroke | Fill | Wash | Words | Legend | Handle | Ring | Caption


class Overlay:
    """Draws a scene's marks; keeps outlines and values that it has met."""

    def __init__(self) -> None:
        self._values: tuple[Mark, Intensity | None] | None = None
        self._outlines: dict[Mask, tuple[tuple[Place, ...], ...]] = {}

    def commands(
        self, scene: Scene, preview: Preview, pixels: Pixels | None = None
    ) -> tuple[Command, ...]:
        """All marks of the frame and what a tool is doing, in the order to paint.

        With the frame's stored `pixels` the selected mark tells the values inside it.
        """
        found: list[Command] = []
        for mark in scene.marks():
            if mark.id != preview.hidden:
                found += self._mark(scene, mark, pixels)
        for ghost in preview.ghosts:
            found += self._ghost(scene, ghost)
        if preview.ring is not None:
            at, diameter_mm = preview.ring
            radius = scene.where.pixels_per_mm * diameter_mm / 2
            found.append(Ring(at, radius, radius))
        return tuple(found)

    def _mark(self, scene: Scene, mark: Mark, pixels: Pixels | None) -> Iterable[Command]:
        shape = mark.shape
        mask = scene.mask(shape.blob) if isinstance(shape, MaskRef) else None
        if isinstance(shape, MaskRef) and mask is None:
            return
        selected = mark.id == scene.selected
        ink = _position(scene, mark.label)
        yield from self._lines(scene, ink, mask or shape, selected=selected)
        if selected:
            yield from (Handle(scene.where.to_canvas(place(p))) for p in handles(shape))
        values = self._inside(scene, mark, mask, pixels) if selected else None
        more = (intensity_text(values, scene.image),) if values else ()
        yield from _caption(scene, ink, shape, mask, more)

    def _inside(
        self, scene: Scene, mark: Mark, mask: Mask | None, pixels: Pixels | None
    ) -> Intensity | None:
        if self._values is None or self._values[0] != mark:
            region = region_of(mark.shape, *scene.size, mask)
            if pixels is None or region is None:
                return None
            index = scene.view.index
            image = scene.image
            found = intensity(
                pixels,
                region,
                image.slopes[index],
                image.intercepts[index],
                image.padding,
                image.rows_there(index),
            )
            self._values = mark, found
        return self._values[1]

    def _ghost(self, scene: Scene, ghost: Ghost) -> Iterable[Command]:
        ink = _position(scene, ghost.label)
        yield from self._lines(scene, ink, ghost.shape, selected=True, is_open=ghost.open)
        if isinstance(ghost.shape, Mask):
            yield from _caption(scene, ink, MaskRef("0" * 64), ghost.shape)
        elif not ghost.open:
            yield from _caption(scene, ink, ghost.shape, None)
        else:
            yield from (Handle(scene.where.to_canvas(place(p))) for p in handles(ghost.shape)[:1])

    def _lines(
        self, scene: Scene, ink: int, shape: Shape | Mask, *, selected: bool, is_open: bool = False
    ) -> Iterable[Command]:
        width, dash = SELECTED_LINE if selected else LINE, dash_of(ink)
        to_canvas = scene.where.to_canvas
        match shape:
            case Length() | Box() | Polygon():
                points = tuple(to_canvas(place(point)) for point in handles(shape))
                closed = not isinstance(shape, Length) and not is_open
                yield Stroke(points, ink, width, dash, closed)
            case Mask():
                yield Fill(shape, scene.where, ink)
                for loop in self._outline(shape):
                    yield Stroke(tuple(map(to_canvas, loop)), ink, width, dash, closed=True)
            case MaskRef():
                return

    def _outline(self, mask: Mask) -> tuple[tuple[Place, ...], ...]:
        if mask not in self._outlines:
            if len(self._outlines) > 256:
                self._outlines.clear()
            self._outlines[mask] = outline(mask)
        return self._outlines[mask]


def _position(scene: Scene, label: str) -> int:
    return scene.labels.index(label) if label in scene.labels else 0


def _caption(
    scene: Scene, ink: int, shape: Shape, mask: Mask | None, more: tuple[Phrase, ...] = ()
) -> Iterable[Caption]:
    around = bounds(scene.where, shape, mask)
    if around is None:
        return
    measured = measure_text(measure_shape(scene.image, shape, mask))
    yield Caption(str(ink + 1), (measured, *more), around)


def bounds(
    where: CanvasMap, shape: Shape, mask: Mask | None
) -> tuple[float, float, float, float] | None:
    """The canvas rectangle around a mark: left, top, right, bottom; None around nothing."""
    if isinstance(shape, MaskRef):
        if mask is None or mask.count == 0:
            return None
        height, width = mask.crop.shape
        corners = [
            (mask.left - 0.5, mask.top - 0.5),
            (mask.left + width - 0.5, mask.top + height - 0.5),
        ]
    else:
        corners = [place(point) for point in handles(shape)]
    places = [where.to_canvas(corner) for corner in corners]
    xs, ys = [p[0] for p in places], [p[1] for p in places]
    return min(xs), min(ys), max(xs), max(ys)
