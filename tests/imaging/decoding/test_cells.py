"""Pixel cells of any width: bits written by hand, and by a slow packer with big integers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.decoding.cells import unpack_cells
from labeler.imaging.decoding.stored import from_native, to_rgb
from labeler.imaging.frame_stores import NativeFrames
from labeler.imaging.layout import PixelLayout
from labeler.imaging.sources.files import MemoryBytes
from tests.support.dicom_files import NoDecoders

LAYOUT = PixelLayout(
    rows=1,
    columns=2,
    samples=1,
    photometric="MONOCHROME2",
    planar=False,
    bits_allocated=12,
    bits_stored=12,
    high_bit=11,
    signed=False,
    floating=False,
    little=True,
    words=True,
)
RGB = replace(
    LAYOUT, samples=3, photometric="RGB", bits_allocated=8, bits_stored=8, high_bit=7, columns=4
)


@pytest.mark.parametrize(
    ("bits", "raw", "cells"),
    [
        (1, [0b00000101], [1, 0, 1]),
        (4, [0x21, 0x43], [1, 2, 3, 4]),
        (10, [0xFF, 0x03, 0x04], [0x3FF, 0x100]),
        (12, [0x23, 0x61, 0x45], [0x123, 0x456]),
        (24, [1, 2, 3, 4, 5, 6], [0x030201, 0x060504]),
        (40, [1, 2, 3, 4, 5], [0x0504030201]),
        (63, [0xFF] * 8, [(1 << 63) - 1]),
    ],
)
def test_bits_written_by_hand(bits: int, raw: list[int], cells: list[int]) -> None:
    assert unpack_cells(bytes(raw), bits, len(cells)).tolist() == cells


def packed(cells: list[int], bits: int, *, swapped: bool) -> bytes:
    """PS3.5 8.1.1 by one large number: each cell above the one before it."""
    number = sum((cell & ((1 << bits) - 1)) << (k * bits) for k, cell in enumerate(cells))
    raw = bytearray(number.to_bytes(-(-len(cells) * bits // 16) * 2, "little"))
    if swapped:
        raw[0::2], raw[1::2] = raw[1::2], raw[0::2]
    return bytes(raw)


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_any_width_sign_and_high_bit_of_any_frame(data: st.DataObject) -> None:
    bits = data.draw(st.integers(1, 64))
    stored = data.draw(st.integers(1, bits))
    high = data.draw(st.integers(stored - 1, bits - 1))
    signed = data.draw(st.booleans()) and bits > 1
    little = data.draw(st.booleans()) or bits in (16, 32, 64)
    rows, columns, frames = (data.draw(st.integers(1, 5)) for _ in range(3))
    low = -(1 << (stored - 1)) if signed else 0
    count = rows * columns * frames
    values = data.draw(
        st.lists(st.integers(low, low + (1 << stored) - 1), min_size=count, max_size=count)
    )
    dirt = data.draw(st.integers(0, (1 << bits) - 1))
    shift = high + 1 - stored
    mask = ((1 << stored) - 1) << shift
    cells = [((value << shift) & mask) | (dirt & ~mask) for value in values]
    if bits == 1:
        cells = values
    layout = replace(
        LAYOUT,
        rows=rows,
        columns=columns,
        bits_allocated=bits,
        bits_stored=stored,
        high_bit=high,
        signed=signed,
        little=little,
    )
    raw = packed(cells, bits, swapped=not little)
    store = NativeFrames(MemoryBytes("cells", raw), layout, 0, len(raw))
    for frame in range(frames):
        first = frame * rows * columns
        found = store.frame(frame, NoDecoders())
        assert found.shape == (rows, columns)
        assert found.ravel().tolist() == values[first : first + rows * columns]


@pytest.mark.parametrize("bits", [16, 32, 64])
@pytest.mark.parametrize("kind", ["u", "i", "f"])
def test_wide_numbers_of_big_endian_files(bits: int, kind: str) -> None:
    values = (np.arange(4) * 1000 - 1500 * (kind != "u")).astype(f">{kind}{bits // 8}")
    layout = replace(
        LAYOUT,
        columns=4,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        signed=kind == "i",
        floating=kind == "f",
        little=False,
    )
    found = from_native(values.tobytes(), layout)
    assert found.tolist() == [values.tolist()]
    assert found.dtype.isnative


def test_an_odd_row_of_subsampled_colour_ends_in_a_pair() -> None:
    layout = replace(RGB, rows=2, columns=3, photometric="YBR_FULL_422")
    raw = bytes([1, 2, 10, 11, 3, 0, 12, 13, 4, 5, 14, 15, 6, 0, 16, 17])
    assert from_native(raw, layout).tolist() == [
        [[1, 10, 11], [2, 10, 11], [3, 12, 13]],
        [[4, 14, 15], [5, 14, 15], [6, 16, 17]],
    ]


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 12, 16, 32])
def test_colour_of_any_width_by_sample_and_by_plane(planar: bool, bits: int) -> None:
    samples = np.arange(24).reshape(2, 4, 3) * 9
    layout = replace(
        RGB, rows=2, bits_allocated=bits, bits_stored=bits, high_bit=bits - 1, planar=planar
    )
    shift = bits - 8
    order = np.moveaxis(samples, -1, 0) if planar else samples
    raw = packed([int(value) << shift for value in order.ravel()], bits, swapped=False)
    assert to_rgb(from_native(raw, layout), layout).tolist() == samples.tolist()


def test_few_bits_of_colour_are_spread() -> None:
    layout = replace(RGB, bits_stored=5, high_bit=4)
    assert to_rgb(np.array([[[0, 16, 31]]], np.uint8), layout).tolist() == [[[0, 131, 255]]]


def test_partial_range_is_spread() -> None:
    layout = replace(RGB, photometric="YBR_PARTIAL_422")
    ends = np.array([[[16, 128, 128], [235, 128, 128], [81, 90, 240]]], np.uint8)
    black, white, red = to_rgb(ends, layout)[0].astype(int)
    assert black.tolist() == [0, 0, 0]
    assert white.tolist() == [255, 255, 255]
    assert np.abs(red - [255, 0, 0]).max() <= 3
