"""Pixel cells of any width, packed without gaps, lowest bits first (PS3.5 8.1.1 and annex D)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTHS = (8, 16, 32, 64)
"""The widths that numpy has."""
_BAND = 1 << 16


def container(bits: int) -> int:
    """The width of the smallest number that holds a cell."""
    return next(width for width in WIDTHS if bits <= width)


def unpack_cells(
    raw: bytes, bits: int, count: int, first_bit: int = 0
) -> NDArray[np.unsignedinteger]:
    """`count` cells of 1 to 64 bits as unsigned numbers, the first from `first_bit` of `raw` on.

    In bands, because each bit is spread to a byte in between. `raw` must hold all of them.
    """
    packed = np.frombuffer(raw, np.uint8)
    wide = container(bits)
    cells: NDArray[np.unsignedinteger] = np.empty(count, f"<u{wide // 8}")
    for begin in range(0, count, _BAND):
        size = min(_BAND, count - begin)
        at = first_bit + begin * bits
        part = packed[at // 8 : (at + size * bits + 7) // 8]
        spread = np.unpackbits(part, bitorder="little")[at % 8 : at % 8 + size * bits]
        filled = np.zeros((size, wide), np.uint8)
        filled[:, :bits] = spread.reshape(size, bits)
        cells[begin : begin + size] = np.packbits(filled, bitorder="little").view(cells.dtype)
    return cells.astype(cells.dtype.newbyteorder("="), copy=False)
