"""The chunks of a PNG before its pixels (PNG 3rd edition, 5 and 11)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from labeler.imaging.pictures.exif import UPRIGHT, read_orientation
from labeler.imaging.pictures.icc import MAX_PROFILE, is_other_than_srgb
from labeler.imaging.pictures.picture_head import BadPictureError, PictureHead
from labeler.model.image import ByteSource

MAGIC = b"\x89PNG\r\n\x1a\n"
_MAX_CHUNKS = 4096
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_GAMMA_SRGB = 45455


def read_head(source: ByteSource) -> PictureHead:
    """Raises BadPictureError."""
    header = source.read(8, 21)
    if len(header) < 21 or header[4:8] != b"IHDR":
        raise BadPictureError("its header is missing")
    columns, rows, bits, kind = struct.unpack(">IIBB", header[8:18])
    if bits not in _DEPTHS.get(kind, ()):
        raise BadPictureError(f"it says {bits} bits of colour type {kind}")
    chunks = dict(_chunks(source))
    return PictureHead(
        rows,
        columns,
        gray=kind in (0, 4),
        bits=bits,
        lossy=False,
        alpha=kind in (4, 6) or b"tRNS" in chunks,
        profile=_profile(chunks),
        orientation=read_orientation(chunks[b"eXIf"]) if b"eXIf" in chunks else UPRIGHT,
    )


def _chunks(source: ByteSource) -> Iterator[tuple[bytes, bytes]]:
    """Names and what they hold, up to the pixels; large ones are passed over."""
    at = 8
    for _ in range(_MAX_CHUNKS):
        head = source.read(at, 8)
        if len(head) < 8 or head[4:8] in (b"IDAT", b"IEND"):
            return
        length = int.from_bytes(head[:4], "big")
        yield head[4:8], source.read(at + 8, length) if length <= MAX_PROFILE else b""
        at += 12 + length


def _profile(chunks: dict[bytes, bytes]) -> bool:
    """iCCP is a name, NUL, a method, and a deflated profile; gAMA counts where nothing else says
    how values become light."""
    if b"iCCP" in chunks:
        packed = chunks[b"iCCP"].partition(b"\0")[2][1:]
        try:
            return is_other_than_srgb(zlib.decompressobj().decompress(packed, MAX_PROFILE) or b"?")
        except zlib.error:
            return True
    if b"sRGB" in chunks or len(chunks.get(b"gAMA", b"")) != 4:
        return False
    gamma = int.from_bytes(chunks[b"gAMA"], "big")
    return abs(gamma - _GAMMA_SRGB) > _GAMMA_SRGB // 20
