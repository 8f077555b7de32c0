from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.frames import Window
from labeler.model.image import Caveat
from labeler.model.regions import Region
from labeler.viewing.layout import layout_of
from labeler.viewing.scale_bar import scale_bar
from labeler.viewing.turns import CLOCKWISE, UPRIGHT
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit
from tests.support.images import axial, image_of

STORED = np.zeros((1, 40, 60), np.int16)
CANVAS = Canvas(800, 600)
VIEW = ViewState(0, Window(0, 100))


@settings(deadline=None, max_examples=80)
@given(
    st.floats(1e-4, 5),
    st.floats(0.02, 60),
    st.floats(100, 2000),
    st.sampled_from([UPRIGHT, CLOCKWISE]),
)
def test_the_bar_is_as_long_as_it_says_and_round(spacing, zoom, height, turn) -> None:  # type: ignore[no-untyped-def]
    image = image_of(STORED, matrix=axial((spacing, 2 * spacing, 1.0)))
    layout = layout_of(image).turned(turn)
    canvas, view = Canvas(800, height), replace(VIEW, zoom=zoom, fitted=False)
    bar = scale_bar(image, layout, view, canvas)
    assert bar is not None
    where = canvas_map(layout, view, canvas)
    a, b = (
        image.affine.to_patient(np.array([*where.to_voxel((300, y)), 0.0]))
        for y in (bar.top, bar.bottom)
    )
    assert np.linalg.norm(b - a) == pytest.approx(bar.length_mm)
    digit = bar.length_mm / 10 ** math.floor(math.log10(bar.length_mm) + 1e-9)
    assert min(abs(digit - round_one) for round_one in (1, 2, 5)) < 1e-6
    assert height * 0.2 / 2.5 - 1e-6 <= bar.bottom - bar.top <= height * 0.2 + 1e-6


@pytest.mark.parametrize(
    ("spacing", "text"),
    [(1.0, "10 cm"), (0.7, "5 cm"), (0.05, "5 mm"), (0.004, "200 µm"), (0.00025, "20 µm")],
)
def test_lengths_have_the_unit_they_are_told_in(spacing: float, text: str) -> None:
    image = image_of(STORED, matrix=axial((spacing, spacing, 1.0)))
    bar = scale_bar(image, layout_of(image), VIEW, Canvas(800, 600))
    assert bar is not None
    assert bar.text.text == text


def test_ticks_lie_on_the_image_and_long_ones_end_the_bar() -> None:
    image = image_of(STORED, matrix=axial((1, 1, 1)))
    layout = layout_of(image)
    view = replace(fit(VIEW, layout, CANVAS), zoom=10.0, fitted=False)
    bar = scale_bar(image, layout, view, CANVAS)
    assert bar is not None
    long = [tick.y for tick in bar.ticks if tick.long]
    assert bar.top in long
    assert any(y == pytest.approx(bar.bottom) for y in long)
    where = canvas_map(layout, view, CANVAS)
    assert all(where.top <= tick.y <= where.top + 400 for tick in bar.ticks)
    steps = np.diff([tick.y for tick in bar.ticks])
    assert steps == pytest.approx(np.full(len(steps), steps[0]))


def test_where_no_millimetre_is_known_there_is_no_bar() -> None:
    image = image_of(STORED, caveats=(Caveat.SPACING_UNKNOWN,))
    assert scale_bar(image, layout_of(image), VIEW, CANVAS) is None


def test_a_projection_says_where_its_millimetres_hold() -> None:
    image = image_of(STORED, matrix=axial((1, 1, 1)), caveats=(Caveat.SPACING_PROJECTED,))
    bar = scale_bar(image, layout_of(image), VIEW, CANVAS)
    assert bar is not None
    assert bar.text.text == "10 cm at detector"


def test_ultrasound_has_the_scale_of_the_region_amid_the_view() -> None:
    image = replace(
        image_of(STORED, caveats=(Caveat.SPACING_REGIONAL,), matrix=axial((1, 1, 1))),
        regions=(Region(10, 10, 30, 30, (0.2, 0.1)), Region(40, 10, 50, 30, None)),
    )
    layout = layout_of(image)
    bar = scale_bar(image, layout, replace(VIEW, center=(20, 20), zoom=4.0), CANVAS)
    assert bar is not None
    assert bar.bottom - bar.top == pytest.approx(bar.length_mm / 0.1 * 4)
    assert scale_bar(image, layout, replace(VIEW, center=(45, 20)), CANVAS) is None
    assert scale_bar(image, layout, replace(VIEW, center=(5, 5)), CANVAS) is None
