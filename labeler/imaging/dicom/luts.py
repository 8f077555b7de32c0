"""Lookup tables that files carry: Modality LUT and palette colours (PS3.3 C.11.1, C.7.9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.segmented import unfold_table
from labeler.model.image import Pixels, VoiLut


@dataclass(frozen=True, eq=False)
class Lut:
    """`table[0]` is what stored value `first` becomes; values beyond either end take the end's,
    or none where the table is `bounded`."""

    first: int
    bits: int
    table: NDArray[np.uint16] | NDArray[np.float64]
    bounded: bool = False

    def apply(self, values: Pixels) -> Pixels:
        index = values.astype(np.int64) - self.first
        found: Pixels = self.table[np.clip(index, 0, len(self.table) - 1)]
        if self.bounded:
            found[(index < 0) | (index >= len(self.table))] = np.nan
        return found


@dataclass(frozen=True, eq=False)
class Palette:
    red: Lut
    green: Lut
    blue: Lut

    def apply(self, values: Pixels) -> NDArray[np.uint8]:
        """8-bit RGB of palette indices."""
        luts = (self.red, self.green, self.blue)
        # Some writers say 16 bits and store 8-bit entries.
        wide = any(lut.bits > 8 and lut.table.max(initial=0) > 255 for lut in luts)
        channels = [np.right_shift(lut.apply(values), 8 if wide else 0) for lut in luts]
        return np.stack(channels, axis=-1).astype(np.uint8)


def modality_lut(dataset: Dataset, *, signed: bool) -> Lut | None:
    item = dataset.item(tags.MODALITY_LUT_SEQUENCE)
    return _lut(item, tags.LUT_DESCRIPTOR, tags.LUT_DATA, None, signed=signed)


def real_world_lut(item: Dataset, *, signed: bool) -> Lut | None:
    """Real World Value LUT Data: doubles for the stored values from first to last, no others."""
    ends = (tags.REAL_WORLD_FIRST_MAPPED, tags.REAL_WORLD_LAST_MAPPED)
    first, last = (item.short(tag, signed=signed) for tag in ends)
    table = np.array(item.doubles(tags.REAL_WORLD_LUT_DATA), np.float64)
    if first is None or last is None or len(table) != last - first + 1:
        return None
    return Lut(first, 64, table, bounded=True)


def voi_luts(item: Dataset, *, signed: bool) -> tuple[VoiLut, ...]:
    """The tables that can be used. `signed`: whether values before them can be negative."""
    found: list[VoiLut] = []
    for one in item.items(tags.VOI_LUT_SEQUENCE):
        lut = _lut(one, tags.LUT_DESCRIPTOR, tags.LUT_DATA, None, signed=signed)
        if lut is None:
            continue
        # Some writers say fewer bits than their tables use.
        top = max((1 << min(max(lut.bits, 1), 16)) - 1, int(lut.table.max()))
        name = one.text(tags.LUT_EXPLANATION)[:64]
        found.append(VoiLut(name, lut.first, top, lut.table.astype(np.uint16)))
    return tuple(found)


def palette(dataset: Dataset, *, signed: bool) -> Palette | None:
    """The three colour tables, or None where one is missing or broken."""
    red, green, blue = (
        _lut(dataset, descriptor, data, segmented, signed=signed)
        for descriptor, data, segmented in (
            (tags.RED_PALETTE_DESCRIPTOR, tags.RED_PALETTE_DATA, tags.SEGMENTED_RED_PALETTE_DATA),
            (
                tags.GREEN_PALETTE_DESCRIPTOR,
                tags.GREEN_PALETTE_DATA,
                tags.SEGMENTED_GREEN_PALETTE_DATA,
            ),
            (
                tags.BLUE_PALETTE_DESCRIPTOR,
                tags.BLUE_PALETTE_DATA,
                tags.SEGMENTED_BLUE_PALETTE_DATA,
            ),
        )
    )
    if red is None or green is None or blue is None:
        return None
    return Palette(red, green, blue)


def _lut(
    dataset: Dataset, descriptor: int, data: int, segmented: int | None, *, signed: bool
) -> Lut | None:
    described = dataset.shorts(descriptor)
    if len(described) != 3:
        return None
    count, first, bits = described
    count = count or 1 << 16
    if signed and first >= 1 << 15:
        first -= 1 << 16
    table = _table(dataset, data, count)
    if table is None and segmented is not None:
        table = unfold_table(dataset.shorts(segmented), count)
    return None if table is None or len(table) == 0 else Lut(first, bits, table)


def _table(dataset: Dataset, data: int, count: int) -> NDArray[np.uint16] | None:
    raw = dataset.values.get(data, b"")
    if len(raw) in (count, count + 1) and count > 1:  # 8-bit entries, one a byte
        swapped = raw if dataset.little else _swapped(raw)
        return np.frombuffer(swapped, np.uint8)[:count].astype(np.uint16)
    entries = np.array(dataset.shorts(data)[:count], np.uint16)
    return entries if len(entries) else None


def _swapped(raw: bytes) -> bytes:
    return np.frombuffer(raw[: len(raw) // 2 * 2], np.uint16).byteswap().tobytes()
