"""A slice in small, for choosing a series by its looks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.model.image import Pixels
from labeler.viewing.presets import window_of_values
from labeler.viewing.render import averaged


def thumbnail(
    pixels: Pixels, width: int, height: int, *, inverted: bool = False
) -> NDArray[np.uint8]:
    """The frame averaged down to fit, uint8; grey runs from the 1st to the 99th percentile."""
    rows, columns = pixels.shape[:2]
    scale = min(width / columns, height / rows)
    small = averaged(pixels, max(1, round(columns * scale)), max(1, round(rows * scale)))
    if pixels.ndim == 3:
        return np.asarray(np.clip(np.rint(small), 0, 255), dtype=np.uint8)
    window = window_of_values(small, 1.0, 0.0)
    grey = (small - (window.center - window.width / 2)) * (255.0 / window.width)
    shown = np.asarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)
    return np.bitwise_not(shown) if inverted else shown
