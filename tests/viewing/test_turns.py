from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.viewing.layout import layout_of, letters
from labeler.viewing.turns import (
    CLOCKWISE,
    COUNTER_CLOCKWISE,
    FLIP_ACROSS,
    FLIP_DOWN,
    HALF_TURN,
    UPRIGHT,
    Turn,
)
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit
from tests.support.images import image_of
from tests.support.letters import ORDERS, stored_as

TURNS = [Turn(*ways) for ways in product((False, True), repeat=3)]
turns = st.sampled_from(TURNS)


def test_turns_form_the_dihedral_group_of_the_square() -> None:
    for a, b, c in product(TURNS, repeat=3):
        assert a.then(b).then(c) == a.then(b.then(c))
    for a in TURNS:
        assert a.then(UPRIGHT) == UPRIGHT.then(a) == a
        assert sum(a.then(b) == UPRIGHT for b in TURNS) == 1
        assert {a.then(b) for b in TURNS} == set(TURNS)
    quarter = CLOCKWISE.then(CLOCKWISE)
    assert quarter == HALF_TURN != UPRIGHT
    assert quarter.then(CLOCKWISE) == COUNTER_CLOCKWISE
    assert quarter.then(quarter) == UPRIGHT
    assert FLIP_ACROSS.then(FLIP_ACROSS) == UPRIGHT
    # The group is not commutative: a flip turns a turn round.
    assert FLIP_ACROSS.then(CLOCKWISE) == COUNTER_CLOCKWISE.then(FLIP_ACROSS)
    assert FLIP_ACROSS.then(HALF_TURN) == FLIP_DOWN


@given(turns, turns)
def test_two_flips_are_a_turn(first: Turn, second: Turn) -> None:
    assert first.then(second).flips == (first.flips != second.flips)


@pytest.mark.parametrize(
    ("turn", "by_numpy"),
    [
        (CLOCKWISE, lambda shown: np.rot90(shown, -1)),
        (COUNTER_CLOCKWISE, np.rot90),
        (HALF_TURN, lambda shown: np.rot90(shown, 2)),
        (FLIP_ACROSS, np.fliplr),
        (FLIP_DOWN, np.flipud),
    ],
)
def test_pixels_turn_as_the_names_say(turn: Turn, by_numpy) -> None:  # type: ignore[no-untyped-def]
    pixels = np.arange(24).reshape(4, 6)
    for order, flips in ORDERS:
        if order[2] != 2:
            continue
        values, matrix = stored_as(order, flips)
        layout = layout_of(image_of(np.zeros((1, 4, 6), np.int16), matrix=matrix))
        assert values.ndim == 3
        shown = layout.arrange(pixels)
        assert np.array_equal(layout.turned(turn).arrange(pixels), by_numpy(shown))


def test_letters_tell_the_patients_sides_whatever_was_turned() -> None:
    """For all ways of storing and all turns: the letter is where the shown direction leads."""
    for order, flips in ORDERS:
        values, matrix = stored_as(order, flips)
        image = image_of(np.moveaxis(values, 2, 0).swapaxes(1, 2), matrix=matrix)
        for turn in TURNS:
            layout = layout_of(image).turned(turn)
            origin = np.array([*layout.to_voxel((0, 0)), 0.0])
            right = np.array([*layout.to_voxel((1, 0)), 0.0])
            down = np.array([*layout.to_voxel((0, 1)), 0.0])
            x, y = (
                image.affine.to_patient(end) - image.affine.to_patient(origin)
                for end in (right, down)
            )
            x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
            assert layout.letters == (letters(-x), letters(x), letters(-y), letters(y))
            assert layout.flipped == turn.flips


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ORDERS), turns, turns, st.data())
def test_places_and_pixels_are_turned_alike(
    stored: tuple[tuple[int, ...], tuple[bool, ...]], first: Turn, second: Turn, data: st.DataObject
) -> None:
    _, matrix = stored_as(*stored)
    habit = layout_of(image_of(np.zeros((1, 4, 6), np.int16), matrix=matrix))
    layout = habit.turned(first).turned(second)
    assert layout == habit.turned(first.then(second))
    pixels = np.arange(24).reshape(4, 6)
    column, row = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 3))
    x, y = layout.to_shown((column, row))
    assert layout.arrange(pixels)[int(y), int(x)] == pixels[row, column]
    assert layout.to_voxel((x, y)) == (column, row)
    canvas = Canvas(300, 200)
    where = canvas_map(
        layout, fit(ViewState(0, image_of(pixels[None]).windows[0]), layout, canvas), canvas
    )
    assert where.to_voxel(where.to_canvas((column, row))) == pytest.approx((column, row))
    assert where.scale_x / layout.shown_spacing_mm[0] == pytest.approx(
        where.scale_y / layout.shown_spacing_mm[1]
    )
