"""A button that says what is chosen, and opens the list of what can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy

from labeler.ui.components.buttons import Button
from labeler.ui.components.menu import Menu
from labeler.ui.look import Look
from labeler.ui.theme import COMPACT, Type

SWATCH, CHEVRON, EDGE = 12, 20, 9
DIGITS = 9
WIDEST = 480
"""Of one line of the list."""


@dataclass(frozen=True)
class Pick:
    """One thing to choose; `ink` is a label's colour, where it has one."""

    value: str | int | None
    text: str
    ink: QColor | None = None


class Picker(Button):
    """The wheel changes nothing; digits choose in the open list. `chosen` hears what was picked."""

    HEIGHT = COMPACT
    TYPE = Type.SECONDARY

    def __init__(self, look: Look, chosen: Callable[[str | int | None], None]) -> None:
        super().__init__("", self.open_list)
        self._look, self._chosen = look, chosen
        self._picks: tuple[Pick, ...] = ()
        self._shown, self._ink, self._dim = "", QColor(), False
        self._now: object = None
        self.setProperty("keeps_keys", True)
        self.setProperty("kind", "picker")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def offer(self, picks: Sequence[Pick]) -> None:
        """What can be chosen."""
        self._picks = tuple(picks)

    def show_choice(self, value: object, text: str, *, dim: bool = False) -> None:
        """`text` stands there; `dim` where nothing is chosen."""
        pick = next((pick for pick in self._picks if pick.value == value), None)
        self._now, self._shown, self._dim = value, text, dim
        self.setToolTip(text)
        self._ink = pick.ink if pick is not None and pick.ink is not None else QColor()
        self.update()

    @property
    def shown(self) -> str:
        return self._shown

    def sizeHint(self) -> QSize:
        return QSize(96, COMPACT)

    def menu_of_choices(self) -> Menu:
        """Checked is what is chosen."""
        menu = Menu(self)
        menu.setObjectName("picks")
        for number, pick in enumerate(self._picks, start=1):
            action = menu.addAction(_keyed(pick, number, QFontMetrics(menu.font())))
            action.setToolTip(pick.text)
            action.setCheckable(True)
            action.setChecked(pick.value == self._now)
            if pick.ink is not None:
                action.setIcon(_swatch(pick.ink))
            action.triggered.connect(lambda _on, value=pick.value: self._chosen(value))
        return menu

    def open_list(self) -> None:
        menu = self.menu_of_choices()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(self.width())
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        checked = [action for action in menu.actions() if action.isChecked()]
        menu.setActiveAction((checked or menu.actions())[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.open_list()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            room = self.rect().adjusted(EDGE, 0, -EDGE + 3, 0)
            ratio = self.devicePixelRatioF()
            chevron = self._look.icons.pixmap("chevron-down", self._text_ink("text2"), ratio)
            top = (self.height() - CHEVRON) // 2
            painter.drawPixmap(QRect(room.right() - CHEVRON, top, CHEVRON, CHEVRON), chevron)
            room.setRight(room.right() - CHEVRON - 4)
            if self._ink.isValid():
                place = QRect(room.left(), (self.height() - SWATCH) // 2, SWATCH, SWATCH)
                painter.fillRect(place, self._ink)
                room.setLeft(place.right() + 9)
            painter.setFont(self.font())
            painter.setPen(self._look.theme.color(self._text_ink("text2" if self._dim else "text")))
            end = Qt.TextElideMode.ElideRight
            words = QFontMetrics(self.font()).elidedText(self._shown, end, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)

    def _text_ink(self, ink: str) -> str:
        return ink if self.isEnabled() else "disabled"


def _keyed(pick: Pick, number: int, metrics: QFontMetrics) -> str:
    """The words with the digit that chooses them; a number is chosen by itself."""
    shown = metrics.elidedText(pick.text, Qt.TextElideMode.ElideRight, WIDEST)
    words = shown.replace("&", "&&")
    if isinstance(pick.value, int):
        return f"&{words}" if 0 <= pick.value <= DIGITS else words
    return f"&{number}  {words}" if number <= DIGITS else words


def _swatch(ink: QColor) -> QIcon:
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(ink)
    return QIcon(pixmap)
