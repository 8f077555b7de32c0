"""How often values come inside a mark, as bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from labeler.ui.look import Look
from labeler.ui.theme import Type, font
from labeler.ui.translation import tr

HIGH, CAPTION, GAP = 40, 16, 1


class HistogramBars(QWidget):
    """The bars, and under them the values at both ends."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._counts: tuple[int, ...] = ()
        self._ends = "", ""
        self.setFixedHeight(HIGH + CAPTION)

    def show_counts(self, counts: tuple[int, ...], low: str, high: str) -> None:
        """From `low` to `high` in equal steps."""
        self._counts, self._ends = counts, (low, high)
        most = max(counts, default=0)
        words = tr("Histogram from {low} to {high}, {n} at most", low=low, high=high, n=most)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            color, most = self._look.theme.color, max(self._counts, default=0) or 1
            step = self.width() / max(1, len(self._counts))
            for at, count in enumerate(self._counts):
                # What is there at all is seen.
                high = max(1.0, (HIGH - 2) * count / most) if count else 0.0
                bar = QRectF(at * step, HIGH - high, max(1.0, step - GAP), high)
                painter.fillRect(bar, color("text2"))
            painter.fillRect(QRectF(0, HIGH, self.width(), 1), color("outline"))
            painter.setFont(font(Type.SECONDARY))
            painter.setPen(color("text3"))
            first, last = self._ends
            base = HIGH + CAPTION - 3
            painter.drawText(0, base, first)
            painter.drawText(
                self.width() - painter.fontMetrics().horizontalAdvance(last), base, last
            )
