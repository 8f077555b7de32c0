"""What the file draws over its image, as ink on the canvas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labeler.model.frames import Window
from labeler.model.overlays import OverlayBits
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.viewport import CanvasMap

_INK = Grey(1.0, 0.0, Window(64.5, 129.0), inverted=False)
"""Half covered is inked whole: thin strokes must not fade where the image is shrunk."""

HALO_SHARE = 0.8


def on_image(overlays: Sequence[OverlayBits], rows: int, columns: int) -> NDArray[np.uint8]:
    """All overlays of one slice in its own pixels, 255 where one lies; what is beside it is cut."""
    covered = np.zeros((rows, columns), np.uint8)
    for overlay in overlays:
        height, width = overlay.bits.shape
        top, left = max(0, overlay.top), max(0, overlay.left)
        bottom, right = min(rows, overlay.top + height), min(columns, overlay.left + width)
        if top < bottom and left < right:
            part = overlay.bits[
                top - overlay.top : bottom - overlay.top, left - overlay.left : right - overlay.left
            ]
            covered[top:bottom, left:right][part] = 255
    return covered


def ink(covered: NDArray[np.uint8], where: CanvasMap, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Opacity 0..255 on a canvas of `size` (width, height)."""
    shown = FrameRenderer().paint(covered, where, size, _INK)
    return (shown & np.uint32(0xFF)).astype(np.uint8)


def with_halo(opacity: NDArray[np.uint8], color: tuple[int, int, int]) -> NDArray[np.uint8]:
    """RGBA of shape (height, width, 4), not premultiplied: the ink with a dark rim of one pixel."""
    import cv2

    around = np.asarray(cv2.dilate(opacity, np.ones((3, 3), np.uint8)), np.float32)
    alpha = np.maximum(opacity, around * HALO_SHARE)
    share = np.divide(opacity, alpha, out=np.zeros(alpha.shape, np.float32), where=alpha > 0)
    inked = [share * channel for channel in color]
    return np.asarray(np.rint(np.stack([*inked, alpha], axis=-1)), dtype=np.uint8)
