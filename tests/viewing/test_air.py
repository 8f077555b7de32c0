"""The air around a breast, on mammograms of every make in memory: found, and never tissue."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.model.image import Pixels
from labeler.viewing.air import air_of, block_size, on_canvas
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.turns import CLOCKWISE, FLIP_ACROSS, UPRIGHT, Turn
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit
from tests.support.images import axial, image_of

ROWS, COLUMNS = 2400, 1800
Truth = NDArray[np.bool_]


def breast(rows: int = ROWS, columns: int = COLUMNS) -> tuple[Pixels, Truth]:
    """Tissue at the left edge that fades to its skin; what is tissue."""
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    depth = 1 - np.hypot(x / (0.7 * columns), (y / rows - 0.5) / 0.4)
    tissue = depth > 0
    grain = np.random.default_rng(3).normal(0, 40, tissue.shape)
    values = np.where(tissue, 120 + 2600 * np.sqrt(np.clip(depth, 0, 1)) + grain, 0)
    return np.clip(values, np.where(tissue, 80, 0), 4095).astype(np.uint16), tissue


def at_full_size(blocks: Truth, rows: int, columns: int) -> Truth:
    size = block_size(rows, columns)
    return blocks.repeat(size, axis=0).repeat(size, axis=1)[:rows, :columns]


def with_noise(pixels: Pixels, tissue: Truth) -> Pixels:
    noise = np.random.default_rng(5).integers(0, 9, pixels.shape)
    return np.where(tissue, pixels, 20 + noise).astype(np.uint16)


@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("high_is_dark", [False, True])
@pytest.mark.parametrize("flipped", [False, True])
def test_most_of_the_air_is_found_and_no_tissue(
    noisy: bool, high_is_dark: bool, flipped: bool
) -> None:
    pixels, tissue = breast()
    pixels = with_noise(pixels, tissue) if noisy else pixels
    if flipped:
        pixels, tissue = pixels[:, ::-1], tissue[:, ::-1]
    if high_is_dark:
        pixels = (4095 - pixels).astype(np.uint16)
    found = at_full_size(air_of(pixels, inverted=high_is_dark), ROWS, COLUMNS)
    assert not (found & tissue).any()
    assert found.sum() > 0.97 * (~tissue).sum()


def test_padding_is_air_whatever_its_value() -> None:
    pixels, tissue = breast()
    pixels[~tissue] = 65535
    found = at_full_size(air_of(pixels, inverted=False, padding=(65535.0, 65535.0)), ROWS, COLUMNS)
    assert not (found & tissue).any()
    assert found.any()


def test_dark_places_within_the_breast_are_tissue() -> None:
    pixels, tissue = breast()
    pixels[1100:1300, 300:500] = 0
    found = at_full_size(air_of(pixels, inverted=False), ROWS, COLUMNS)
    assert not (found & tissue).any()


def test_a_marker_in_the_air_is_seen() -> None:
    pixels, _ = breast()
    pixels[100:160, 1500:1640] = 3000
    found = at_full_size(air_of(pixels, inverted=False), ROWS, COLUMNS)
    assert not found[100:160, 1500:1640].any()
    assert found[100:160, 1700:].all()


@pytest.mark.parametrize(
    "pixels",
    [
        np.random.default_rng(1).integers(500, 900, (600, 500)).astype(np.uint16),
        np.zeros((600, 500), np.uint16),
        np.linspace(0, 4000, 600 * 500).reshape(600, 500).astype(np.uint16),
    ],
    ids=["tissue to all edges", "nothing", "a slope without an edge"],
)
def test_where_it_is_not_sure_nothing_is_air(pixels: Pixels) -> None:
    assert not air_of(pixels, inverted=False).size


@pytest.mark.parametrize("turn", [UPRIGHT, CLOCKWISE, FLIP_ACROSS])
def test_on_the_canvas_it_lies_where_the_image_lies(turn: Turn) -> None:
    pixels, tissue = breast(1501, 1103)
    image = image_of(pixels[None], matrix=axial((0.1, 0.1, 1.0)), oriented=False)
    layout: Layout = layout_of(image).turned(turn)
    canvas = Canvas(401.0, 333.0)
    where = canvas_map(layout, fit(ViewState(0, image.windows[0]), layout, canvas), canvas)
    blocks = air_of(pixels, inverted=False)
    shown = on_canvas(blocks, pixels.shape, where, (401, 333))
    full = at_full_size(blocks, 1501, 1103)
    for row in range(0, 333, 7):
        for column in range(0, 401, 7):
            x, y = where.to_voxel((column + 0.5, row + 0.5))
            x, y = round(x), round(y)
            inside = 0 <= x < 1103 and 0 <= y < 1501
            assert shown[row, column] == (inside and full[y, x])
    assert shown.any()
    assert tissue.any()
