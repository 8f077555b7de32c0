"""The blobs that keep a mask, and what one stroke changes of it (docs/formats.md)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from labeler.model.tiled_masks import (
    EXCLUSIVE,
    FULL,
    TILE_BYTES,
    Grid,
    TiledMask,
    combined,
)

MASK, DELTA = b"LBM2", b"LBD1"
_HEADER = struct.Struct("<4s5I")
MOST_TILES = 1 << 22
_NUMBER = np.dtype("<u4")


def encode_mask(mask: TiledMask) -> bytes:
    """The canonical blob; equal masks give equal bytes."""
    return _encode(MASK, mask)


def decode_mask(blob: bytes) -> TiledMask:
    """The mask of a blob; ValueError for anything that `encode_mask` would not have written."""
    return _decode(MASK, blob)


def encode_delta(before: TiledMask, after: TiledMask) -> bytes:
    """The voxels that are in one of two masks only."""
    changed = {
        number
        for number in before.tiles.keys() | after.tiles.keys()
        if before.tiles.get(number) is not after.tiles.get(number)
    }
    change = combined(_part(before, changed), _part(after, changed), EXCLUSIVE)
    return _encode(DELTA, change)


def decode_delta(blob: bytes) -> TiledMask:
    """The voxels that a stroke turned over; ValueError as `decode_mask`."""
    return _decode(DELTA, blob)


def changed_by(mask: TiledMask, delta: bytes) -> TiledMask:
    """The mask with the voxels of a delta turned over; twice gives it back.

    ValueError for a delta of another grid, or that `encode_delta` would not have written.
    """
    change = decode_delta(delta)
    if change.grid != mask.grid:
        raise ValueError("a stroke on another grid does not change this mask")
    turned = combined(_part(mask, change.tiles.keys()), change, EXCLUSIVE)
    kept = {n: tile for n, tile in mask.tiles.items() if n not in change.tiles}
    return TiledMask(mask.grid, MappingProxyType(kept | dict(turned.tiles)))


def _part(mask: TiledMask, numbers: Iterable[int]) -> TiledMask:
    return TiledMask(mask.grid, {n: mask.tiles[n] for n in numbers if n in mask.tiles})


def _encode(magic: bytes, mask: TiledMask) -> bytes:
    numbers = sorted(mask.tiles)
    full = [number for number in numbers if mask.tiles[number] == FULL]
    partial = [number for number in numbers if mask.tiles[number] != FULL]
    header = _HEADER.pack(magic, *mask.size, len(full), len(partial))
    places = np.array(full + partial, _NUMBER).tobytes()
    return b"".join((header, places, *(mask.tiles[number] for number in partial)))


def _decode(magic: bytes, blob: bytes) -> TiledMask:
    if len(blob) < _HEADER.size:
        raise ValueError("a mask blob is at least 24 bytes")
    found, slices, rows, columns, full, partial = _HEADER.unpack_from(blob)
    if found != magic:
        raise ValueError("not a mask blob of this kind")
    grid = Grid((slices, rows, columns))
    if full + partial > MOST_TILES:
        raise ValueError("a mask blob of too many tiles")
    numbers_end = _HEADER.size + _NUMBER.itemsize * (full + partial)
    if len(blob) != numbers_end + TILE_BYTES * partial:
        raise ValueError("the mask blob's length does not match its counts")
    numbers = np.frombuffer(blob, _NUMBER, full + partial, _HEADER.size).astype(np.int64)
    _check_numbers(grid, numbers[:full], numbers[full:])
    rest = np.frombuffer(blob, np.uint8, offset=numbers_end).reshape(partial, TILE_BYTES)
    _check_bits(grid, numbers[:full], numbers[full:], rest)
    tiles: dict[int, bytes] = dict.fromkeys(numbers[:full].tolist(), FULL)
    for at, number in enumerate(numbers[full:].tolist()):
        begin = numbers_end + at * TILE_BYTES
        tiles[number] = blob[begin : begin + TILE_BYTES]
    return TiledMask(grid, MappingProxyType(tiles))


def _check_numbers(grid: Grid, full: NDArray[np.int64], partial: NDArray[np.int64]) -> None:
    z, y, x = grid.counts
    for numbers in (full, partial):
        if numbers.size and (numbers[-1] >= z * y * x or (np.diff(numbers) <= 0).any()):
            raise ValueError("the tiles of a mask blob are sorted, each once, inside the grid")
    if np.intersect1d(full, partial, assume_unique=True).size:
        raise ValueError("the tiles of a mask blob are sorted, each once, inside the grid")


def _check_bits(
    grid: Grid, full: NDArray[np.int64], partial: NDArray[np.int64], bits: NDArray[np.uint8]
) -> None:
    if not bits.any(axis=1).all() or (bits == 0xFF).all(axis=1).any():
        raise ValueError("a tile of nothing is left out of a mask blob, a whole one has no bits")
    for numbers, rows in ((full, None), (partial, bits)):
        beyond = _sticks_out(grid, numbers)
        if rows is None:
            outside = bool(beyond.any())
        else:
            outside = any(
                (rows[at] & ~_inside(grid, int(numbers[at]))).any()
                for at in np.flatnonzero(beyond).tolist()
            )
        if outside:
            raise ValueError("a mask blob has voxels outside its grid")


def _sticks_out(grid: Grid, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which tiles reach beyond the grid."""
    _, ny, nx = grid.counts
    out = np.zeros(numbers.shape, np.bool_)
    places = numbers // (ny * nx), numbers // nx % ny, numbers % nx
    for along, tile, side in zip(places, grid.tile, grid.size, strict=True):
        out |= (along + 1) * tile > side
    return out


def _inside(grid: Grid, number: int) -> NDArray[np.uint8]:
    """Packed: the voxels of a tile that the grid has."""
    inside = np.zeros(grid.tile, np.uint8)
    z, y, x = (side - at for side, at in zip(grid.size, grid.place(number), strict=True))
    inside[:z, :y, :x] = 1
    return np.packbits(inside.ravel(), bitorder="little")
