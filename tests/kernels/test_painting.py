from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.kernels.painting import Swept, Tiles, capsule

DEEP, FLAT = (16, 16, 16), (1, 64, 64)
UNIT = (1.0, 1.0, 1.0)
SIZES = {DEEP: (20, 40, 37), FLAT: (1, 150, 140)}


def all_tiles(
    tile: tuple[int, int, int], spacing_mm: tuple[float, float, float] = UNIT
) -> tuple[Tiles, np.ndarray]:
    """Tiles of a grid, all of them in a pool, and that."""
    size = SIZES[tile]
    counts = [-(-side // along) for side, along in zip(size, tile, strict=True)]
    slots = np.arange(1, np.prod(counts) + 1, dtype=np.int32)[::-1].reshape(counts).copy()
    pool = np.zeros((slots.size, 512), np.uint8)
    return Tiles(size, tile, spacing_mm, slots, pool), pool


def voxels(tile: tuple[int, int, int], pool: np.ndarray) -> np.ndarray:
    """The whole grid, tile by tile, by the book."""
    size = SIZES[tile]
    counts = [-(-side // along) for side, along in zip(size, tile, strict=True)]
    whole = np.zeros([n * t for n, t in zip(counts, tile, strict=True)], np.bool_)
    for number, row in enumerate(pool[::-1]):
        at = np.unravel_index(number, counts)
        part = tuple(slice(n * t, n * t + t) for n, t in zip(at, tile, strict=True))
        whole[part] = np.unpackbits(row, bitorder="little").reshape(tile)
    beyond = whole.copy()
    beyond[: size[0], : size[1], : size[2]] = False
    assert not beyond.any(), "a voxel beyond the grid is in"
    return whole[: size[0], : size[1], : size[2]]


WAYS = st.tuples(st.floats(-8, 28), st.floats(-20, 60), st.floats(-20, 60))


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from([DEEP, FLAT]),
    WAYS,
    WAYS,
    st.floats(0.3, 30),
    st.tuples(st.floats(0.4, 5), st.floats(0.4, 3), st.floats(0.4, 3)),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_a_sweep_is_the_stamp_of_its_capsule_in_tiles_and_in_the_picture(
    tile: tuple[int, int, int],
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius: float,
    spacing: tuple[float, float, float],
    on: bool,
    seed: int,
) -> None:
    size = SIZES[tile]
    tiles, pool = all_tiles(tile, spacing)
    before = np.random.default_rng(seed).random(size) < 0.5
    tiles.stamp(before, (0, 0, 0), on=True)
    layer = seed % size[0]
    picture = np.ascontiguousarray(before[layer], dtype=np.uint8)
    tiles.hold_picture(picture, layer, 0, 0)
    found = tiles.sweep(start, end, radius, (0, size[0]), on=on)
    mm = tuple(a * s for a, s in zip(start, spacing, strict=True))
    to_mm = tuple(a * s for a, s in zip(end, spacing, strict=True))
    within = capsule(size, spacing, mm, to_mm, radius)  # type: ignore[arg-type]
    after = before | within if on else before & ~within
    now = voxels(tile, pool)
    # Another place to count from rounds otherwise: what lies on the surface is on either side.
    others = now != after
    thicker = capsule(size, spacing, mm, to_mm, radius + 1e-9)  # type: ignore[arg-type]
    thinner = capsule(size, spacing, mm, to_mm, radius - 1e-9)  # type: ignore[arg-type]
    assert not (others & ~(thicker & ~thinner)).any()
    assert np.array_equal(picture, now[layer])
    assert (found is Swept.CHANGED) == bool((now != before).any())
    if found is not Swept.BESIDE:
        low, high = tiles.box
        outside = np.ones(size, np.bool_)
        outside[tuple(map(slice, low, high))] = False
        assert not (outside & (now != before)).any()


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([DEEP, FLAT]),
    st.lists(st.tuples(WAYS, st.booleans(), st.sampled_from([3.0, 9.5])), min_size=2, max_size=6),
    st.integers(0, 5),
)
def test_a_ball_that_rolls_on_is_what_its_ways_are_alone(
    tile: tuple[int, int, int],
    ways: list[tuple[tuple[float, float, float], bool, float]],
    stamped: int,
) -> None:
    size = SIZES[tile]
    (rolling, pool), (alone, pool_alone) = all_tiles(tile), all_tiles(tile)
    pictures = np.zeros((2, *size[1:]), np.uint8)
    rolling.hold_picture(pictures[0], 0, 0, 0)
    at = ways[0][0]
    for number, (to, on, radius) in enumerate(ways[1:]):
        if number == stamped:
            for tiles in (rolling, alone):
                tiles.stamp(np.ones((1, 30, 30), np.bool_), (0, 3, 4), on=not on)
            pictures[:, 3:33, 4:34] = not on
        alone.hold_picture(pictures[1], 0, 0, 0)  # forgets where it was
        first = rolling.sweep(at, to, radius, (0, size[0]), on=on)
        assert first is alone.sweep(at, to, radius, (0, size[0]), on=on)
        assert np.array_equal(voxels(tile, pool), voxels(tile, pool_alone))
        at = to
    assert np.array_equal(*pictures)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_ball_that_rolls_along_an_axis_leaves_no_gap(axis: int) -> None:
    tiles, pool = all_tiles(DEEP)
    places = [[10.0, 10.0, 10.0] for _ in range(3)]
    for place, along in zip(places, (2.0, 2.0, 16.0), strict=True):
        place[axis] = along
    for start, end in pairwise(map(tuple, places)):
        tiles.sweep(start, end, 2.5, (0, 20), on=True)  # type: ignore[arg-type]
    line = np.moveaxis(voxels(DEEP, pool), axis, 0)[2:17, 10, 10]
    assert line.all()


def test_slices_beside_those_that_are_painted_stay() -> None:
    tiles, pool = all_tiles(DEEP)
    assert tiles.sweep((9, 20, 20), (9, 20, 20), 5, (9, 10), on=True) is Swept.CHANGED
    now = voxels(DEEP, pool)
    assert now[9].any()
    assert not now[[8, 10]].any()
    assert tiles.sweep((9, 20, 20), (9, 20, 20), 5, (9, 10), on=True) is Swept.SAME
    assert tiles.sweep((30, 20, 20), (30, 20, 20), 5, (0, 20), on=True) is Swept.BESIDE


@pytest.mark.parametrize("place", [float("nan"), float("inf"), -1e300, 1e12])
def test_what_is_no_place_is_beside(place: float) -> None:
    tiles, pool = all_tiles(DEEP)
    for start, end in (((9, 20, place), (9, 20, 20)), ((9, 20, 20), (place, 20, 20))):
        assert tiles.sweep(start, end, 5, (0, 20), on=True) is Swept.BESIDE
    assert not pool.any()


def test_what_is_not_at_hand_is_told_and_nothing_is_done() -> None:
    size = SIZES[DEEP]
    slots = np.zeros((2, 3, 3), np.int32)
    pool = np.zeros((1, 512), np.uint8)
    tiles = Tiles(size, DEEP, UNIT, slots, pool)
    ball = (8, 8, 8), (8, 8, 8), 3
    assert tiles.sweep(*ball, (0, 20), on=True) is Swept.UNTOUCHED
    slots[0, 0, 0] = 2  # beyond the pool
    assert tiles.sweep(*ball, (0, 20), on=True) is Swept.UNTOUCHED
    with pytest.raises(ValueError, match="not touched"):
        tiles.stamp(np.ones((1, 1, 1), np.bool_), (8, 8, 8), on=True)
    slots[0, 0, 0] = 1
    tiles.hold_picture(np.zeros((6, 7), np.uint8), 8, 5, 5)
    assert tiles.sweep(*ball, (0, 20), on=True) is Swept.NO_ROOM
    assert not pool.any()
    tiles.hold_picture(np.zeros((7, 7), np.uint8), 8, 5, 5)
    assert tiles.sweep(*ball, (0, 20), on=True) is Swept.CHANGED


def test_bits_go_where_their_tiles_are() -> None:
    tiles, pool = all_tiles(DEEP)
    bits = np.ones((2, 2, 4), np.bool_)
    assert tiles.stamp(bits, (1, 2, 14), on=True) == 16
    assert voxels(DEEP, pool)[1:3, 2:4, 14:18].all()
    assert voxels(DEEP, pool).sum() == 16
    assert tiles.stamp(bits, (1, 2, 14), on=True) == 0
    assert tiles.stamp(bits, (1, 2, 14), on=False) == 16


@pytest.mark.parametrize("low", [(0, 0, 36), (-1, 0, 0), (19, 39, 36), (20, 0, 0)])
def test_no_byte_outside_is_touched(low: tuple[int, int, int]) -> None:
    tiles, pool = all_tiles(DEEP)
    with pytest.raises(ValueError, match="inside the grid"):
        tiles.stamp(np.ones((2, 2, 2), np.bool_), low, on=True)
    for slices in ((-1, 3), (0, 21)):
        with pytest.raises(ValueError, match="inside its grid"):
            tiles.sweep((1, 1, 1), (1, 1, 1), 3, slices, on=True)
    with pytest.raises(ValueError, match="inside its grid"):
        tiles.sweep((1, 1, 1), (1, 1, 1), float("nan"), (0, 1), on=True)
    assert not pool.any()


def test_arrays_that_do_not_fit_are_refused() -> None:
    slots, pool = np.zeros((2, 3, 3), np.int32), np.zeros((1, 512), np.uint8)
    for tile, given_slots in (
        ((16, 16, 8), slots),
        ((16, 8, 16), slots),
        ((16, 48, 16), slots),
        (DEEP, slots[:1]),
    ):
        with pytest.raises(ValueError, match="no tiles"):
            Tiles(SIZES[DEEP], tile, UNIT, given_slots, pool)
    with pytest.raises(ValueError, match="one piece"):
        Tiles(SIZES[DEEP], DEEP, UNIT, slots.astype(np.int64), pool)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="lie apart"):
        Tiles(SIZES[DEEP], DEEP, (1, 0, 1), slots, pool)
    with pytest.raises(ValueError, match="in a row"):
        Tiles(SIZES[DEEP], DEEP, UNIT, slots, pool[:, :100])
    with pytest.raises(ValueError, match="one piece"):
        Tiles(SIZES[DEEP], DEEP, UNIT, slots, pool).hold_picture(
            np.zeros((4, 4), np.uint8).T, 0, 0, 0
        )


def test_a_box_has_bounds() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        capsule((1 << 10, 1 << 10, 1 << 10), UNIT, (0, 0, 0), (0, 0, 0), 1)
    assert capsule((0, 2, 2), UNIT, (0, 0, 0), (0, 0, 0), 1).size == 0
