"""Colours as DICOM writes them, to sRGB."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeler.model.layers import Color

_WHITE_D50 = np.array([0.9642, 1.0, 0.8249])
_D50_TO_D65 = np.array(
    [
        [0.9555766, -0.0230393, 0.0631636],
        [-0.0282895, 1.0099416, 0.0210077],
        [0.0122982, -0.0204830, 1.3299098],
    ]
)
_XYZ_TO_RGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.9692660, 1.8760108, 0.0415560],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)


def from_cielab(values: Sequence[int]) -> Color | None:
    """Three unsigned shorts of a Recommended Display CIELab Value (PS3.3 C.10.7.1.1); D50."""
    if len(values) != 3 or not all(0 <= value <= 0xFFFF for value in values):
        return None
    light = values[0] / 0xFFFF * 100
    a, b = (value / 0xFFFF * 255 - 128 for value in values[1:])
    middle = (light + 16) / 116
    f = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _WHITE_D50
    linear = np.clip(_XYZ_TO_RGB @ (_D50_TO_D65 @ xyz), 0, 1)
    gamma = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (int(part) for part in np.rint(gamma * 255))
    return red, green, blue


def from_bytes(values: Sequence[int]) -> Color | None:
    """Three values 0 to 255, such as an ROI Display Color (PS3.3 C.8.8.6)."""
    if len(values) != 3 or not all(0 <= value <= 255 for value in values):
        return None
    return values[0], values[1], values[2]


def from_shorts(values: Sequence[int]) -> Color | None:
    """Three values 0 to 65535, such as a Recommended Display RGB Value."""
    if len(values) != 3 or not all(0 <= value <= 0xFFFF for value in values):
        return None
    return values[0] >> 8, values[1] >> 8, values[2] >> 8
