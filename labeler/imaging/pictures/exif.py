"""What the EXIF of a picture says of its sides: which way is up."""

from __future__ import annotations

from labeler.imaging.pictures.tiff import BrokenTiffError, Page, read_pages
from labeler.imaging.sources.files import MemoryBytes

ORIENTATION = 274
UPRIGHT = 1


def read_orientation(data: bytes) -> int:
    """From a TIFF structure in memory; one that is broken says nothing."""
    try:
        return orientation_of(read_pages(MemoryBytes("", data))[0])
    except BrokenTiffError:
        return UPRIGHT


def orientation_of(page: Page) -> int:
    said = page.number(ORIENTATION, UPRIGHT)
    return said if 1 <= said <= 8 else UPRIGHT
