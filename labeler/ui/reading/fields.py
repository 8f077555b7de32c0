"""Fields an answer is typed into: free words, or a whole number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from labeler.ui.components.checked_field import CheckedField
from labeler.ui.look import Look
from labeler.ui.theme import CONTROL, Type, font
from labeler.ui.translation import tr
from labeler.viewing.typed import free_words, room_left, whole_number

TYPING_PAUSE_MS = 800
ROOM_GAP = 8

Typed = Callable[[str | int | None], None]


class AnswerField(CheckedField):
    """`answered` hears each answer once, None where there is none; `entered` hears Enter."""

    def __init__(
        self,
        read: Callable[[str], Any],
        answered: Typed,
        entered: Callable[[], None],
        pause_ms: int = 0,
    ) -> None:
        super().__init__(read, answered, entered, pause_ms)
        self.setFont(font(Type.BODY))
        self.setFixedHeight(CONTROL)


class TextAnswer(AnswerField):
    """Free words; kept when the typing pauses, too. Too many of them stay, and are not taken. At
    its end it tells near the limit how many characters are left."""

    keeps_refused = True

    def __init__(
        self, look: Look, longest: int, answered: Typed, entered: Callable[[], None]
    ) -> None:
        read = partial(free_words, longest=longest)
        super().__init__(read, answered, entered, TYPING_PAUSE_MS)
        self._look, self._longest = look, longest
        self._room_font = font(Type.CAPTION)
        self.textChanged.connect(self._make_room)

    @property
    def room_words(self) -> str:
        """What is told of the room that is left; empty where there is enough."""
        left = room_left(self.text(), self._longest)
        if left is None:
            return ""
        return tr("{n} left", n=left) if left >= 0 else tr("{n} too long", n=-left)

    def _make_room(self, _text: str) -> None:
        words = self.room_words
        wide = QFontMetrics(self._room_font).horizontalAdvance(words) + ROOM_GAP if words else 0
        if wide != self.textMargins().right():
            self.setTextMargins(0, 0, wide, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        words = self.room_words
        if not words:
            return
        ink = "danger" if len(self.text().strip()) > self._longest else "text2"
        with QPainter(self) as painter:
            painter.setFont(self._room_font)
            painter.setPen(self._look.theme.color(ink))
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(self.rect().adjusted(0, 0, -ROOM_GAP, 0), int(side), words)


class NumberAnswer(AnswerField):
    """A whole number from `low` to `high`. Half a number is a number: no pause takes it."""

    def __init__(self, low: int, high: int, answered: Typed, entered: Callable[[], None]) -> None:
        super().__init__(partial(whole_number, low=low, high=high), answered, entered)
        self.setPlaceholderText(tr("{low} to {high}", low=low, high=high))
