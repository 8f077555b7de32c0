"""What stands in the corners of a view whatever goes on in it: kept from one slice to the next."""

from __future__ import annotations

from dataclasses import replace
from weakref import ref

from labeler.app.open_case import OpenCase
from labeler.viewing.corner_text import Corners, corners, position_lines
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Scene


class StandingWords:
    """Another slice changes no more than its own lines, and who scrolls on scrolls back: those of
    each slice are kept until series, window or zoom is another."""

    def __init__(self) -> None:
        self._key: object = None
        self._told: Corners | None = None
        self._lines: dict[int, tuple[Phrase, ...]] = {}

    def of(self, scene: Scene, case: OpenCase, life: float | None) -> Corners:
        """`life` is how many times as large as the thing it is shown."""
        image, view = scene.image, scene.view
        key = ref(image), scene.layout, view.window, view.lut, view.zoom, ref(case), life
        told = self._told
        if told is None or key != self._key:
            told = corners(image, scene.layout, view, case.number, case.context, life)
            self._lines = {view.index: told.bottom_right}
        lines = self._lines.get(view.index)
        if lines is None:
            lines = self._lines[view.index] = position_lines(image, view.index)
        if lines is not told.bottom_right:
            told = replace(told, bottom_right=lines)
        self._key, self._told = key, told
        return told
