"""Lookup tables: ends, signs, eight and sixteen bits, and runs."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.luts import modality_lut, palette
from labeler.imaging.dicom.segmented import unfold_table


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


def test_parts_of_a_segmented_palette_that_are_said_again() -> None:
    """The third segment says the first two again: they begin at byte 0 of the table."""
    told = words(0, 2, 10, 20, 1, 2, 40, 2, 2, 0, 0, 0, 1, 7)
    table = palette(colours(RUNS, told, 16, 9), signed=False)
    assert table is not None
    assert table.red.table.tolist() == [10, 20, 30, 40, 10, 20, 30, 40, 7]


@pytest.mark.parametrize(
    "told",
    [
        (0, 1, 5, 2, 1, 6, 0),  # points at itself
        (0, 1, 5, 2, 1, 0, 99),  # points beyond the table
        (2, 1, 0, 0),
        (1, 3, 9),
    ],
)
def test_segments_that_point_nowhere_are_none(told: tuple[int, ...]) -> None:
    assert palette(colours(RUNS, words(*told), 16, 6), signed=False) is None


@settings(deadline=None, max_examples=200)
@given(
    told=st.lists(st.one_of(st.integers(0, 3), st.integers(0, 65_535)), max_size=40),
    count=st.integers(1, 300),
)
def test_segments_never_make_more_than_the_table(told: list[int], count: int) -> None:
    table = unfold_table(told, count)
    assert table is None or 0 < len(table) <= count


def test_empty_parts_said_again_without_end_stop() -> None:
    began = time.perf_counter()
    assert unfold_table([0, 0, *[2, 65_535, 0, 0] * 100_000], 256) is None
    assert time.perf_counter() - began < 5
