"""Planes and slabs out of a volume, against a slow reference that asks for one voxel at a time."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.kernels.sampling import SLICE, Method, Reduction, Sheet, Triple, sample

Values = NDArray[Any]
KINDS = ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")
BORDER = 1e-3
"""So near to a border single precision may round to either side."""


def held(at: float, count: int) -> float:
    return min(max(at, 0.0), count - 1.0)


def mixed(values: Values, x: float, y: float, z: float) -> float:
    """Linear between eight voxels, in Python's own numbers."""
    places = [held(at, n) for at, n in zip((z, y, x), values.shape, strict=True)]
    low = [
        min(math.floor(at), n - 2) if n > 1 else 0
        for at, n in zip(places, values.shape, strict=True)
    ]
    total = 0.0
    for corner in itertools.product((0, 1), repeat=3):
        share = 1.0
        index = []
        for at, first, step, n in zip(places, low, corner, values.shape, strict=True):
            share *= (at - first) if step else 1 - (at - first)
            index.append(min(first + step, n - 1))
        total += share * float(values[tuple(index)]) if share else 0.0
    return total


def nearest(values: Values, x: float, y: float, z: float) -> float:
    index = (
        int(held(math.floor(at + 0.5), n)) for at, n in zip((z, y, x), values.shape, strict=True)
    )
    return float(values[tuple(index)])


def at_border(place: Values, shape: tuple[int, ...], method: Method) -> bool:
    for at, n in zip(place, shape[::-1], strict=True):
        if min(abs(at + 0.5), abs(at - n + 0.5)) < BORDER:
            return True
        if method is Method.NEAREST and abs(at - math.floor(at) - 0.5) < BORDER:
            return True
    return False


def expected(values: Values, sheet: Sheet, shape: tuple[int, int]) -> Values:
    """NaN outside, infinite where rounding may decide."""
    told = np.full(shape, np.nan)
    for r, c in itertools.product(range(shape[0]), range(shape[1])):
        found = []
        for n in range(sheet.samples):
            place = np.array(sheet.origin) + np.array(sheet.across) * c + np.array(sheet.down) * r
            place = place + np.array(sheet.deep) * n
            if at_border(place, values.shape, sheet.method):
                found = [math.inf]
                break
            if all(-0.5 <= at < n - 0.5 for at, n in zip(place, values.shape[::-1], strict=True)):
                take = mixed if sheet.method is Method.LINEAR else nearest
                found.append(take(values, *map(float, place)))
        told[r, c] = reduced(found, sheet.reduction)
    return told


def reduced(found: list[float], reduction: Reduction) -> float:
    if not found:
        return math.nan
    if reduction is Reduction.HIGHEST:
        return max(found)
    if reduction is Reduction.LOWEST:
        return min(found)
    return sum(found) / len(found)


def noise(kind: str, shape: tuple[int, int, int], seed: int = 1) -> Values:
    made = np.random.default_rng(seed).integers(0, 120, shape)
    return np.asarray(made - 60 if np.dtype(kind).kind != "u" else made).astype(kind)


def compare(values: Values, sheet: Sheet, shape: tuple[int, int], out: Values) -> None:
    sample(values, sheet, out, padding=77)
    told = expected(values, sheet, shape)
    sure = ~np.isinf(told)
    wanted = np.where(np.isnan(told), 77.0, told)
    worst = 0.02 if out.dtype.kind == "f" else 0.52
    assert np.abs(out.astype(np.float64) - wanted)[sure].max(initial=0) <= worst


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", Method)
def test_every_kind_of_voxel_is_sampled(kind: str, method: Method) -> None:
    values = noise(kind, (7, 9, 40))
    sheet = Sheet((-2.0, 1.3, 0.4), (0.9, 0.05, 0.1), (-0.1, 0.7, 0.3), method=method)
    for stored in (np.dtype(kind), np.dtype(np.float32)):
        compare(values, sheet, (11, 50), np.empty((11, 50), stored))


@pytest.mark.parametrize("reduction", [Reduction.HIGHEST, Reduction.LOWEST, Reduction.MEAN])
@pytest.mark.parametrize("kind", ["i2", "f4"])
def test_slabs_reduce_what_lies_inside(kind: str, reduction: Reduction) -> None:
    values = noise(kind, (8, 9, 10))
    sheet = Sheet(
        *((-1.2, -0.7, -1.4), (0.8, 0.1, 0.0), (0.0, 0.9, 0.2)),
        *((0.1, 0.0, 0.9), 9, reduction),
    )
    compare(values, sheet, (10, 13), np.empty((10, 13), np.dtype(kind)))


way = st.tuples(*(st.floats(-1.5, 1.5) for _ in range(3)))
start = st.tuples(*(st.floats(-8, 14) for _ in range(3)))


@settings(max_examples=60, deadline=None)
@given(start, way, way, st.tuples(*(st.integers(1, 9) for _ in range(3))), st.sampled_from(Method))
def test_any_plane_is_the_references(
    origin: Triple, across: Triple, down: Triple, shape: tuple[int, int, int], method: Method
) -> None:
    values = noise("i2", shape)
    sheet = Sheet(origin, across, down, method=method)
    compare(values, sheet, (5, 19), np.empty((5, 19), np.float32))


def test_a_plane_along_the_voxels_gives_them_back() -> None:
    values = noise("i2", (20, 30, 200))
    for k in range(20):
        out = np.empty((30, 200), np.int16)
        sample(values, Sheet((0, 0, k), (1, 0, 0), (0, 1, 0)), out, padding=0)
        assert np.array_equal(out, values[k])
    sagittal = np.empty((20, 30), np.int16)
    sample(values, Sheet((17, 0, 0), (0, 1, 0), (0, 0, 1)), sagittal, padding=0)
    assert np.array_equal(sagittal, values[:, :, 17])


def test_a_ramp_is_sampled_within_a_hundredth() -> None:
    """Long rows run through the wide registers and the rest: a plane of values shows both."""
    z, y, x = np.mgrid[:40, :60, :300]
    values = (x * 3 - y * 2 + z * 5).astype(np.int16)
    sheet = Sheet((0.25, 50.1, 1.7), (0.98, -0.07, 0.1), (0.1, -0.4, 0.2))
    out = np.empty((30, 290), np.float32)
    sample(values, sheet, out, padding=-1)
    r, c = np.mgrid[:30, :290]
    at = [sheet.origin[n] + sheet.across[n] * c + sheet.down[n] * r for n in range(3)]
    assert np.abs(out - (at[0] * 3 - at[1] * 2 + at[2] * 5)).max() < 0.01


def test_bands_on_two_threads_are_the_whole() -> None:
    values = noise("i2", (30, 64, 64))
    sheet = Sheet((0, 5, 3), (0.9, 0.1, 0.1), (0, 0.6, 0.4))
    whole, banded = np.empty((40, 64), np.int16), np.empty((40, 64), np.int16)
    sample(values, sheet, whole, padding=0)
    with ThreadPoolExecutor(2) as pool:
        bands = [(n, n + 8) for n in range(0, 40, 8)]
        list(pool.map(lambda rows: sample(values, sheet, banded, padding=0, rows=rows), bands))
    assert np.array_equal(whole, banded)


# --- slices each at its own place ---------------------------------------------------------------


def places(heights: list[float], **fields: list[float]) -> Values:
    made = np.zeros(len(heights), SLICE)
    made["height"], made["scale"], made["low"] = heights, 1.0, 1.0
    for name, told in fields.items():
        made[name] = told
    return made


def column(values: Values, made: Values, heights: list[float], x: float = 1.0) -> list[float]:
    """What lies at these heights in the middle of every slice; -99 where nothing does."""
    found = []
    for height in heights:
        out = np.empty((1, 1), np.float32)
        sample(values, Sheet((x, 1.0, height), (1, 0, 0), (0, 1, 0)), out, padding=-99, places=made)
        found.append(float(out[0, 0]))
    return found


def layers(*told: int, columns: int = 3) -> Values:
    """Slices of one value each."""
    return np.repeat(np.array(told, np.int16), 3 * columns).reshape(len(told), 3, columns)


def test_uneven_slices_lie_where_they_are() -> None:
    made = places([0.0, 1.0, 5.0])
    found = column(layers(0, 10, 50), made, [-0.4, 0.5, 1.0, 3.0, 5.0, 6.9, -0.6, 7.1])
    assert found == [0, 5, 10, 30, 50, 50, -99, -99]


def test_nothing_is_made_up_in_a_gap() -> None:
    made = places([0.0, 1.0, 11.0, 12.0], low=[1, 0.05, 1, 1], high=[0, 0.95, 0, 0])
    found = column(layers(1, 2, 3, 4), made, [1.0, 1.4, 1.6, 6.0, 10.4, 10.6, 11.5])
    assert found == [2, 2, -99, -99, -99, 3, 3.5]


def test_a_slice_that_is_not_here_leaves_its_place_empty() -> None:
    made = places([0.0, 1.0, 2.0], low=[0.5, -1, 1], high=[2, 0.5, 0])
    values = layers(1, 0, 3)
    assert column(values, made, [0.0, 0.4, 0.6, 1.0, 1.4, 1.6, 2.0, 2.4]) == [
        *(1, 1, -99, -99, -99, 3, 3, 3),
    ]


def test_each_slice_has_its_own_scale() -> None:
    made = places([0.0, 1.0], scale=[1, 10], offset=[0, 5])
    assert column(layers(1, 2), made, [0.0, 0.5, 1.0]) == [1, 13, 25]


def test_tilted_slices_are_mixed_along_the_tilt() -> None:
    """The same voxel of two slices stays together, as the affine of a tilted stack says."""
    values = np.zeros((2, 3, 9), np.int16)
    values[:, :, 4] = 100
    made = places([0.0, 1.0], x=[0, 2])
    found = [column(values, made, [height], x=4 + 2 * height)[0] for height in (0.0, 0.25, 0.5, 1)]
    assert found == [100, 100, 100, 100]


def test_even_places_say_what_plain_ones_do() -> None:
    values = noise("i2", (9, 12, 14))
    plain, placed = np.empty((15, 20), np.float32), np.empty((15, 20), np.float32)
    ways = (-1.0, -1.0, 0.3), (0.8, 0.1, 0.2), (0.1, 0.9, 0.3)
    sample(values, Sheet(*ways), plain, padding=-99)
    in_mm = [(x, y, 10 + z * 2.5) for x, y, z in ways[:1]] + [
        (x, y, z * 2.5) for x, y, z in ways[1:]
    ]
    sheet = Sheet(*in_mm)
    sample(values, sheet, placed, padding=-99, places=places([10 + 2.5 * k for k in range(9)]))
    assert np.abs(plain - placed).max() < 0.01


def test_nearest_of_placed_slices() -> None:
    out = np.empty((1, 3), np.int16)
    sheet = Sheet((1.0, 1.0, 0.9), (0, 0, 1), (0, 1, 0), method=Method.NEAREST)
    sample(layers(1, 2, 3), sheet, out, padding=0, places=places([0.0, 1.0, 5.0]))
    assert out.tolist() == [[2, 2, 2]]


# --- the door -----------------------------------------------------------------------------------


PLAIN = Sheet((0, 0, 0), (1, 0, 0), (0, 1, 0))


def wrong(**changed: Any) -> None:
    told: dict[str, Any] = {"values": layers(1, 2), "sheet": PLAIN, "padding": 0}
    told |= {"out": np.empty((2, 2), np.int16)} | changed
    with pytest.raises(ValueError, match=r"\w"):
        sample(**told)


def test_what_does_not_fit_is_refused_before_c_sees_it() -> None:
    wrong(values=layers(1, 2)[:, ::2])
    wrong(values=np.zeros((2, 3, 3), ">i2"))
    wrong(values=np.zeros((2, 3, 3), np.complex128))
    wrong(values=np.zeros((0, 3, 3), np.int16))
    wrong(out=np.empty((2, 4), np.int16)[:, ::2])
    wrong(out=np.empty((2, 2), np.int32))
    wrong(sheet=Sheet((math.nan, 0, 0), (1, 0, 0), (0, 1, 0)))
    wrong(sheet=Sheet((0, 0, 0), (1, 0, 0), (0, 1, 0), samples=0))
    wrong(padding=40_000)
    wrong(rows=(1, 3))
    wrong(places=places([0.0]))
    wrong(places=places([1.0, 1.0]))
    wrong(places=places([0.0, math.inf]))
    wrong(places=np.zeros(2))
