"""The scale at a view's left edge: a bar of a round length, and ticks that go on beyond it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from labeler.model.image import Caveat, Image
from labeler.model.regions import scale_at
from labeler.viewing.layout import Layout
from labeler.viewing.phrase import Phrase, number, phrase
from labeler.viewing.viewport import Canvas, CanvasMap, ViewState, canvas_map

SHARE = 0.2
"""The bar takes at most this share of the view's height."""

CLOSEST_TICKS = 5.0
"""Canvas pixels between two ticks, at least."""

_DIVISIONS = {1: (10, 5), 2: (4,), 5: (5,)}
"""Into how many round parts a bar of that leading digit falls, the finer first."""


@dataclass(frozen=True)
class Tick:
    """A mark on the ruler at `y` in canvas pixels; `long` ones are a bar's length apart."""

    y: float
    long: bool


@dataclass(frozen=True)
class ScaleBar:
    """Upright, from `top` to `bottom` in canvas pixels, `length_mm` long."""

    length_mm: float
    top: float
    bottom: float
    ticks: tuple[Tick, ...]
    text: Phrase


def scale_bar(image: Image, layout: Layout, view: ViewState, canvas: Canvas) -> ScaleBar | None:
    """The longest bar of 1, 2 or 5 times a power of ten; None where a millimetre is not known.

    In ultrasound it is the scale of the region amid the view.
    """
    where = canvas_map(layout, view, canvas)
    pixels_per_mm = _pixels_per_mm(image, where, view)
    if pixels_per_mm is None:
        return None
    longest_mm = SHARE * canvas.height / pixels_per_mm
    digit, power = _round_length(longest_mm)
    length_mm = digit * 10.0**power
    pixels = length_mm * pixels_per_mm
    top = (canvas.height - pixels) / 2
    text = _length_text(digit, power)
    if Caveat.SPACING_PROJECTED in image.caveats:
        text = phrase("{length} at detector", length=text)
    ticks = _ticks(where, canvas, top, pixels, digit)
    return ScaleBar(length_mm, top, top + pixels, ticks, text)


def _pixels_per_mm(image: Image, where: CanvasMap, view: ViewState) -> float | None:
    """Canvas pixels of a millimetre down the view."""
    if not image.measurable:
        return None
    if Caveat.SPACING_REGIONAL not in image.caveats:
        return where.scale_y / where.layout.shown_spacing_mm[1]
    found = scale_at(image.regions, (view.center,))
    if found is None:
        return None
    across_mm, down_mm = found
    return where.scale_y / (across_mm if where.layout.transposed else down_mm)


def _round_length(longest: float) -> tuple[int, int]:
    """The digit and the power of ten of the longest round length up to this one."""
    power = math.floor(math.log10(longest))
    lead = longest / 10.0**power
    # A length that is round itself must not fall to the next one by its last bit.
    digit = next(digit for digit in (5, 2, 1, 0) if lead >= digit - 1e-9)
    return (digit, power) if digit else (5, power - 1)


def _length_text(digit: int, power: int) -> Phrase:
    """From 10 mm on in cm, below 1 mm in µm."""
    if power >= 1:
        return phrase("{length} cm", length=number(digit * 10.0 ** (power - 1)))
    if power >= 0:
        return phrase("{length} mm", length=number(digit * 10.0**power))
    return phrase("{length} µm", length=number(digit * 10.0 ** (power + 3), max(0, -power - 3)))


def _ticks(
    where: CanvasMap, canvas: Canvas, top: float, pixels: float, digit: int
) -> tuple[Tick, ...]:
    """Along what is visible of the image, counted from the bar's upper end."""
    fine = next((n for n in _DIVISIONS[digit] if pixels / n >= CLOSEST_TICKS), 1)
    step = pixels / fine
    height = where.layout.shown_size[1] * where.scale_y
    begin, end = max(0.0, where.top), min(canvas.height, where.top + height)
    first, last = math.ceil((begin - top) / step), math.floor((end - top) / step)
    return tuple(Tick(top + n * step, n % fine == 0) for n in range(first, last + 1))
