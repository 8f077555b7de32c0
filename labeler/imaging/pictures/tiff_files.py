"""The reader of TIFF files: slides and pictures."""

from __future__ import annotations

from labeler.imaging.frames import StoredFrame
from labeler.imaging.pictures.tiff import is_tiff
from labeler.imaging.pictures.tiff_pictures import picture_frames, tiff_pages
from labeler.imaging.slides.foreign_slides import ForeignSlide
from labeler.imaging.slides.microscopy import microscope_frames
from labeler.imaging.slides.slide_makers import foreign_tiff
from labeler.imaging.slides.tiff_slides import slide_frames
from labeler.imaging.sources.files import Beside
from labeler.model.image import ByteSource


def knows(head: bytes, name: str) -> bool:  # noqa: ARG001  what it begins with says it
    return is_tiff(head)


def read(
    source: ByteSource,
    head: bytes,  # noqa: ARG001  directories lie anywhere
    beside: Beside,  # noqa: ARG001  a TIFF is whole
) -> tuple[StoredFrame, ...] | ForeignSlide:
    """Directories only; raises LabelerError where one is broken, unsupported or too large."""
    pages = tiff_pages(source)
    if (foreign := foreign_tiff(pages)) is not None:
        return foreign
    for family in (microscope_frames, slide_frames):
        if (found := family(source, pages)) is not None:
            return found
    return picture_frames(source, [page for page in pages if page.parent is None])
