"""The chip at a view's bottom left that names the caveats of its series."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QWidget

from labeler.model.image import Image
from labeler.ui.look import Look
from labeler.ui.reading.caveats import SHORT, explained
from labeler.ui.reading.view_painter import MARGIN
from labeler.ui.theme import Type, font
from labeler.ui.translation import tr


class CaveatChip(QPushButton):
    """Hidden where there is none; cut short where the view is narrow."""

    def __init__(self, view: QWidget, look: Look, pressed: Callable[[], None]) -> None:
        super().__init__(view)
        self._view, self._words = view, ""
        self._told_of: Image | None = None
        ink, tint = look.theme.hex("warning"), look.theme.hex("warning_tint")
        self.setStyleSheet(
            f"QPushButton {{ color: {ink}; background: {tint}; border: none; padding: 0 8px;"
            " min-height: 24px; text-align: left; }"
        )
        self.setFont(font(Type.SECONDARY))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda _on: pressed())
        self.hide()

    def tell(self, image: Image | None) -> None:
        """Speak of the series that is shown."""
        if image is self._told_of:
            return
        self._told_of = image
        caveats = image.caveats if image else ()
        self.setVisible(bool(caveats))
        self._words = "▲ " + " · ".join(tr(SHORT[caveat]) for caveat in caveats)
        self.setAccessibleName(self._words)
        self.setToolTip(explained(image) if image else "")
        self.place()

    def place(self) -> None:
        """Where the view's size puts it."""
        room = max(80, self._view.width() // 2 - 2 * MARGIN - 40)
        metrics = QFontMetrics(self.font())
        self.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room))
        self.adjustSize()
        self.move(MARGIN - 4, self._view.height() - MARGIN - self.height() + 4)
