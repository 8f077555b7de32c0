"""The card that the chip of caveats opens: what each means, what it blocks, what to do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.model.image import Image
from labeler.ui.components.surfaces import Scroll
from labeler.ui.components.text import Label
from labeler.ui.look import Look
from labeler.ui.reading.caveat_advice import ADVICE, blocked_words
from labeler.ui.reading.caveats import SHORT, meaning
from labeler.ui.theme import Type
from labeler.ui.translation import tr

WIDTH, TALLEST = 400, 420
MARGIN = 16


class CaveatCard(QWidget):
    """Stands over the chip until Esc, a press elsewhere or another place; the arrows scroll it."""

    def __init__(self, parent: QWidget, look: Look, image: Image) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(tr("What to know about this image"))
        page = QWidget()
        lines = QVBoxLayout(page)
        lines.setContentsMargins(0, 0, 8, 0)
        lines.setSpacing(2)
        for n, caveat in enumerate(image.caveats):
            if n:
                lines.addSpacing(12)
            lines.addWidget(Label(f"▲ {tr(SHORT[caveat])}", Type.STRONG, "warning", wrap=True))
            lines.addWidget(Label(meaning(image, caveat), wrap=True))
            lines.addWidget(Label(tr(blocked_words(caveat)), ink="text2", wrap=True))
            lines.addWidget(Label(tr(ADVICE[caveat]), ink="text2", wrap=True))
        self.page = Scroll(page)
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN - 8, MARGIN)
        whole.addWidget(self.page)
        self._lines = lines

    def open_over(self, chip: QWidget) -> None:
        """Its foot just above the chip, inside the window, as tall as its words need."""
        inner = WIDTH - 2 * MARGIN
        wanted = self._lines.totalHeightForWidth(inner) + 2 * MARGIN
        window = chip.window()
        foot = chip.mapToGlobal(QPoint(0, -4))
        room = foot.y() - window.mapToGlobal(QPoint(0, 8)).y()
        self.resize(WIDTH, max(120, min(wanted, TALLEST, room)))
        self.move(foot.x(), foot.y() - self.height())
        self.show()
        self.page.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._look.theme.color("raised"))
        painter.setPen(QPen(self._look.theme.color("outline"), 1))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
