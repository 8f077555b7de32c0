"""What a canvas of screen pixels holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.windowing import Screen


def colors_of(screen: Screen) -> NDArray[np.uint8]:
    """Red, green and blue, (height, width, 3); all pixels must be opaque."""
    assert (screen >> np.uint32(24) == 0xFF).all()
    return np.stack([(screen >> np.uint32(shift)).astype(np.uint8) for shift in (16, 8, 0)], -1)


def greys_of(screen: Screen) -> NDArray[np.uint8]:
    """The grey of a canvas without colour, (height, width)."""
    rgb = colors_of(screen)
    assert (rgb == rgb[..., :1]).all()
    return np.ascontiguousarray(rgb[..., 0])
