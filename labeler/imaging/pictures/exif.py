"""What the EXIF of a picture says: which way is up, and whether it tells of persons or places."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.imaging.pictures.tiff import BrokenTiffError, Page, read_pages
from labeler.imaging.sources.files import MemoryBytes

ORIENTATION = 274
_EXIF_IFD = 34665
_TELLING = {
    270: "ImageDescription",
    269: "DocumentName",
    285: "PageName",
    315: "Artist",
    316: "HostComputer",
    306: "DateTime",
    700: "XMP",
    33432: "Copyright",
    33723: "IPTC",
    34853: "GPSInfo",
    37510: "UserComment",
    36867: "DateTimeOriginal",
    37500: "MakerNote",
    42016: "ImageUniqueID",
    42032: "CameraOwnerName",
    42033: "BodySerialNumber",
    40092: "XPComment",
    40093: "XPAuthor",
}
"""Tags of TIFF 6.0 and EXIF 2.3 that may say who, where or when."""


@dataclass(frozen=True)
class Exif:
    orientation: int
    telling: frozenset[str]


NO_EXIF = Exif(1, frozenset())


def read_exif(data: bytes) -> Exif:
    """From a TIFF structure in memory; one that is broken says nothing."""
    try:
        first = read_pages(MemoryBytes("", data))[0]
        below = _below(data, first)
    except BrokenTiffError:
        return NO_EXIF
    found = telling(first) | (telling(below) if below is not None else frozenset())
    return Exif(orientation_of(first), found)


def orientation_of(page: Page) -> int:
    said = page.number(ORIENTATION, 1)
    return said if 1 <= said <= 8 else 1


def telling(page: Page) -> frozenset[str]:
    """Keywords of what may tell who somebody is; never the values."""
    return frozenset(name for tag, name in _TELLING.items() if tag in page)


def _below(data: bytes, page: Page) -> Page | None:
    """The directory that camera makers write into, where there is one."""
    at = page.number(_EXIF_IFD)
    if not 8 <= at < len(data):
        return None
    link = at.to_bytes(4, "little" if page.little else "big")
    return read_pages(MemoryBytes("", data[:4] + link + data[8:]))[0]
