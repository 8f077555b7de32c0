"""Colours for a second series laid over a first: 256 steps from nothing to the most."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS = 256
FADE = 96
"""Over so many of the lowest steps colours come up from nothing: what is low hides no anatomy."""

Table = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ColorMap:
    """`source` says where its colours come from."""

    code: str
    name: str
    source: str
    make: Callable[[], Table]

    @functools.cached_property
    def table(self) -> Table:
        """(256, 3) RGB; made when it is first shown."""
        return self.make()

    def premultiplied(self, opacity: float) -> NDArray[np.uint32]:
        """Each step as 0xAARRGGBB with colours times alpha, as screens blend them."""
        alpha = np.minimum(1.0, np.arange(STEPS) / FADE) * opacity
        colors = np.rint(self.table * alpha[:, None]).astype(np.uint32)
        shade = np.rint(alpha * 255).astype(np.uint32)
        parts = np.column_stack([shade, colors])
        return np.asarray(parts @ np.array([1 << 24, 1 << 16, 1 << 8, 1], np.uint32), np.uint32)


def _hot_iron() -> Table:
    """PS3.6 B.1.1: red rises first, from the middle green, in the last quarter blue."""
    step = np.arange(STEPS)
    red, green = np.minimum(255, step * 2), np.maximum(0, (step - 128) * 2)
    blue = np.maximum(0, (step - 192) * 4)
    return np.stack([red, green, blue], axis=1).astype(np.uint8)


def _swept(hues: tuple[float, float], chroma: float) -> Table:
    """From black to near white in even steps of lightness, through hues in degrees.

    Made in OKLab (B. Ottosson, 2020), whose steps look even; chroma shrinks where a screen has no
    such colour.
    """
    return np.array([_shade(n / (STEPS - 1), hues, chroma) for n in range(STEPS)], np.uint8)


def _shade(way: float, hues: tuple[float, float], chroma: float) -> tuple[int, int, int]:
    hue = math.radians(hues[0] + (hues[1] - hues[0]) * way)
    for share in np.linspace(1.0, 0.0, 41):
        wide = chroma * share * math.sin(math.pi * min(1.0, way * 1.02)) ** 0.5
        made = _rgb(0.95 * way, wide * math.cos(hue), wide * math.sin(hue))
        if made.min() >= -1e-6 and made.max() <= 1 + 1e-6:
            break
    red, green, blue = np.rint(_encoded(np.clip(made, 0, 1)) * 255).astype(int)
    return int(red), int(green), int(blue)


def _rgb(lightness: float, a: float, b: float) -> NDArray[np.float64]:
    """OKLab to linear sRGB."""
    cones = np.array(
        [
            lightness + 0.3963377774 * a + 0.2158037573 * b,
            lightness - 0.1055613458 * a - 0.0638541728 * b,
            lightness - 0.0894841775 * a - 1.2914855480 * b,
        ]
    )
    matrix = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    mixed: NDArray[np.float64] = matrix @ cones**3
    return mixed


def _encoded(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve of sRGB (IEC 61966-2-1)."""
    low = linear * 12.92
    high = 1.055 * np.maximum(linear, 1e-12) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, low, high)


_HOT = "DICOM PS3.6 B.1.1, Hot Iron"
_OKLAB = "even lightness in OKLab (B. Ottosson, 2020)"
COLOR_MAPS = (
    ColorMap("hot-iron", "Hot iron", _HOT, _hot_iron),
    ColorMap("rainbow", "Rainbow", _OKLAB, lambda: _swept((285.0, 60.0), 0.2)),
    ColorMap("blue", "Blue", _OKLAB, lambda: _swept((265.0, 220.0), 0.16)),
)


def color_map(code: str) -> ColorMap:
    return next(one for one in COLOR_MAPS if one.code == code)


def after(code: str) -> str:
    """The next map's code; after the last comes the first."""
    codes = [one.code for one in COLOR_MAPS]
    return codes[(codes.index(code) + 1) % len(codes)]
