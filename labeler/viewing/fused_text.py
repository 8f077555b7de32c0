"""What the series over another has under the cursor."""

from __future__ import annotations

import math

from labeler.model.image import Image, Pixels
from labeler.model.rasters import Place
from labeler.viewing.corner_text import rescaled_text, wide
from labeler.viewing.fusion import NOTHING
from labeler.viewing.phrase import number


def fused_text(over: Image, pixels: Pixels, p_voxel: Place) -> str | None:
    """In SUV where it has that, else in its own unit; `pixels` are its rescaled values on the grid
    of the frame below, `p_voxel` a place of that. "–" where it does not reach, None beside the
    frame."""
    rows, columns = pixels.shape
    column, row = math.floor(p_voxel[0] + 0.5), math.floor(p_voxel[1] + 0.5)
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    value = float(pixels[row, column])
    suv = over.suv_factor
    if value <= NOTHING / 2 or not math.isfinite(value):
        return "SUV    –" if suv is not None else f"{over.info.modality} –"
    if suv is not None:
        return f"SUV {wide(number(value * suv, 1), 4)}"
    unit = over.unit or over.info.modality
    return f"{unit} {rescaled_text(over, value)}"
