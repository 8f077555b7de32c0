"""The card that the chip of caveats opens: what each means, what it blocks, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.model.image import Image
from labeler.ui.components.notices import ABOVE, with_notices
from labeler.ui.components.surfaces import Column, Scroll
from labeler.ui.components.text import Label
from labeler.ui.reading.case_warnings import CaseWarning
from labeler.ui.reading.caveat_advice import ADVICE, NOTHING_BLOCKED, blocked_words
from labeler.ui.reading.caveats import SHORT, by_danger, meaning
from labeler.ui.theme import Type
from labeler.ui.translation import tr

WIDTH, TALLEST, LOWEST = 400, 420, 120
MARGIN = 16


class CaveatCard(Column):
    """Stands over the chip until Esc or Enter, or until the person goes on elsewhere; the arrows
    scroll it."""

    def __init__(
        self, room: QWidget, chip: QWidget, image: Image, warnings: Sequence[CaseWarning] = ()
    ) -> None:
        """`warnings` are of the case, and stand before the caveats of the image."""
        super().__init__("notice", margin=MARGIN)
        self._over = with_notices(room)
        self.setParent(self._over)
        self.setProperty(ABOVE, True)
        chip.installEventFilter(self)
        self._room, self._chip = room, chip
        self.setAccessibleName(tr("What to know about this image"))
        page = QWidget()
        self._lines = QVBoxLayout(page)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)
        for one in warnings:
            self._tell(one.name, one.means, NOTHING_BLOCKED, one.advice)
        for caveat in by_danger(image.known_caveats):
            blocked, advice = blocked_words(caveat), ADVICE[caveat]
            self._tell(SHORT[caveat], meaning(image, caveat), blocked, advice)
        self._lines.addStretch()
        self.page = Scroll(page, gutter=True)
        self.page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # The pointer over the image must not take the keyboard away.
        self.page.setProperty("keeps_keys", True)
        self.page.installEventFilter(self)
        self.rows.addWidget(self.page)

    def _tell(self, name: str, means: str, blocked: str, advice: str) -> None:
        """All but what it means is still to be translated."""
        above = 12 if self._lines.count() else 0
        self._add(f"▲ {tr(name)}", Type.STRONG, "warning", above=above)
        self._add(means)
        self._add(tr(blocked), ink="text2")
        self._add(tr(advice), ink="text2")

    def _add(self, text: str, kind: Type = Type.BODY, ink: str = "text", above: int = 0) -> None:
        self._lines.addSpacing(above)
        self._lines.addWidget(Label(text, kind, ink, wrap=True))

    def open(self) -> None:
        """Its foot just above the chip, over its room, as tall as its words need; notices that
        stand there are below it."""
        foot = self._chip.mapTo(self._room, QPoint(0, -4))
        wanted = self._lines.totalHeightForWidth(WIDTH - 2 * MARGIN - 8) + 2 * MARGIN + 2
        high = max(LOWEST, min(wanted, TALLEST, foot.y() - 8))
        left = max(0, min(foot.x(), self._room.width() - WIDTH))
        corner = self._room.mapTo(self._over, QPoint(left, max(0, foot.y() - high)))
        self.setGeometry(QRect(corner, QSize(WIDTH, high)))
        self.show()
        self.raise_()
        self.page.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_card(self) -> None:
        """Gone; the chip has the keyboard back where the card had it."""
        if self.page.hasFocus():
            self._chip.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._chip:
            if event.type() == QEvent.Type.Hide and self.isVisible():
                self.close_card()
            return False
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            elsewhere = event.reason() != Qt.FocusReason.ActiveWindowFocusReason
            if elsewhere and self.isVisible():
                self.close_card()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_card()
        else:
            super().keyPressEvent(event)
