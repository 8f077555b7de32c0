"""Slides of makers whose formats OpenSlide reads, in a decoder worker: to frames like others."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from labeler.errors import LabelerError
from labeler.imaging.decoding.recipes import RegionRecipe
from labeler.imaging.decoding.slide_facts import PictureFacts, SlideFacts
from labeler.imaging.dicom.traits import Traits
from labeler.imaging.frame_stores import DecodeError, Decoders, Piece
from labeler.imaging.frames import StoredFrame
from labeler.imaging.layout import MAX_FRAME_BYTES, PixelLayout
from labeler.imaging.pictures.picture_frames import flat_frame, flat_layout, picture_file
from labeler.imaging.pictures.picture_head import too_large
from labeler.imaging.pictures.tiff_pages import MAX_SIDE
from labeler.imaging.slides.pyramids import Level, ShownLevel, Slide
from labeler.imaging.slides.slide_frames import slide_frame
from labeler.imaging.slides.tiff_slides import usable_um
from labeler.imaging.slides.tiles import cut_size
from labeler.imaging.sources.files import FileBytes, file_digest
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import ByteSource, Caveat, Pixels

_SYNTAX = Syntax("openslide", "OpenSlide", ("openslide",), lossy=True)
"""Nearly all of these makers compress with loss, and OpenSlide does not say which file is not."""
_TILE = 512


@dataclass(frozen=True, eq=False)
class ForeignSlide:
    """What a reader gives for a file that it knows and cannot read itself. `maker` is for people,
    `vendor` is OpenSlide's word. `parts` are names of other files that belong to it."""

    source: ByteSource
    maker: str
    vendor: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ForeignTiles:
    """One level in tiles of our own choice, or a whole picture that came with the slide."""

    path: Path
    layout: PixelLayout
    tile_size: tuple[int, int]
    level: int
    associated: str = ""

    def piece(self, row: int, column: int) -> Piece:
        rows, columns = cut_size(self, row, column)
        if rows * columns * 3 > MAX_FRAME_BYTES:
            raise DecodeError("picture-too-large", f"{columns} × {rows} pixels are too many")
        top, left = row * self.tile_size[0], column * self.tile_size[1]
        recipe = RegionRecipe(os.fsencode(self.path), self.level, top, left, self.associated)
        inside = replace(self.layout, rows=rows, columns=columns)
        return Piece(_SYNTAX, inside, b"", recipe)

    def shown(self, values: Pixels, row: int, column: int) -> Pixels:  # noqa: ARG002  all alike
        return values


def foreign_frames(foreign: ForeignSlide, decoders: Decoders | None) -> tuple[StoredFrame, ...]:
    """The slide, and the pictures that came with it.

    Without decoders, and where the file is not on the disk, raises LabelerError
    "slide-not-on-disk"; else one that says why OpenSlide cannot open it.
    """
    source = foreign.source
    if decoders is None or not isinstance(source, FileBytes):
        raise _not_on_disk(foreign)
    path = source.path.absolute()
    try:
        facts = decoders.describe(path)
    except DecodeError as error:
        raise _broken(foreign, error) from error
    if facts.vendor != foreign.vendor:
        # As a plain pyramid it would show a picture that is not there.
        other = DecodeError("undecodable-image", f"OpenSlide takes it for {facts.vendor}")
        raise _broken(foreign, other)
    for each in (*facts.levels, *facts.associated):
        if not (0 < each.rows <= MAX_SIDE and 0 < each.columns <= MAX_SIDE):
            raise too_large(source.name, foreign.maker, each.rows, each.columns)
    digest = facts.hash or file_digest(source)
    names = tuple(each.name for each in facts.associated)
    slides = (
        Slide(_levels(path, facts, digest), names),
        *(
            _apart(path, each, (digest, number))
            for number, each in enumerate(facts.associated, len(facts.levels))
        ),
    )
    return tuple(_frame(foreign, facts, slide, digest) for slide in slides)


def _levels(path: Path, facts: SlideFacts, digest: str) -> tuple[Level, ...]:
    first, um = facts.levels[0], facts.um_per_pixel
    known = um is not None and all(usable_um(size) for size in um)
    found = []
    for number, level in enumerate(facts.levels):
        layout = flat_layout(level.rows, level.columns, color=True, bits=8)
        spacing = None
        if um is not None and known:
            down, across = first.rows / level.rows, first.columns / level.columns
            spacing = um[0] / 1000 * down, um[1] / 1000 * across
        tiles = ForeignTiles(path, layout, (_TILE, _TILE), number)
        found.append(Level(tiles, spacing, digest, number))
    return tuple(sorted(found, key=lambda level: -level.pixels))


def _apart(path: Path, picture: PictureFacts, named: tuple[str, int]) -> Slide:
    layout = flat_layout(picture.rows, picture.columns, color=True, bits=8)
    tiles = ForeignTiles(path, layout, (picture.rows, picture.columns), 0, picture.name)
    return Slide((Level(tiles, None, *named),), role=picture.name)


def _frame(foreign: ForeignSlide, facts: SlideFacts, slide: Slide, digest: str) -> StoredFrame:
    file = picture_file(
        foreign.source,
        _SYNTAX,
        slide.layout,
        ShownLevel(slide),
        digest=digest,
        frame_count=1,
        caveats=(Caveat.COLOR_PROFILE,) if facts.other_than_srgb else (),
        kind="slide",
        modality="SM",
    )
    words = file.info.description, slide.role
    info = replace(file.info, description=" · ".join(word for word in words if word))
    whose = replace(file, info=info, also=foreign.parts)
    frame = slide_frame(whose, slide, flat_frame(whose, 0))
    return replace(frame, traits=Traits(stack_id=slide.role))


def _not_on_disk(foreign: ForeignSlide) -> LabelerError:
    return LabelerError(
        "slide-not-on-disk",
        "{name} is a slide of {maker}: it can be opened from a folder on the disk only, not from "
        "inside an archive or a task.",
        safe="Other files are fine.",
        do="Unpack the archive. For a task, turn the slide into DICOM or OME-TIFF.",
        name=foreign.source.name,
        maker=foreign.maker,
    )


def _broken(foreign: ForeignSlide, error: DecodeError) -> LabelerError:
    return LabelerError(
        "broken-slide" if error.code == "undecodable-image" else error.code,
        "{name} looks like a slide of {maker} and cannot be opened as one: {detail}.",
        safe="Other files are fine.",
        do="Copy it again with all the files that belong to it, or turn it into DICOM or OME-TIFF.",
        name=foreign.source.name,
        maker=foreign.maker,
        detail=str(error)[:200].rstrip("."),
    )
