"""Notices: bottom left above the status bar, never focused, gone by themselves but for those that
tell of something missing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.screens import Notice
from labeler.ui.components.buttons import IconButton, Link
from labeler.ui.components.surfaces import Column, Row
from labeler.ui.components.text import IconMark, Label
from labeler.ui.look import Look
from labeler.ui.theme import COMPACT, NOTICE_MS, RAIL, STATUS, Type
from labeler.ui.translation import notice_words, tr

WIDTH = 440
SHOWN = 3


class NoticeCard(Column):
    """One notice: happened, safe, do. Its time stands still under the pointer, and always where it
    stays until it is put away."""

    def __init__(
        self,
        look: Look,
        notice: Notice,
        dismiss: Callable[[int], None],
        undo: Callable[[], None],
    ) -> None:
        super().__init__("notice", margin=12, gap=4)
        self.setFixedWidth(WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        happened, safe, do = notice_words(notice)
        self._stays = notice.stays
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS * sum(bool(words) for words in (happened, safe, do)))
        self._timer.timeout.connect(lambda: dismiss(notice.id))
        self.rows.addWidget(self._head(look, notice, happened, dismiss))
        for words in (safe, do):
            if words:
                label = Label(words, Type.SECONDARY, "text2", wrap=True)
                label.setContentsMargins(28, 0, 0, 0)
                self.rows.addWidget(label)
        if notice.undoable:
            button = Link(tr("Undo"), undo)
            button.clicked.connect(lambda _on: dismiss(notice.id))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line = Row()
            line.cells.setContentsMargins(26, 0, 0, 0)
            line.cells.addWidget(button)
            line.cells.addStretch()
            self.rows.addWidget(line)
        self._go_on()

    def _go_on(self) -> None:
        if not self._stays:
            self._timer.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._go_on()
        super().leaveEvent(event)

    def _head(
        self, look: Look, notice: Notice, happened: str, dismiss: Callable[[int], None]
    ) -> Row:
        row = Row(gap=8)
        icon, ink = ("warning", "warning") if notice.stays else ("info", "accent")
        if notice.is_error:
            icon, ink = "warning", "danger"
        mark = IconMark(look, icon, ink, height=COMPACT)
        row.cells.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = Label(happened, Type.STRONG, wrap=True)
        words.setMinimumHeight(COMPACT)
        row.cells.addWidget(words, 1)
        close = IconButton(look, "close", tr("Dismiss"), lambda: dismiss(notice.id))
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.cells.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _shown(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """Of those that pass the oldest, of those that stay the newest, since nothing else makes room
    for them; these leave room for one that passes."""
    staying = [notice for notice in notices if notice.stays][1 - SHOWN :]
    passing = [notice for notice in notices if not notice.stays][: SHOWN - len(staying)]
    wanted = {notice.id for notice in (*staying, *passing)}
    return tuple(notice for notice in notices if notice.id in wanted)


class NoticeStack(QWidget):
    """The notices on show, newest lowest; the rest wait their turn."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        dismiss: Callable[[int], None],
        undo: Callable[[], None],
        corner: Callable[[], tuple[int, int]] = lambda: (0, 0),
    ) -> None:
        """`corner`: pixels right of the rail and over the status bar that stay free."""
        super().__init__(window)
        self._corner = corner
        self._window = window
        self._look, self._dismiss, self._undo = look, dismiss, undo
        self._cards: dict[int, NoticeCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        shown = _shown(notices)
        present = {notice.id for notice in shown}
        for number in [known for known in self._cards if known not in present]:
            card = self._cards.pop(number)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for notice in shown:
            if notice.id not in self._cards:
                card = NoticeCard(self._look, notice, self._dismiss, self._undo)
                self._cards[notice.id] = card
                self._column.addWidget(card)
        self.settle()

    def dismiss_newest(self) -> None:
        if self._cards:
            self._dismiss(max(self._cards))

    def settle(self) -> None:
        """Stand bottom left, above the status bar."""
        self.setVisible(bool(self._cards))
        height = sum(card.heightForWidth(WIDTH) + 8 for card in self._cards.values())
        self.resize(WIDTH, max(0, height - 8))
        left, foot = self._corner()
        low = self._window.height() - STATUS - 12 - foot
        self.move(RAIL + left + 12, low - self.height())
        self.raise_()
