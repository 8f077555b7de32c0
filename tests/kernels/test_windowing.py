"""The kernels that paint a frame, against numpy in the same precision: pixel for pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.kernels.windowing import Axis, Screen, Shares, Tone, paint, paint_color, sample, shrink

DTYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8")
ROWS, COLUMNS = 9, 13


def real_of(pixels: NDArray[Any]) -> type[np.floating[Any]]:
    wide = pixels.dtype.itemsize > (4 if pixels.dtype.kind == "f" else 2)
    return np.float64 if wide else np.float32


def frame(dtype: str, seed: int, *channels: int) -> NDArray[Any]:
    noise = np.random.default_rng(seed)
    if dtype[0] == "f":
        return noise.normal(0, 100, (ROWS, COLUMNS, *channels)).astype(dtype)
    limits = np.iinfo(dtype)
    shape = ROWS, COLUMNS, *channels
    return noise.integers(max(limits.min, -9000), min(limits.max, 9000), shape).astype(dtype)


def turned(pixels: NDArray[Any], turn: int) -> NDArray[Any]:
    """The same values in eight layouts of memory."""
    copy = np.array(pixels)
    copy = copy.swapaxes(0, 1).copy().swapaxes(0, 1) if turn & 1 else copy
    copy = copy[::-1].copy()[::-1] if turn & 2 else copy
    return copy[:, ::-1].copy()[:, ::-1] if turn & 4 else copy


def axis(voxels: int, count: int, seed: int, kind: str) -> Axis:
    noise = np.random.default_rng(seed)
    if kind == "run":
        begin = int(noise.integers(0, voxels - 1))
        return Axis(voxels, np.arange(begin, voxels, dtype=np.int32))
    at = np.sort(noise.integers(0, voxels, count)).astype(np.int32)
    if kind == "nearest":
        return Axis(voxels, at)
    part = noise.random(count).astype(np.float32) * (at < voxels - 1)
    return Axis(voxels, at, part.astype(np.float32))


def slow_sample(pixels: NDArray[Any], across: Axis, down: Axis) -> NDArray[Any]:
    values = pixels.astype(real_of(pixels))
    for axis, along in ((across, 1), (down, 0)):
        here = values.take(axis.at, along)
        if axis.part is not None:
            on = values.take(np.minimum(axis.at + 1, axis.voxels - 1), along)
            shape = [1] * values.ndim
            shape[along] = -1
            here = here + axis.part.astype(values.dtype).reshape(shape) * (on - here)
        values = here
    return values


def slow_step(values: NDArray[Any], tone: Tone, top: float) -> NDArray[np.int64]:
    real = values.dtype.type
    with np.errstate(invalid="ignore", over="ignore"):
        place = (values - real(tone.base)) * real(tone.gain) + real(tone.offset)
    place = np.where(np.isnan(place), 0, place).clip(0, top)
    return (place.astype(real) + real(0.5)).astype(np.int64)


def slow_paint(pixels: NDArray[Any], across: Axis, down: Axis, tone: Tone) -> Screen:
    values = slow_sample(pixels, across, down)
    if tone.colors is not None:
        return tone.colors[slow_step(values, tone, len(tone.colors) - 1)]
    grey = slow_step(values, tone, 255).astype(np.uint32)
    grey = 255 - grey if tone.inverted else grey
    return np.asarray(grey * np.uint32(0x010101) | np.uint32(0xFF000000), np.uint32)


axes = st.tuples(
    st.integers(1, 40), st.integers(0, 99), st.sampled_from(["run", "nearest", "between"])
)
palettes = st.none() | st.integers(1, 5000)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(DTYPES),
    st.integers(0, 999),
    st.integers(0, 7),
    axes,
    axes,
    st.tuples(st.floats(-9e3, 9e3), st.floats(-9, 9), st.floats(-1e3, 1e3)),
    st.booleans(),
    palettes,
)
def test_grey_is_painted_as_numpy_paints_it(
    dtype: str,
    seed: int,
    turn: int,
    x: tuple[int, int, str],
    y: tuple[int, int, str],
    scale: tuple[float, float, float],
    inverted: bool,
    shades: int | None,
) -> None:
    pixels = frame(dtype, seed)
    across, down = axis(COLUMNS, *x), axis(ROWS, *y)
    colors = None
    if shades is not None:
        colors = np.random.default_rng(seed).integers(0, 2**32, shades, np.uint32)
    tone = Tone(*scale, inverted, colors)
    canvas = np.full((len(down.at) + 2, len(across.at) + 3), 7, np.uint32)
    paint(turned(pixels, turn), across, down, tone, canvas[1:-1, 2:-1])
    assert np.array_equal(canvas[1:-1, 2:-1], slow_paint(pixels, across, down, tone))
    canvas[1:-1, 2:-1] = 7
    assert (canvas == 7).all()
    sampled = sample(turned(pixels, turn), across, down)
    assert np.array_equal(sampled, slow_sample(pixels, across, down))


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(["u1", "f4"]), st.integers(0, 99), st.integers(0, 7), axes, axes)
def test_colour_is_painted_as_numpy_paints_it(
    dtype: str, seed: int, turn: int, x: tuple[int, int, str], y: tuple[int, int, str]
) -> None:
    pixels = frame(dtype, seed, 3)
    across, down = axis(COLUMNS, *x), axis(ROWS, *y)
    canvas = np.zeros((len(down.at), len(across.at)), np.uint32)
    paint_color(turned(pixels, turn), across, down, canvas)
    rgb = (slow_sample(pixels, across, down).clip(0, 255) + np.float32(0.5)).astype(np.uint32)
    red, green, blue = np.moveaxis(rgb, 2, 0)
    expected = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    assert np.array_equal(canvas, expected)


def shares(voxels: int, count: int, seed: int) -> Shares:
    noise = np.random.default_rng(seed)
    most = int(noise.integers(1, 6))
    first = np.sort(noise.integers(0, voxels, count)).astype(np.int32)
    weights = noise.random((most, count)) * (first + np.arange(most)[:, None] < voxels)
    return Shares(voxels, first, weights)


def matrix(shared: Shares) -> NDArray[np.float64]:
    dense = np.zeros((shared.weights.shape[1], shared.voxels))
    for j, weights in enumerate(shared.weights):
        for pixel, weight in enumerate(weights):
            if weight:
                dense[pixel, shared.first[pixel] + j] += weight
    return dense


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(DTYPES),
    st.integers(0, 99),
    st.integers(0, 7),
    st.tuples(st.integers(1, 20), st.integers(0, 99)),
    st.tuples(st.integers(1, 20), st.integers(0, 99)),
    st.booleans(),
)
def test_sums_are_those_of_the_weights(
    dtype: str, seed: int, turn: int, x: tuple[int, int], y: tuple[int, int], color: bool
) -> None:
    pixels = frame(dtype, seed, *((3,) if color else ()))
    across, down = shares(COLUMNS, *x), shares(ROWS, *y)
    made = shrink(turned(pixels, turn), across, down)
    assert made.dtype == real_of(pixels)
    exact = np.einsum("yr,rc...,xc->yx...", matrix(down), pixels.astype(float), matrix(across))
    span = matrix(down).sum(1)[:, None] * matrix(across).sum(1) * 9000
    span = span[..., None] if color else span
    assert (np.abs(made - exact) <= 1e-6 * span + 1e-9).all()


def test_what_is_no_number_is_the_lowest_and_infinity_the_highest() -> None:
    pixels = np.array([[np.nan, np.inf, -np.inf, 5]], np.float32)
    across, down = Axis(4, np.arange(4, dtype=np.int32)), Axis(1, np.zeros(1, np.int32))
    out = np.zeros((1, 4), np.uint32)
    paint(pixels, across, down, Tone(0, 1, 0), out)
    assert out.tolist() == [[0xFF000000, 0xFFFFFFFF, 0xFF000000, 0xFF050505]]


RUN_3 = Axis(3, np.arange(3, dtype=np.int32))


def test_nothing_is_read_or_written_beside_the_arrays() -> None:
    pixels, out, tone = np.zeros((3, 3), np.int16), np.zeros((3, 3), np.uint32), Tone(0, 1, 0)
    with pytest.raises(ValueError, match="beyond 3"):
        Axis(3, np.array([0, 3], np.int32))
    with pytest.raises(ValueError, match="beyond 3"):
        Axis(3, np.array([-1], np.int32))
    with pytest.raises(ValueError, match="beyond 3"):
        Axis(3, np.array([2], np.int32), np.array([0.5], np.float32))
    with pytest.raises(ValueError, match="beyond 3"):
        Shares(3, np.array([2], np.int32), np.ones((2, 1)))
    with pytest.raises(ValueError, match="side by side"):
        Shares(3, np.zeros(2, np.int32), np.ones((2, 3))[:, :2])
    with pytest.raises(ValueError, match="side by side"):
        Axis(3, np.arange(6, dtype=np.int32)[::2])
    with pytest.raises(ValueError, match="side by side"):
        Axis(3, np.arange(3, dtype=np.int64))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is not 3 x 3"):
        paint(pixels[:2], RUN_3, RUN_3, tone, out)
    with pytest.raises(ValueError, match="a canvas"):
        paint(pixels, RUN_3, RUN_3, tone, out[:2])
    with pytest.raises(ValueError, match="side by side"):
        paint(pixels, RUN_3, RUN_3, tone, np.zeros((3, 6), np.uint32)[:, ::2])
    with pytest.raises(TypeError, match="no kernel for >i2"):
        paint(pixels.astype(">i2"), RUN_3, RUN_3, tone, out)
    with pytest.raises(TypeError, match="no kernel"):
        paint(pixels.astype(np.int64), RUN_3, RUN_3, tone, out)
    with pytest.raises(ValueError, match="strides"):
        paint_color(np.zeros((3, 3, 6), np.uint8)[..., ::2], RUN_3, RUN_3, out)
    with pytest.raises(TypeError, match="no colour"):
        paint_color(np.zeros((3, 3, 3), np.uint32), RUN_3, RUN_3, out)
    with pytest.raises(ValueError, match="side by side"):
        Tone(0, 1, 0, colors=np.zeros(0, np.uint32))


def test_a_frame_or_a_canvas_of_nothing_is_not_touched() -> None:
    """The kernels repeat the last voxel of a row: there must be one."""
    none = Axis(0, np.zeros(0, np.int32))
    pixels = np.zeros((3, 0), np.int16)
    paint(pixels, none, RUN_3, Tone(0, 1, 0), np.zeros((3, 0), np.uint32))
    assert sample(pixels, none, RUN_3).shape == (3, 0)
    paint_color(np.zeros((3, 0, 3), np.uint8), none, RUN_3, np.zeros((3, 0), np.uint32))
    with pytest.raises(ValueError, match="a canvas"):
        paint(np.zeros((3, 0), np.int16), none, RUN_3, Tone(0, 1, 0), np.zeros((3, 1), np.uint32))
