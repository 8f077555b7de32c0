"""How stored values become grey or colour: the standard's curves and tables as one linear scale."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.windowing import Screen, Tone
from labeler.model.frames import Window
from labeler.model.image import VoiFunction, VoiLut

_NARROWEST = 1e-12
_FAR = 1e30
"""Beyond it single precision ends; a window so far from all values shows only one end."""

_OPAQUE = np.uint32(0xFF000000)
_CURVE, _REACH = 65536, 8.0
"""The sigmoid in so many steps, up to this exponent; beyond it lies black or white."""


@dataclass(frozen=True, eq=False)
class Palette:
    """A colour for each grey: `colors` is uint32 (256,), 0xffRRGGBB."""

    colors: Screen


@dataclass(frozen=True)
class Grey:
    """How stored values become grey: rescale, window, and whether high values are dark.

    With a `lut` the window and its curve are not asked. A `palette` colours the grey.
    """

    slope: float
    intercept: float
    window: Window
    inverted: bool
    function: VoiFunction = VoiFunction.LINEAR
    lut: VoiLut | None = None
    palette: Palette | None = None


def tone_of(grey: Grey) -> Tone:
    """The same for the kernels."""
    if grey.lut is not None:
        return _table(grey, grey.lut)
    if grey.function is VoiFunction.SIGMOID:
        return _sigmoid(grey)
    return _line(grey)


def _line(grey: Grey) -> Tone:
    """LINEAR (PS3.3 C.11.2.1.2.1) and LINEAR_EXACT (C.11.2.1.3.2).

    A width below 1 is not allowed for LINEAR, but is said: it can only be meant exactly.
    """
    center, width = grey.window.center, grey.window.width
    if grey.function is VoiFunction.LINEAR and width >= 1:
        center, width = center - 0.5, width - 1
    colors = None if grey.palette is None else _turned(grey.palette.colors, grey)
    if width <= 0 or abs(grey.slope) * 255 > width * _FAR:
        return _step(grey, center, colors)
    return _scale(grey, center, 255 / width, 127.5, colors)


def _step(grey: Grey, threshold: float, colors: Screen | None) -> Tone:
    """A window of one value: white above it, black up to it."""
    if grey.slope == 0:
        return Tone(0, 0, 255.0 * (grey.intercept > threshold), grey.inverted, colors)
    base = (threshold - grey.intercept) / grey.slope
    return Tone(base, math.copysign(math.inf, grey.slope), 0, grey.inverted, colors)


def _sigmoid(grey: Grey) -> Tone:
    """255 / (1 + exp(-4 (x - c) / w)) (PS3.3 C.11.2.1.3.1)."""
    half = (_CURVE - 1) / 2
    gain = 4 / max(grey.window.width, _NARROWEST) * half / _REACH
    return _scale(grey, grey.window.center, gain, half, _coloured(_curve(), grey))


def _table(grey: Grey, lut: VoiLut) -> Tone:
    """The nearest entry of the table (PS3.3 C.11.2.1.1), its top white."""
    shades = np.rint(lut.table * (255.0 / max(1, lut.top))).astype(np.uint8)
    return _scale(grey, lut.first, 1.0, 0.0, _coloured(shades, grey))


def _scale(grey: Grey, center: float, gain: float, at_center: float, colors: Screen | None) -> Tone:
    """Rescaled values become (value - center) * gain + at_center.

    What is taken from the stored value is exact in single precision; the rest of it goes into the
    offset. So narrow windows far from zero lose nothing.
    """
    gain_stored = grey.slope * gain
    exact = (center - grey.intercept) / grey.slope if grey.slope else math.inf
    if not abs(exact) < _FAR:
        offset = (grey.intercept - center) * gain + at_center
        return Tone(0, gain_stored, max(-_FAR, min(_FAR, offset)), grey.inverted, colors)
    base = float(np.float32(exact))
    return Tone(base, gain_stored, at_center + (base - exact) * gain_stored, grey.inverted, colors)


def _coloured(shades: NDArray[np.uint8], grey: Grey) -> Screen:
    """What each shade looks like."""
    return _turned(_GREYS if grey.palette is None else grey.palette.colors, grey)[shades]


def _turned(colors: Screen, grey: Grey) -> Screen:
    return np.ascontiguousarray(colors[::-1]) if grey.inverted else colors


_GREYS: Screen = np.arange(256, dtype=np.uint32) * np.uint32(0x010101) | _OPAQUE


@functools.cache
def _curve() -> NDArray[np.uint8]:
    power = np.linspace(-_REACH, _REACH, _CURVE)
    return np.rint(255 / (1 + np.exp(-power))).astype(np.uint8)
