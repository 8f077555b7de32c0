"""Bytes of one uncompressed frame to stored values, and stored values to what is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

_BAND = 256


def stored_type(layout: PixelLayout) -> np.dtype[np.generic]:
    """The native type of stored values."""
    if layout.bits_allocated == 1:
        return np.dtype(np.uint8)
    kind = "f" if layout.floating else "i" if layout.signed else "u"
    return np.dtype(f"{kind}{layout.bits_allocated // 8}")


def native_span(layout: PixelLayout, frame: int) -> tuple[int, int, int]:
    """Byte offset, byte count and first bit of a frame inside uncompressed pixels."""
    first = frame * layout.frame_bits
    last = first + layout.frame_bits
    return first // 8, (last + 7) // 8 - first // 8, first % 8


def from_native(raw: bytes, layout: PixelLayout, first_bit: int = 0) -> Pixels:
    """Stored values, shape (rows, columns) or (rows, columns, samples), of native-order bytes."""
    rows, columns = layout.rows, layout.columns
    if layout.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
        return bits[first_bit : first_bit + rows * columns].reshape(rows, columns)
    if layout.bits_allocated == 8 and not layout.little and layout.words:
        # 8-bit samples in 16-bit words of a big-endian file lie in swapped pairs (PS3.5 D).
        raw = np.frombuffer(raw[: len(raw) // 2 * 2], np.uint16).byteswap().tobytes()
    wire = stored_type(layout).newbyteorder("<" if layout.little else ">")
    values = np.frombuffer(raw, wire).astype(stored_type(layout), copy=False)
    return fit_bits(_shaped(values, layout), layout)


def _shaped(values: Pixels, layout: PixelLayout) -> Pixels:
    rows, columns = layout.rows, layout.columns
    if layout.samples == 1:
        return values[: rows * columns].reshape(rows, columns)
    if layout.subsampled:
        pairs = values[: rows * columns * 2].reshape(-1, 4)  # Y1 Y2 Cb Cr
        return pairs[:, [0, 2, 3, 1, 2, 3]].reshape(rows, columns, 3)
    if layout.planar:
        return np.ascontiguousarray(
            np.moveaxis(values[: rows * columns * 3].reshape(3, rows, columns), 0, -1)
        )
    return values[: rows * columns * 3].reshape(rows, columns, 3)


def fit_bits(values: Pixels, layout: PixelLayout) -> Pixels:
    """Drop bits outside BitsStored (old overlays live there) and extend the sign."""
    spare = layout.bits_allocated - layout.bits_stored
    if spare <= 0 or layout.floating or layout.bits_allocated == 1:
        return values
    up = layout.bits_allocated - 1 - layout.high_bit
    kind = values.dtype
    # Shifting up and down again clears the high bits, or repeats the sign where signed.
    moved: Pixels = np.right_shift(np.left_shift(values, kind.type(up)), kind.type(spare))
    return moved


def to_rgb(values: Pixels, layout: PixelLayout) -> NDArray[np.uint8]:
    """8-bit RGB of colour samples that are already interleaved."""
    spare = layout.bits_stored - 8
    small = values if values.dtype == np.uint8 and spare <= 0 else values >> max(spare, 0)
    eight: NDArray[np.uint8] = small.astype(np.uint8, copy=False)
    if layout.photometric in ("YBR_FULL", "YBR_FULL_422"):
        return ybr_to_rgb(eight)
    return eight


def ybr_to_rgb(ybr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """PS3.3 C.7.6.3.1.2, full range; in bands, because it is reckoned in wider numbers."""
    rgb = np.empty_like(ybr)
    for top in range(0, len(ybr), _BAND):
        rgb[top : top + _BAND] = _band_to_rgb(ybr[top : top + _BAND])
    return rgb


def _band_to_rgb(ybr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    luma = ybr[..., 0].astype(np.float32)
    blue = ybr[..., 1].astype(np.float32) - 128
    red = ybr[..., 2].astype(np.float32) - 128
    rgb = np.stack(
        (luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue), axis=-1
    )
    clipped: NDArray[np.uint8] = np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
    return clipped
