"""Painted regions of a volume or of one frame, in tiles: copies share what they have in common.

A tile is 16 x 16 x 16 voxels, or 1 x 64 x 64 where there is one slice. It is kept as 512 bytes,
one bit a voxel; tiles of nothing are not kept, tiles wholly inside are one and the same object. So
a copy costs one entry a tile, and memory follows the surface of a region.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from labeler.model.masks import Bits, Mask, cropped

Triple = tuple[int, int, int]
"""Slices, rows and columns; or the slice, row and column of a voxel."""

VOXELS = 4096
TILE_BYTES = VOXELS // 8
FULL = b"\xff" * TILE_BYTES
DEEP, FLAT = (16, 16, 16), (1, 64, 64)
MAX_SIDE = 1 << 20
MAX_VOXELS = 1 << 40

Tiles = Mapping[int, bytes]


@dataclass(frozen=True)
class Grid:
    """The voxels that may be painted, and the tiles they fall into.

    Tiles are numbered from 0, columns first, then rows, then slices.
    """

    size: Triple

    def __post_init__(self) -> None:
        slices, rows, columns = self.size
        fits = all(0 < side <= MAX_SIDE for side in self.size)
        if not fits or slices * rows * columns > MAX_VOXELS:
            raise ValueError(f"a mask of {slices} x {rows} x {columns} is out of bounds")

    @property
    def tile(self) -> Triple:
        """Slices, rows and columns of one tile."""
        return DEEP if self.size[0] > 1 else FLAT

    @functools.cached_property
    def counts(self) -> Triple:
        """How many tiles along slices, rows and columns."""
        z, y, x = (-(-side // tile) for side, tile in zip(self.size, self.tile, strict=True))
        return z, y, x

    def place(self, number: int) -> Triple:
        """The first voxel of a tile."""
        _, ny, nx = self.counts
        z, rest = divmod(number, ny * nx)
        y, x = divmod(rest, nx)
        tile = self.tile
        return z * tile[0], y * tile[1], x * tile[2]

    def covering(self, low: Triple, high: Triple) -> tuple[Triple, Triple]:
        """The first tile, and one past the last, along each way, that hold low <= voxel < high."""
        tile = self.tile
        first = tuple(a // t for a, t in zip(low, tile, strict=True))
        last = tuple(-(-b // t) for b, t in zip(high, tile, strict=True))
        return (first[0], first[1], first[2]), (last[0], last[1], last[2])

    def numbers(self, first: Triple, last: Triple) -> NDArray[np.int64]:
        """The numbers of the tiles from `first` to before `last`, (slices, rows, columns)."""
        _, ny, nx = self.counts
        z, y, x = (np.arange(a, b) for a, b in zip(first, last, strict=True))
        found: NDArray[np.int64] = (z[:, None, None] * ny + y[:, None]) * nx + x
        return found


@dataclass(frozen=True, eq=False)
class TiledMask:
    """The voxels of a grid that belong to a mark."""

    grid: Grid
    tiles: Tiles = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TiledMask)
            and self.grid == other.grid
            and dict(self.tiles) == dict(other.tiles)
        )

    def __hash__(self) -> int:
        return hash((self.grid, frozenset(self.tiles.items())))

    @property
    def size(self) -> Triple:
        return self.grid.size

    @functools.cached_property
    def count(self) -> int:
        """How many voxels are in."""
        packed = np.frombuffer(b"".join(self.tiles.values()), np.uint64)
        return int(np.bitwise_count(packed).sum())

    @functools.cached_property
    def slice_counts(self) -> NDArray[np.int64]:
        """How many voxels are in on each slice: reckoned once for each state of a mark."""
        (layers, ny, nx), deep = self.grid.counts, self.grid.tile[0]
        counts = np.zeros((layers, deep), np.int64)
        if self.tiles:
            numbers = np.fromiter(self.tiles, np.int64, len(self.tiles)) // (ny * nx)
            whole = np.fromiter((t is FULL for t in self.tiles.values()), np.bool_, len(self.tiles))
            counts += np.bincount(numbers[whole], minlength=layers)[:, None] * (VOXELS // deep)
            packed = b"".join(tile for tile in self.tiles.values() if tile is not FULL)
            words = np.frombuffer(packed, np.uint64).reshape(-1, deep, VOXELS // deep // 64)
            np.add.at(counts, numbers[~whole], np.bitwise_count(words).sum(axis=2, dtype=np.int64))
        found: NDArray[np.int64] = counts.ravel()[: self.size[0]]
        found.setflags(write=False)
        return found

    @functools.cached_property
    def ends(self) -> tuple[int, int] | None:
        """The first and the last slice with a voxel that is in, without counting those between."""
        if not self.tiles:
            return None
        (_, ny, nx), deep = self.grid.counts, self.grid.tile[0]
        layers = np.fromiter(self.tiles, np.int64, len(self.tiles)) // (ny * nx)
        tiles = list(self.tiles.values())
        found = []
        for layer, which in ((int(layers.min()), 0), (int(layers.max()), -1)):
            packed = b"".join(tiles[n] for n in np.flatnonzero(layers == layer).tolist())
            rows = np.frombuffer(packed, np.uint8).reshape(-1, deep, TILE_BYTES // deep)
            found.append(layer * deep + int(np.flatnonzero(rows.any(axis=(0, 2)))[which]))
        return found[0], found[1]

    def holds(self, column: int, row: int, index: int) -> bool:
        """Whether one voxel is in."""
        voxel = index, row, column
        if not all(0 <= at < side for at, side in zip(voxel, self.size, strict=True)):
            return False
        _, ny, nx = self.grid.counts
        (z, dz), (y, dy), (x, dx) = map(divmod, voxel, self.grid.tile)
        tile = self.tiles.get((z * ny + y) * nx + x)
        if tile is None:
            return False
        at = (dz * self.grid.tile[1] + dy) * self.grid.tile[2] + dx
        return bool(tile[at >> 3] >> (at & 7) & 1)

    @functools.cached_property
    def tile_bounds(self) -> tuple[Triple, Triple] | None:
        """The least box of whole tiles around the region (low, high), cut to the grid."""
        if not self.tiles:
            return None
        _, ny, nx = self.grid.counts
        numbers = np.fromiter(self.tiles, np.int64, len(self.tiles))
        places = numbers // (ny * nx), numbers // nx % ny, numbers % nx
        low, high = [], []
        for along, tile, side in zip(places, self.grid.tile, self.size, strict=True):
            low.append(int(along.min()) * tile)
            high.append(min(side, (int(along.max()) + 1) * tile))
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])

    def crop(self, low: Triple, high: Triple) -> Bits:
        """The voxels low <= voxel < high as bool (slices, rows, columns)."""
        numbers = self.grid.numbers(*self.grid.covering(low, high))
        found = [(at, self.tiles.get(number)) for at, number in enumerate(numbers.ravel().tolist())]
        kept = [(at, tile) for at, tile in found if tile is not None]
        packed = np.frombuffer(b"".join(tile for _, tile in kept), np.uint8)
        places = np.array([at for at, _ in kept], np.int64)
        return opened(self.grid, low, high, places, packed.reshape(-1, TILE_BYTES))

    def regions(self, slices: range) -> Iterator[tuple[int, Mask]]:
        """Of these slices those that tiles lie on, each with its region: a layer of tiles is
        unfolded once for all of its slices."""
        bounds, (_, rows, columns) = self.tile_bounds, self.size
        if bounds is None:
            return
        (low, top, left), (high, bottom, right) = bounds
        deep = self.grid.tile[0]
        for begin in range(low, high, deep):
            end = min(high, begin + deep)
            wanted = [at for at in range(begin, end) if at in slices]
            if wanted:
                layer = self.crop((begin, top, left), (end, bottom, right))
                for at in wanted:
                    yield at, cropped(rows, columns, top, left, layer[at - begin])

    def region(self, index: int) -> Mask:
        """The region on one slice."""
        _, rows, columns = self.size
        bounds = self.tile_bounds
        if bounds is None or not bounds[0][0] <= index < bounds[1][0]:
            return cropped(rows, columns, 0, 0, np.zeros((0, 0), np.bool_))
        (_, top, left), (_, bottom, right) = bounds
        bits = self.crop((index, top, left), (index + 1, bottom, right))[0]
        return cropped(rows, columns, top, left, bits)


def empty(size: Triple) -> TiledMask:
    """A mask of nothing."""
    return TiledMask(Grid(size))


def of_voxels(size: Triple, low: Triple, bits: Bits) -> TiledMask:
    """The mask of bool `bits` (slices, rows, columns) whose first voxel lies at `low`."""
    grid = Grid(size)
    high = (low[0] + bits.shape[0], low[1] + bits.shape[1], low[2] + bits.shape[2])
    if min(low) < 0 or any(b > side for b, side in zip(high, size, strict=True)):
        raise ValueError("a mask's voxels lie inside its grid")
    if not bits.size:
        return TiledMask(grid)
    first, last = grid.covering(low, high)
    numbers = grid.numbers(first, last)
    tile = grid.tile
    whole = np.zeros([n * t for n, t in zip(numbers.shape, tile, strict=True)], np.uint8)
    start = [a - b * t for a, b, t in zip(low, first, tile, strict=True)]
    part = tuple(slice(begin, begin + side) for begin, side in zip(start, bits.shape, strict=True))
    whole[part] = bits
    return TiledMask(grid, packed_tiles(numbers.ravel(), _split(whole, numbers.shape, tile)))


def of_region(region: Mask) -> TiledMask:
    """The mask of one frame that holds a region of it."""
    return of_voxels(
        (1, region.rows, region.columns), (0, region.top, region.left), region.crop[None]
    )


def opened(
    grid: Grid, low: Triple, high: Triple, places: NDArray[np.int64], packed: NDArray[np.uint8]
) -> Bits:
    """The voxels low <= voxel < high, of tiles a row each; `places` says which ones these are among
    those that the box touches. Others hold nothing."""
    first, last = grid.covering(low, high)
    counts = tuple(b - a for a, b in zip(first, last, strict=True))
    bits = np.zeros((math.prod(counts), VOXELS), np.uint8)
    if len(places):
        bits[places] = np.unpackbits(packed, axis=1, bitorder="little")
    whole = _joined(bits, counts, grid.tile)
    start = [a - b * t for a, b, t in zip(low, first, grid.tile, strict=True)]
    part = tuple(slice(begin, begin + b - a) for begin, a, b in zip(start, low, high, strict=True))
    inside: Bits = np.ascontiguousarray(whole[part]).view(np.bool_)
    return inside


def packed_tiles(numbers: NDArray[np.int64], bits: NDArray[np.uint8]) -> Tiles:
    """Tiles by their number, from rows of VOXELS zeros and ones; those of nothing are left out."""
    packed = np.packbits(bits, axis=1, bitorder="little")
    some = packed.any(axis=1)
    full = (packed == 0xFF).all(axis=1)
    made = {
        number: FULL if whole else row.tobytes()
        for number, row, whole in zip(
            numbers[some].tolist(), packed[some], full[some].tolist(), strict=True
        )
    }
    return MappingProxyType(made)


Combination = Callable[[int, int], int]
UNION: Combination = operator.or_
INTERSECTION: Combination = operator.and_
EXCLUSIVE: Combination = operator.xor


def combined(a: TiledMask, b: TiledMask, how: Combination) -> TiledMask:
    """Voxels in either (UNION), in both (INTERSECTION), or in one only (EXCLUSIVE)."""
    _same_grid(a, b)
    made = {}
    numbers = a.tiles.keys() & b.tiles.keys() if how is INTERSECTION else {**a.tiles, **b.tiles}
    for number in numbers:
        tile = _mixed(a.tiles.get(number, _VOID), b.tiles.get(number, _VOID), how)
        if tile != _VOID:
            made[number] = tile
    return TiledMask(a.grid, MappingProxyType(made))


def difference(a: TiledMask, b: TiledMask) -> TiledMask:
    """Voxels in `a` and not in `b`."""
    _same_grid(a, b)
    made = {}
    for number, tile in a.tiles.items():
        other = b.tiles.get(number)
        left = tile if other is None else _mixed(tile, other, lambda x, y: x & ~y)
        if left != _VOID:
            made[number] = left
    return TiledMask(a.grid, MappingProxyType(made))


def dice(a: TiledMask, b: TiledMask) -> float:
    """Overlap 2|A∩B| / (|A| + |B|), 0 to 1; two empty masks agree wholly (1)."""
    total = a.count + b.count
    return 2.0 * combined(a, b, INTERSECTION).count / total if total else 1.0


_VOID = bytes(TILE_BYTES)


def _mixed(a: bytes, b: bytes, how: Combination) -> bytes:
    mixed = how(int.from_bytes(a, "little"), int.from_bytes(b, "little"))
    tile = mixed.to_bytes(TILE_BYTES, "little")
    return FULL if tile == FULL else tile


def _same_grid(a: TiledMask, b: TiledMask) -> None:
    if a.grid != b.grid:
        raise ValueError("masks of different grids do not combine")


def _joined(bits: NDArray[np.uint8], counts: tuple[int, ...], tile: Triple) -> NDArray[np.uint8]:
    """Tiles, one a row, put together to the box they cover."""
    z, y, x = counts
    apart = bits.reshape(z, y, x, *tile).transpose(0, 3, 1, 4, 2, 5)
    return apart.reshape(z * tile[0], y * tile[1], x * tile[2])


def _split(whole: NDArray[np.uint8], counts: tuple[int, ...], tile: Triple) -> NDArray[np.uint8]:
    """A box of whole tiles cut into them, one a row."""
    z, y, x = counts
    apart = whole.reshape(z, tile[0], y, tile[1], x, tile[2]).transpose(0, 2, 4, 1, 3, 5)
    return apart.reshape(-1, VOXELS)
