"""Bytes of one uncompressed frame to stored values, and stored values to what is shown."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from labeler.imaging.decoding.cells import WIDTHS, container, unpack_cells
from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

_BAND = 256


def stored_type(layout: PixelLayout) -> np.dtype[np.generic]:
    """The native type of stored values."""
    kind = "f" if layout.floating else "i" if layout.signed else "u"
    # Of one bit there is no sign.
    kind = "u" if layout.bits_allocated == 1 else kind
    return np.dtype(f"{kind}{container(layout.bits_allocated) // 8}")


def native_span(layout: PixelLayout, frame: int) -> tuple[int, int, int]:
    """Byte offset, byte count and first bit of a frame inside uncompressed pixels.

    Where words are swapped the span is one of whole words.
    """
    unit = 16 if layout.swapped else 8
    first = frame * layout.frame_bits
    last = first + layout.frame_bits
    begin, end = first // unit, -(-last // unit)
    return begin * unit // 8, (end - begin) * unit // 8, first % unit


def from_native(raw: bytes, layout: PixelLayout, first_bit: int = 0) -> Pixels:
    """Stored values, shape (rows, columns) or (rows, columns, samples), of native-order bytes."""
    target, count = stored_type(layout), layout.frame_cells
    if layout.swapped:
        raw = np.frombuffer(raw[: len(raw) // 2 * 2], np.uint16).byteswap().tobytes()
    values: Pixels
    if layout.bits_allocated in WIDTHS:
        wire = target.newbyteorder("<" if layout.little else ">")
        values = np.frombuffer(raw, wire, count, first_bit // 8).astype(target, copy=False)
    else:
        values = unpack_cells(raw, layout.bits_allocated, count, first_bit).view(target)
    return fit_bits(_shaped(values, layout), layout)


def _shaped(values: Pixels, layout: PixelLayout) -> Pixels:
    rows, columns = layout.rows, layout.columns
    if layout.samples == 1:
        return values.reshape(rows, columns)
    if layout.subsampled:
        pairs = values.reshape(rows, -1, 4)[..., [0, 2, 3, 1, 2, 3]]  # of Y1 Y2 Cb Cr
        return np.ascontiguousarray(pairs.reshape(rows, -1, 3)[:, :columns])
    if layout.planar:
        return np.ascontiguousarray(np.moveaxis(values.reshape(-1, rows, columns), 0, -1))
    return values.reshape(rows, columns, layout.samples)


def fit_bits(values: Pixels, layout: PixelLayout) -> Pixels:
    """Drop bits outside BitsStored (old overlays live there) and extend the sign."""
    kind = values.dtype
    room = kind.itemsize * 8
    spare = room - layout.bits_stored
    if spare <= 0 or layout.floating or layout.bits_allocated == 1:
        return values
    up = room - 1 - layout.high_bit
    # Shifting up and down again clears the high bits, or repeats the sign where signed.
    moved: Pixels = np.right_shift(np.left_shift(values, kind.type(up)), kind.type(spare))
    return moved


def is_direct(layout: PixelLayout) -> bool:
    """Whether bytes of a frame are its stored values as this machine has them, up to the bits
    that `fit_in_place` drops."""
    order = layout.bits_allocated == 8 or layout.little == (sys.byteorder == "little")
    whole = layout.bits_allocated in WIDTHS and not layout.swapped
    return whole and order and layout.samples == 1


def fit_in_place(values: Pixels, layout: PixelLayout) -> None:
    """As `fit_bits`, of values that are ours to change."""
    kind = values.dtype
    room = kind.itemsize * 8
    spare = room - layout.bits_stored
    if spare <= 0 or layout.floating:
        return
    np.left_shift(values, kind.type(room - 1 - layout.high_bit), out=values)
    np.right_shift(values, kind.type(spare), out=values)


def to_rgb(values: Pixels, layout: PixelLayout) -> NDArray[np.uint8]:
    """8-bit RGB of colour samples that are already interleaved."""
    spare = layout.bits_stored - 8
    small = values if values.dtype == np.uint8 and spare <= 0 else values >> max(spare, 0)
    eight: NDArray[np.uint8] = small.astype(np.uint8, copy=False)
    if spare < 0:  # few bits, spread over the whole range
        eight = (eight.astype(np.uint16) * 255 // ((1 << layout.bits_stored) - 1)).astype(np.uint8)
    if layout.photometric in ("YBR_FULL", "YBR_FULL_422"):
        return ybr_to_rgb(eight)
    if layout.photometric == "YBR_PARTIAL_422":
        return ybr_to_rgb(_full_range(eight))
    return eight  # decoders give RGB for what they alone can hold (YBR_ICT, RCT, PARTIAL_420)


def _full_range(ybr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """ITU-R 601 levels (black 16, white 235, colour 16 to 240) spread to 0 to 255."""
    steps = np.arange(256)
    luma = np.clip(np.rint((steps - 16) * 255 / 219), 0, 255).astype(np.uint8)
    color = np.clip(np.rint((steps - 128) * 255 / 224 + 128), 0, 255).astype(np.uint8)
    return np.stack((luma[ybr[..., 0]], color[ybr[..., 1]], color[ybr[..., 2]]), axis=-1)


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
