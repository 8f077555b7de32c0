"""Whole slides: sizes of one picture, each in tiles; the one that is shown whole."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.layout import PixelLayout
from labeler.imaging.slides.tiles import GAP, Tiles, at_once, cut_size, empty, grid, read_tiles
from labeler.model.image import Pixels

SHOWN_PIXELS = 1 << 24
"""The most that is shown at once, until views ask for tiles."""
_MOST_PIXELS = 1 << 32
"""The most that is decoded to show every n-th pixel of it."""
_GAPS = frozenset(("undecodable-image", "truncated-image"))
"""Faults of one tile. A decoder that dies, hangs or swells would do so at every other."""


@dataclass(frozen=True, eq=False)
class Level:
    """One size. `spacing_mm` is between rows, then between columns; `number` names it within
    `instance`, for marks that are made on it."""

    tiles: Tiles
    spacing_mm: tuple[float, float] | None
    instance: str
    number: int = 0

    @property
    def layout(self) -> PixelLayout:
        return self.tiles.layout

    @property
    def pixels(self) -> int:
        return self.layout.rows * self.layout.columns


@dataclass(frozen=True, eq=False)
class Slide:
    """Levels with the largest first.

    `role` is empty for the tissue itself, else "label", "macro" or "thumbnail"; `associated` are
    the roles of pictures that came with it.
    """

    levels: tuple[Level, ...]
    associated: tuple[str, ...] = ()
    role: str = ""

    @property
    def shown(self) -> int:
        """The index of the level that is shown: the largest that is not too large."""
        fits = (n for n, level in enumerate(self.levels) if level.pixels <= SHOWN_PIXELS)
        return next(fits, len(self.levels) - 1)

    @property
    def thinning(self) -> int:
        """Of the shown level, every how many rows and columns are shown."""
        return math.ceil(math.sqrt(max(self.levels[self.shown].pixels / SHOWN_PIXELS, 1.0)))

    @property
    def reduced(self) -> bool:
        """Whether less than the largest level is shown."""
        return self.shown > 0 or self.thinning > 1

    @property
    def layout(self) -> PixelLayout:
        """Of what is shown."""
        layout, step = self.levels[self.shown].layout, self.thinning
        return replace(layout, rows=-(-layout.rows // step), columns=-(-layout.columns // step))

    @property
    def spacing_mm(self) -> tuple[float, float] | None:
        """Of what is shown."""
        spacing, step = self.levels[self.shown].spacing_mm, self.thinning
        return None if spacing is None else (spacing[0] * step, spacing[1] * step)


@dataclass(frozen=True, eq=False)
class ShownLevel:
    """A FrameStore of one frame: what of a slide is shown, if all of it can be."""

    slide: Slide

    def frame(self, number: int, decoders: Decoders) -> Pixels:  # noqa: ARG002  there is one
        values, gaps = show(self.slide, decoders)
        if gaps:
            raise DecodeError("undecodable-image", f"{gaps} tiles cannot be decoded")
        return values


def show(slide: Slide, decoders: Decoders) -> tuple[Pixels, int]:
    """The shown level, and how many tiles of it are gaps, in gray. Raises DecodeError where no
    tile can be decoded, or where decoders fail as such."""
    tiles, step = slide.levels[slide.shown].tiles, slide.thinning
    layout, high, wide = slide.layout, *tiles.tile_size
    if slide.levels[slide.shown].pixels > _MOST_PIXELS:
        size = f"{tiles.layout.columns} × {tiles.layout.rows}"
        raise DecodeError("picture-too-large", f"its smallest size, {size} pixels, is too large")
    found = empty(layout, layout.rows, layout.columns)
    gaps, first, whole = 0, None, False

    def put(place: tuple[int, int], values: Pixels) -> None:
        # Every step-th pixel of the level, wherever tiles begin.
        row, column = place
        top, left = -(-row * high // step), -(-column * wide // step)
        thin = values[top * step - row * high :: step, left * step - column * wide :: step]
        found[top : top + thin.shape[0], left : left + thin.shape[1]] = thin

    down, across = grid(tiles)
    places = [(row, column) for row in range(down) for column in range(across)]
    at_a_time = at_once(tiles)
    for begin in range(0, len(places), at_a_time):
        some = places[begin : begin + at_a_time]
        for place, made in zip(some, read_tiles(tiles, some, decoders, put), strict=True):
            if isinstance(made, DecodeError):
                if made.code not in _GAPS:
                    raise made
                gaps, first = gaps + 1, first or made
                put(place, gap(layout, *cut_size(tiles, *place)))
            else:
                whole = True
    if first is not None and not whole:
        raise first
    return found, gaps


def gap(layout: PixelLayout, rows: int, columns: int) -> Pixels:
    """Gray, crossed out, so that nobody takes it for tissue."""
    values = empty(layout, rows, columns)
    values[...] = GAP
    across = np.linspace(0, columns - 1, max(rows, columns)).astype(int)
    down = np.linspace(0, rows - 1, max(rows, columns)).astype(int)
    values[down, across] = 0
    values[down, across[::-1]] = 0
    return values
