"""What the corner says of a slide: the level on show, its pixels, and the magnification."""

from __future__ import annotations

from collections.abc import Sequence

from labeler.model.image import PyramidLevel
from labeler.viewing.phrase import Phrase, number, phrase
from labeler.viewing.tiles import Field

_UM_TIMES = 10.0
"""A pixel of 0.25 um is what a 40x objective gives, one of 0.5 um a 20x: ten a micrometre."""


def slide_lines(levels: Sequence[PyramidLevel], field: Field, gaps: int) -> tuple[Phrase, ...]:
    """Level 1 is the largest. The magnification is that of the screen's own pixels."""
    told = levels[field.grid.level]
    place = {"level": field.grid.level + 1, "count": len(levels)}
    found: list[Phrase] = []
    if gaps:
        found.append(phrase("Tiles that cannot be decoded: {count}", count=gaps))
    if told.spacing_um is None:
        shown = field.where.scale_x / (told.downsample * field.grid.thin)
        found.append(phrase("Level {level} of {count}", **place))
        found.append(phrase("Zoom {percent} %", percent=number(shown * 100, _digits(shown * 100))))
        return tuple(found)
    um = told.spacing_um[1]
    found.append(phrase("Level {level} of {count} · {um} µm/px", um=number(um, 2), **place))
    times = _UM_TIMES / (um * field.grid.thin) * field.where.scale_x
    found.append(phrase("{times}×", times=number(times, _digits(times))))
    return tuple(found)


def _digits(value: float) -> int:
    return 0 if value >= 10 else 1 if value >= 1 else 2
