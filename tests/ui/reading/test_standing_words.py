"""What stands in the corners is told once for each slice, and again once it may be another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labeler.ui.reading import standing_words
from labeler.ui.reading.standing_words import StandingWords
from labeler.viewing.corner_text import corners, position_lines
from labeler.viewing.paint_tools import BrushTool
from tests.support.reading_in_memory import chest_image, open_case
from tests.support.scenes import Hand


def test_each_slice_has_the_words_it_would_have_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(image: object, index: int) -> object:
        asked.append(index)
        return position_lines(image, index)  # type: ignore[arg-type]

    monkeypatch.setattr(standing_words, "position_lines", counted)
    image = chest_image()
    case, first = open_case(image), replace(Hand(BrushTool()).scene(), image=image)
    words = StandingWords()
    for zoom in (first.view.zoom, first.view.zoom * 2):
        for index in (3, 4, 5, 4, 3, 20):
            scene = replace(first, view=replace(first.view, index=index, zoom=zoom))
            alone = corners(image, scene.layout, scene.view, case.number, case.context, None)
            assert words.of(scene, case, None) == alone
    assert asked == [4, 5, 20, 4, 5, 20], "the first of each comes with all the others"
