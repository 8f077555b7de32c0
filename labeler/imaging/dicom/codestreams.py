"""What a compressed frame says about itself in its first bytes; read here without native code.

JPEG (ITU-T T.81 annex B), JPEG-LS (ITU-T T.87 annex C) and JPEG 2000 (ITU-T T.800 annex A).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Color = Literal["", "RGB", "YBR"]

_FRAMES = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
_LOSSLESS = frozenset((0xC3, 0xC7, 0xCB, 0xCF))
_SCAN, _APP0, _APP14, _JPEG_LS = 0xDA, 0xE0, 0xEE, 0xF7
_SYNTAX_OF_FRAME = {0xC0: "50", 0xC1: "51", 0xC2: "55", 0xC3: "57", _JPEG_LS: "80"}
_J2K = b"\xff\x4f\xff\x51"
_XL = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
_COD, _SOT = 0xFF52, 0xFF90
_RLE_OFFSET = 64
_RLE_SEGMENTS = 15


@dataclass(frozen=True)
class StreamHead:
    """`syntax` is the transfer syntax that such a stream has. `rows` is 0 where it says so later.

    `signed` is None where the format knows no sign; `color` is "" where it is not said. `mixed`
    says that a decoder turns three colour components back to RGB by itself (JPEG 2000).
    """

    syntax: str
    rows: int
    columns: int
    samples: int
    bits: int
    signed: bool | None
    lossy: bool
    color: Color = ""
    mixed: bool = False


def read_stream_head(data: bytes) -> StreamHead | None:
    """What the first bytes of a frame say; None where they are no such stream, or say nothing."""
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg(data)
        begin = data[:256].find(_J2K)  # at 0, or behind the boxes of a JP2 file
        return _jpeg2000(data[begin:]) if begin >= 0 else None
    except (struct.error, IndexError):
        return None  # it ends within its head


def syntax_of(data: bytes) -> str:
    """The UID of the transfer syntax whose frames begin like this; "" where none does."""
    head = read_stream_head(data)
    if head is not None:
        return head.syntax
    if data.startswith(_XL):
        return "1.2.840.10008.1.2.4.112"
    return "1.2.840.10008.1.2.5" if is_rle(data) else ""


def is_rle(data: bytes) -> bool:
    """Whether bytes begin with an RLE header (PS3.5 G.5): its first segment follows at once."""
    if len(data) < _RLE_OFFSET:
        return False
    count, first = struct.unpack_from("<2I", data)
    return 1 <= int(count) <= _RLE_SEGMENTS and int(first) == _RLE_OFFSET


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers of a JPEG stream with what they hold, up to the first scan's head."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        size = struct.unpack_from(">H", data, at + 2)[0]
        yield marker, data[at + 4 : at + 2 + size]
        if marker == _SCAN or size < 2:
            return
        at += 2 + size


def _jpeg(data: bytes) -> StreamHead | None:
    frame, near, color = b"", 0, ""
    kind = 0
    for marker, held in _segments(data):
        if marker in _FRAMES and len(held) >= 6:
            kind, frame = marker, held
        elif marker == _SCAN and kind == _JPEG_LS:
            near = held[1 + 2 * held[0]]
        elif marker == _APP14 and held[:5] == b"Adobe" and len(held) >= 12:
            color = "YBR" if held[11] else "RGB"
        elif marker == _APP0 and held[:5] == b"JFIF\0":
            color = color or "YBR"
    if not frame:
        return None
    bits, rows, columns, samples = struct.unpack_from(">BHHB", frame)
    lossy = near > 0 if kind == _JPEG_LS else kind not in _LOSSLESS
    uid = "81" if near else _SYNTAX_OF_FRAME.get(kind, "51")
    return StreamHead(
        syntax=f"1.2.840.10008.1.2.4.{uid}",
        rows=rows,
        columns=columns,
        samples=samples,
        bits=bits,
        signed=None,
        lossy=lossy,
        color=_said_color(color, frame, samples) if kind != _JPEG_LS else "",
    )


def _said_color(marked: str, frame: bytes, samples: int) -> Color:
    """What a stream of three components says of them, by a marker or by their names."""
    if samples != 3:
        return ""
    if frame[6:15:3] == b"RGB":
        return "RGB"
    return "YBR" if marked == "YBR" else "RGB" if marked == "RGB" else ""


def _jpeg2000(data: bytes) -> StreamHead:
    right, bottom, left, top = struct.unpack_from(">4I", data, 8)
    samples = struct.unpack_from(">H", data, 40)[0]
    depth = data[42]
    mixed = reversible = high_throughput = False
    at = 4 + struct.unpack_from(">H", data, 4)[0]
    while at + 4 <= len(data):
        marker, size = struct.unpack_from(">2H", data, at)
        if marker == _SOT or size < 2:
            break
        if marker == _COD:
            mixed, style = bool(data[at + 8]), data[at + 12]
            reversible, high_throughput = data[at + 13] == 1, bool(style & 0x40)
        at += 2 + size
    lossless, lossy = ("201", "203") if high_throughput else ("90", "91")
    return StreamHead(
        syntax=f"1.2.840.10008.1.2.4.{lossless if reversible else lossy}",
        rows=bottom - top,
        columns=right - left,
        samples=samples,
        bits=(depth & 0x7F) + 1,
        signed=bool(depth & 0x80),
        lossy=not reversible,
        mixed=mixed and samples == 3,
    )
