"""What is drawn over the image, as plain commands in canvas pixels that any painter can obey."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from msgspec import UNSET

from labeler.model.document import Mark
from labeler.model.handles import handles
from labeler.model.image import Pixels
from labeler.model.intensities import Intensity, intensity, values_inside
from labeler.model.layers import Color
from labeler.model.mark_measures import why_not_across
from labeler.model.mask_measures import measure_volume
from labeler.model.masks import Mask
from labeler.model.measures import (
    MASKS,
    Measure,
    measure_mark,
    measure_shape,
    place,
    region_of,
)
from labeler.model.outlines import bounds, paths
from labeler.model.rasters import Place
from labeler.model.shapes import Arrow, Cuboid, FlatShape, Landmark, MaskRef, MaskShape
from labeler.viewing.grips import shown_grips
from labeler.viewing.mark_index import LyingMarks
from labeler.viewing.measure_text import intensity_text, measure_text, volume_text
from labeler.viewing.outline import KnownOutlines
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Ghost, Lying, Preview, Scene
from labeler.viewing.viewport import CanvasMap
from labeler.viewing.wet_paint import WetPaint

LINE, SELECTED_LINE = 1.5, 2.5
BARB, BARB_ANGLE = 10.0, math.radians(25)
POINT_GAP, POINT_ARM = 3.0, 8.0
FILL_OPACITY = 0.30
TEXT_GAP = 12.0
"""Canvas pixels between a mark and its text: the lesion stays uncovered."""

MOST_CAPTIONS = 64
"""Marks on the canvas that have words beside them; of more than these only the selected one has."""


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
    """The voxels of a region, as opaque as told."""

    mask: Mask
    where: CanvasMap
    ink: Ink
    opacity: float = FILL_OPACITY


@dataclass(frozen=True, eq=False)
class Wet:
    """Paint that is not dry: the same as a Fill and its edge, of as much as is painted anew."""

    paint: WetPaint
    where: CanvasMap
    ink: Ink
    width: float
    opacity: float = FILL_OPACITY


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


Command = Stroke | Fill | Wet | Wash | Words | Legend | Handle | Ring | Caption


class Overlay:
    """Draws what lies over the still picture of a scene's marks; keeps words and values that it
    has met."""

    def __init__(self) -> None:
        self._values: tuple[tuple[int, Lying], Intensity | None] | None = None
        self._edges, self._words = KnownOutlines(), MarkWords()

    def commands(
        self,
        scene: Scene,
        preview: Preview,
        pixels: Pixels | None = None,
        hovered: str = "",
        fill: float = FILL_OPACITY,
    ) -> tuple[Command, ...]:
        """The words beside marks, the selected and `hovered` marks once more, stronger, and what a
        tool is doing, in the order to paint.

        With the frame's stored `pixels` the selected mark tells the values inside it. Regions that
        a tool is painting are filled by `fill` of 1.
        """
        by_id, gone = scene.here.by_id, preview.gone
        found: list[Command] = []
        for name in (*sorted((scene.chosen | {hovered}) - {scene.selected, ""}), scene.selected):
            if name in by_id and name not in gone:
                found += self._strong(scene, by_id[name])
        told = gone | {scene.selected}
        if scene.selected in by_id and scene.selected not in gone:
            found += self._told(scene, by_id[scene.selected], pixels)
        found += [caption for name, caption in self._words.beside(scene) if name not in told]
        for ghost in preview.ghosts:
            found += self._ghost(scene, ghost, fill)
        if preview.caught is not None:
            found.append(Handle(preview.caught))
        if preview.ring is not None:
            at, diameter_mm = preview.ring
            radius = scene.where.pixels_per_mm * diameter_mm / 2
            found.append(Ring(at, radius, radius))
        return tuple(found)

    def _strong(self, scene: Scene, lying: Lying) -> Iterable[Command]:
        mark, shape = lying.mark, lying.shape
        drawn = scene.region(shape) if isinstance(shape, MASKS) else shape
        if drawn is None:
            return
        yield from self._lines(scene, scene.ink(mark.label), drawn)
        if mark.id == scene.selected:
            yield from map(Handle, shown_grips(scene, lying))

    def _told(self, scene: Scene, lying: Lying, pixels: Pixels | None) -> Iterable[Command]:
        """The words beside the selected mark, with the values inside it."""
        mask = scene.region(lying.shape)
        if mask is None and isinstance(lying.shape, MASKS):
            return
        values = self._inside(scene, lying, mask, pixels)
        more = () if values is None else (intensity_text(values, scene.image),)
        yield from caption(scene, lying, mask, more)

    def _inside(
        self, scene: Scene, lying: Lying, mask: Mask | None, pixels: Pixels | None
    ) -> Intensity | None:
        at = scene.view.index, lying
        if self._values is None or self._values[0] != at:
            region = region_of(lying.shape, *scene.size, mask)
            if pixels is None or region is None:
                return None
            index = scene.view.index
            image = scene.image
            found = intensity([values_inside(image, index, pixels, region)])
            self._values = at, found
        return self._values[1]

    def _ghost(self, scene: Scene, ghost: Ghost, fill: float) -> Iterable[Command]:
        ink, shape = scene.ink(ghost.label), ghost.shape
        if isinstance(shape, WetPaint):
            yield Wet(shape, scene.where, ink, SELECTED_LINE, fill)
            return
        if isinstance(shape, Mask):
            yield Fill(shape, scene.where, ink, opacity=fill)
        yield from self._lines(scene, ink, shape)
        if isinstance(shape, Mask):
            yield from plain_caption(scene, ink, MaskRef("0" * 64), shape)
        elif not ghost.unfinished:
            yield from plain_caption(scene, ink, shape, None)
        else:
            yield from (Handle(scene.where.to_canvas(place(p))) for p in handles(shape)[:1])

    def _lines(self, scene: Scene, ink: int, shape: FlatShape | Mask) -> Iterable[Command]:
        width, dash = SELECTED_LINE, dash_of(ink)
        to_canvas = scene.where.to_canvas
        if isinstance(shape, Mask):
            for loop in self._edges.of(shape):
                yield Stroke(tuple(map(to_canvas, loop)), ink, width, dash, closed=True)
            return
        if isinstance(shape, Arrow):
            tip = arrow_head(to_canvas(place(shape.start)), to_canvas(place(shape.end)))
            yield Stroke(tip, ink, width, Dash.SOLID, closed=False)
        for path in paths(shape):
            points = tuple(to_canvas((x, y)) for x, y in path.places.tolist())
            if len(points) == 1:
                yield from (Stroke(arm, ink, width, Dash.SOLID, False) for arm in _cross(points[0]))
            else:
                yield Stroke(points, ink, width, dash, path.closed)


class MarkWords:
    """What stands beside the marks of a view while there is room for it; kept until marks or view
    change."""

    def __init__(self) -> None:
        self._of: tuple[LyingMarks, CanvasMap] | None = None
        self._found: tuple[tuple[str, Caption], ...] = ()

    def beside(self, scene: Scene) -> tuple[tuple[str, Caption], ...]:
        """The id of each mark that has words, and these; none where too many are on the canvas."""
        here, where = scene.here, scene.where
        if self._of is None or self._of[0] is not here or self._of[1] != where:
            shown = _on_canvas(scene)
            room = len(shown) + len(here.masks) <= MOST_CAPTIONS
            few = (*(here.all[k] for k in shown), *here.masks) if room else ()
            self._found = tuple(
                (one.mark.id, words)
                for one in few
                for words in caption(scene, one, scene.region(one.shape))
            )
            # Regions that are still on their way have no words yet.
            whole = len(self._found) == len(few)
            self._of = (here, where) if whole else None
        return self._found


def _on_canvas(scene: Scene) -> list[int]:
    """The marks with an outline on the canvas, a few more than are told at most."""
    ends = [scene.where.to_voxel(at) for at in ((0, 0), (scene.canvas.width, scene.canvas.height))]
    (left, top), (right, bottom) = np.sort(np.array(ends), axis=0).tolist()
    outlines = scene.here.outlines
    x0, y0, x1, y1 = outlines.paths.boxes.T
    seen = outlines.marks[(x0 <= right) & (x1 >= left) & (y0 <= bottom) & (y1 >= top)]
    return sorted(set(seen[: 4 * MOST_CAPTIONS].tolist()))


def caption(
    scene: Scene, lying: Lying, mask: Mask | None, more: tuple[Phrase, ...] = ()
) -> Iterable[Caption]:
    """The words beside a mark: its label's digit, what it measures, and `more`."""
    if isinstance(lying.shape, MASKS) and mask is None:
        return
    told = (*_volume_text(scene, lying.shape), *more)
    ink, whole = scene.ink(lying.mark.label), _whole(scene, lying.mark)
    yield from plain_caption(scene, ink, lying.shape, mask, told, whole)


def _volume_text(scene: Scene, shape: FlatShape | MaskShape) -> Iterable[Phrase]:
    """Of a region that goes through slices, where these may be measured across."""
    image = scene.base or scene.image
    if isinstance(shape, MASKS) and shape.through is not UNSET:
        content = scene.painted.content(shape)
        if content is not None and not why_not_across(image):
            yield volume_text(measure_volume(image, content).volume_mm3)


def _whole(scene: Scene, mark: Mark) -> Measure | None:
    """Of a mark in the patient: a slice shows no more than a part of it."""
    if isinstance(mark.shape, Cuboid | Landmark):
        return measure_mark(scene.base or scene.image, mark.shape)
    return None


def _cross(at: Place) -> tuple[tuple[Place, Place], ...]:
    """Four arms around a point that they leave free."""
    ways = ((1, 0), (0, 1), (-1, 0), (0, -1))
    return tuple(
        (
            (at[0] + POINT_GAP * x, at[1] + POINT_GAP * y),
            (at[0] + POINT_ARM * x, at[1] + POINT_ARM * y),
        )
        for x, y in ways
    )


def arrow_head(start: Place, tip: Place) -> tuple[Place, Place, Place]:
    """Both barbs of an arrow, through its tip."""
    angle = math.atan2(start[1] - tip[1], start[0] - tip[0])
    left, right = (
        (
            tip[0] + BARB * math.cos(angle + turn),
            tip[1] + BARB * math.sin(angle + turn),
        )
        for turn in (-BARB_ANGLE, BARB_ANGLE)
    )
    return left, tip, right


def plain_caption(
    scene: Scene,
    ink: int,
    shape: FlatShape | MaskShape,
    mask: Mask | None,
    more: tuple[Phrase, ...] = (),
    whole: Measure | None = None,
) -> Iterable[Caption]:
    """The words beside a shape; `whole` is of what it is only a cross-section of."""
    around = canvas_bounds(scene.where, shape, mask)
    if around is None:
        return
    measure = measure_shape(scene.image, shape, mask) if whole is None else whole
    lines = () if measure is None else (measure_text(measure),)
    yield Caption(str(ink + 1), (*lines, *more), around)


def canvas_bounds(
    where: CanvasMap, shape: FlatShape | MaskShape, mask: Mask | None
) -> tuple[float, float, float, float] | None:
    """The canvas rectangle around a mark: left, top, right, bottom; None around nothing."""
    if not isinstance(shape, MASKS):
        left, top, right, bottom = bounds(shape)
    elif mask is None or mask.count == 0:
        return None
    else:
        height, width = mask.crop.shape
        left, top = mask.left - 0.5, mask.top - 0.5
        right, bottom = left + width, top + height
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    places = [where.to_canvas(corner) for corner in corners]
    xs, ys = [p[0] for p in places], [p[1] for p in places]
    return min(xs), min(ys), max(xs), max(ys)
