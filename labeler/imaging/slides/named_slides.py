"""Slides that are known and not read: whose they are, and what to do with them."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.imaging.frames import StoredFrame
from labeler.imaging.pictures.tiff import Page
from labeler.imaging.sources.files import Beside
from labeler.model.image import ByteSource

_ENDINGS = {
    ".mrxs": "3DHISTECH (MIRAX)",
    ".vms": "Hamamatsu (VMS)",
    ".vmu": "Hamamatsu (VMU)",
    ".vsi": "Olympus (VSI)",
    ".czi": "Zeiss (CZI)",
}
_ZEISS = b"ZISRAWFILE"
_DESCRIPTION, _SOFTWARE, _XMP, _HAMAMATSU = 270, 305, 700, 65420
_LEICA = "http://www.leica-microsystems.com/scn/"
_LOOKED = 1 << 16


def knows(head: bytes, name: str) -> bool:
    return head.startswith(_ZEISS) or _ending(name) in _ENDINGS


def read(source: ByteSource, head: bytes, beside: Beside) -> tuple[StoredFrame, ...]:  # noqa: ARG001
    """Always raises LabelerError: that is the purpose."""
    raise _unread(source.name, _ENDINGS.get(_ending(source.name), _ENDINGS[".czi"]))


def refuse_other_makers(pages: tuple[Page, ...]) -> None:
    """Raises LabelerError for TIFF files whose tiles overlap, or lie in no grid, or are parts of
    several scans: put together as others are, they would show a picture that is not there."""
    first = pages[0]
    maker = ""
    if _HAMAMATSU in first:
        maker = "Hamamatsu (NDPI)"
    elif _LEICA in first.text(_DESCRIPTION)[:_LOOKED]:
        maker = "Leica (SCN)"
    elif any("<iScan" in page.text(_XMP)[:_LOOKED] for page in pages[:4]):
        maker = "Ventana (BIF)"
    elif first.text(_SOFTWARE).startswith("MedScan"):
        maker = "Trestle"
    if maker:
        raise _unread(first.source.name, maker)


def _ending(name: str) -> str:
    return name.lower()[name.rfind(".") :] if "." in name else ""


def _unread(name: str, maker: str) -> LabelerError:
    return LabelerError(
        "unsupported-slide",
        "{name} is a slide of {maker}, which is not read here.",
        safe="Other files are fine.",
        do="Turn it into DICOM or OME-TIFF with its maker's tools or with bioformats2raw.",
        name=name,
        maker=maker,
    )
