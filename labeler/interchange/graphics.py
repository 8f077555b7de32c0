"""Graphic annotations of a presentation state (PS3.3 C.10.5): lines, texts and overlay planes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from labeler.interchange.colors import from_cielab, from_shorts
from labeler.interchange.curves import curve
from labeler.interchange.dicom_item import Item
from labeler.interchange.slices import Slices, points
from labeler.model.affine import Vector
from labeler.model.frames import FrameRef
from labeler.model.image import Pixels
from labeler.model.layers import Color, Figure, Layer, LayerKind, Path, Text
from labeler.model.masks import Mask, cropped

MAX_FIGURES = 20_000


class AState(Protocol):
    """A presentation state over one image."""

    @property
    def item(self) -> Item: ...
    @property
    def slices(self) -> Slices: ...
    @property
    def about(self) -> tuple[int, ...]: ...
    def of(self, part: Item) -> tuple[int, ...]: ...


@dataclass(eq=False)
class _Sheet:
    """One graphic layer while it is filled."""

    order: int = 0
    color: Color | None = None
    name: str = ""
    figures: dict[FrameRef, list[Figure]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Shown:
    """Displayed Area Selection (C.10.4): opposite corners of what fills the display, from 1."""

    first: tuple[int, int]
    last: tuple[int, int]
    turned: bool

    def to_voxel(self, p_display: Vector) -> Vector:
        """(column, row) of places on the display, 0 to 1 across and down it."""
        begin = np.array(self.first, dtype=np.float64)
        end = np.array(self.last, dtype=np.float64)
        step = np.where(end >= begin, 1.0, -1.0)
        # The edges of the first and of the last pixel.
        low, high = begin - step / 2 - 1, end + step / 2 - 1
        share = p_display[:, ::-1] if self.turned else p_display
        return np.asarray(low + share * (high - low), dtype=np.float64)


def graphics(state: AState) -> tuple[list[Layer], bool]:
    """Graphic layers in their order, and whether something in them is not drawn here."""
    sheets, odd = _sheets(state.item), False
    left = MAX_FIGURES
    for annotation in state.item.items("GraphicAnnotationSequence"):
        sheet = sheets.setdefault(annotation.text("GraphicLayer"), _Sheet(len(sheets)))
        odd |= bool(annotation.items("CompoundGraphicSequence"))
        for k in state.of(annotation):
            figures, unknown = _figures(annotation, _shown(state, k))
            odd |= unknown or len(figures) > left
            figures = figures[:left]
            left -= len(figures)
            if figures:
                sheet.figures.setdefault(state.slices.refs[k], []).extend(figures)
    for group in state.item.overlays():
        mask = _overlay(state.item, group, state.slices)
        layer = state.item.at(group << 16 | 0x1001, str)
        if mask is None or layer is None:
            continue  # an overlay without a layer is not switched on (C.11.7)
        sheet = sheets.setdefault(str(layer).strip(), _Sheet(len(sheets)))
        for k in state.about:
            sheet.figures.setdefault(state.slices.refs[k], []).append(mask)
    ordered = sorted(sheets.items(), key=lambda named: named[1].order)
    return [_layer(state, code, sheet) for code, sheet in ordered], odd


def _sheets(item: Item) -> dict[str, _Sheet]:
    found = {}
    for layer in item.items("GraphicLayerSequence"):
        lab = layer.integers("GraphicLayerRecommendedDisplayCIELabValue")
        rgb = layer.integers("GraphicLayerRecommendedDisplayRGBValue")
        grey = layer.integers("GraphicLayerRecommendedDisplayGrayscaleValue")
        color = (
            from_cielab(lab) or from_shorts(rgb) or from_shorts(grey * 3 if len(grey) == 1 else ())
        )
        found[layer.text("GraphicLayer")] = _Sheet(
            layer.integer("GraphicLayerOrder") or 0,
            color,
            layer.text("GraphicLayerDescription"),
        )
    return found


def _layer(state: AState, code: str, sheet: _Sheet) -> Layer:
    return Layer(
        key=f"{state.item.name}/{code}",
        kind=LayerKind.PRESENTATION,
        source=state.item.name,
        name=sheet.name or code,
        number=sheet.order,
        meaning="",
        color=sheet.color,
        figures={ref: tuple(found) for ref, found in sheet.figures.items()},
    )


def _shown(state: AState, k: int) -> _Shown:
    turned = (state.item.integer("ImageRotation") or 0) % 180 == 90
    for area in state.item.items("DisplayedAreaSelectionSequence"):
        first = area.integers("DisplayedAreaTopLeftHandCorner")
        last = area.integers("DisplayedAreaBottomRightHandCorner")
        if k in state.of(area) and len(first) == 2 and len(last) == 2:
            return _Shown((first[0], first[1]), (last[0], last[1]), turned)
    return _Shown((1, 1), (state.slices.columns, state.slices.rows), turned)


def _figures(annotation: Item, shown: _Shown) -> tuple[list[Figure], bool]:
    found: list[Figure] = []
    unknown = False
    for graphic in annotation.items("GraphicObjectSequence"):
        kind = graphic.text("GraphicType")
        given = _voxels(graphic, "GraphicData", "GraphicAnnotationUnits", shown)
        drawn = curve(kind, given)
        if drawn is None:
            unknown = True
            continue
        joined, closed = drawn
        closed = closed or kind in ("CIRCLE", "ELLIPSE")
        if kind == "POINT":
            found.append(Path(points(joined)[:1], closed=False))
        else:
            found.append(Path(points(joined), closed, graphic.text("GraphicFilled") == "Y"))
    for text in annotation.items("TextObjectSequence"):
        found += _text(text, shown)
    return found, unknown


def _text(text: Item, shown: _Shown) -> Sequence[Figure]:
    """The words, and the line to what they are about where one is wanted."""
    lines = text.lines("UnformattedTextValue")
    box = _voxels(text, "BoundingBoxTopLeftHandCorner", "BoundingBoxAnnotationUnits", shown)
    anchor = _voxels(text, "AnchorPoint", "AnchorPointAnnotationUnits", shown)
    at = box if len(box) else anchor
    if not lines or not len(at):
        return ()
    words = Text(lines, points(at)[0])
    if len(box) and len(anchor) and text.text("AnchorPointVisibility") == "Y":
        return words, Path((points(box)[0], points(anchor)[0]), closed=False)
    return (words,)


def _voxels(item: Item, keyword: str, units: str, shown: _Shown) -> Vector:
    """Pairs as (column, row) in voxels: PIXEL counts from the corner of the first pixel."""
    values = item.numbers(keyword)
    pairs = np.asarray(values[: len(values) // 2 * 2], dtype=np.float64).reshape(-1, 2)
    return shown.to_voxel(pairs) if item.text(units) == "DISPLAY" else pairs - 0.5


def _overlay(item: Item, group: int, slices: Slices) -> Mask | None:
    """An overlay plane inside the state (C.9.2), cut to the image."""
    base = group << 16
    rows, columns = item.at(base | 0x0010, int) or 0, item.at(base | 0x0011, int) or 0
    origin = item.at(base | 0x0050, list) or [1, 1]
    data = item.at(base | 0x3000, bytes) or b""
    if not (0 < rows <= 1 << 16 and 0 < columns <= 1 << 16) or len(data) * 8 < rows * columns:
        return None
    packed = np.frombuffer(data, dtype=np.uint8, count=-(-rows * columns // 8))
    bits = np.unpackbits(packed, bitorder="little")[: rows * columns].reshape(rows, columns)
    return _cut(bits, int(origin[0]) - 1, int(origin[1]) - 1, slices)


def _cut(bits: Pixels, top: int, left: int, slices: Slices) -> Mask | None:
    rows, columns = bits.shape
    r0, c0 = max(0, -top), max(0, -left)
    r1, c1 = min(rows, slices.rows - top), min(columns, slices.columns - left)
    if r1 <= r0 or c1 <= c0:
        return None
    inside = bits[r0:r1, c0:c1].astype(np.bool_)
    return cropped(slices.rows, slices.columns, top + r0, left + c0, inside)
