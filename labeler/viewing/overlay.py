"""What is drawn over the image, as plain commands in canvas pixels that any painter can obey."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from labeler.model.handles import handles
from labeler.model.image import Pixels
from labeler.model.layers import Color
from labeler.model.masks import Mask
from labeler.model.measures import MASKS, place
from labeler.model.outlines import Places, paths
from labeler.model.rasters import Place
from labeler.model.shapes import Arrow, FlatShape, MaskRef
from labeler.viewing.grips import shown_grips
from labeler.viewing.label_inks import Dash, dash_of
from labeler.viewing.mark_words import Caption as Caption  # noqa: PLC0414  one of the commands
from labeler.viewing.mark_words import MarkWords, drawn_caption
from labeler.viewing.mark_words import canvas_bounds as canvas_bounds  # noqa: PLC0414  named here too
from labeler.viewing.outline import KnownOutlines, Rings
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Ghost, Lying, Preview, Scene
from labeler.viewing.viewport import Canvas, CanvasMap
from labeler.viewing.wet_paint import WetPaint

LINE, SELECTED_LINE = 1.5, 2.5
BARB, BARB_ANGLE = 10.0, math.radians(25)
POINT_GAP, POINT_ARM = 3.0, 8.0
FILL_OPACITY = 0.30


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
    """The voxels of a region that are seen on a canvas, as opaque as told."""

    mask: Mask
    where: CanvasMap
    canvas: Canvas
    ink: Ink
    opacity: float = FILL_OPACITY


@dataclass(frozen=True, eq=False)
class Edge:
    """The lines around a region, however many."""

    rings: Rings
    where: CanvasMap
    ink: Ink
    width: float
    dash: Dash


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


Command = Stroke | Fill | Edge | Wet | Wash | Words | Legend | Handle | Ring | Caption


MOST_STRONG = 64
"""Selected marks that are drawn over the others."""


def very_many(scene: Scene) -> frozenset[str]:
    """The marks selected beside the one with handles, where they are too many to be drawn once more
    over the still picture: there they are drawn stronger."""
    return scene.also if len(scene.also) > MOST_STRONG else frozenset()


class Overlay:
    """Draws what lies over the still picture of a scene's marks; keeps words and values that it
    has met."""

    def __init__(self) -> None:
        self._edges, self._words = KnownOutlines(), MarkWords()

    def commands(
        self,
        scene: Scene,
        preview: Preview,
        pixels: Pixels | None = None,
        hovered: str = "",
        fill: float = FILL_OPACITY,
        *,
        whole: bool = True,
    ) -> tuple[Command, ...]:
        """The words beside marks, the selected and `hovered` marks once more, stronger, and what a
        tool is doing, in the order to paint.

        With the frame's stored `pixels` the selected mark tells the values inside it, where it is
        told as a `whole`. Regions that a tool is painting are filled by `fill` of 1.
        """
        by_id, gone = scene.here.by_id, preview.gone
        found: list[Command] = []
        beside = scene.also - very_many(scene) | {hovered}
        for name in (*sorted(beside - {scene.selected, ""}), scene.selected):
            if name in by_id and name not in gone:
                found += self._strong(scene, by_id[name])
        told = gone | {scene.selected}
        if scene.selected in by_id and scene.selected not in gone:
            found += self._words.of_selected(scene, by_id[scene.selected], pixels, whole=whole)
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

    def _ghost(self, scene: Scene, ghost: Ghost, fill: float) -> Iterable[Command]:
        ink, shape = scene.ink(ghost.label), ghost.shape
        if isinstance(shape, WetPaint):
            yield Wet(shape, scene.where, ink, SELECTED_LINE, fill)
            return
        if isinstance(shape, Mask):
            yield Fill(shape, scene.where, scene.canvas, ink, opacity=fill)
        yield from self._lines(scene, ink, shape)
        if isinstance(shape, Mask):
            yield from drawn_caption(scene, ink, MaskRef("0" * 64), shape)
        elif not ghost.unfinished:
            yield from drawn_caption(scene, ink, shape, None)
        else:
            yield from (Handle(scene.where.to_canvas(place(p))) for p in handles(shape)[:1])

    def _lines(self, scene: Scene, ink: int, shape: FlatShape | Mask) -> Iterable[Command]:
        width, dash = SELECTED_LINE, dash_of(ink)
        to_canvas = scene.where.to_canvas
        if isinstance(shape, Mask):
            rings = self._edges.of(shape, scene.where, scene.canvas, scene.ratio)
            if len(rings.ends):
                yield Edge(rings, scene.where, ink, width, dash)
            return
        if isinstance(shape, Arrow):
            tip = arrow_head(to_canvas(place(shape.start)), to_canvas(place(shape.end)))
            yield Stroke(tip, ink, width, Dash.SOLID, closed=False)
        for path in paths(shape):
            points = _on_canvas(path.places, scene.where)
            if len(points) == 1:
                yield from (Stroke(arm, ink, width, Dash.SOLID, False) for arm in _cross(points[0]))
            else:
                yield Stroke(points, ink, width, dash, path.closed)


def _on_canvas(places: Places, where: CanvasMap) -> tuple[Place, ...]:
    a, b, c, d, e, f = where.affine
    x, y = places.T
    across, down = (a * x + b * y + c).tolist(), (d * x + e * y + f).tolist()
    return tuple(zip(across, down, strict=True))


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
