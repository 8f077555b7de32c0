"""What is drawn of other files' layers: under the person's own marks, in lines of another kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from weakref import ref

import numpy as np

from labeler.model.image import Image, Pixels
from labeler.model.layers import Dose, Layer, Measured, Path, Presentation, Text
from labeler.model.masks import Mask
from labeler.model.rasters import Place
from labeler.viewing.label_inks import Dash
from labeler.viewing.layer_sections import Section
from labeler.viewing.outline import KnownOutlines
from labeler.viewing.overlay import (
    Caption,
    Command,
    Edge,
    Fill,
    Ink,
    Legend,
    Stroke,
    Wash,
    Words,
)
from labeler.viewing.phrase import Phrase, number, phrase
from labeler.viewing.scene import Scene
from labeler.viewing.viewport import ViewState, with_window

LAYER_LINE = 1.25
FIRST_INK = 8
"""Layers without a colour of their own take the labels' colours from here on."""

CROSS = 5.0
"""Half the size of the cross at a single point, canvas pixels."""

MOST_NAMES = 12
MOST_VALUES = 4
DOSE_FROM = 0.1
"""Of the highest dose: what is below is not washed."""

DOSE_SAMPLES = 192
DOSE_OPACITY = 0.35
DOSE_LEVELS = (1.0, 0.8, 0.6, 0.4, 0.2)
_DOSE_STOPS = (0.1, 0.3, 0.5, 0.7, 0.85, 1.0)
_DOSE_COLORS = (
    (36, 60, 200), (0, 160, 230), (40, 200, 120), (240, 220, 40), (245, 140, 30), (225, 30, 40)
)  # fmt: skip
_UNITS = {"[hnsf'U]": "HU", "mm2": "mm²", "cm2": "cm²", "mm3": "mm³", "cm3": "cm³", "1": ""}


_NOTHING_CUT: Mapping[str, Section] = {}


def ink_of(layer: Layer, position: int) -> Ink:
    """The colour the file asks for, else one of the theme's."""
    return layer.color if layer.color is not None else FIRST_INK + position


class LayerOverlay:
    """Draws layers; keeps outlines and washes that it has met."""

    def __init__(self) -> None:
        self._edges = KnownOutlines()
        self._wash: tuple[ref[Dose], ref[Image], int, Pixels] | None = None

    def commands(
        self,
        scene: Scene,
        layers: Sequence[tuple[int, Layer]],
        sections: Mapping[str, Section] = _NOTHING_CUT,
    ) -> tuple[Command, ...]:
        """The visible layers of this frame with their positions among all, and their names; of a
        plane the `sections` through them."""
        if sections:
            return tuple(_on_plane(scene, layers, sections))
        here = [(at, layer) for at, layer in layers if scene.frame in layer.figures]
        found: list[Command] = []
        for at, layer in here:
            found += self._layer(scene, layer, ink_of(layer, at))
        if len(here) <= MOST_NAMES:
            for _, layer in here:
                found += _name(scene, layer)
        return tuple(found)

    def _layer(self, scene: Scene, layer: Layer, ink: Ink) -> Iterable[Command]:
        to_canvas = scene.where.to_canvas
        for figure in layer.figures[scene.frame]:
            if isinstance(figure, Mask):
                yield Fill(figure, scene.where, scene.canvas, ink)
                rings = self._edges.of(figure, scene.where, scene.canvas, scene.ratio)
                if len(rings.ends):
                    yield Edge(rings, scene.where, ink, LAYER_LINE, Dash.DASHED)
            elif isinstance(figure, Text):
                yield Words(to_canvas(figure.at), figure.lines)
            elif len(figure.points) == 1:
                yield from _cross(to_canvas(figure.points[0]), ink)
            else:
                line = tuple(map(to_canvas, figure.points))
                yield Stroke(line, ink, LAYER_LINE, Dash.DASHED, figure.closed, figure.filled)

    def wash(self, scene: Scene, dose: Dose) -> tuple[Command, ...]:
        """The dose in this frame as colours, and what they mean."""
        image, index, known = scene.image, scene.view.index, self._wash
        of = (dose, image, index)
        if known is None or (known[0](), known[1](), known[2]) != of:
            made = _colored(dose, dose_on(image, index, dose))
            known = self._wash = ref(dose), ref(image), index, made
        return Wash(known[3], scene.size, scene.where), _legend(dose)


def _on_plane(
    scene: Scene, layers: Sequence[tuple[int, Layer]], sections: Mapping[str, Section]
) -> Iterable[Command]:
    """As on the slices: fill, edge and name."""
    here = [(at, layer, sections[layer.key]) for at, layer in layers if layer.key in sections]
    to_canvas = scene.where.to_canvas
    for at, layer, cut in here:
        ink = ink_of(layer, at)
        yield Fill(cut.mask, scene.where, scene.canvas, ink)
        for loop in cut.loops:
            line = tuple(map(to_canvas, loop))
            yield Stroke(line, ink, LAYER_LINE, Dash.DASHED, closed=True)
    for _, layer, cut in here if len(here) <= MOST_NAMES else ():
        yield from _beside(scene, layer, _extent(cut.mask))


def presented(view: ViewState, image: Image, state: Presentation) -> ViewState:
    """The view with the table or window and the polarity a presentation wants for its frame."""
    frame = image.refs[view.index]
    table = state.luts.get(frame) or next(iter(state.luts.values()), None)
    window = state.windows.get(frame) or next(iter(state.windows.values()), None)
    seen = view
    if table is not None:
        seen = with_window(view, table.window, table)
    elif window is not None:
        seen = with_window(view, window)
    # A presentation says which values are dark, whatever the image's own way is (C.11.6).
    return replace(seen, inverted=state.inverted != image.inverted)


def cover(scene: Scene, presentation: Presentation) -> tuple[Command, ...]:
    """What the presentation's shutters hide."""
    shut = presentation.shut.get(scene.frame)
    return () if shut is None else (Fill(shut, scene.where, scene.canvas, (0, 0, 0), opacity=1.0),)


def dose_on(image: Image, index: int, dose: Dose) -> Pixels:
    """Dose on a slice, sampled evenly over the frame: at most 192 places along each side."""
    _, rows, columns = image.source.shape
    across, down = min(columns, DOSE_SAMPLES), min(rows, DOSE_SAMPLES)
    column = (np.arange(across) + 0.5) * columns / across - 0.5
    row = (np.arange(down) + 0.5) * rows / down - 0.5
    p_voxel = np.zeros((down, across, 3))
    p_voxel[..., 0], p_voxel[..., 1], p_voxel[..., 2] = column, row[:, None], index
    return dose.at(image.to_patient(p_voxel))


def dose_text(image: Image, index: int, p_voxel: Place, dose: Dose) -> Phrase | None:
    """The dose under the cursor; None outside its grid."""
    place = image.to_patient(np.array([p_voxel[0], p_voxel[1], float(index)]))
    value = float(dose.at(place))
    if np.isnan(value):
        return None
    if not dose.unit:
        return phrase("dose {value} (relative)", value=number(value, 3))
    return phrase("{value} Gy", value=number(value, 2))


def measured_text(measured: Measured) -> str:
    """A value as its report states it, with the unit in its usual spelling."""
    unit = _UNITS.get(measured.unit, "" if "{" in measured.unit else measured.unit)
    value = f"{measured.value:.6g}".replace("-", "−")
    return " ".join(part for part in (measured.name, value, unit) if part)


def _name(scene: Scene, layer: Layer) -> Iterable[Command]:
    """What the layer is called beside all of it; texts speak for themselves."""
    places = [p for figure in layer.figures[scene.frame] for p in _extent(figure)]
    if not any(isinstance(f, Text) for f in layer.figures[scene.frame]):
        yield from _beside(scene, layer, places)


def _beside(scene: Scene, layer: Layer, places: Sequence[Place]) -> Iterable[Command]:
    if not places:
        return
    shown = [scene.where.to_canvas(place) for place in places]
    xs, ys = [p[0] for p in shown], [p[1] for p in shown]
    values = [measured_text(one) for one in layer.measured[:MOST_VALUES]]
    lines = tuple(phrase("{name}", name=line) for line in (layer.title, *values))
    yield Caption("", lines, (min(xs), min(ys), max(xs), max(ys)))


def _extent(figure: Mask | Path | Text) -> tuple[Place, ...]:
    if isinstance(figure, Path):
        return figure.points
    if isinstance(figure, Text) or not figure.count:
        return ()
    height, width = figure.crop.shape
    left, top = figure.left - 0.5, figure.top - 0.5
    return (left, top), (left + width, top + height)


def _cross(at: Place, ink: Ink) -> Iterable[Command]:
    x, y = at
    for ends in (((x - CROSS, y), (x + CROSS, y)), ((x, y - CROSS), (x, y + CROSS))):
        yield Stroke(ends, ink, LAYER_LINE, Dash.SOLID, closed=False)


def _colored(dose: Dose, values: Pixels) -> Pixels:
    """RGBA uint8 of dose values; what is below a tenth of the highest is clear."""
    share = np.nan_to_num(values) / max(dose.maximum, 1e-9)
    painted = np.zeros((*values.shape, 4), dtype=np.uint8)
    for channel in range(3):
        levels = [color[channel] for color in _DOSE_COLORS]
        painted[..., channel] = np.rint(np.interp(share, _DOSE_STOPS, levels))
    painted[..., 3] = np.where(share >= DOSE_FROM, round(DOSE_OPACITY * 255), 0)
    return painted


def _legend(dose: Dose) -> Legend:
    colors = np.array(_DOSE_COLORS)
    rows = []
    for level in DOSE_LEVELS:
        r, g, b = (int(np.interp(level, _DOSE_STOPS, colors[:, c])) for c in range(3))
        value = number(dose.maximum * level, 1)
        text = phrase("{value} Gy", value=value) if dose.unit else phrase("{value}", value=value)
        rows.append(((r, g, b), text))
    title = phrase("Dose") if dose.unit else phrase("Dose, relative")
    return Legend(title, tuple(rows))
