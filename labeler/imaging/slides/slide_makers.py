"""Slides whose tiles overlap, lie in no grid or in several files: whose they are."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.imaging.pictures.tiff import BrokenTiffError, Page, is_tiff, read_pages
from labeler.imaging.slides.foreign_slides import ForeignSlide
from labeler.imaging.slides.slide_parts import named_in_index, parts_in_folder
from labeler.imaging.sources.files import Beside
from labeler.model.image import ByteSource

_NDPI = "Hamamatsu (NDPI)", "hamamatsu"
_ENDINGS = {
    ".mrxs": ("3DHISTECH (MIRAX)", "mirax"),
    ".ndpi": _NDPI,
    ".vms": ("Hamamatsu (VMS)", "hamamatsu"),
    ".vmu": ("Hamamatsu (VMU)", "hamamatsu"),
    ".svslide": ("Sakura", "sakura"),
    ".czi": ("Zeiss (CZI)", "zeiss"),
}
"""Their names for people, and OpenSlide's."""
_UNREAD = {".vsi": "Olympus (VSI)"}
_ZEISS = b"ZISRAWFILE"
_DESCRIPTION, _SOFTWARE, _XMP, _HAMAMATSU = 270, 305, 700, 65420
_LEICA = "http://www.leica-microsystems.com/scn/"
_LOOKED = 1 << 16


def knows(head: bytes, name: str) -> bool:
    """Some begin as the picture of their overview, so names are asked before contents."""
    return head.startswith(_ZEISS) or _ending(name) in _ENDINGS | _UNREAD


def read(source: ByteSource, head: bytes, beside: Beside) -> ForeignSlide:
    """Raises LabelerError of a maker whose slides OpenSlide does not read either."""
    ending = ".czi" if head.startswith(_ZEISS) else _ending(source.name)
    if ending in _UNREAD:
        raise LabelerError(
            "unsupported-slide",
            "{name} is a slide of {maker}, which is not read here.",
            safe="Other files are fine.",
            do="Turn it into DICOM or OME-TIFF with its maker's tools or with bioformats2raw.",
            name=source.name,
            maker=_UNREAD[ending],
        )
    parts: tuple[str, ...] = ()
    if ending == ".mrxs":
        parts = parts_in_folder(source)
    elif ending in (".vms", ".vmu"):
        parts = named_in_index(source, beside)
    return ForeignSlide(source, *_ENDINGS[ending], parts)


def is_foreign(source: ByteSource, head: bytes) -> bool:
    """Whether it is known as such a slide, whole or broken. Raises OSError."""
    if knows(head, source.name):
        return True
    try:
        return is_tiff(head) and foreign_tiff(read_pages(source)) is not None
    except BrokenTiffError:
        return False


def foreign_tiff(pages: tuple[Page, ...]) -> ForeignSlide | None:
    """A TIFF that, put together as others are, would show a picture that is not there."""
    first = pages[0]
    description = first.text(_DESCRIPTION)[:_LOOKED]
    software = first.text(_SOFTWARE)
    ventana = any("<iScan" in page.text(_XMP)[:_LOOKED] for page in pages[:4])
    philips = software.startswith("Philips") and "DPUfsImport" in description
    known = (
        (_HAMAMATSU in first, *_NDPI),
        (_LEICA in description, "Leica (SCN)", "leica"),
        (ventana, "Ventana (BIF)", "ventana"),
        (software.startswith("MedScan"), "Trestle", "trestle"),
        (philips, "Philips", "philips"),
    )
    found = (ForeignSlide(first.source, maker, vendor) for true, maker, vendor in known if true)
    return next(found, None)


def _ending(name: str) -> str:
    return name.lower()[name.rfind(".") :] if "." in name else ""
