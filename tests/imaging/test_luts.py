"""Lookup tables: ends, signs, eight and sixteen bits, and runs."""

from __future__ import annotations

import struct

import numpy as np

from labeler.imaging import tags
from labeler.imaging.dataset import Dataset
from labeler.imaging.luts import modality_lut, palette


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


def test_values_beyond_the_table_take_its_ends() -> None:
    item = Dataset({tags.LUT_DESCRIPTOR: words(3, 10, 16), tags.LUT_DATA: words(5, 6, 60000)})
    lut = modality_lut(Dataset({}, {tags.MODALITY_LUT_SEQUENCE: (item,)}), signed=False)
    assert lut is not None
    assert lut.apply(np.array([0, 10, 11, 12, 99])).tolist() == [5, 5, 6, 60000, 60000]


def test_a_table_may_begin_below_zero() -> None:
    item = Dataset({tags.LUT_DESCRIPTOR: words(3, 0xFFFF, 16), tags.LUT_DATA: words(1, 2, 3)})
    lut = modality_lut(Dataset({}, {tags.MODALITY_LUT_SEQUENCE: (item,)}), signed=True)
    assert lut is not None
    assert lut.apply(np.array([-1, 0, 1], np.int16)).tolist() == [1, 2, 3]


def test_no_table_is_none() -> None:
    assert modality_lut(Dataset(), signed=False) is None
    assert palette(Dataset(), signed=False) is None


def colours(data: tuple[int, int, int], raw: bytes, bits: int, count: int) -> Dataset:
    described = {
        tag: words(count, 0, bits)
        for tag in (
            tags.RED_PALETTE_DESCRIPTOR,
            tags.GREEN_PALETTE_DESCRIPTOR,
            tags.BLUE_PALETTE_DESCRIPTOR,
        )
    }
    return Dataset(described | dict.fromkeys(data, raw))


PLAIN = (tags.RED_PALETTE_DATA, tags.GREEN_PALETTE_DATA, tags.BLUE_PALETTE_DATA)
RUNS = (
    tags.SEGMENTED_RED_PALETTE_DATA,
    tags.SEGMENTED_GREEN_PALETTE_DATA,
    tags.SEGMENTED_BLUE_PALETTE_DATA,
)


def test_palettes_of_sixteen_and_eight_bits_show_the_same() -> None:
    wide = palette(colours(PLAIN, words(0, 0x8000, 0xFF00), 16, 3), signed=False)
    narrow = palette(colours(PLAIN, bytes([0, 0x80, 0xFF, 0]), 8, 3), signed=False)
    small = palette(colours(PLAIN, words(0, 0x80, 0xFF), 16, 3), signed=False)
    for table in (wide, narrow, small):
        assert table is not None
        assert table.apply(np.array([[0, 1, 2]])).tolist() == [[[0, 0, 0], [0x80] * 3, [0xFF] * 3]]


def test_a_segmented_palette_is_unfolded() -> None:
    table = palette(colours(RUNS, words(0, 2, 10, 20, 1, 4, 60), 8, 6), signed=False)
    assert table is not None
    assert table.red.table.tolist() == [10, 20, 30, 40, 50, 60]


def test_a_segmented_palette_that_makes_no_sense_is_none() -> None:
    assert palette(colours(RUNS, words(9, 2, 10, 20), 8, 6), signed=False) is None
