"""Slides that OpenSlide reads. Runs only in a decoder worker: native code, strangers' files."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from labeler.imaging.decoding.recipes import RegionRecipe
from labeler.imaging.decoding.slide_facts import PictureFacts, SlideFacts
from labeler.imaging.layout import PixelLayout
from labeler.imaging.pictures.icc import is_other_than_srgb
from labeler.model.image import Pixels

if TYPE_CHECKING:
    from openslide import OpenSlide

T = TypeVar("T")
_SIDES = ("height", "width")
_WHITE = np.full(3, 255, np.uint8)
_MOST = 1 << 10
"""Levels, and pictures that came along: more than any slide has."""


class OpenSlides:
    """The slide that was asked for last stays open: opening one may read a long index."""

    def __init__(self) -> None:
        self._open: tuple[tuple[str, int, int], OpenSlide] | None = None

    def describe(self, path: bytes) -> SlideFacts:
        """Raises ValueError with what OpenSlide says, never with the path."""
        return self._asked(path, _facts)

    def region(self, recipe: RegionRecipe, layout: PixelLayout) -> Pixels:
        """RGB of the layout's size. Raises ValueError as `describe` does."""
        values = self._asked(recipe.path, lambda slide: _read(slide, recipe, layout))
        if values.shape != (layout.rows, layout.columns, 3):
            raise ValueError(f"it gave {values.shape[1]} × {values.shape[0]} pixels")
        return np.ascontiguousarray(values)

    def _asked(self, where: bytes, question: Callable[[OpenSlide], T]) -> T:
        from openslide import OpenSlideError

        path = os.fsdecode(where)
        try:
            return question(self._opened(path))
        except OpenSlideError as error:
            # A slide that failed once answers nothing more: the next question opens it again.
            self._close()
            said = str(error).replace(path, Path(path).name)
            raise ValueError(said or type(error).__name__) from error
        except OSError as error:
            self._close()
            raise ValueError(error.strerror or type(error).__name__) from error

    def _opened(self, path: str) -> OpenSlide:
        from openslide import OpenSlide

        status = Path(path).stat()
        key = path, status.st_size, status.st_mtime_ns
        if self._open is not None and self._open[0] == key:
            return self._open[1]
        self._close()
        slide = OpenSlide(path)
        self._open = key, slide
        return slide

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def _facts(slide: OpenSlide) -> SlideFacts:
    if not 0 < slide.level_count <= _MOST:
        raise ValueError(f"it has {slide.level_count} levels")
    said = slide.properties
    return SlideFacts(
        vendor=said.get("openslide.vendor", "")[:64],
        levels=tuple(PictureFacts(rows, columns) for columns, rows in slide.level_dimensions),
        associated=tuple(_pictures(slide)),
        um_per_pixel=_um(said.get("openslide.mpp-y", ""), said.get("openslide.mpp-x", "")),
        hash=said.get("openslide.quickhash-1", "")[:64],
        other_than_srgb=_is_other_than_srgb(slide),
    )


def _pictures(slide: OpenSlide) -> Iterator[PictureFacts]:
    """By their sizes only: nothing of them is decoded yet."""
    for name in sorted(slide.associated_images)[:_MOST]:
        size = [slide.properties.get(f"openslide.associated.{name}.{side}", "") for side in _SIDES]
        if all(side.isdecimal() for side in size):
            yield PictureFacts(int(size[0]), int(size[1]), name)


def _um(down: str, across: str) -> tuple[float, float] | None:
    try:
        found = float(down), float(across)
    except ValueError:
        return None
    return found if all(math.isfinite(size) and size > 0 for size in found) else None


def _is_other_than_srgb(slide: OpenSlide) -> bool:
    from PIL.ImageCms import PyCMSError

    try:
        profile = slide.color_profile
    except (OSError, PyCMSError):
        return True
    return profile is not None and is_other_than_srgb(profile.tobytes())


def _read(slide: OpenSlide, recipe: RegionRecipe, layout: PixelLayout) -> Pixels:
    if recipe.associated:
        picture = slide.associated_images[recipe.associated]
    else:
        factor = slide.level_downsamples[recipe.level]
        corner = round(recipe.column * factor), round(recipe.row * factor)
        picture = slide.read_region(corner, recipe.level, (layout.columns, layout.rows))
    return _on_glass(np.asarray(picture), slide.properties.get("openslide.background-color", ""))


def _on_glass(values: Pixels, background: str) -> Pixels:
    """Where nothing was scanned the slide's own background shows, or white."""
    alpha = values[..., 3:]
    if alpha.min() == 255:
        return values[..., :3]
    color = np.frombuffer(bytes.fromhex(background), np.uint8) if background else _WHITE
    share = alpha.astype(np.float32) / 255
    mixed = values[..., :3] * share + np.asarray(color, np.float32) * (1 - share)
    return np.rint(mixed).astype(np.uint8)
