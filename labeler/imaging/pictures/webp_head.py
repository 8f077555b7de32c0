"""The chunks of a WebP (RFC 9649)."""

from __future__ import annotations

from labeler.imaging.pictures.exif import UPRIGHT, read_orientation
from labeler.imaging.pictures.icc import MAX_PROFILE, is_other_than_srgb
from labeler.imaging.pictures.picture_head import BadPictureError, PictureHead
from labeler.model.image import ByteSource

_MAX_CHUNKS = 100_000


def is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def read_head(source: ByteSource) -> PictureHead:
    """Raises BadPictureError."""
    chunks, counts = _chunks(source)
    rows, columns, alpha = _size(chunks)
    frames = counts.get(b"ANMF", 0)
    return PictureHead(
        rows,
        columns,
        gray=False,
        bits=8,
        lossy=b"VP8L" not in chunks,
        alpha=alpha,
        frames=max(frames, 1),
        profile=is_other_than_srgb(chunks.get(b"ICCP", b"")),
        orientation=_orientation(chunks),
    )


def _chunks(source: ByteSource) -> tuple[dict[bytes, bytes], dict[bytes, int]]:
    """The first of each name (of pixels, only how they begin), and how many there are."""
    found: dict[bytes, bytes] = {}
    counts: dict[bytes, int] = {}
    at = 12
    for _ in range(_MAX_CHUNKS):
        head = source.read(at, 8)
        if len(head) < 8:
            break
        name, length = head[:4], int.from_bytes(head[4:], "little")
        counts[name] = counts.get(name, 0) + 1
        if name not in found:
            small = name in (b"ICCP", b"EXIF") and length <= MAX_PROFILE
            found[name] = source.read(at + 8, length if small else min(length, 16))
        at += 8 + length + length % 2
    return found, counts


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int, bool]:
    """Rows, columns and whether anything may be transparent."""
    if len(wide := chunks.get(b"VP8X", b"")) >= 10:
        columns = int.from_bytes(wide[4:7], "little") + 1
        rows = int.from_bytes(wide[7:10], "little") + 1
        return rows, columns, bool(wide[0] & 0x10)
    if len(lossless := chunks.get(b"VP8L", b"")) >= 5 and lossless[0] == 0x2F:
        packed = int.from_bytes(lossless[1:5], "little")
        return (packed >> 14 & 0x3FFF) + 1, (packed & 0x3FFF) + 1, bool(packed >> 28 & 1)
    if len(lossy := chunks.get(b"VP8 ", b"")) >= 10 and lossy[3:6] == b"\x9d\x01\x2a":
        columns = int.from_bytes(lossy[6:8], "little") & 0x3FFF
        return int.from_bytes(lossy[8:10], "little") & 0x3FFF, columns, False
    raise BadPictureError("it says no size")


def _orientation(chunks: dict[bytes, bytes]) -> int:
    data = chunks.get(b"EXIF", b"").removeprefix(b"Exif\0\0")
    return read_orientation(data) if data else UPRIGHT
