"""PNG, JPEG, WebP, JPEG 2000 and PNM files as parts: what a picture needs, and what else is there.

Nothing is decoded: a copy has the same compressed pixels, byte for byte.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD hIST cICP".split()
)
_JPEG_KEPT = frozenset((0xE0, 0xE2, 0xEE))
"""JFIF, ICC profile, Adobe's colour transform."""
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"))
_JP2_KEPT = frozenset((b"jP  ", b"ftyp", b"jp2h", b"jp2c"))
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Part:
    """A piece of a file. `name` is "" for what the picture needs; `data` is what a copy has."""

    name: str
    data: bytes


def picture_parts(data: bytes) -> tuple[Part, ...] | None:
    """All parts in order; None for what is none of these, or is broken."""
    if data.startswith(_PNG):
        return _whole(_png(data))
    if data.startswith(b"\xff\xd8\xff"):
        return _whole(_jpeg(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"jP  ":
        return _whole(_jp2(data))
    if re.match(rb"P[1-6]\s", data):
        return _pnm(data)
    return None


def joined(parts: tuple[Part, ...]) -> bytes:
    """The file that a copy is."""
    return b"".join(part.data for part in parts)


class _Broken(Exception):  # noqa: N818  never leaves this module
    """The parts do not fit the file."""


def _whole(parts: Iterator[Part]) -> tuple[Part, ...] | None:
    try:
        return tuple(parts)
    except _Broken:
        return None


def _png(data: bytes) -> Iterator[Part]:
    yield Part("", _PNG)
    at = len(_PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise _Broken
        kept = kind in _PNG_KEPT
        yield Part("" if kept else kind.decode("latin-1"), data[at:end] if kept else b"")
        at = end
        if kind == b"IEND":
            if at < len(data):
                yield Part("bytes after the end", b"")
            return
    raise _Broken


def _jpeg(data: bytes) -> Iterator[Part]:
    yield Part("", data[:2])
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 4 > len(data) or data[at] != 0xFF:
            raise _Broken
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end > len(data) or end < at + 4:
            raise _Broken
        segment = data[at:end]
        if marker == 0xDA:
            yield from _scan(data, at)
            return
        is_metadata = (0xE0 <= marker <= 0xEF and marker not in _JPEG_KEPT) or marker == 0xFE
        if is_metadata:
            yield Part(_segment_name(marker, segment), _upright(segment))
        else:
            yield Part("", segment)
        at = end


def _scan(data: bytes, at: int) -> Iterator[Part]:
    """From the first scan to the end of the image; what follows it is no part of the picture."""
    end = data.rfind(b"\xff\xd9")
    if end < at:
        yield Part("", data[at:])
        return
    yield Part("", data[at : end + 2])
    if data[end + 2 :].strip(b"\0"):
        yield Part("bytes after the end", b"")


def _segment_name(marker: int, segment: bytes) -> str:
    if marker == 0xFE:
        return "comment"
    body = segment[4:40]
    for start, name in ((b"Exif\0", "EXIF"), (b"http://ns.adobe.com/x", "XMP"), (b"Photo", "IPTC")):
        if body.startswith(start):
            return name
    return f"APP{marker - 0xE0}"


def _upright(segment: bytes) -> bytes:
    """EXIF with nothing but the orientation, where it says one; else nothing."""
    exif = segment[10:]
    if segment[4:10] != b"Exif\0\0" or exif[:2] not in (b"II", b"MM") or len(exif) < 8:
        return b""
    order = "<" if exif[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", exif, 4)[0]
    if start + 2 > len(exif):
        return b""
    count = struct.unpack_from(f"{order}H", exif, start)[0]
    for entry in range(start + 2, min(start + 2 + count * 12, len(exif) - 11), 12):
        tag, _, _, turned = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == _ORIENTATION and 1 < turned <= 8:
            body = struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
            return struct.pack(">HH", 0xFFE1, len(body) + 8) + b"Exif\0\0" + body
    return b""


def _webp(data: bytes) -> tuple[Part, ...] | None:
    parts: list[Part] = []
    at = 12
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > len(data) + 1:
            return None
        chunk = data[at:end]
        if kind == b"VP8X" and length >= 10:
            # Bits 3 and 2 say that EXIF and XMP follow.
            parts.append(Part("", chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]))
        elif kind in _WEBP_KEPT:
            parts.append(Part("", chunk))
        else:
            parts.append(Part(kind.decode("latin-1").strip(), b""))
        at = end
    size = sum(len(part.data) for part in parts) + 4
    return Part("", b"RIFF" + size.to_bytes(4, "little") + b"WEBP"), *parts


def _jp2(data: bytes) -> Iterator[Part]:
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        end = len(data) if length == 0 else at + length
        if end > len(data) or end < at + 8:
            raise _Broken
        kept = kind in _JP2_KEPT
        yield Part("" if kept else kind.decode("latin-1").strip(), data[at:end] if kept else b"")
        at = end


def _pnm(data: bytes) -> tuple[Part, ...]:
    """Comments stand between the numbers of the header (PBM has two of them, the others three)."""
    numbers = 2 if data[1:2] in b"14" else 3
    parts, at = [Part("", data[:2])], 2
    while numbers and (found := _PNM_TOKEN.match(data, at)):
        if found[1]:
            parts.append(Part("comment", b""))
        else:
            parts.append(Part("", b"\n" + found[2]))
            numbers -= 1
        at = found.end()
    return *parts, Part("", data[at:])


_PNM_TOKEN = re.compile(rb"\s*(?:(#[^\n]*)|(\d+))")
