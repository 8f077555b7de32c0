from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.model.frames import Window
from labeler.model.image import Pixels, VoiFunction, VoiLut
from labeler.viewing.grey import Palette
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.render import FrameRenderer, Grey
from labeler.viewing.viewport import Canvas, CanvasMap, ViewState, canvas_map
from tests.support.images import axial, image_of
from tests.support.screens import colors_of, greys_of

SIZE = (61, 47)
DTYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", ">i2", ">f8")
LAYOUTS = [
    layout_of(image_of(np.zeros((1, 14, 22), np.int16), matrix=matrix))
    for matrix in (
        axial((0.7, 0.7, 5)),
        axial((0.5, 2.0, 5)),
        axial((2.0, 0.7, 5)) @ np.diag([-1.0, 1, 1, 1]),
        axial((1.0, 1.3, 5))[:, [1, 0, 2, 3]] @ np.diag([1.0, -1, -1, 1]),
    )
]


def weights(edge: float, scale: float, voxels: int, pixel: int) -> NDArray[np.float64] | None:
    """How much each voxel along one axis counts for a canvas pixel; None beside the image."""
    middle = (pixel + 0.5 - edge) / scale - 0.5
    if not edge - 0.5 <= pixel < edge + scale * voxels - 0.5:
        return None
    w = np.zeros(voxels)
    if scale < 1:
        low, high = middle + 0.5 - 0.5 / scale, middle + 0.5 + 0.5 / scale
        for v in range(voxels):
            w[v] = max(0.0, min(high, v + 1) - max(low, v))
        return w / w.sum()
    first = math.floor(middle)
    for v, share in ((first, first + 1 - middle), (first + 1, middle - first)):
        w[min(max(v, 0), voxels - 1)] += share
    return w


def nearest(edge: float, scale: float, voxels: int, pixel: int) -> NDArray[np.float64] | None:
    middle = (pixel + 0.5 - edge) / scale - 0.5
    if not edge - 0.5 <= pixel < edge + scale * voxels - 0.5:
        return None
    return np.eye(voxels)[min(max(math.floor(middle + 0.5), 0), voxels - 1)]


def reference(
    pixels: Pixels, where: CanvasMap, grey: Grey | None, *, smooth: bool = True
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Exact values 0..255 before rounding, and where the image is."""
    shown = where.layout.arrange(pixels).astype(np.float64)
    width, height = SIZE
    voxels = not smooth or min(where.scale_x, where.scale_y) > 8

    def picks(edge: float, scale: float, count: int, pixels: int) -> list[Any]:
        pick = nearest if voxels and scale >= 1 else weights
        return [pick(edge, scale, count, pixel) for pixel in range(pixels)]

    across = picks(where.left, where.scale_x, shown.shape[1], width)
    down = picks(where.top, where.scale_y, shown.shape[0], height)
    exact = np.zeros((height, width, *pixels.shape[2:]))
    inside = np.zeros((height, width), np.bool_)
    for y, wy in enumerate(down):
        for x, wx in enumerate(across):
            if wx is None or wy is None:
                continue
            inside[y, x] = True
            exact[y, x] = np.tensordot(np.outer(wy, wx), shown, 2)
    if grey is not None:
        value = exact * grey.slope + grey.intercept
        c, w = grey.window.center, grey.window.width
        ramp = ((value - (c - 0.5)) / (w - 1) + 0.5) * 255
        exact = np.clip(ramp, 0, 255)
        exact = 255 - exact if grey.inverted else exact
    return exact, inside


def agree(painted: Pixels, exact: NDArray[np.float64], inside: NDArray[np.bool_]) -> None:
    assert (painted[~inside] == 0).all()
    error = np.abs(painted.astype(np.float64) - exact)[inside]
    # Half a grey level is rounding, the rest single precision.
    assert error.max(initial=0) <= 0.5 + 1e-4


zooms = st.one_of(st.floats(0.2, 0.99), st.floats(1, 8), st.floats(8.01, 20))
views = st.builds(
    ViewState,
    index=st.just(0),
    window=st.just(Window(0, 100)),
    zoom=zooms,
    center=st.tuples(st.floats(-4, 26), st.floats(-4, 18)),
)


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(LAYOUTS),
    views,
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.sampled_from(DTYPES),
    st.booleans(),
)
def test_grey_pixels_are_those_of_the_slow_way(
    layout: Layout, view: ViewState, seed: int, inverted: bool, dtype: str, smooth: bool
) -> None:
    noise = np.random.default_rng(seed)
    pixels = noise.integers(0, 127, (14, 22)).astype(dtype)
    grey = Grey(2.0, -150.0, Window(40, 250), inverted)
    where = canvas_map(layout, view, Canvas(*SIZE))
    painted = FrameRenderer().paint(pixels, where, SIZE, grey, smooth=smooth)
    agree(greys_of(painted), *reference(pixels, where, grey, smooth=smooth))


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(LAYOUTS), views, st.integers(0, 2**32 - 1))
def test_colour_is_shown_as_stored(layout: Layout, view: ViewState, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (14, 22, 3)).astype(np.uint8)
    where = canvas_map(layout, view, Canvas(*SIZE))
    painted = FrameRenderer().paint(pixels, where, SIZE, Grey(1, 0, Window(0, 1), False))
    agree(colors_of(painted), *reference(pixels, where, None))


def grey_exactly(value: NDArray[np.float64], grey: Grey) -> NDArray[np.float64]:
    """0..255 before rounding, pixel by pixel, in the standard's own words (PS3.3 C.11.2.1)."""
    c, w = grey.window.center, grey.window.width
    out = np.empty_like(value)
    for at, x in np.ndenumerate(value):
        if grey.lut is not None:
            table, first = grey.lut.table, grey.lut.first
            entry = min(max(math.floor(x + 0.5) - first, 0), len(table) - 1)
            y = 255.0 * table[entry] / grey.lut.top
        elif grey.function is VoiFunction.SIGMOID:
            power = -4 * (x - c) / w
            y = 255 / (1 + math.exp(power)) if power < 700 else 0.0
        elif grey.function is VoiFunction.LINEAR_EXACT:
            y = 0.0 if x <= c - w / 2 else 255.0 if x > c + w / 2 else ((x - c) / w + 0.5) * 255
        elif x <= c - 0.5 - (w - 1) / 2:
            y = 0.0
        elif x > c - 0.5 + (w - 1) / 2:
            y = 255.0
        else:
            y = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
        out[at] = 255 - y if grey.inverted else y
    return out


EVERY = np.arange(-154, 154, dtype=np.int16).reshape(14, 22)
ONE_TO_ONE = CanvasMap(LAYOUTS[0], 0.0, 0.0, 1.0, 1.0)


def painted_exactly(pixels: Pixels, grey: Grey) -> Pixels:
    return greys_of(FrameRenderer().paint(pixels, ONE_TO_ONE, (22, 14), grey))


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(VoiFunction),
    st.floats(-200, 200),
    st.sampled_from([1.0, 2.0, 3.5]) | st.floats(1, 500),
    st.sampled_from([(1.0, 0.0), (-2.0, 30.0), (0.125, -7.5), (1e-8, 0.0), (1e6, 5e7)]),
    st.booleans(),
)
def test_every_curve_paints_what_the_standard_says(
    function: VoiFunction,
    center: float,
    width: float,
    rescale: tuple[float, float],
    inverted: bool,
) -> None:
    slope, intercept = rescale
    if abs(slope) in (1e-8, 1e6):  # a window that suits such values; LINEAR has none below one
        function = VoiFunction.LINEAR_EXACT if slope == 1e-8 else function
        center, width = center * slope + intercept, width * slope
    grey = Grey(slope, intercept, Window(center, width), inverted, function)
    exact = grey_exactly(EVERY * slope + intercept, grey)
    error = np.abs(painted_exactly(EVERY, grey) - exact)
    # A value just on the step of a narrow window falls to either side in single precision.
    edge = center - 0.5 if function is VoiFunction.LINEAR and width >= 1 else center
    on_step = np.abs(EVERY * slope + intercept - edge) < 1e-4 * max(1.0, abs(slope))
    assert error[~on_step].max(initial=0) <= 0.5 + 2e-2


tables = st.lists(st.integers(0, 4095), min_size=1, max_size=40)


@settings(deadline=None, max_examples=60)
@given(tables, st.integers(-170, 170), st.sampled_from([(1.0, 0.0), (0.5, 3.0)]), st.booleans())
def test_a_table_paints_its_entries(
    entries: list[int], first: int, rescale: tuple[float, float], inverted: bool
) -> None:
    lut = VoiLut("", first, 4095, np.array(entries, np.uint16))
    grey = Grey(*rescale, Window(0, 1), inverted, lut=lut)
    exact = grey_exactly(EVERY * rescale[0] + rescale[1], grey)
    whole = EVERY * rescale[0] + rescale[1]
    between = whole % 1 == 0.5  # halfway between two entries either is right
    error = np.abs(painted_exactly(EVERY, grey) - exact)
    assert error[~between].max(initial=0) <= 0.5


@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0, 12.0])
def test_a_narrow_window_over_wide_values_shows_each(zoom: float) -> None:
    pixels = (EVERY.astype(np.int64) + 3_000_000_000).astype(np.uint32)
    near, wide = Window(0, 200), Window(3_000_000_000, 200)
    where = CanvasMap(LAYOUTS[0], 0.0, 0.0, zoom, zoom)
    size = round(22 * zoom), round(14 * zoom)
    shown = greys_of(FrameRenderer().paint(pixels, where, size, Grey(1, 0, wide, inverted=False)))
    plain = greys_of(FrameRenderer().paint(EVERY, where, size, Grey(1, 0, near, inverted=False)))
    assert np.abs(shown.astype(int) - plain.astype(int)).max() <= 1


def test_a_width_below_one_is_meant_exactly() -> None:
    pixels = np.linspace(0, 1, 14 * 22, dtype=np.float32).reshape(14, 22)
    grey = Grey(1, 0, Window(0.5, 0.8), inverted=False)
    exact = np.clip(((pixels.astype(float) - 0.5) / 0.8 + 0.5) * 255, 0, 255)
    assert np.abs(painted_exactly(pixels, grey) - exact).max() <= 0.5 + 2e-2


def view_of(layout: Layout, zoom: float) -> CanvasMap:
    view = ViewState(0, Window(0, 1), zoom=zoom, center=(10.5, 6.5))
    return canvas_map(layout, view, Canvas(*SIZE))


def test_a_window_of_one_value_is_a_step() -> None:
    pixels = np.arange(14 * 22, dtype=np.int16).reshape(14, 22)
    grey = Grey(1, 0, Window(100.5, 1), inverted=False)
    painted = greys_of(FrameRenderer().paint(pixels, view_of(LAYOUTS[0], 10), SIZE, grey))
    assert set(np.unique(painted)) == {0, 255}
    exact, inside = reference(pixels, view_of(LAYOUTS[0], 10), None)
    assert np.array_equal(painted == 255, (exact > 100) & inside)


def test_what_is_kept_between_paints_is_never_stale() -> None:
    noise = np.random.default_rng(1)
    frames = [noise.integers(0, 999, (14, 22)).astype(np.int16) for _ in range(2)]
    kept = FrameRenderer()
    for zoom in (0.5, 3.0, 0.5, 12.0):
        for number, pixels in enumerate(frames):
            for center in (300, 700):
                grey = Grey(1, 0, Window(center, 400), inverted=False)
                where = view_of(LAYOUTS[0], zoom)
                again = kept.paint(pixels, where, SIZE, grey, number)
                fresh = FrameRenderer().paint(pixels, where, SIZE, grey)
                assert np.array_equal(again, fresh)


@pytest.mark.parametrize("center", [(-500.0, 6.0), (10.0, 900.0)])
def test_a_view_beside_the_image_is_black(center: tuple[float, float]) -> None:
    view = ViewState(0, Window(0, 1), zoom=2, center=center)
    where = canvas_map(LAYOUTS[0], view, Canvas(*SIZE))
    pixels = np.full((14, 22), 500, np.int16)
    painted = FrameRenderer().paint(pixels, where, SIZE, Grey(1, 0, Window(0, 10), True))
    assert not greys_of(painted).any()


def test_a_palette_colours_the_grey() -> None:
    colors = np.random.default_rng(3).integers(0xFF000000, 2**32, 256, np.uint32)
    for function in VoiFunction:
        for inverted in (False, True):
            grey = Grey(1, 0, Window(0, 300), inverted, function)
            plain = painted_exactly(EVERY, grey)
            colored = replace(grey, palette=Palette(colors))
            shown = FrameRenderer().paint(EVERY, ONE_TO_ONE, (22, 14), colored)
            assert np.array_equal(shown, colors[plain])


@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
def test_every_stored_value_of_16_bits_has_its_exact_grey(dtype: type[np.integer]) -> None:
    every = np.arange(2**16, dtype=np.uint16).astype(dtype).reshape(256, 256)
    layout = layout_of(image_of(every[np.newaxis]))
    where = CanvasMap(layout, 0.0, 0.0, 1.0, 1.0)
    for window in (Window(40, 400), Window(32768, 65536), Window(64999.3, 3.7), Window(-600, 1500)):
        grey = Grey(1, 0, window, inverted=False)
        shown = greys_of(FrameRenderer().paint(every, where, (256, 256), grey))
        exact = grey_exactly(layout.arrange(every).astype(float), grey)
        assert np.abs(shown - exact).max() <= 0.5 + 1e-4
