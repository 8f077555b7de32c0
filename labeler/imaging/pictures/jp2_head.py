"""The boxes of a JP2 file and the first marker of a bare codestream (T.800 annexes A and I)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from labeler.imaging.pictures.icc import MAX_PROFILE, is_other_than_srgb
from labeler.imaging.pictures.picture_head import (
    BadPictureError,
    PictureHead,
    UnsupportedPictureError,
)
from labeler.model.image import ByteSource

BOX_MAGIC = b"\0\0\0\x0cjP  \r\n\x87\n"
STREAM_MAGIC = b"\xff\x4f\xff\x51"
_MAX_BOXES = 4096
_ICC_METHOD = 2
_SRGB, _GRAY, _SYCC = 16, 17, 18


def read_head(source: ByteSource) -> PictureHead:
    """Raises BadPictureError, UnsupportedPictureError."""
    if source.read(0, 4) == STREAM_MAGIC:
        return _stream(source, 0, {})
    boxes: dict[bytes, tuple[int, int]] = {}
    for name, begin, end in _boxes(source, 0, source.size):
        boxes.setdefault(name, (begin, end))
    inner: dict[bytes, bytes] = {}
    if b"jp2h" in boxes:
        for name, begin, end in _boxes(source, *boxes[b"jp2h"]):
            inner.setdefault(name, source.read(begin, min(end - begin, MAX_PROFILE)))
    if b"jp2c" not in boxes:
        raise BadPictureError("it holds no codestream")
    return _stream(source, boxes[b"jp2c"][0], inner)


def _boxes(source: ByteSource, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Names, and where their contents begin and end."""
    for _ in range(_MAX_BOXES):
        head = source.read(at, 16)
        if at + 8 > end or len(head) < 8:
            return
        length, begin = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), at + 16
        last = end if length == 0 else at + length
        if last < begin or last > end:
            last = end
        yield head[4:8], begin, last
        at = last


def _stream(source: ByteSource, at: int, boxes: dict[bytes, bytes]) -> PictureHead:
    """The SIZ marker says size, components and depth."""
    siz = source.read(at, 45)
    if len(siz) < 45 or not siz.startswith(STREAM_MAGIC):
        raise BadPictureError("its codestream does not begin as one")
    right, low, left, top = struct.unpack_from(">4I", siz, 8)
    (components,) = struct.unpack_from(">H", siz, 40)
    depth = siz[42]
    bits, signed = (depth & 0x7F) + 1, bool(depth & 0x80)
    if right <= left or low <= top:
        raise BadPictureError("it says no size")
    colored = components >= 3 or b"pclr" in boxes
    if bits > 16 or (signed and colored):
        raise UnsupportedPictureError(f"{bits} bits{' with a sign' if signed else ''}")
    return PictureHead(
        low - top,
        right - left,
        gray=not colored,
        bits=bits,
        lossy=_lossy(source, at + 2),
        alpha=components in (2, 4),
        signed=signed,
        profile=_profile(boxes.get(b"colr", b"")),
    )


def _profile(color: bytes) -> bool:
    if len(color) < 3:
        return False
    if color[0] == _ICC_METHOD:
        return is_other_than_srgb(color[3:])
    known = (_SRGB, _GRAY, _SYCC)
    return color[0] == 1 and int.from_bytes(color[3:7], "big") not in known


def _lossy(source: ByteSource, at: int) -> bool:
    """Whether the COD marker names the 9-7 wavelet, which cannot be undone exactly."""
    for _ in range(64):
        head = source.read(at, 4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (0x90, 0x93):
            return False
        if head[1] == 0x52:
            return source.read(at + 13, 1) == b"\0"
        at += 2 + int.from_bytes(head[2:4], "big")
    return False
