"""The marker segments of a JPEG before its pixels (T.81 annex B)."""

from __future__ import annotations

import struct

from labeler.imaging.pictures.exif import UPRIGHT, read_orientation
from labeler.imaging.pictures.icc import is_other_than_srgb
from labeler.imaging.pictures.picture_head import (
    BadPictureError,
    PictureHead,
    UnsupportedPictureError,
)
from labeler.model.image import ByteSource

MAGIC = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LOSSLESS = 0xC3
_READ = frozenset((0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA))
_MAX_SEGMENTS = 4096
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"


def read_head(source: ByteSource) -> PictureHead:
    """Walk to the frame header, with EXIF and profile on the way. Raises BadPictureError,
    UnsupportedPictureError."""
    at = 2
    orientation, profile = UPRIGHT, b""
    for _ in range(_MAX_SEGMENTS):
        head = source.read(at, 4)
        if len(head) < 4 or head[0] != 0xFF:
            break
        marker, length = head[1], int.from_bytes(head[2:4], "big")
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in _FRAMES:
            return _head(source.read(at + 4, 6), marker, orientation, profile)
        body = source.read(at + 4, max(length - 2, 0))
        if marker == 0xE1 and body.startswith(_EXIF):
            orientation = read_orientation(body[len(_EXIF) :])
        if marker == 0xE2 and body.startswith(_ICC):
            profile += body[len(_ICC) + 2 :]
        at += 2 + max(length, 2)
    raise BadPictureError("its frame header is missing")


def _head(found: bytes, marker: int, orientation: int, profile: bytes) -> PictureHead:
    if len(found) < 6:
        raise BadPictureError("it ends within its frame header")
    bits, rows, columns, samples = struct.unpack(">BHHB", found)
    if marker not in _READ:
        raise UnsupportedPictureError(f"a hierarchical or arithmetic process (SOF{marker - 0xC0})")
    if samples not in (1, 3, 4) or (bits != 8 and samples == 4):
        raise UnsupportedPictureError(f"{samples} samples of {bits} bits")
    return PictureHead(
        rows,
        columns,
        gray=samples == 1,
        bits=bits,
        lossy=marker != _LOSSLESS,
        # Inks become light without knowing the inks.
        profile=is_other_than_srgb(profile) or samples == 4,
        orientation=orientation,
    )
