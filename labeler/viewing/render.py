"""One frame to the pixels of a canvas; only what is visible is computed, in C."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.windowing import (
    Axis,
    Screen,
    Shares,
    Values,
    paint,
    paint_color,
    sample,
    shrink,
)
from labeler.model.image import Pixels
from labeler.viewing.grey import Grey as Grey  # noqa: PLC0414  named here too
from labeler.viewing.grey import tone_of
from labeler.viewing.viewport import CanvasMap

BLACK = 0xFF000000
NEAREST_FROM = 8.0
"""Above this many canvas pixels per voxel the voxels themselves are shown."""


class FrameRenderer:
    """Paints frames into one canvas; what it averaged of a frame is kept, so that a window drag
    only maps values."""

    def __init__(self) -> None:
        self._canvas: Screen = np.empty((0, 0), np.uint32)
        self._laid_key: object = None
        self._laid: _Laid | None = None
        self._key: object = None
        self._source: _Source | None = None

    def paint(
        self,
        pixels: Pixels,
        where: CanvasMap,
        size: tuple[int, int],
        grey: Grey,
        frame_key: object = None,
        *,
        smooth: bool = True,
    ) -> Screen:
        """Canvas of `size` (width, height): uint32 (height, width); the next call paints it anew.

        `pixels` are stored values (rows, columns), or RGB, which is shown as it is. `frame_key`
        names them; without a name nothing is kept. Not `smooth`, voxels are shown from 1:1 on.
        Around the image the canvas is black, inverted or not.
        """
        width, height = size
        if self._canvas.shape != (height, width):
            self._canvas = np.empty((height, width), np.uint32)
            self._laid_key = None
        laid = self._lay(where, size, smooth)
        out = self._canvas[laid.rows, laid.columns]
        if not out.size:
            return self._canvas
        key = None if frame_key is None else (frame_key, self._laid_key)
        source = self._source
        if key is None or key != self._key or source is None:
            source = _first_time(where.layout.arrange(_usable(pixels)), laid)
        else:
            source = _again(source)
        self._key, self._source = key, source
        if pixels.ndim == 3:
            paint_color(source.values, source.across, source.down, out)
        else:
            paint(source.values, source.across, source.down, tone_of(grey), out)
        return self._canvas

    def _lay(self, where: CanvasMap, size: tuple[int, int], smooth: bool) -> _Laid:
        key = where, size, smooth
        if self._laid is None or key != self._laid_key:
            self._laid_key, self._laid = key, _lay(where, size, smooth)
            _blacken_around(self._canvas, self._laid.rows, self._laid.columns)
        return self._laid


def averaged(pixels: Pixels, width: int, height: int) -> Values:
    """The whole frame on so many pixels, each the mean of what it covers."""
    rows, columns = pixels.shape[:2]
    across = _Span(0, width, 0.0, width / columns, columns)
    down = _Span(0, height, 0.0, height / rows, rows)
    return shrink(_usable(pixels), _averages(across), _averages(down))


@dataclass(frozen=True)
class _Laid:
    """A view's canvas pixels on the voxels: first averaged by `shares` (across, down), where
    there are, then taken by the axes."""

    rows: slice
    columns: slice
    shares: tuple[Shares, Shares] | None
    across: Axis
    down: Axis


@dataclass(frozen=True, eq=False)
class _Source:
    """What is painted of a frame."""

    values: NDArray[Any]
    across: Axis
    down: Axis


def _first_time(shown: Pixels, laid: _Laid) -> _Source:
    values = shown if laid.shares is None else shrink(shown, *laid.shares)
    return _Source(values, laid.across, laid.down)


def _again(source: _Source) -> _Source:
    """Painted once more in the same place: a window moves. What lies between voxels is kept."""
    if source.values.ndim == 3 or (source.across.part is None and source.down.part is None):
        return source
    values = sample(source.values, source.across, source.down)
    return _Source(values, *(_each(count) for count in values.shape[::-1]))


def _usable(pixels: Pixels) -> Pixels:
    """Kernels know the types that images have; others are turned into one that holds them."""
    if pixels.dtype.char in "BbHhIif" and pixels.dtype.isnative and pixels.ndim == 2:
        return pixels
    if pixels.ndim == 3:
        return pixels if pixels.dtype == np.uint8 else pixels.astype(np.float32)
    return pixels.astype(np.float32 if pixels.dtype.itemsize <= 2 else np.float64, copy=False)


@dataclass(frozen=True)
class _Span:
    """Along one axis: canvas pixels [begin, end) lie on the image; `scale` pixels per voxel."""

    begin: int
    end: int
    edge: float
    scale: float
    voxels: int

    def borders(self) -> NDArray[np.float64]:
        """Where canvas pixels begin and end, in voxels from the image's edge."""
        pixels = np.arange(self.begin, self.end + 1, dtype=np.float64)
        return np.asarray((pixels - self.edge) / self.scale, dtype=np.float64)

    def centers(self) -> NDArray[np.float64]:
        """Voxel coordinate under the middle of each canvas pixel."""
        pixels = np.arange(self.begin, self.end, dtype=np.float64)
        return np.asarray((pixels + 0.5 - self.edge) / self.scale - 0.5, dtype=np.float64)


def _lay(where: CanvasMap, size: tuple[int, int], smooth: bool) -> _Laid:
    voxels_x, voxels_y = where.layout.shown_size
    across = _span(where.left, where.scale_x, voxels_x, size[0])
    down = _span(where.top, where.scale_y, voxels_y, size[1])
    rows, columns = slice(down.begin, down.end), slice(across.begin, across.end)
    pick = _between if smooth and min(across.scale, down.scale) <= NEAREST_FROM else _nearest
    if min(across.scale, down.scale) >= 1:
        return _Laid(rows, columns, None, pick(across), pick(down))
    (shares_x, axis_x), (shares_y, axis_y) = (
        (_averages(span), _each(span.end - span.begin)) if span.scale < 1 else _part(pick(span))
        for span in (across, down)
    )
    return _Laid(rows, columns, (shares_x, shares_y), axis_x, axis_y)


def _span(edge: float, scale: float, voxels: int, limit: int) -> _Span:
    end_edge = edge + scale * voxels
    begin = min(limit, max(0, math.ceil(edge - 0.5)))
    end = max(begin, min(limit, math.ceil(end_edge - 0.5)))
    return _Span(begin, end, edge, scale, voxels)


def _nearest(span: _Span) -> Axis:
    picked = np.floor(span.centers() + 0.5).astype(np.int32)
    return Axis(span.voxels, np.clip(picked, 0, span.voxels - 1, dtype=np.int32))


def _between(span: _Span) -> Axis:
    """Linear between voxel centres; the outer half voxel repeats the last value."""
    centers = np.clip(span.centers(), 0, span.voxels - 1)
    at = np.floor(centers).astype(np.int32)
    part = (centers - at).astype(np.float32)
    return Axis(span.voxels, at, part if part.any() else None)


def _averages(span: _Span) -> Shares:
    """Each canvas pixel is the mean of the voxels it covers, by their share."""
    borders = np.clip(span.borders(), 0, span.voxels)
    low, high = borders[:-1], borders[1:]
    first = np.minimum(np.floor(low), span.voxels - 1).astype(np.int32)
    most = int(np.ceil(high - first).max(initial=1))
    voxel = first + np.arange(most)[:, np.newaxis]
    covered = np.clip(np.minimum(high, voxel + 1) - np.maximum(low, voxel), 0, None)
    covered *= voxel < span.voxels
    return Shares(span.voxels, first, np.ascontiguousarray(covered / covered.sum(axis=0)))


def _part(axis: Axis) -> tuple[Shares, Axis]:
    """The voxels that an axis needs, as they are; and the axis on them."""
    begin = int(axis.at.min(initial=axis.voxels))
    end = min(axis.voxels, int(axis.at.max(initial=begin)) + 2)
    first = np.arange(begin, end, dtype=np.int32)
    whole = Shares(axis.voxels, first, np.ones((1, len(first))))
    return whole, Axis(len(first), axis.at - np.int32(begin), axis.part)


def _each(count: int) -> Axis:
    return Axis(count, np.arange(count, dtype=np.int32))


def _blacken_around(canvas: Screen, rows: slice, columns: slice) -> None:
    canvas[: rows.start] = BLACK
    canvas[rows.stop :] = BLACK
    canvas[rows, : columns.start] = BLACK
    canvas[rows, columns.stop :] = BLACK
