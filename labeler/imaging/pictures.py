"""PNG and JPEG files: their size and kind from the header, in the same terms as DICOM."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.files import Beside, file_digest
from labeler.imaging.frame_stores import WholeFile
from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.imaging.layout import MAX_FRAME_BYTES, PixelLayout
from labeler.imaging.syntaxes import PICTURE, SYNTAXES
from labeler.model.image import ByteSource, SeriesInfo

MAX_FILE_BYTES = 1 << 28
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION = 0x0112
_SIDEWAYS = frozenset((5, 6, 7, 8))


def knows(head: bytes, name: str) -> bool:  # noqa: ARG001  what it begins with says it
    return head.startswith((_PNG, _JPEG))


@dataclass(frozen=True)
class _Size:
    """As it is shown: upright. `bits` a sample."""

    rows: int
    columns: int
    gray: bool
    bits: int
    lossy: bool


def read(
    source: ByteSource,
    head: bytes,
    beside: Beside,  # noqa: ARG001  a picture is whole
) -> tuple[StoredFrame, ...]:
    """Header only; raises LabelerError "broken-picture" where it is broken or too large."""
    if source.size > MAX_FILE_BYTES:
        raise _broken(source.name)
    size = _png(source) if head.startswith(_PNG) else _jpeg(source)
    if size is None or size.rows * size.columns == 0:
        raise _broken(source.name)
    bits = 16 if size.gray and size.bits > 8 else 8
    samples = 1 if size.gray else 3
    if size.rows * size.columns * samples * bits > MAX_FRAME_BYTES * 8:
        raise _broken(source.name)
    layout = PixelLayout(
        rows=size.rows,
        columns=size.columns,
        samples=samples,
        photometric="MONOCHROME2" if size.gray else "RGB",
        planar=False,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        signed=False,
        floating=False,
        little=True,
        words=False,
    )
    return (_frame(source, layout, lossy=size.lossy),)


def _png(source: ByteSource) -> _Size | None:
    head = source.read(8, 18)
    if len(head) < 18 or head[4:8] != b"IHDR":
        return None
    columns, rows, bits, kind = struct.unpack(">IIBB", head[8:18])
    return _Size(rows, columns, gray=kind == 0, bits=bits, lossy=False)


def _jpeg(source: ByteSource) -> _Size | None:
    """Walk the marker segments to the frame header, with the EXIF orientation on the way."""
    at, sideways = 2, False
    while len(head := source.read(at, 4)) == 4 and head[0] == 0xFF:
        marker, length = head[1], int.from_bytes(head[2:4], "big")
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == 0xE1:
            sideways = _orientation(source.read(at + 4, length - 2)) in _SIDEWAYS
        if marker in _FRAME_MARKERS:
            found = source.read(at + 4, 6)
            if len(found) < 6:
                return None
            bits, rows, columns, samples = struct.unpack(">BHHB", found)
            if sideways:
                rows, columns = columns, rows
            return _Size(rows, columns, gray=samples == 1, bits=bits, lossy=True)
        at += 2 + max(length, 2)
    return None


def _orientation(exif: bytes) -> int:
    """EXIF tag 0x0112 of the first directory; 1 (upright) where it is not said."""
    if not exif.startswith(b"Exif\0\0") or len(exif) < 16:
        return 1
    body = exif[6:]
    order = "<" if body[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", body, 4)[0]
    if start + 2 > len(body):
        return 1
    count = struct.unpack_from(f"{order}H", body, start)[0]
    for entry in range(start + 2, min(start + 2 + count * 12, len(body) - 11), 12):
        tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", body, entry)
        if tag == _ORIENTATION:
            return int(value)
    return 1


def _frame(source: ByteSource, layout: PixelLayout, *, lossy: bool) -> StoredFrame:
    digest = file_digest(source)
    info = SeriesInfo(
        uid=digest,
        number=None,
        description=source.name.rsplit("/", 1)[-1],
        modality="OT",
        study_uid="",
        body_part="",
        patient_age="",
        patient_sex="",
        slice_thickness_mm=None,
    )
    file = StoredFile(
        source=source,
        syntax=SYNTAXES[PICTURE],
        layout=layout,
        store=WholeFile(source, SYNTAXES[PICTURE], layout),
        frame_count=1,
        instance=digest,
        info=info,
        instance_number=None,
        lossy=lossy,
        lut=None,
        palette=None,
        kind="picture",
    )
    return StoredFrame(
        file=file,
        number=0,
        position=None,
        origin=None,
        orientation=None,
        spacing=None,
        projected=False,
        step_mm=None,
        slope=1.0,
        intercept=0.0,
        rescale_type=None,
        windows=(),
        time=(0, 0),
    )


def _broken(name: str) -> LabelerError:
    return LabelerError(
        "broken-picture",
        "{name} is not a picture that can be read: it is broken or far too large.",
        safe="Other files are fine.",
        do="Save the picture again as PNG or JPEG.",
        name=name,
    )
