"""A file's header as plain words, whatever its family: elements, tags or fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from labeler.errors import LabelerError
from labeler.imaging.dicom.elements import HEAD
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.imaging.dicom.listing import MOST_ENTRIES, list_dicom
from labeler.imaging.pictures.tiff import BrokenTiffError, Page, is_tiff, read_pages
from labeler.imaging.volumes import nrrd_header
from labeler.imaging.volumes.nifti_header import HEADER_BYTES, is_header, read_nifti
from labeler.imaging.volumes.unfolding import peek_gzip
from labeler.model.image import ByteSource
from labeler.model.listing import HeaderEntry, HeaderListing
from labeler.model.printable import printable

_LONGEST = 512
_MOST_NUMBERS = 16
_TEXT_KIND = 2
"""ASCII, among the kinds of TIFF 6.0 section 2."""
_TIFF_NAMES = {
    254: "NewSubfileType",
    256: "ImageWidth",
    257: "ImageLength",
    258: "BitsPerSample",
    259: "Compression",
    262: "PhotometricInterpretation",
    266: "FillOrder",
    269: "DocumentName",
    270: "ImageDescription",
    271: "Make",
    272: "Model",
    273: "StripOffsets",
    274: "Orientation",
    277: "SamplesPerPixel",
    278: "RowsPerStrip",
    279: "StripByteCounts",
    282: "XResolution",
    283: "YResolution",
    284: "PlanarConfiguration",
    296: "ResolutionUnit",
    305: "Software",
    306: "DateTime",
    315: "Artist",
    317: "Predictor",
    320: "ColorMap",
    322: "TileWidth",
    323: "TileLength",
    324: "TileOffsets",
    325: "TileByteCounts",
    330: "SubIFDs",
    338: "ExtraSamples",
    339: "SampleFormat",
    347: "JPEGTables",
    530: "YCbCrSubSampling",
    33432: "Copyright",
    34665: "ExifIFD",
    34675: "ICCProfile",
}
"""TIFF 6.0, its supplements, and what slides use."""
_PERSON = frozenset((270, 269, 315))
"""Free text, which on slides holds barcodes and names."""


def list_header(source: ByteSource) -> HeaderListing:
    """Raises LabelerError "no-header" for families without one that can be listed, or what the
    family's reader says of a broken header; and OSError."""
    head = source.read(0, HEAD)
    if looks_like_dicom(head):
        return list_dicom(source)
    if is_tiff(head):
        return _tiff(source)
    plain = peek_gzip(head, HEADER_BYTES) or head[:HEADER_BYTES]
    if is_header(plain, analyze=source.name.lower().endswith((".hdr", ".hdr.gz", ".img"))):
        return _fields(source, read_nifti(plain, source.name))
    if head.startswith(nrrd_header.MAGIC):
        return _fields(source, nrrd_header.read_nrrd(source, head))
    raise LabelerError(
        "no-header",
        "{name} has no header that can be listed.",
        safe="The image itself is fine.",
        do="Nothing to do.",
        name=source.name,
    )


def _fields(source: ByteSource, header: object) -> HeaderListing:
    """Of a text or binary header that its reader has as a dataclass."""
    told = ((one.name, getattr(header, one.name)) for one in fields(header))  # type: ignore[arg-type]
    entries = (
        HeaderEntry(0, "", name, name.replace("_", " "), "", None, _short(str(value)))
        for name, value in told
        if name not in ("name", "end")
    )
    return HeaderListing(source.name, tuple(entries))


def _tiff(source: ByteSource) -> HeaderListing:
    try:
        pages = read_pages(source)
    except BrokenTiffError as error:
        raise LabelerError(
            "broken-tiff",
            "The directories of {name} cannot be followed: {reason}.",
            safe="Other files are fine.",
            do="Copy or download the file again.",
            name=source.name,
            reason=str(error),
        ) from error
    entries = [entry for page in pages for entry in _page(page)]
    return HeaderListing(source.name, tuple(entries[:MOST_ENTRIES]), len(entries) <= MOST_ENTRIES)


def _page(page: Page) -> Iterator[HeaderEntry]:
    yield HeaderEntry(0, "", "", f"Directory {page.index}", "", None, "")
    for tag, entry in page.entries.items():
        name = _TIFF_NAMES.get(tag, "Unknown")
        value = page.text(tag, _LONGEST * 8) if entry.kind == _TEXT_KIND else _numbers(page, tag)
        yield HeaderEntry(
            1, str(tag), name, name, "", entry.length, _short(value), names_person=tag in _PERSON
        )


def _numbers(page: Page, tag: int) -> str:
    values = page.numbers(tag) if page.entries[tag].length <= 1 << 16 else ()
    told = "\\".join(f"{value:.9g}" for value in values[:_MOST_NUMBERS])
    return f"{told}\\…" if len(values) > _MOST_NUMBERS else told


def _short(text: str) -> str:
    line = printable(" ".join(text.split()))
    return f"{line[:_LONGEST]}…" if len(line) > _LONGEST else line
