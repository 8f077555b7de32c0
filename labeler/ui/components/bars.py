"""Bars per month: the last one in accent, its sum in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from labeler.app.screens import Amount
from labeler.ui.formats import money, month
from labeler.ui.look import Look
from labeler.ui.theme import Type, font

SHOWN = 12
CAPTION = 20

Bar = tuple[int, int, Amount]


class MonthBars(QWidget):
    """Up to twelve months, oldest first."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bars: tuple[Bar, ...] = ()
        self.setMinimumHeight(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        self._bars = bars[-SHOWN:]
        words = ", ".join(f"{month(y, m)} {y}: {money(amount)}" for y, m, amount in self._bars)
        self.setAccessibleName(words)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for at, (year, number, amount) in enumerate(self._bars):
                if self._slot(at).contains(event.pos().toPointF()):
                    words = f"{month(year, number)} {year}: {money(amount)}"
                    QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(Type.CAPTION))
            color = self._look.theme.color
            highest = max((amount.minor for _, _, amount in self._bars), default=0) or 1
            for at, (year, number, amount) in enumerate(self._bars):
                slot, last = self._slot(at), at == len(self._bars) - 1
                room = slot.height() - CAPTION - 4
                high = max(2.0, room * max(0, amount.minor) / highest)
                width = min(40.0, slot.width() * 0.56)
                left = slot.center().x() - width / 2
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color("primary" if last else "outline"))
                painter.drawRoundedRect(QRectF(left, room - high, width, high), 2, 2)
                painter.setPen(color("text2" if last else "text3"))
                foot = QRectF(slot.left(), slot.bottom() - CAPTION, slot.width(), CAPTION)
                painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), month(year, number))

    def _slot(self, at: int) -> QRectF:
        width = self.width() / max(1, SHOWN)
        return QRectF(at * width, 0, width, self.height())
