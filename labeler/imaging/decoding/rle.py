"""RLE in plain Python (PS3.5 annex G): slower, but of any width, and patient with odd segments."""

from __future__ import annotations

import struct

import numpy as np

from labeler.imaging.decoding.cells import container, unpack_cells
from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

_HEADER = struct.Struct("<16I")


def decode_rle(data: bytes, layout: PixelLayout) -> Pixels:
    """Stored values, bits outside BitsStored and all; raises ValueError."""
    if len(data) < _HEADER.size:
        raise ValueError("the RLE header is not whole")
    count, *offsets = _HEADER.unpack_from(data)
    pixels = layout.rows * layout.columns
    shape = (layout.samples, layout.rows, layout.columns)
    size = -(-layout.bits_allocated // 8)
    if not count == size * layout.samples <= 15:
        raise ValueError(f"{count} segments, {size * layout.samples} wanted")
    ends = [*offsets[1:count], len(data)]
    length = -(-pixels // 8) if layout.bits_allocated == 1 else pixels
    segments = [
        unpack_segment(data[begin:end], length) for begin, end in zip(offsets, ends, strict=False)
    ]
    if layout.bits_allocated == 1:
        bits = [unpack_cells(segment, 1, pixels) for segment in segments]
        return _interleaved(np.stack(bits).reshape(shape))
    # Most significant byte first; wider numbers than the cells are filled up at the top.
    wide = container(layout.bits_allocated) // 8
    planes = np.zeros((layout.samples, pixels, wide), np.uint8)
    for sample in range(layout.samples):
        for byte in range(size):
            segment = segments[sample * size + byte]
            planes[sample, :, size - 1 - byte] = np.frombuffer(segment, np.uint8)
    values = planes.view(f"<u{wide}").reshape(shape).astype(stored_type(layout), copy=False)
    return _interleaved(values)


def _interleaved(planes: Pixels) -> Pixels:
    return planes[0] if len(planes) == 1 else np.moveaxis(planes, 0, -1)


def unpack_segment(packed: bytes, length: int) -> bytes:
    """PackBits up to `length` bytes, never more; raises ValueError where there are fewer."""
    made = bytearray()
    at = 0
    while at < len(packed) and len(made) < length:
        code = packed[at]
        if code < 128:
            made += packed[at + 1 : at + 2 + code]
            at += 2 + code
        elif code > 128:
            made += packed[at + 1 : at + 2] * (257 - code)
            at += 2
        else:
            at += 1
    if len(made) < length:
        raise ValueError(f"a segment of {len(made)} bytes, {length} wanted")
    return bytes(made[:length])
