"""Stored values of one frame to grey or colour on the canvas; only what is visible is computed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.frames import Window
from labeler.model.image import Pixels, VoiFunction, VoiLut
from labeler.viewing.viewport import CanvasMap

Shown = NDArray[np.uint8]
Values = NDArray[np.float32] | NDArray[np.float64]
"""Single precision, where it tells all stored values apart."""

_NARROWEST = 1e-12
NEAREST_FROM = 8.0
"""Above this many canvas pixels per voxel the voxels themselves are shown."""


@dataclass(frozen=True)
class Grey:
    """How stored values become grey: rescale, window, and whether high values are dark.

    With a `lut` the window and its curve are not asked.
    """

    slope: float
    intercept: float
    window: Window
    inverted: bool
    function: VoiFunction = VoiFunction.LINEAR
    lut: VoiLut | None = None


@dataclass(frozen=True)
class _Span:
    """Along one axis: canvas pixels [begin, end) lie on the image; `scale` pixels per voxel."""

    begin: int
    end: int
    edge: float
    scale: float

    def centers(self) -> NDArray[np.float64]:
        """Voxel coordinate under the middle of each canvas pixel."""
        pixels = np.arange(self.begin, self.end, dtype=np.float64)
        return np.asarray((pixels + 0.5 - self.edge) / self.scale - 0.5, dtype=np.float64)


class FrameRenderer:
    """Paints frames; keeps the last resampled one, so that a window drag only maps values."""

    def __init__(self) -> None:
        self._shrunk_key: object = None
        self._shrunk: Pixels | None = None
        self._key: object = None
        self._values: Values | None = None

    def render(
        self,
        pixels: Pixels,
        where: CanvasMap,
        size: tuple[int, int],
        grey: Grey,
        frame_key: object = None,
    ) -> Shown:
        """Canvas of `size` (width, height): uint8 (height, width), or (height, width, 3).

        `pixels` are stored values (rows, columns), or RGB. `frame_key` names them; without a name
        nothing is kept. Around the image the canvas is black, inverted or not.
        """
        width, height = size
        across = _span(where.left, where.scale_x, where.layout.shown_size[0], width)
        down = _span(where.top, where.scale_y, where.layout.shown_size[1], height)
        canvas = np.zeros((height, width, *pixels.shape[2:]), dtype=np.uint8)
        if across.begin >= across.end or down.begin >= down.end:
            return canvas
        key = None if frame_key is None else (frame_key, where, size)
        values = self._values
        if key is None or key != self._key or values is None:
            values = self._resample(pixels, where, across, down, frame_key)
            self._key, self._values = key, values
        painted = _paint_color(values) if pixels.ndim == 3 else _paint_grey(values, grey)
        canvas[down.begin : down.end, across.begin : across.end] = painted
        return canvas

    def _resample(
        self, pixels: Pixels, where: CanvasMap, across: _Span, down: _Span, frame_key: object
    ) -> Values:
        """Values at the canvas pixels that lie on the image."""
        if min(where.scale_x, where.scale_y) > NEAREST_FROM:
            shown = where.layout.arrange(pixels)
            rows, columns = (
                _nearest(span, n) for span, n in zip((down, across), shown.shape[:2], strict=True)
            )
            return _precise(shown[np.ix_(rows, columns)])
        shown = self._shrink(pixels, where, frame_key)
        # Where an axis was shrunk, one of its averages is one canvas pixel.
        return _enlarge(
            shown,
            _Span(across.begin, across.end, across.edge, max(1.0, across.scale)),
            _Span(down.begin, down.end, down.edge, max(1.0, down.scale)),
        )

    def _shrink(self, pixels: Pixels, where: CanvasMap, frame_key: object) -> Pixels:
        shown = where.layout.arrange(pixels)
        if where.scale_x >= 1 and where.scale_y >= 1:
            return shown
        key = None if frame_key is None else (frame_key, where.scale_x, where.scale_y)
        if key is None or key != self._shrunk_key or self._shrunk is None:
            self._shrunk = _averaged(shown, min(1.0, where.scale_x), min(1.0, where.scale_y))
            self._shrunk_key = key
        return self._shrunk


def _span(edge: float, scale: float, voxels: int, limit: int) -> _Span:
    end_edge = edge + scale * voxels
    begin = max(0, math.ceil(edge - 0.5))
    end = min(limit, math.ceil(end_edge - 0.5))
    return _Span(begin, end, edge, scale)


def _nearest(span: _Span, voxels: int) -> NDArray[np.int64]:
    picked: NDArray[np.int64] = np.floor(span.centers() + 0.5).astype(np.int64)
    return np.clip(picked, 0, voxels - 1)


def _precise(stored: Pixels) -> Values:
    """Beyond 2^24 single precision skips whole numbers, which a narrow window would show."""
    if stored.dtype.itemsize > (4 if stored.dtype.kind == "f" else 2):
        return np.ascontiguousarray(stored, dtype=np.float64)
    return np.ascontiguousarray(stored, dtype=np.float32)


def _averaged(shown: Pixels, scale_x: float, scale_y: float) -> Pixels:
    """Area averages: each output pixel is the mean of the voxels it covers, by their share."""
    import cv2

    values = _precise(shown)
    height, width = values.shape[:2]
    if (round(width * scale_x), round(height * scale_y)) == (width, height):
        # OpenCV takes an unchanged size for nothing to do.
        return _averaged_along(_averaged_along(values, scale_x, 1), scale_y, 0)
    # Without a target size OpenCV keeps the exact factors, so that pixels lie where the map says.
    return cv2.resize(values, None, fx=scale_x, fy=scale_y, interpolation=cv2.INTER_AREA)


def _averaged_along(values: Values, scale: float, axis: int) -> Values:
    """The same averages along one axis, from running sums."""
    if scale >= 1:
        return values
    along = np.moveaxis(values, axis, 0)
    count = len(along)
    edges = np.minimum(np.arange(count + 1) / scale, count)
    edges = edges[: max(2, int(np.searchsorted(edges, count)) + 1)]
    sums = np.concatenate([np.zeros_like(along[:1]), along]).cumsum(axis=0, dtype=np.float64)
    whole = np.minimum(edges.astype(np.int64), count - 1)
    shape = (-1,) + (1,) * (along.ndim - 1)
    at_edges = sums[whole] + along[whole] * (edges - whole).reshape(shape)
    averages = np.diff(at_edges, axis=0) / np.diff(edges).reshape(shape)
    turned: Pixels = np.ascontiguousarray(np.moveaxis(averages, 0, axis).astype(values.dtype))
    return turned


def _enlarge(shown: Pixels, across: _Span, down: _Span) -> Values:
    """Linear between voxel centres; the outer half voxel repeats the last value."""
    import cv2

    x, y = across.centers()[[0, -1]], down.centers()[[0, -1]]
    height, width = shown.shape[:2]
    c0, c1 = max(0, math.floor(x[0])), min(width, math.floor(x[1]) + 2)
    r0, r1 = max(0, math.floor(y[0])), min(height, math.floor(y[1]) + 2)
    stored = _precise(shown[r0:r1, c0:c1])
    # OpenCV moves doubles by steps of 1/32: their difference to one of them is moved instead.
    base = float(stored.flat[0]) if stored.dtype == np.float64 else 0.0
    base = base if math.isfinite(base) else 0.0
    part = np.ascontiguousarray(stored - base, dtype=np.float32)
    inverse = np.array(
        [[1 / across.scale, 0, x[0] - c0], [0, 1 / down.scale, y[0] - r0]], dtype=np.float64
    )
    size = (across.end - across.begin, down.end - down.begin)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    enlarged = cv2.warpAffine(part, inverse, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if not base:
        return np.asarray(enlarged, dtype=np.float32)
    return np.asarray(enlarged, dtype=np.float64) + base


def _paint_grey(values: Values, grey: Grey) -> Shown:
    """Stored values to 0..255, by the table or by the window's curve."""
    if grey.lut is not None:
        painted = _by_table(values, grey, grey.lut)
    elif grey.function is VoiFunction.SIGMOID:
        painted = _sigmoid(values, grey)
    else:
        painted = _line(values, grey)
    return np.bitwise_not(painted) if grey.inverted else painted


def _line(values: Values, grey: Grey) -> Shown:
    """LINEAR (PS3.3 C.11.2.1.2.1) and LINEAR_EXACT (C.11.2.1.3.2).

    A width below 1 is not allowed for LINEAR, but is said: it can only be meant exactly.
    """
    center, width = grey.window.center, grey.window.width
    if grey.function is VoiFunction.LINEAR and width >= 1:
        center, width = center - 0.5, width - 1
    if width <= 0:
        return _step(values, grey, center)
    gain = 255.0 / width
    return _scaled(values, grey.slope * gain, (grey.intercept - center) * gain + 127.5)


def _scaled(values: Values, gain: float, offset: float) -> Shown:
    """One pass that scales, rounds and saturates."""
    import cv2

    scaled = cv2.addWeighted(values, gain, values, 0.0, offset, dtype=cv2.CV_8U)
    return np.asarray(scaled, dtype=np.uint8)


def _step(values: Values, grey: Grey, threshold: float) -> Shown:
    """A window of one value: white above it, black up to it."""
    above = values * grey.slope + grey.intercept > threshold
    return above.astype(np.uint8) * np.uint8(255)


def _sigmoid(values: Values, grey: Grey) -> Shown:
    """255 / (1 + exp(-4 (x - c) / w)) (PS3.3 C.11.2.1.3.1)."""
    import cv2

    gain = -4.0 / max(grey.window.width, _NARROWEST)
    offset = (grey.intercept - grey.window.center) * gain
    power = cv2.addWeighted(values, grey.slope * gain, values, 0.0, offset, dtype=cv2.CV_32F)
    # Beyond this power a float overflows, and the grey is 0 long before.
    falling = cv2.exp(np.minimum(power, np.float32(80)))
    curve = 255 / (1 + np.asarray(falling))
    return np.asarray(np.rint(curve), dtype=np.uint8)


def _by_table(values: Values, grey: Grey, lut: VoiLut) -> Shown:
    """The nearest entry of the table (PS3.3 C.11.2.1.1), its top white."""
    shades = np.rint(lut.table * (255.0 / max(1, lut.top))).astype(np.uint8)
    place = values * grey.slope + (grey.intercept - lut.first)
    index = np.clip(np.rint(place), 0, len(shades) - 1).astype(np.intp)
    return np.asarray(shades[index], dtype=np.uint8)


def _paint_color(values: Values) -> Shown:
    """Colour is shown as it is stored."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
