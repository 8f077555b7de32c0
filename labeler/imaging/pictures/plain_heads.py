"""The short headers of GIF, BMP and the portable anymaps (PBM, PGM, PPM)."""

from __future__ import annotations

import struct

from labeler.imaging.pictures.picture_head import (
    BadPictureError,
    PictureHead,
    UnsupportedPictureError,
)
from labeler.model.image import ByteSource

MAX_GIF = 1 << 26
_MAX_HEAD = 4096
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_BMP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def read_gif(source: ByteSource) -> PictureHead:
    """GIF89a; its pictures are counted by their blocks. Raises BadPictureError."""
    if source.size > MAX_GIF:
        raise BadPictureError("it is larger than a GIF that could be shown")
    data = source.read(0, source.size)
    if len(data) < 13:
        raise BadPictureError("it ends within its header")
    columns, rows, flags = struct.unpack_from("<HHB", data, 6)
    frames = _gif_blocks(data, 13 + _gif_colors(flags))
    if not frames:
        raise BadPictureError("it holds no picture")
    return PictureHead(rows, columns, gray=False, bits=8, lossy=False, alpha=True, frames=frames)


def _gif_colors(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_blocks(data: bytes, at: int) -> int:
    """How many pictures there are."""
    frames = 0
    while at < len(data) and data[at] != _GIF_END:
        if data[at] == _GIF_EXTENSION and at + 1 < len(data):
            at += 2
        elif data[at] == _GIF_IMAGE and at + 10 < len(data):
            frames += 1
            at += 11 + _gif_colors(data[at + 9])
        else:
            break
        while at < len(data) and data[at]:
            at += data[at] + 1
        at += 1
    return frames


def is_bmp(head: bytes) -> bool:
    """Two letters alone are no sign: the next reserved fields are empty, the header is known."""
    return head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[14:18] in _BMP_HEADERS


def read_bmp(source: ByteSource) -> PictureHead:
    """Windows bitmaps from version 3 on. Raises BadPictureError, UnsupportedPictureError."""
    head = source.read(14, 24)
    if len(head) < 20:
        raise BadPictureError("it ends within its header")
    size, columns, rows, _planes, bits, packing = struct.unpack_from("<IiiHHI", head)
    if size < 40:
        raise UnsupportedPictureError("a header of OS/2")
    if packing not in (0, 1, 2, 3, 6) or bits not in (1, 4, 8, 16, 24, 32):
        raise UnsupportedPictureError(f"packing {packing} of {bits} bits")
    return PictureHead(abs(rows), abs(columns), gray=False, bits=8, lossy=False)


def is_anymap(head: bytes) -> bool:
    """P1 to P6 and white space: two letters alone are no sign."""
    return (
        head[:1] == b"P"
        and head[1:2] in b"123456"
        and head[2:3] in (b"\n", b" ", b"\r", b"\t", b"#")
    )


def read_anymap(source: ByteSource) -> PictureHead:
    """Netpbm. Raises BadPictureError."""
    kind, numbers, _begin = anymap_numbers(source.read(0, _MAX_HEAD))
    columns, rows = numbers[0], numbers[1]
    white = 1 if kind in (1, 4) else numbers[2]
    if not 0 < white < 1 << 16:
        raise BadPictureError(f"it says that its highest value is {white}")
    bits = 16 if white > 255 else 8
    deep = white if kind not in (1, 4) else None
    return PictureHead(rows, columns, gray=kind not in (3, 6), bits=bits, lossy=False, white=deep)


def anymap_numbers(head: bytes) -> tuple[int, list[int], int]:
    """The kind (1 to 6), columns, rows and highest value (not for bitmaps), and where pixels
    begin. Raises BadPictureError."""
    kind = head[1] - ord("0")
    wanted = 2 if kind in (1, 4) else 3
    numbers: list[int] = []
    at = 2
    while len(numbers) < wanted:
        while at < len(head) and (head[at : at + 1].isspace() or head[at] == ord("#")):
            at = _line_end(head, at) if head[at] == ord("#") else at + 1
        begin = at
        while at < len(head) and head[at : at + 1].isdigit():
            at += 1
        if begin == at or at - begin > 9 or at == len(head):
            raise BadPictureError("its header says no size")
        numbers.append(int(head[begin:at]))
    return kind, numbers, at + 1


def _line_end(head: bytes, at: int) -> int:
    end = head.find(b"\n", at)
    return len(head) if end < 0 else end + 1
