"""Values that are written as text: decimal numbers, or hexadecimal digits."""

from __future__ import annotations

import binascii

import numpy as np

from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.volumes.grids import Element
from labeler.model.image import ByteSource

_CHUNK = 1 << 18
_LONGEST = 64
_SPACE = b" \t\r\n\v\f"


def read_decimals(source: ByteSource, start: int, size: int, element: Element) -> bytes:
    """`size` bytes of values written from `start` on, as the element lays them out.

    Fewer where the file ends before. Raises DecodeError where a word is no number of this type.
    """
    wire = np.dtype(f"{'<' if element.little else '>'}{element.kind}{element.size}")
    kept = bytearray()
    rest, at = b"", start
    while len(kept) < size:
        data = source.read(at, _CHUNK)
        at += len(data)
        text = rest + data.replace(b",", b" ")
        # The last word may go on in the next chunk.
        cut = max(text.rfind(space) for space in (b" ", b"\n", b"\t", b"\r")) + 1 if data else None
        words = text[:cut].split()
        rest = b"" if cut is None else text[cut:]
        if len(rest) > _LONGEST or any(len(word) > _LONGEST for word in words):
            raise DecodeError("undecodable-image", "a word is too long to be a number")
        if words:
            kept += _numbers(words, wire)
        if not data:
            break
    return bytes(kept[:size])


def _numbers(words: list[bytes], wire: np.dtype[np.generic]) -> bytes:
    try:
        if wire.kind == "f":
            return np.array(words).astype(np.float64).astype(wire).tobytes()
        return np.array([int(word) for word in words], wire).tobytes()
    except (ValueError, OverflowError) as error:
        raise DecodeError("undecodable-image", str(error)) from error


def read_hexadecimals(source: ByteSource, start: int, size: int) -> bytes:
    """`size` bytes of two digits each; fewer where the file ends before. Raises DecodeError."""
    kept = bytearray()
    rest, at = b"", start
    while len(kept) < size and (data := source.read(at, _CHUNK)):
        at += len(data)
        digits = rest + data.translate(None, _SPACE)
        even = len(digits) // 2 * 2
        rest = digits[even:]
        try:
            kept += binascii.unhexlify(digits[:even])
        except binascii.Error as error:
            raise DecodeError("undecodable-image", str(error)) from error
    return bytes(kept[:size])
