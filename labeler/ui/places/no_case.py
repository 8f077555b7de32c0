"""What Reading says while no case is open, and where a study can be dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout

from labeler.app.screens import CaseRow
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.surfaces import Empty, Surface
from labeler.ui.look import Look
from labeler.ui.translation import tr


class NoCase(Surface):
    """Black like a view; dashed in accent while something is dragged over it."""

    def __init__(self, look: Look, actions: Actions, open_case: Callable[[str], None]) -> None:
        super().__init__("image")
        self._look, self._over = look, False
        self.setAcceptDrops(True)
        self._last = ""
        self.go_on = Primary("", lambda: open_case(self._last))
        self.go_on.hide()
        words = tr("Drop a study here, or press {key}.", key=actions.keys("work.open-folder"))
        buttons = (
            self.go_on,
            Large(actions["work.open-folder"].text(), actions["work.open-folder"].trigger),
            Large(actions["work.open-files"].text(), actions["work.open-files"].trigger),
            Large(actions["work.archive"].text(), actions["work.archive"].trigger),
            Large(actions["work.sample"].text(), actions["work.sample"].trigger),
        )
        rows = QVBoxLayout(self)
        rows.addWidget(Empty(look, "reading", words, buttons))

    def show_last(self, case: CaseRow | None) -> None:
        """Offer to go on with the case that was open last."""
        self._last = case.id if case else ""
        self.go_on.setText(tr("Continue {title}", title=case.title) if case else "")
        self.go_on.setVisible(case is not None)

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
            with QPainter(self) as painter:
                pen = QPen(self._look.theme.color("accent"), 2, Qt.PenStyle.DashLine)
                painter.setPen(pen)
                painter.drawRoundedRect(self.rect().adjusted(16, 16, -16, -16), 6, 6)

    def _hover(self, over: bool) -> None:
        self._over = over
        self.update()
