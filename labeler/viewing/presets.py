"""Windows by name, and the one a case opens with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.model.frames import Window
from labeler.model.image import Image, Pixels


@dataclass(frozen=True)
class Preset:
    """`window` is None for the header's own."""

    code: str
    name: str
    window: Window | None


HEADER = Preset("header", "Header", None)
ESTIMATED = Preset("estimated", "Estimated", None)
"""In the header's place where the file names no window."""

CT_PRESETS = (
    HEADER,
    Preset("lung", "Lung", Window(-600, 1500)),
    Preset("mediastinum", "Mediastinum", Window(50, 350)),
    Preset("abdomen", "Abdomen", Window(50, 400)),
    Preset("liver", "Liver, portal", Window(90, 150)),
    Preset("bone", "Bone", Window(400, 1800)),
    Preset("brain", "Brain", Window(40, 80)),
    Preset("stroke", "Stroke", Window(40, 40)),
    Preset("subdural", "Subdural", Window(75, 200)),
    Preset("liver-plain", "Liver, plain", Window(30, 150)),
    Preset("temporal-bone", "Temporal bone", Window(700, 4000)),
    Preset("cta", "CT angiography", Window(200, 600)),
)
"""The first nine have the keys Shift+1 to Shift+9."""


def presets_for(image: Image) -> tuple[Preset, ...]:
    """The presets that mean something for this image; none in colour."""
    if image.is_color:
        return ()
    own = HEADER if image.windows else ESTIMATED
    return (own, *CT_PRESETS[1:]) if image.unit == "HU" else (own,)


def opening_window(image: Image, pinned: Window | None = None) -> Window | None:
    """The manifest's window, else the header's; None where neither says."""
    if pinned is not None:
        return pinned
    return image.windows[0] if image.windows else None


def window_of_values(pixels: Pixels, slope: float, intercept: float) -> Window:
    """From the 1st to the 99th percentile of a frame's rescaled values."""
    low, high = np.percentile(pixels, (1, 99)) * slope + intercept
    low, high = sorted((float(low), float(high)))
    return Window((low + high) / 2, max(1.0, high - low))


def preset_of(image: Image, window: Window) -> Preset | None:
    """The preset a window is, if it is one; a name says more than "Header"."""
    presets = presets_for(image)
    named = next((preset for preset in presets if preset.window == window), None)
    if named is None and presets and opening_window(image) == window:
        return HEADER
    return named
