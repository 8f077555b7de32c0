"""The texts in the headers of NIfTI, NRRD, MetaImage, GIPL and MGZ files: found, and left out."""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

_NRRD_KEPT = re.compile(rb"(?i)DWMRI_|modality$|measurement frame|NRRD_|thicknesses")
_META_KEPT = frozenset(
    b"ObjectType NDims DimSize BinaryData BinaryDataByteOrderMSB ElementByteOrderMSB CompressedData"
    b" CompressedDataSize TransformMatrix Rotation Orientation Offset Origin Position"
    b" CenterOfRotation AnatomicalOrientation ElementSpacing ElementSize ElementType"
    b" ElementNumberOfChannels HeaderSize ElementDataFile ElementMin ElementMax Modality"
    b" ElementToIntensityFunctionSlope ElementToIntensityFunctionOffset".split()
)
MAX_HEADER = 1 << 20


@dataclass(frozen=True)
class Cleaned:
    """`names` are the texts that were there; `data` is the file without them."""

    names: tuple[str, ...]
    data: bytes


def is_gzip(head: bytes) -> bool:
    return head[:2] == b"\x1f\x8b"


def unfolded(data: bytes, limit: int) -> bytes | None:
    """What a gzip file holds, up to `limit` bytes; None where it is broken."""
    inflate = zlib.decompressobj(31)
    try:
        return inflate.decompress(data, limit)
    except zlib.error:
        return None


def folded(data: bytes) -> bytes:
    """Compressed again, without a file's name or time in it."""
    return gzip.compress(data, 6, mtime=0)


def clean_volume(data: bytes) -> Cleaned | None:
    """A whole file (no gzip around it) without its texts; None for other kinds, or broken ones."""
    if is_nifti(data):
        return _nifti(data)
    if data.startswith(b"NRRD"):
        return _lines(data, _nrrd_line, _NRRD_END)
    if is_meta_image(data):
        return _lines(data, _meta_line, _META_END)
    if is_analyze(data):
        return _blanked(data, _ANALYZE_TEXTS)
    return None


def renamed(data: bytes, names: Mapping[str, str]) -> bytes | None:
    """A text header that calls its pixels' files by their new names; the same bytes for others.

    None where it names a file that is not among `names`: by a pattern, or in another folder.
    """
    if not data.startswith(b"NRRD") and not is_meta_image(data):
        return data
    end = _NRRD_END if data.startswith(b"NRRD") else _META_END
    match = end.search(data[:MAX_HEADER])
    header = data[: match.end()] if match else data
    lines: list[bytes] = []
    listed = False
    for line in header.splitlines(keepends=True):
        found = _REFERENCE.match(line)
        told = (found[3] if found else line if listed else b"").decode("latin-1").strip()
        if not told or told.upper() == "LOCAL":
            lines.append(line)
        elif told.upper().startswith("LIST"):
            listed = True
            lines.append(line)
        elif told in names:
            before = found[1] + found[2] if found else b""
            lines.append(before + names[told].encode("ascii") + b"\n")
        else:
            return None
    return b"".join(lines) + data[len(header) :]


_NRRD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_META_END = re.compile(rb"(?m)^[ \t]*ElementDataFile[ \t]*=[^\n]*(\n|\Z)")
_REFERENCE = re.compile(rb"(?i)\s*(data ?file|ElementDataFile)(\s*[:=]\s*)([^\r\n]*)")


def is_meta_image(head: bytes) -> bool:
    return bool(re.match(rb"\s*(ObjectType|NDims|Comment)\s*=", head[:200]))


def is_nifti(head: bytes) -> bool:
    return head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0")


def is_analyze(head: bytes) -> bool:
    return len(head) == 348 and head[:4] in (b"\x5c\x01\0\0", b"\0\0\x01\x5c")


_NIFTI_1 = ((148, 80, "descrip"), (228, 24, "aux_file"), (14, 18, "db_name"), (4, 10, "data_type"))
_NIFTI_2 = ((240, 80, "descrip"), (320, 24, "aux_file"))
_ANALYZE_TEXTS = (
    (148, 80, "descrip"),
    (228, 24, "aux_file"),
    (14, 18, "db_name"),
    (253, 10, "originator_text"),
    (263, 10, "generated"),
    (273, 10, "scannum"),
    (283, 10, "patient_id"),
    (293, 10, "exp_date"),
    (303, 10, "exp_time"),
)


def _blanked(data: bytes, fields: tuple[tuple[int, int, str], ...]) -> Cleaned:
    changed = bytearray(data)
    names: list[str] = []
    for start, length, name in fields:
        if name == "originator_text":  # SPM keeps the origin there, as numbers
            continue
        if changed[start : start + length].strip(b"\0 "):
            names.append(name)
            changed[start : start + length] = bytes(length)
    return Cleaned(tuple(names), bytes(changed))


def _nifti(data: bytes) -> Cleaned | None:
    """Extensions are blanked where they lie, so that the voxels stay where they are."""
    second = data[4:8] in (b"n+2\0", b"ni2\0")
    size = 540 if second else 348
    cleaned = _blanked(data, _NIFTI_2 if second else _NIFTI_1)
    if len(data) < size + 4 or data[size] == 0:
        return cleaned
    whole = data[4:7] == b"n+2" or data[344:347] == b"n+1"
    little = data[0:1] in (b"\x5c", b"\x1c")
    begin = _offset(data, second=second, little=little) if whole else len(data)
    if not size + 4 <= begin <= len(data):
        return None
    changed = bytearray(cleaned.data)
    changed[size:begin] = bytes(begin - size)
    found = _extensions(data, size + 4, begin, "little" if little else "big")
    return Cleaned((*cleaned.names, *found), bytes(changed))


def _offset(data: bytes, *, second: bool, little: bool) -> int:
    order = "<" if little else ">"
    form, at = ("q", 168) if second else ("f", 108)
    value = struct.unpack_from(order + form, data, at)[0]
    return int(value) if 0 <= value < 1 << 40 else -1


def _extensions(data: bytes, at: int, end: int, order: Literal["little", "big"]) -> list[str]:
    names = []
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], order)
        code = int.from_bytes(data[at + 4 : at + 8], order)
        if size < 8:
            break
        names.append({2: "DICOM extension", 6: "comment extension"}.get(code, "extension"))
        at += size
    return names or ["extension"]


def _nrrd_line(line: bytes) -> str:
    """The name of a line that a copy does not have; "" for a line that stays."""
    if line.startswith(b"#"):
        return "comment"
    if b":=" in line:
        key = line.partition(b":=")[0].strip()
        return "" if _NRRD_KEPT.match(key) else "key/value"
    field = line.partition(b":")[0].strip().lower()
    return field.decode("ascii", "replace") if field in (b"content", b"sample units") else ""


def _meta_line(line: bytes) -> str:
    key = line.partition(b"=")[0].strip()
    return "" if key in _META_KEPT or not line.strip() else key.decode("ascii", "replace")[:64]


def _lines(data: bytes, judge: Callable[[bytes], str], end: re.Pattern[bytes]) -> Cleaned | None:
    """A header of text lines, and the rest as it is."""
    match = end.search(data[:MAX_HEADER])
    if match is None and len(data) > MAX_HEADER:
        return None
    size = match.end() if match else len(data)
    kept: list[bytes] = []
    names: list[str] = []
    for line in data[:size].splitlines(keepends=True):
        name = judge(line.rstrip(b"\r\n")) if line.strip() else ""
        if name:
            names.append(name)
        else:
            kept.append(line)
    return Cleaned(tuple(names), b"".join(kept) + data[size:])
