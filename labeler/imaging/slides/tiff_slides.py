"""Slides that are TIFF files: pyramids of tiled pages, as Aperio and others write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from labeler.imaging.dicom.traits import Traits
from labeler.imaging.frames import StoredFrame
from labeler.imaging.pictures.exif import orientation_of
from labeler.imaging.pictures.picture_frames import flat_frame, picture_file
from labeler.imaging.pictures.tiff import Page
from labeler.imaging.pictures.tiff_pages import (
    COLUMNS,
    PHOTOMETRIC,
    ROWS,
    TILE_COLUMNS,
    PageLayout,
    PageTiles,
)
from labeler.imaging.pictures.tiff_pictures import page_layout
from labeler.imaging.slides.pyramids import SHOWN_PIXELS, Level, ShownLevel, Slide
from labeler.imaging.slides.slide_frames import slide_frame
from labeler.imaging.sources.files import file_digest
from labeler.model.image import ByteSource

_SUBFILE, _DESCRIPTION = 254, 270
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_INCH, _CENTIMETRE = 2, 3
_REDUCED = 1
_APERIO = "Aperio"
_MPP = re.compile(r"\|\s*MPP\s*=\s*([0-9]{1,9}(?:[.,][0-9]{1,9})?)")
_APERIO_NAMES = re.compile(r"^(label|macro)\b", re.MULTILINE)
_SMALLEST_UM, _LARGEST_UM = 0.01, 20.0
"""What a microscope's pixels measure: 72 dots an inch are of a screen, not of a slide."""
_SAME_SHAPE = 0.02


@dataclass(frozen=True, eq=False)
class _Pyramid:
    levels: tuple[Page, ...]
    apart: tuple[tuple[str, Page], ...]
    spacing_mm: tuple[float, float] | None


def slide_frames(source: ByteSource, pages: tuple[Page, ...]) -> tuple[StoredFrame, ...] | None:
    """What is shown of the slide, and the pictures that came with it; None where the pages are no
    slide. Raises LabelerError where a level is broken or unsupported."""
    found = _pyramid(pages)
    if found is None:
        return None
    digest = file_digest(source)
    names = tuple(sorted({name for name, _page in found.apart}))
    layouts = [page_layout(page) for page in found.levels]
    levels = _levels(layouts, found.spacing_mm, digest)
    frames = [_frame(source, layouts[0], Slide(levels, names), digest)]
    for name, page in found.apart:
        layout = page_layout(page)
        apart = (Level(PageTiles(layout), None, digest, page.index),)
        frames.append(_frame(source, layout, Slide(apart, role=name), digest))
    return tuple(frames)


def _levels(
    layouts: list[PageLayout], spacing_mm: tuple[float, float] | None, digest: str
) -> tuple[Level, ...]:
    first = layouts[0].layout
    found = []
    for said in layouts:
        down, across = first.rows / said.layout.rows, first.columns / said.layout.columns
        size = None if spacing_mm is None else (spacing_mm[0] * down, spacing_mm[1] * across)
        found.append(Level(PageTiles(said), size, digest, said.page.index))
    return tuple(found)


def _frame(source: ByteSource, said: PageLayout, slide: Slide, digest: str) -> StoredFrame:
    file = picture_file(
        source,
        said.syntax,
        slide.layout,
        ShownLevel(slide),
        digest=digest,
        frame_count=1,
        caveats=said.caveats,
        kind="slide",
        modality="SM",
    )
    words = file.info.description, slide.role
    info = replace(file.info, description=" · ".join(word for word in words if word))
    frame = slide_frame(replace(file, info=info), slide, flat_frame(file, 0))
    return replace(frame, traits=Traits(stack_id=slide.role))


def _pyramid(pages: tuple[Page, ...]) -> _Pyramid | None:
    first = pages[0]
    if TILE_COLUMNS not in first or orientation_of(first) != 1:
        return None
    description = first.text(_DESCRIPTION)
    if description.startswith(_APERIO):
        return _aperio(pages, description)
    levels = (first, *_smaller(pages))
    if len(levels) == 1 and (len(pages) > 1 or _pixels(first) <= SHOWN_PIXELS):
        return None
    return _Pyramid(levels, (), resolution_mm(first))


def _aperio(pages: tuple[Page, ...], description: str) -> _Pyramid:
    """Tiled pages are levels; others are the thumbnail, the label and the macro picture."""
    levels, apart = [], []
    for page in pages:
        if TILE_COLUMNS in page:
            levels.append(page)
            continue
        named = _APERIO_NAMES.search(page.text(_DESCRIPTION))
        name = named[1] if named else "thumbnail" if page.index == 1 else ""
        if name:
            apart.append((name, page))
    said = _MPP.search(description)
    size = float(said[1].replace(",", ".")) / 1000 if said else 0.0
    usable = usable_um(size * 1000)
    ordered = sorted(levels, key=_pixels, reverse=True)
    return _Pyramid(tuple(ordered), tuple(apart), (size, size) if usable else None)


def _smaller(pages: tuple[Page, ...]) -> list[Page]:
    """Pages that are called reduced (or lie below the first) and show the same, ever smaller."""
    found = [pages[0]]
    for page in sorted(pages[1:], key=_pixels, reverse=True):
        reduced = page.number(_SUBFILE) == _REDUCED or page.parent == 0
        if reduced and _is_smaller(page, found[-1], pages[0]):
            found.append(page)
    return found[1:]


def _is_smaller(page: Page, before: Page, first: Page) -> bool:
    rows, columns = page.number(ROWS), page.number(COLUMNS)
    if min(rows, columns) < 1 or _pixels(page) >= _pixels(before):
        return False
    down, across = first.number(ROWS) / rows, first.number(COLUMNS) / columns
    # A row or column more or less, where sizes were rounded, is the same picture.
    near = abs(down / across - 1) < _SAME_SHAPE + 2 / min(rows, columns)
    return near and page.number(PHOTOMETRIC) == first.number(PHOTOMETRIC)


def _pixels(page: Page) -> int:
    return page.number(ROWS) * page.number(COLUMNS)


def resolution_mm(page: Page) -> tuple[float, float] | None:
    """Between rows, then between columns, where the page says what a microscope could see."""
    unit_mm = {_INCH: 25.4, _CENTIMETRE: 10.0}.get(page.number(_RESOLUTION_UNIT, _INCH))
    down, across = page.real(_Y_RESOLUTION), page.real(_X_RESOLUTION)
    if unit_mm is None or min(down, across) <= 0:
        return None
    found = unit_mm / down, unit_mm / across
    usable = all(usable_um(size * 1000) for size in found)
    return found if usable else None


def usable_um(size: float) -> bool:
    """Whether a microscope's pixel can be of that size."""
    return _SMALLEST_UM < size < _LARGEST_UM
