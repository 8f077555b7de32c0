"""Notices: bottom left above the status bar, never focused, gone by themselves but for those that
tell of something missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.screens import Notice
from labeler.ui.components.buttons import IconButton, Link
from labeler.ui.components.clicks_through import ClicksThrough
from labeler.ui.components.surfaces import Column, Row
from labeler.ui.components.text import IconMark, Label
from labeler.ui.look import Look
from labeler.ui.theme import COMPACT, NOTICE_MS, RAIL, STATUS, Type
from labeler.ui.translation import notice_words, tr

WIDTH = 440
SHOWN = 3

ABOVE = "above_notices"
"""A property of the window's children that a person opened, and that no notice covers."""

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class NoticeCard(Column):
    """One notice: happened, safe, do. Its time stands still under the pointer, and always where it
    stays until it is put away; told again, it begins anew."""

    def __init__(
        self,
        look: Look,
        notice: Notice,
        dismiss: Callable[[], None],
        undo: Callable[[], None],
        passes_ms: int = NOTICE_MS,
    ) -> None:
        """`passes_ms` for each of its sentences."""
        super().__init__("notice", gap=4)
        self.rows.setContentsMargins(12, 4, 8, 8 if notice.safe or notice.do else 4)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        happened, safe, do = notice_words(notice)
        self._stays = notice.stays
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(passes_ms * sum(bool(words) for words in (happened, safe, do)))
        self._timer.timeout.connect(dismiss)
        self._times = Label("", Type.SECONDARY, "text2")
        self._times.setMinimumHeight(COMPACT)
        self._times.hide()
        self._newest: int | None = None
        self._words = Label(happened, Type.STRONG, wrap=True)
        self.rows.addWidget(self._head(look, notice, dismiss, undo))
        for words in (safe, do):
            if words:
                label = Label(words, Type.SECONDARY, "text2", wrap=True)
                label.setContentsMargins(28, 0, 0, 0)
                self.rows.addWidget(label)
        self._is_line = not (safe or do)

    def fit(self) -> None:
        """One line is as wide as its words: it covers no more than it must."""
        wanted = WIDTH
        if self._is_line:
            beside = self._line.sizeHint().width() - self._words.sizeHint().width()
            words = self._words.fontMetrics().horizontalAdvance(self._words.text()) + 2
            edge = self.rows.contentsMargins()
            wanted = min(WIDTH, beside + words + edge.left() + edge.right())
        self.setFixedWidth(wanted)

    def show_times(self, told: tuple[int, ...]) -> None:
        """The numbers of all notices that say this, in the order in which they came."""
        self._times.setText(tr("×{count}", count=len(told)))
        self._times.setVisible(len(told) > 1)
        if told[-1] != self._newest and not self.underMouse():
            self._go_on()
        self._newest = told[-1]
        self.fit()

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
        self, look: Look, notice: Notice, dismiss: Callable[[], None], undo: Callable[[], None]
    ) -> Row:
        row = self._line = Row(gap=8)
        icon, ink = ("warning", "warning") if notice.stays else ("info", "accent")
        if notice.is_error:
            icon, ink = "warning", "danger"
        mark = IconMark(look, icon, ink, height=COMPACT)
        row.cells.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        self._words.setMinimumHeight(COMPACT)
        row.cells.addWidget(self._words, 1)
        row.cells.addWidget(self._times, 0, Qt.AlignmentFlag.AlignTop)
        if notice.undoable:
            button = Link(tr("Undo"), undo)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setMinimumHeight(COMPACT)
            row.cells.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        close = IconButton(look, "close", tr("Dismiss"), dismiss)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.cells.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _alike(notices: tuple[Notice, ...]) -> dict[Notice, tuple[int, ...]]:
    """What is said, each once (as number 0), and the numbers of the notices that say it."""
    found: dict[Notice, tuple[int, ...]] = {}
    for notice in notices:
        said = replace(notice, id=0)
        found[said] = (*found.get(said, ()), notice.id)
    return found


def _shown(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """Of those that pass the oldest, of those that stay the newest, since nothing else makes room
    for them; these leave room for one that passes."""
    staying = [notice for notice in notices if notice.stays][1 - SHOWN :]
    passing = [notice for notice in notices if not notice.stays][: SHOWN - len(staying)]
    wanted = {*staying, *passing}
    return tuple(notice for notice in notices if notice in wanted)


class NoticeStack(ClicksThrough):
    """The notices on show, newest lowest; the rest wait their turn. What is said again while it
    stands is counted there. Clicks beside their buttons are meant for the picture."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        dismiss: Callable[[int], None],
        undo: Callable[[int], None],
        corner: Callable[[], tuple[int, int]] = lambda: (0, 0),
        passes_ms: int = NOTICE_MS,
    ) -> None:
        """`corner`: pixels right of the rail and over the status bar that stay free."""
        super().__init__(window)
        self._corner, self._passes_ms = corner, passes_ms
        self._window = window
        self._look, self._dismiss, self._undo = look, dismiss, undo
        self._cards: dict[Notice, NoticeCard] = {}
        self._told: dict[Notice, tuple[int, ...]] = {}
        self._order: dict[int, int] = {}
        """At which place each notice was told."""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        self._told = _alike(notices)
        self._order = {notice.id: place for place, notice in enumerate(notices)}
        shown = _shown(tuple(self._told))
        for said in [known for known in self._cards if known not in shown]:
            card = self._cards.pop(said)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for said in shown:
            if said not in self._cards:
                self._cards[said] = self._card(said)
                self._column.addWidget(self._cards[said], 0, Qt.AlignmentFlag.AlignLeft)
            self._cards[said].show_times(self._told[said])
        self.settle()

    def dismiss_newest(self) -> None:
        """What was told last, also once more; the window's own have numbers that count down."""
        if self._cards:
            self._put_away(max(self._cards, key=self._told_last))

    def _told_last(self, said: Notice) -> int:
        return max(self._order[number] for number in self._told[said])

    def _card(self, said: Notice) -> NoticeCard:
        def undo() -> None:
            # One undo takes back one of them; the others still can be.
            newest = self._told[said][-1]
            self._undo(newest)
            self._dismiss(newest)

        put_away = partial(self._put_away, said)
        return NoticeCard(self._look, said, put_away, undo, self._passes_ms)

    def _put_away(self, said: Notice) -> None:
        for number in self._told.get(said, ()):
            self._dismiss(number)

    def settle_soon(self) -> None:
        """Not while a view is being painted, which is when it finds out how high its words are."""
        QTimer.singleShot(0, self, self.settle)

    def settle(self) -> None:
        """Stand bottom left, above the status bar."""
        self.setVisible(bool(self._cards))
        cards = self._cards.values()
        height = sum(card.heightForWidth(card.width()) + 8 for card in cards)
        self.resize(max((card.width() for card in cards), default=0), max(0, height - 8))
        left, foot = self._corner()
        low = self._window.height() - STATUS - 12 - foot
        self.move(RAIL + left + 12, low - self.height())
        self.raise_()
        for child in self._window.findChildren(QWidget, options=_DIRECT):
            if child.property(ABOVE):
                child.raise_()


def with_notices(room: QWidget) -> QWidget:
    """What notices stand in that may cover `room`; itself where there is none."""
    over: QWidget | None = room
    while over is not None:
        if over.findChild(NoticeStack, options=_DIRECT) is not None:
            return over
        over = over.parentWidget()
    return room
