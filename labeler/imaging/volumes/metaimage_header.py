"""The text of a MetaImage header to its fields (itk.org/Wiki/MetaIO/Documentation)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.volumes.grids import Element
from labeler.imaging.volumes.header_fields import MAX_COUNT, HeaderFields
from labeler.imaging.volumes.volume_faults import bad_field, not_of_kind, unsupported
from labeler.model.image import ByteSource

_MAX_HEADER = 1 << 20
_MAX_AXES = 10
_MAX_CHANNELS = 1 << 12
_LAST = "ElementDataFile"
_ELEMENTS = {
    "MET_CHAR": ("i", 1),
    "MET_ASCII_CHAR": ("i", 1),
    "MET_UCHAR": ("u", 1),
    "MET_SHORT": ("i", 2),
    "MET_USHORT": ("u", 2),
    "MET_INT": ("i", 4),
    "MET_UINT": ("u", 4),
    "MET_LONG": ("i", 4),
    "MET_ULONG": ("u", 4),
    "MET_LONG_LONG": ("i", 8),
    "MET_ULONG_LONG": ("u", 8),
    "MET_FLOAT": ("f", 4),
    "MET_DOUBLE": ("f", 8),
}
"""MET_LONG has four bytes everywhere, as ITK reads it."""
_MODALITIES = {"MET_MOD_CT": "CT", "MET_MOD_MR": "MR", "MET_MOD_NM": "NM", "MET_MOD_US": "US"}


@dataclass(frozen=True)
class MetaHeader:
    """Fields as they are written, checked. Axes come in the order of the file, the first fastest.

    `data` is ElementDataFile and, after "LIST", the names. `end` is where the header ends. `rows`
    has the direction of each axis, or () where none is given.
    """

    name: str
    end: int
    element: Element
    sizes: tuple[int, ...]
    channels: int
    binary: bool
    compressed: bool
    data: tuple[str, ...]
    skip: int
    spacings: tuple[float, ...]
    rows: tuple[tuple[float, ...], ...]
    origin: tuple[float, ...]
    anatomical: str
    slope: float
    intercept: float
    modality: str

    @property
    def stored_plain(self) -> bool:
        return self.binary and not self.compressed

    def fault(self, field: str, value: object) -> LabelerError:
        return bad_field(self.name, "MetaImage", field, value)


def looks_like_metaimage(head: bytes) -> bool:
    text = head[:4096]
    begins = re.match(rb"\s*(ObjectType|NDims|Comment)\s*=", text) is not None
    return begins and b"DimSize" in text


def read_metaimage(source: ByteSource, head: bytes) -> MetaHeader:
    """Raises LabelerError naming the field at fault."""
    fields, data, end = _lines(source, head)
    if "NDims" not in fields:
        raise not_of_kind(source.name, "MetaImage", "NDims")
    read = _Fields(source.name, "MetaImage", fields)
    axes = read.whole("NDims", 1, _MAX_AXES)
    kind = read.needed("ElementType").removesuffix("_ARRAY")
    if fields.get("ObjectType", "Image") != "Image":
        raise unsupported(source.name, f"a MetaIO {fields['ObjectType'][:32]}")
    if kind not in _ELEMENTS:
        raise read.fault("ElementType")
    binary = read.flag("BinaryData", usual=True)
    big = read.flag("BinaryDataByteOrderMSB", usual=read.flag("ElementByteOrderMSB", usual=False))
    if not data:
        raise read.fault(_LAST)
    slope = read.reals("ElementToIntensityFunctionSlope", 1) or (1.0,)
    intercept = read.reals("ElementToIntensityFunctionOffset", 1) or (0.0,)
    return MetaHeader(
        name=source.name,
        end=end,
        element=Element(*_ELEMENTS[kind], little=not big or not binary),
        sizes=read.counts("DimSize", axes),
        channels=read.whole("ElementNumberOfChannels", 1, _MAX_CHANNELS, usual=1),
        binary=binary,
        compressed=read.flag("CompressedData", usual=False),
        data=data,
        skip=read.whole("HeaderSize", -1, MAX_COUNT, usual=0),
        spacings=read.reals("ElementSpacing", axes) or read.reals("ElementSize", axes),
        rows=_rows(read, axes),
        origin=read.first(("Offset", "Position", "Origin"), axes),
        anatomical=fields.get("AnatomicalOrientation", "")[:8].upper(),
        slope=slope[0] if slope[0] and math.isfinite(slope[0]) else 1.0,
        intercept=intercept[0] if math.isfinite(intercept[0]) else 0.0,
        modality=_MODALITIES.get(fields.get("Modality", ""), ""),
    )


def _lines(source: ByteSource, head: bytes) -> tuple[dict[str, str], tuple[str, ...], int]:
    """Fields up to ElementDataFile, what that says, and where its line ends."""
    for text in (head, source.read(0, _MAX_HEADER)):
        last = re.search(rb"(?:^|\n)[ \t]*ElementDataFile[ \t]*=([^\n]*)(\n|$)", text)
        if last is not None and (last[2] or len(text) >= source.size):
            break
    else:
        return _fields(text), (), source.size
    said = last[1].decode("utf-8", "replace").strip()
    if said.split()[:1] != ["LIST"]:
        return _fields(text[: last.start()]), (said,) if said else (), last.end()
    names = text[last.end() :].decode("utf-8", "replace").splitlines()
    return _fields(text[: last.start()]), ("LIST", *filter(None, map(str.strip, names))), last.end()


def _fields(text: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.decode("utf-8", "replace").splitlines():
        key, equals, value = line.partition("=")
        if equals:
            found.setdefault(key.strip(), value.strip())
    return found


def _rows(read: _Fields, axes: int) -> tuple[tuple[float, ...], ...]:
    flat = read.first(("TransformMatrix", "Orientation", "Rotation"), axes * axes)
    return tuple(flat[at * axes : (at + 1) * axes] for at in range(axes)) if flat else ()


@dataclass(frozen=True)
class _Fields(HeaderFields):
    def reals(self, field: str, count: int) -> tuple[float, ...]:
        """() where the field is not there."""
        if field not in self.fields:
            return ()
        return super().reals(field, count)

    def first(self, fields: tuple[str, ...], count: int) -> tuple[float, ...]:
        return next((found for field in fields if (found := self.reals(field, count))), ())

    def flag(self, field: str, *, usual: bool) -> bool:
        said = self.fields.get(field, "").lower()
        return said.startswith(("t", "1", "y")) if said else usual
