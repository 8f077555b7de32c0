"""The unit that values of an image are told and typed in: that of the probe."""

from __future__ import annotations

import math
from dataclasses import dataclass

from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.viewing.phrase import Phrase, number, phrase
from labeler.viewing.typed import decimal_number

SIGNIFICANT = 9
"""Figures that are told of a value: more are what the arithmetic leaves behind."""


@dataclass(frozen=True)
class ValueScale:
    """A told value = a rescaled value * `factor`, in `unit`; `kind` is what values of other
    images must be of to mean the same."""

    unit: str
    factor: float
    kind: tuple[str, str, bool]

    def told(self, rescaled: float) -> float:
        return rescaled * self.factor

    def rescaled(self, told: float) -> float:
        return told / self.factor

    def text(self, rescaled: float) -> str:
        """A value without its unit, with the decimals that it has."""
        value = self.told(rescaled)
        if value == 0 or not math.isfinite(value):
            return number(value)
        digits = max(0, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
        text = number(value, digits)
        return text.rstrip("0").rstrip(".") if "." in text else text

    def words(self, rescaled: float) -> Phrase:
        """A value with its unit."""
        return phrase("{value}", value=f"{self.text(rescaled)} {self.unit}".rstrip())

    def read(self, typed: str) -> float | Phrase:
        """The rescaled value of what is typed in this unit, or why it is none."""
        value = decimal_number(typed)
        return value if isinstance(value, Phrase) else self.rescaled(value)


def scale_of(image: Image) -> ValueScale:
    """SUV where that can be told, as the probe does; else the unit of the rescaled values."""
    suv = image.suv_factor
    unit = image.unit if suv is None else "SUV"
    return ValueScale(unit, suv or 1.0, (unit, image.info.modality, image.is_color))


def usual_range(image: Image, window: Window) -> tuple[float, float]:
    """The brighter half of a window and as much again, of colours the darker half: rescaled
    values, as round as the window is wide in the unit that is told."""
    if image.is_color:
        return 0.0, float(round(window.center))
    scale = scale_of(image)
    wide = abs(scale.told(window.width))
    digits = max(0, 1 - math.floor(math.log10(wide))) if wide > 0 else 0
    low, high = (
        round(scale.told(value), digits) for value in (window.center, window.center + window.width)
    )
    return scale.rescaled(low), scale.rescaled(high)


def carried(
    value_range: tuple[float, float], before: ValueScale, now: ValueScale
) -> tuple[float, float]:
    """The same range as it is told, where another image of the kind has another factor."""
    low, high = (now.rescaled(before.told(value)) for value in value_range)
    return low, high
