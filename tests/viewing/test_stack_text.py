"""What is known of a series' slices, as a reader is told it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.frames import Window
from labeler.model.image import Caveat, Image
from labeler.model.manifest import ItemContext
from labeler.model.stack import By, Division, Double, Gap, Stack
from labeler.viewing.corner_text import corners, probe_text, slice_position
from labeler.viewing.layout import layout_of
from labeler.viewing.stack_text import details, division_text
from labeler.viewing.viewport import ViewState
from tests.support.images import image_of

PLACES = ((0.0, 0.0, 30.0), (0.0, 0.0, 27.0), (0.0, 0.0, 20.0), (0.0, 0.0, 12.0))


def stacked(**known: object) -> Image:
    image = image_of(np.zeros((4, 20, 30), np.int16))
    return replace(image, stack=Stack(**known), instance_numbers=(41, 42, 45, 47))  # type: ignore[arg-type]


def lines(image: Image, caveat: Caveat) -> list[str]:
    return [line.text for line in details(image, caveat)]


def test_missing_slices_are_named_by_their_neighbours() -> None:
    image = stacked(gaps=(Gap(0, 1, 6.0), Gap(1, 2, 9.04)))
    assert lines(image, Caveat.MISSING_SLICES) == [
        "1 is missing between Im 41 and Im 42, 6.0 mm apart.",
        "2 are missing between Im 42 and Im 45, 9.0 mm apart.",
    ]


def test_a_long_list_ends_with_a_count() -> None:
    image = stacked(gaps=(Gap(0, 1, 6.0),) * 9)
    told = lines(image, Caveat.MISSING_SLICES)
    assert len(told) == 6
    assert told[-1] == "And at 4 more places."


def test_doubles_are_named_and_copies_are_none() -> None:
    image = stacked(doubles=(Double(2, (90, None)),), copies=1)
    assert lines(image, Caveat.DOUBLED_SLICES) == ["Im 45 lies where Im 90, ? lies."]


def test_uneven_slices_are_told_by_their_distances() -> None:
    assert lines(stacked(origins=PLACES), Caveat.SPACING_UNEVEN) == [
        "They are 3.0 to 8.0 mm apart."
    ]
    assert lines(stacked(), Caveat.SPACING_UNEVEN) == []


def test_an_estimated_magnification_is_told() -> None:
    image = replace(stacked(), magnification=1.07)
    assert lines(image, Caveat.SPACING_PROJECTED) == [
        "The machine estimates 1.07 times smaller; no number is divided by that."
    ]
    assert lines(stacked(), Caveat.SPACING_PROJECTED) == []
    assert lines(image, Caveat.LOSSY) == []


@pytest.mark.parametrize("by", list(By))
def test_every_division_has_words(by: By) -> None:
    told = division_text((Division(by, "3"),))
    assert told is not None
    assert "3" in told.text


def test_divisions_are_told_in_their_order() -> None:
    assert division_text(()) is None
    several = (Division(By.B_VALUE, "1000"), Division(By.ECHO, "2"))
    told = division_text((Division(By.IMAGE_TYPE, "magnitude"), *several))
    assert told is not None
    assert told.text == "magnitude · b 1000 · echo 2"


def test_the_corner_says_which_part_it_is_and_where_the_slice_really_lies() -> None:
    image = stacked(origins=PLACES, division=(Division(By.TIME, "3"),))
    shown = corners(image, layout_of(image), ViewState(2, Window(0, 1)), 1, ItemContext())
    assert [line.text for line in shown.top_right] == [
        "Se 3 · Chest 1.0 B70",
        "time 3",
        "Axial · 1.0 mm",
    ]
    assert [slice_position(image, k) for k in range(4)] == ["S 30.0", "S 27.0", "S 20.0", "S 12.0"]
    said = probe_text(image, 3, (0.0, 0.0), image.source.frame(3))
    assert said is not None
    assert " ".join(said.text.split()) == "L 0.0 P 0.0 S 12.0 −1024 HU (stored 0)"
