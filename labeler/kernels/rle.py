"""DICOM's RLE, of one sample of 8 or 16 bits a pixel."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import INT, POINTER, SIZE, function

_DONE = 0
_MOST = 1 << 28


def decode_rle(data: bytes, pixels: int, size: int) -> NDArray[np.unsignedinteger] | None:
    """`pixels` numbers of `size` bytes (1 or 2); None where the frame is not as PS3.5 annex G has
    it: then a more patient decoder is to be asked."""
    if size not in (1, 2) or not 0 < pixels <= _MOST:
        return None
    values: NDArray[np.unsignedinteger] = np.empty(pixels, f"<u{size}")
    spare = np.empty(2 * pixels if size == 2 else 0, np.uint8)
    told = _kernel()(data, len(data), pixels, size, spare.ctypes.data, values.ctypes.data)
    return values if told == _DONE else None


@functools.cache
def _kernel() -> Callable[..., Any]:
    return function("labeler_decode_rle", POINTER, SIZE, SIZE, SIZE, POINTER, POINTER, gives=INT)
