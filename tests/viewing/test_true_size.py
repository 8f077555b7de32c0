from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.frames import Window
from labeler.model.image import Caveat
from labeler.model.regions import Region
from labeler.viewing.layout import layout_of
from labeler.viewing.true_size import (
    CARD_WIDTH_MM,
    Monitor,
    at_true_size,
    life_size,
    mm_per_pixel,
    pixel_for_pixel,
    pixel_nm,
)
from labeler.viewing.viewport import Canvas, ViewState, canvas_map
from tests.support.images import axial, image_of

STORED = np.zeros((1, 40, 60), np.int16)
IMAGE = image_of(STORED, matrix=axial((0.5, 0.8, 1)))
LAYOUT = layout_of(IMAGE)
VIEW = ViewState(0, Window(0, 100), zoom=3.0, center=(12, 30))


def test_a_card_on_the_screen_tells_the_size_of_its_pixels() -> None:
    assert pixel_nm(342.4, CARD_WIDTH_MM) == 250_000
    assert pixel_nm(0, CARD_WIDTH_MM) is None
    assert pixel_nm(10, 100.0) is None, "no pixel is a centimetre wide"
    assert pixel_nm(100_000, 1.0) is None


def test_at_true_size_a_centimetre_is_a_centimetre() -> None:
    voxel_mm = mm_per_pixel(IMAGE, LAYOUT, VIEW)
    assert voxel_mm == 0.5
    shown = at_true_size(VIEW, LAYOUT, voxel_mm, canvas_pixel_mm=0.25)
    assert (shown.center, shown.fitted) == ((12, 30), False)
    where = canvas_map(LAYOUT, shown, Canvas(400, 300))
    assert 0.25 * where.pixels_per_mm == pytest.approx(1.0)
    assert life_size(voxel_mm, shown.zoom, 0.25) == pytest.approx(1.0)
    assert life_size(voxel_mm, VIEW.zoom, 0.25) == pytest.approx(1.5)


def test_pixel_for_pixel_counts_the_monitors_own() -> None:
    assert pixel_for_pixel(VIEW, LAYOUT, 1.0).zoom == 1.0
    assert pixel_for_pixel(VIEW, LAYOUT, 1.5).zoom == pytest.approx(2 / 3)


def test_of_a_slide_it_is_a_pixel_of_the_finest_size() -> None:
    deep = replace(LAYOUT, finest=128.0)
    assert pixel_for_pixel(VIEW, deep, 1.0).zoom == 128.0


def test_size_is_told_only_where_it_is_known() -> None:
    unknown = replace(IMAGE, caveats=(Caveat.SPACING_UNKNOWN,))
    assert mm_per_pixel(unknown, LAYOUT, VIEW) is None
    echo = replace(
        IMAGE, caveats=(Caveat.SPACING_REGIONAL,), regions=(Region(0, 0, 20, 39, (0.3, 0.3)),)
    )
    assert mm_per_pixel(echo, LAYOUT, VIEW) == 0.3
    assert mm_per_pixel(echo, LAYOUT, replace(VIEW, center=(40, 10))) is None


def test_monitors_are_told_apart() -> None:
    one = Monitor("EIZO", "RX360", "A1", 2048, 1536)
    assert one.key != replace(one, serial="A2").key
    assert one.key != replace(one, width=1536, height=2048).key
