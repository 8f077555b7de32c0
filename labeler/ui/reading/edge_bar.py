"""The view's right edge: which slices were seen, where marks are, where we are, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from PySide6.QtCore import QRect, QSizeF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter

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
        self._key: object = None
        self._still = QImage()
        self._drawn: set[int] = set()

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
        seen: AbstractSet[int],
        marked: Iterable[int],
        current: int,
        failed: AbstractSet[int] = frozenset(),
    ) -> None:
        """Seen slices filled, missing and `failed` ones hatched, marks as bright ticks, the current
        slice in accent. One slice alone has no bar."""
        if slices < 2:
            return
        bar = self.arrange(slices, room.height(), gaps)
        left, top = room.right() - WIDTH + 1, room.top()
        ticks = tuple(sorted(set(marked)))
        painter.drawImage(
            left, top, self._without_current(painter, bar, theme, seen, ticks, failed)
        )
        begin, end = bar.rows(current, current)
        painter.fillRect(left, top + begin, WIDTH, max(3, end - begin), theme.color("accent"))

    def _without_current(
        self,
        painter: QPainter,
        bar: SeenBar,
        theme: Theme,
        seen: AbstractSet[int],
        ticks: tuple[int, ...],
        failed: AbstractSet[int],
    ) -> QImage:
        """Drawn anew only where it must: of thousands of slices one more is seen at a time."""
        ratio = painter.device().devicePixelRatioF()
        key = bar, id(theme), ticks, ratio, frozenset(failed)
        more = seen - self._drawn
        if key != self._key or not self._drawn <= seen or (more and (len(more) > 1 or ticks)):
            form = QImage.Format.Format_RGB32
            self._still = QImage((QSizeF(WIDTH, bar.height) * ratio).toSize(), form)
            self._still.setDevicePixelRatio(ratio)
            hatched = (*bar.gap_rows(), *bar.runs(failed))
            _draw(self._still, theme, bar, bar.runs(seen), hatched, ticks)
        elif more:
            (index,) = more
            with QPainter(self._still) as drawing:
                begin, end = bar.rows(index, index)
                drawing.fillRect(0, begin, WIDTH, end - begin, theme.color("pressed"))
        self._key, self._drawn = key, self._drawn | more if key == self._key else set(seen)
        return self._still

    def index_at(
        self, x: float, y: float, room: QRect, slices: int, gaps: tuple[Gap, ...]
    ) -> int | None:
        """The slice under a press on the bar; None beside it."""
        if slices < 2 or x < room.right() - REACH + 1:
            return None
        return self.arrange(slices, room.height(), gaps).index_at(y - room.top())


def _draw(
    still: QImage,
    theme: Theme,
    bar: SeenBar,
    runs: Iterable[tuple[int, int]],
    gone: Iterable[tuple[int, int]],
    ticks: Iterable[int],
) -> None:
    still.fill(theme.color("field"))
    with QPainter(still) as painter:
        for begin, end in runs:
            painter.fillRect(0, begin, WIDTH, end - begin, theme.color("pressed"))
        hatched = QBrush(theme.color("warning"), Qt.BrushStyle.Dense5Pattern)
        for begin, end in gone:
            painter.fillRect(QRect(0, begin, WIDTH, end - begin), hatched)
        for index in ticks:
            begin, end = bar.rows(index, index)
            painter.fillRect(0, begin, WIDTH, max(2, end - begin), theme.color("overlay"))
