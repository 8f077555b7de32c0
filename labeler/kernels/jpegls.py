"""JPEG-LS without loss, of one component of 9 to 16 bits."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.library import INT, POINTER, SIZE, function

_DONE = 0
_MOST = 1 << 16


def decode_jpegls(data: bytes, rows: int, columns: int) -> NDArray[np.uint16] | None:
    """Values of (rows, columns); None where the stream is of another kind, of another size, or not
    exactly as ITU-T T.87 has it: then a decoder of all kinds is to be asked."""
    if not (0 < rows < _MOST and 0 < columns < _MOST):
        return None
    values = np.empty((rows, columns), np.uint16)
    told = _kernel()(data, len(data), values.ctypes.data, rows, columns)
    return values if told == _DONE else None


@functools.cache
def _kernel() -> Callable[..., Any]:
    return function("labeler_decode_jpegls", POINTER, SIZE, POINTER, SIZE, SIZE, gives=INT)
