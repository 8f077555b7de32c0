"""The view's right edge: which slices were seen, where marks are, where we are, what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QPainter

from labeler.model.stack import Gap
from labeler.ui.theme import Theme
from labeler.viewing.seen import SeenBar

WIDTH = 6
REACH = 12
"""Pixels from the edge where a press means the bar: it is thin, and a hand is not that sure."""


class EdgeBar:
    """Keeps the way slices lie on it from one painting to the next."""

    def __init__(self) -> None:
        self._bar = SeenBar(0, 1)

    def arrange(self, slices: int, height: int, gaps: tuple[Gap, ...]) -> SeenBar:
        """How these slices lie on a bar of that height."""
        if (slices, height, gaps) != (self._bar.slices, self._bar.height, self._bar.gaps):
            self._bar = SeenBar(slices, height, gaps)
        return self._bar

    def paint(
        self,
        painter: QPainter,
        room: QRect,
        theme: Theme,
        slices: int,
        gaps: tuple[Gap, ...],
        seen: Iterable[int],
        marked: Iterable[int],
        current: int,
    ) -> None:
        """Seen slices filled, missing ones hatched, marks as bright ticks, the current slice in
        accent. One slice alone has no bar."""
        if slices < 2:
            return
        bar = self.arrange(slices, room.height(), gaps)
        left, top = room.right() - WIDTH + 1, room.top()

        def fill(rows: tuple[int, int], token: str, least: int = 1) -> None:
            high = max(least, rows[1] - rows[0])
            painter.fillRect(left, top + rows[0], WIDTH, high, theme.color(token))

        painter.fillRect(left, top, WIDTH, room.height(), theme.color("field"))
        for rows in bar.runs(seen):
            fill(rows, "pressed")
        hatched = QBrush(theme.color("warning"), Qt.BrushStyle.Dense5Pattern)
        for begin, end in bar.gap_rows():
            painter.fillRect(QRect(left, top + begin, WIDTH, end - begin), hatched)
        for index in sorted(set(marked)):
            fill(bar.rows(index, index), "overlay", 2)
        fill(bar.rows(current, current), "accent", 3)

    def index_at(
        self, x: float, y: float, room: QRect, slices: int, gaps: tuple[Gap, ...]
    ) -> int | None:
        """The slice under a press on the bar; None beside it."""
        if slices < 2 or x < room.right() - REACH + 1:
            return None
        return self.arrange(slices, room.height(), gaps).index_at(y - room.top())


def paint_edge(
    painter: QPainter,
    room: QRect,
    theme: Theme,
    slices: int,
    seen: Iterable[int],
    marked: Iterable[int],
    current: int,
) -> None:
    """The bar of slices of which none is missing."""
    EdgeBar().paint(painter, room, theme, slices, (), seen, marked, current)
