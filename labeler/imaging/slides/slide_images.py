"""A slide as a PixelSource and as a Pyramid."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.slides.pyramids import Slide, show
from labeler.imaging.slides.tiles import grid, read_tiles, region
from labeler.model.image import Caveat, Pixels, PixelSource, PyramidLevel


@dataclass(frozen=True, eq=False)
class SlidePyramid:
    """All levels of a slide."""

    slide: Slide
    name: str
    decoders: Decoders

    @cached_property
    def levels(self) -> tuple[PyramidLevel, ...]:
        first = self.slide.levels[0].layout
        return tuple(
            PyramidLevel(
                level.layout.rows,
                level.layout.columns,
                (first.rows / level.layout.rows + first.columns / level.layout.columns) / 2,
                None if level.spacing_mm is None else _um(level.spacing_mm),
                level.tiles.tile_size,
            )
            for level in self.slide.levels
        )

    def region(self, level: int, row: int, column: int, rows: int, columns: int) -> Pixels:
        """Raises LabelerError; IndexError where the region is not inside the level."""
        tiles = self.slide.levels[level].tiles
        inside = row >= 0 and column >= 0 and rows > 0 and columns > 0
        if not inside or row + rows > tiles.layout.rows or column + columns > tiles.layout.columns:
            raise IndexError(f"{rows} x {columns} from {row}, {column} is not in level {level}")
        try:
            return region(tiles, (row, column), (rows, columns), self.decoders)
        except DecodeError as error:
            raise broken_slide(self.name, error) from error

    def tiles(
        self,
        level: int,
        places: Sequence[tuple[int, int]],
        take: Callable[[Pixels], Pixels],
    ) -> list[Pixels | LabelerError]:
        """Raises IndexError where a place is not in the level's grid."""
        tiles = self.slide.levels[level].tiles
        down, across = grid(tiles)
        if not all(0 <= row < down and 0 <= column < across for row, column in places):
            raise IndexError(f"level {level} has {down} x {across} tiles")
        return [
            broken_slide(self.name, one) if isinstance(one, DecodeError) else one
            for one in read_tiles(tiles, places, self.decoders, lambda _at, made: take(made))
        ]


@dataclass(eq=False)
class SlidePixels:
    """PixelSource of what a slide shows; kept once it is put together, for it takes a while."""

    slide: Slide
    name: str
    decoders: Decoders
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: tuple[Pixels, int] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        layout = self.slide.layout
        return 1, layout.rows, layout.columns

    def frame(self, index: int) -> Pixels:  # noqa: ARG002  there is one
        """Raises LabelerError where nothing of it can be decoded."""
        return self._whole()[0]

    @property
    def pyramid(self) -> SlidePyramid:
        return SlidePyramid(self.slide, self.name, self.decoders)

    @property
    def gaps(self) -> int:
        """How many tiles are missing; raises as `frame` does."""
        return self._whole()[1]

    @property
    def late_caveats(self) -> tuple[Caveat, ...]:
        """What putting it together told, as far as that was done."""
        kept = self._kept
        return (Caveat.MISSING_TILES,) if kept is not None and kept[1] else ()

    def _whole(self) -> tuple[Pixels, int]:
        with self._lock:
            if self._kept is None:
                self._kept = self._put_together()
                self._kept[0].flags.writeable = False
            return self._kept

    def _put_together(self) -> tuple[Pixels, int]:
        try:
            return show(self.slide, self.decoders)
        except DecodeError as error:
            raise broken_slide(self.name, error) from error


def on_glass(caveats: tuple[Caveat, ...]) -> tuple[Caveat, ...]:
    """Without what says nothing of a slide: tissue on glass has no sides of a patient."""
    return tuple(one for one in caveats if one is not Caveat.ORIENTATION_UNKNOWN)


def slide_caveats(
    slides: tuple[Slide | None, ...], source: PixelSource, *, gaps_later: bool
) -> tuple[Caveat, ...]:
    """What of slides is not shown: of one that gives its tiles, nothing is missing but gaps."""
    whole = isinstance(source, SlidePixels)
    reduced = not whole and any(slide is not None and slide.reduced for slide in slides)
    gaps = isinstance(source, SlidePixels) and not gaps_later and _has_gaps(source)
    told = (reduced, Caveat.REDUCED), (gaps, Caveat.MISSING_TILES)
    return tuple(caveat for true, caveat in told if true)


def _has_gaps(pixels: SlidePixels) -> bool:
    """Whether tiles of what is shown are missing; where all are, showing it says so."""
    try:
        return pixels.gaps > 0
    except LabelerError:
        return False


def broken_slide(name: str, error: DecodeError) -> LabelerError:
    return LabelerError(
        error.code,
        "A part of the slide {name} cannot be decoded: {detail}.",
        safe="Other parts, other slides and your marks are fine.",
        do="Continue elsewhere; tell whoever sent you the slide.",
        name=name,
        detail=str(error)[:200],
    )


def _um(spacing_mm: tuple[float, float]) -> tuple[float, float]:
    return spacing_mm[0] * 1000, spacing_mm[1] * 1000
