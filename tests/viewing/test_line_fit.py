"""Lines of a corner in little room, at a width of one a letter."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.viewing.line_fit import fitted, free_text
from labeler.viewing.phrase import phrase


@pytest.mark.parametrize(
    ("text", "free", "room", "told"),
    [
        ("W 16000  L 8000", "", 20, ("W 16000  L 8000",)),
        ("W 16000  L 8000", "", 14, ("W 16000", "L 8000")),
        ("W 16000  L 8000", "", 6, ("L 8000",)),
        ("W 16000  L 8000 · 60 %", "", 15, ("W 16000  L 8000", "60 %")),
        ("Im 48 · 23 / 47", "", 10, ("Im 48", "23 / 47")),
        ("S 69.0 mm", "", 8, ()),
        ("Linked", "", 5, ("Link…",)),
        ("Se 123456 · CT head", "CT head", 16, ("Se 123456 · CT…",)),
        ("Se 123456 · CT head", "CT head", 10, ("Se 123456", "CT head")),
        ("Se 123456 · CT head", "CT head", 6, ("CT he…",)),
        ("Over it: PET", "PET", 10, ("PET",)),
        ("Chest 1.25 B70", "Chest 1.25 B70", 9, ("Chest…",)),
    ],
)
def test_a_line_is_whole_or_two_or_gone(
    text: str, free: str, room: int, told: tuple[str, ...]
) -> None:
    assert fitted(text, free, room, len) == told


@given(st.lists(st.sampled_from(["W 16000", "L −600", "Zoom 12.5 %", "Im 1234", "x"])),
       st.integers(0, 40))  # fmt: skip
def test_no_number_is_ever_cut(parts: list[str], room: int) -> None:
    text = " · ".join(parts)
    numbers = re.compile(r"−?\d[\d.]*")
    whole = set(numbers.findall(text))
    for line in fitted(text, "", room, len):
        assert len(line) <= max(room, 1)
        assert set(numbers.findall(line)) <= whole


def test_a_text_of_the_file_is_known() -> None:
    assert free_text(phrase("Over it: {name}", name="PET")) == "PET"
    assert free_text(phrase("W {width}", width="3")) == ""
