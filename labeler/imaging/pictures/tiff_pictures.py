"""Pages of a TIFF that are pictures, in the same terms as DICOM."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.imaging.dicom.holding import MAX_FRAMES
from labeler.imaging.dicom.orientation import SIDEWAYS, turned
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.frames import StoredFrame
from labeler.imaging.layout import MAX_FRAME_BYTES, PixelLayout
from labeler.imaging.pictures.exif import orientation_of
from labeler.imaging.pictures.picture_frames import flat_frame, picture_file
from labeler.imaging.pictures.picture_head import (
    BadPictureError,
    UnsupportedPictureError,
    broken_picture,
    too_large,
    unsupported_picture,
)
from labeler.imaging.pictures.tiff import BrokenTiffError, Page, read_pages
from labeler.imaging.pictures.tiff_pages import PageLayout, PageTiles, read_layout
from labeler.imaging.slides.tiles import whole
from labeler.imaging.sources.files import file_digest
from labeler.model.image import ByteSource, Pixels

_FORMAT = "TIFF"
_SUBFILE = 254
_MASK = 4
_MAX_TABLES = 1 << 26
"""Bytes of tables of colours and of JPEG, which all pages may share in the file, not here."""


def tiff_pages(source: ByteSource) -> tuple[Page, ...]:
    """Raises LabelerError "broken-picture"."""
    try:
        return read_pages(source)
    except BrokenTiffError as error:
        raise broken_picture(source.name, _FORMAT, str(error)) from error


def page_layout(page: Page, *, indexed: bool = False) -> PageLayout:
    """Raises LabelerError where a page is broken, unsupported, or too large for its tiles.

    `indexed`: a palette is only how numbers were shown, and is not asked.
    """
    try:
        said = read_layout(page, indexed=indexed)
    except BadPictureError as error:
        raise broken_picture(page.source.name, _FORMAT, str(error)) from error
    except UnsupportedPictureError as error:
        raise unsupported_picture(page.source.name, _FORMAT, str(error)) from error
    if said.segment_bytes > MAX_FRAME_BYTES:
        raise too_large(page.source.name, _FORMAT, said.layout.rows, said.layout.columns)
    return said


def picture_frames(source: ByteSource, pages: list[Page]) -> tuple[StoredFrame, ...]:
    """One frame a page and channel, in their order. Pages that only mask others are left out."""
    shown = [page for page in pages if not page.number(_SUBFILE) & _MASK] or pages
    digest = file_digest(source)
    found: list[StoredFrame] = []
    tables = 0
    for page in shown:
        layout = page_layout(page)
        tables += layout.table_bytes
        if tables > _MAX_TABLES or len(found) + layout.channels > MAX_FRAMES:
            raise broken_picture(source.name, _FORMAT, "its pages hold more than pictures do")
        if layout.layout.frame_bits > MAX_FRAME_BYTES * 8:
            raise too_large(source.name, _FORMAT, layout.layout.rows, layout.layout.columns)
        for sample in range(layout.channels):
            upright = _upright(layout.layout, orientation_of(page))
            store = PageFrame(PageTiles(layout, sample), orientation_of(page))
            file = picture_file(
                source,
                layout.syntax,
                upright,
                store,
                digest=digest,
                frame_count=len(shown),
                caveats=layout.caveats,
            )
            found.append(flat_frame(file, len(found)))
    return tuple(found)


def _upright(layout: PixelLayout, orientation: int) -> PixelLayout:
    if orientation not in SIDEWAYS:
        return layout
    return replace(layout, rows=layout.columns, columns=layout.rows)


@dataclass(frozen=True, eq=False)
class PageFrame:
    """The store of one page: its tiles put together, upright."""

    tiles: PageTiles
    orientation: int

    def frame(self, number: int, decoders: Decoders) -> Pixels:  # noqa: ARG002  it is its only one
        return turned(whole(self.tiles, decoders), self.orientation)
