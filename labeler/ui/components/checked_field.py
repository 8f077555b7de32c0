"""A field whose words are taken as a whole or refused: what was typed is never changed unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from labeler.ui.components.beside import Beside
from labeler.ui.components.text_field import TextField
from labeler.ui.translation import tr
from labeler.viewing.phrase import Phrase, said

_STILL_THERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""The keyboard went for a moment, to a menu or another window: the field was not left."""


class CheckedField(TextField):
    """Taken at Enter, at Tab and when the field is left; with a `pause_ms` when typing rests, too.

    `read` gives the value of a text, or a phrase that says why there is none: then the text stays
    as it is typed, with the reason beside it. Who leaves all the same finds the old value kept, and
    is told; or, where the field `keeps_refused`, what was typed, and is told of it again. `taken`
    hears each value once; `entered` hears Enter, after what stood there was taken.
    """

    keeps_refused = False
    """Whether what is refused stays here also when the field is left: words cost work."""

    untaken = Signal()
    """Typing rests at what is refused and stays."""

    def __init__(
        self,
        read: Callable[[str], Any],
        taken: Callable[[Any], None],
        entered: Callable[[], None] = lambda: None,
        pause_ms: int = 0,
    ) -> None:
        super().__init__()
        self._read, self._taken, self._entered = read, taken, entered
        self._kept, self._typing = "", False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(pause_ms)
        self._pause.timeout.connect(self._rest)
        self.textEdited.connect(self._type)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.keep():
                self._entered()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.wrong and event.reason() not in _STILL_THERE:
            self.keep()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        gone = event.reason() not in _STILL_THERE
        if gone:
            self.leave()
        super().focusOutEvent(event)
        if gone:
            self._show_beginning()

    def show_text(self, text: str) -> None:
        """What holds now; seen at once, unless the person is typing."""
        self._kept = text
        if text != self.text() and not self._typing:
            self._put(text)
            self.turn()

    def turn(self) -> None:
        """The field is about something else now: a reason is only read to its end."""
        if (words := Beside.there(self)) is not None:
            words.fade(self)

    @property
    def is_typing(self) -> bool:
        """Whether something is typed that was not taken yet."""
        return self._typing

    @property
    def wrong(self) -> str:
        """Why what stands here is not taken, where it is refused and stays."""
        value = self._read(self.text()) if self._typing and self.keeps_refused else None
        return said(value, tr) if isinstance(value, Phrase) else ""

    def put_by(self, *, taking: bool) -> str:
        """The field is for something else now: what is typed and not taken, and the field is as it
        was; empty where nothing is left over. `taking` while what can be taken still may be."""
        if taking:
            self.leave()
        self._pause.stop()
        left_over = self.text() if self._typing else ""
        if self._typing:
            self._drop()
        self.turn()
        return left_over

    def take_up(self, text: str) -> None:
        """Put what was put by here again, still not taken."""
        self._put(text)
        self._typing = True
        self._show_refused(refused=isinstance(self._read(text), Phrase))

    def keep(self) -> bool:
        """Take what stands here; where it is refused, the reason is told and False is returned.
        Nobody who only looks changes anything."""
        self._pause.stop()
        if not self._typing:
            return True
        value = self._read(self.text())
        if isinstance(value, Phrase):
            self._show_refused(refused=True)
            Beside.of(self).tell(self, said(value, tr))
            return False
        self._take(value)
        return True

    def leave(self) -> None:
        """The field is left: what is refused stays, or gives way to what was there before; that
        is told."""
        self._pause.stop()
        if not self._typing:
            return
        value = self._read(self.text())
        if not isinstance(value, Phrase):
            self._take(value)
            return
        why, now = said(value, tr), self._kept
        if self.keeps_refused:
            self._show_refused(refused=True)
            Beside.of(self).tell(self, why, left=True)
            return
        self._drop()
        stays = tr("It stays {value}.", value=now) if now else tr("It stays as it was.")
        Beside.of(self).tell(self, f"{why} {stays}", left=True)

    def _drop(self) -> None:
        self._typing = False
        self._show_refused(refused=False)
        self._put(self._kept)

    def _put(self, text: str) -> None:
        self.setText(text)
        if not self.hasFocus():
            self._show_beginning()

    def _show_beginning(self) -> None:
        """Of a number that is cut at its left another one is read."""
        if not self.hasSelectedText():
            self.setCursorPosition(0)

    def _take(self, value: Any) -> None:
        self._typing = False
        self._kept = self.text()
        self._show_refused(refused=False)
        self._taken(value)

    def _rest(self) -> None:
        """What is refused as yet may still become something else."""
        value = self._read(self.text())
        if self._typing and not isinstance(value, Phrase):
            self._take(value)
        elif self.wrong:
            self.untaken.emit()

    def _show_refused(self, *, refused: bool) -> None:
        """The outline says it too."""
        if not refused and (words := Beside.there(self)) is not None:
            words.end(self)
        if bool(self.property("refused")) is not refused:
            self.setProperty("refused", refused)
            self.style().unpolish(self)
            self.style().polish(self)

    def _type(self, _text: str) -> None:
        self._typing = True
        self._show_refused(refused=False)
        if self._pause.interval():
            self._pause.start()
