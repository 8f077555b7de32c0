"""The view's right edge: which slices were seen, where marks are, where we are."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from labeler.ui.theme import Theme
from labeler.viewing.seen import bar_rows, spans

WIDTH = 6


def paint_edge(
    painter: QPainter,
    room: QRect,
    theme: Theme,
    slices: int,
    seen: Iterable[int],
    marked: Iterable[int],
    current: int,
) -> None:
    """Seen slices filled, marks as bright ticks, the current slice in accent."""
    if slices < 2:
        return
    left, top, height = room.right() - WIDTH + 1, room.top(), room.height()

    def bar(first: int, last: int, token: str, least: int = 1) -> None:
        begin, end = bar_rows(first, last, slices, height)
        painter.fillRect(left, top + begin, WIDTH, max(least, end - begin), theme.color(token))

    painter.fillRect(left, top, WIDTH, height, theme.color("field"))
    for first, last in spans(seen):
        bar(first, last, "pressed")
    for index in sorted(set(marked)):
        bar(index, index, "overlay", 2)
    bar(current, current, "accent", 3)
