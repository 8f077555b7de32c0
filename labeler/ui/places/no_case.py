"""What Reading says while no case is open, and where a study can be dropped."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout

from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Large
from labeler.ui.components.surfaces import Empty, Surface
from labeler.ui.look import Look
from labeler.ui.translation import tr


class NoCase(Surface):
    """Black like a view; dashed in accent while something is dragged over it."""

    def __init__(self, look: Look, actions: Actions) -> None:
        super().__init__("image")
        self._look, self._over = look, False
        self.setAcceptDrops(True)
        words = tr("Drop a study here, or press {key}.", key=actions.keys("work.open-folder"))
        buttons = (
            Large(actions["work.open-folder"].text(), actions["work.open-folder"].trigger),
            Large(actions["work.sample"].text(), actions["work.sample"].trigger),
        )
        rows = QVBoxLayout(self)
        rows.addWidget(Empty(look, "reading", words, buttons))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Shows the zone; the drop itself is the window's."""
        self._hover(event.mimeData().hasUrls())
        event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._over:
            painter = QPainter(self)
            pen = QPen(self._look.theme.color("accent"), 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(self.rect().adjusted(16, 16, -16, -16), 6, 6)
            painter.end()

    def _hover(self, over: bool) -> None:
        self._over = over
        self.update()
