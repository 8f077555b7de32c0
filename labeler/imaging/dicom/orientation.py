"""The eight ways in which a picture may be stored (TIFF 6.0 tag Orientation; EXIF 2.3)."""

from __future__ import annotations

from labeler.model.image import Pixels

SIDEWAYS = frozenset((5, 6, 7, 8))
"""Those that swap rows and columns."""


def turned(values: Pixels, orientation: int) -> Pixels:
    """Upright, where the first axes are rows and columns; what is not 2 to 8 is upright."""
    if orientation in SIDEWAYS:
        values = values.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    return values
