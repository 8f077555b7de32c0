"""Buttons: one primary a screen, the rest outlined; chips filter, links lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from labeler.ui.look import Look
from labeler.ui.theme import COMPACT, CONTROL, ICON, PRIMARY, RAIL, TOOL, Type, font

_NO_KEY = Qt.KeyboardModifier.NoModifier


class Button(QPushButton):
    """An outlined button, 32 px high; `large` ones stand beside a primary one."""

    KIND = ""
    HEIGHT = CONTROL
    TYPE = Type.STRONG
    ENTER_PRESSES = True

    def __init__(self, text: str, pressed: Callable[[], None] | None = None) -> None:
        super().__init__(text)
        self._lost = False
        self._heir: QWidget | None = None
        self.setProperty("kind", self.KIND)
        self.setFont(font(self.TYPE))
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        if pressed is not None:
            self.clicked.connect(lambda _on: pressed())

    def setEnabled(self, enabled: bool) -> None:
        """Out of use for a moment, it takes the keyboard back, unless the person moved on."""
        focus = self.window().focusWidget()
        if not enabled and focus is self:
            super().setEnabled(False)
            self._lost, self._heir = True, self.window().focusWidget()
            return
        super().setEnabled(enabled)
        if enabled and self._lost:
            self._lost = False
            if focus in (None, self._heir) and self.isVisible():
                self.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            bare = event.modifiers() in (_NO_KEY, Qt.KeyboardModifier.KeypadModifier)
            if bare and self.ENTER_PRESSES and self.isEnabled():
                self.click()
            else:
                event.ignore()
            return
        super().keyPressEvent(event)


class Primary(Button):
    """The one thing to do on this screen."""

    KIND = "primary"
    HEIGHT = PRIMARY


class Large(Button):
    """An outlined button as high as the primary one beside it."""

    KIND = "large"
    HEIGHT = PRIMARY


class Link(Button):
    """Words that lead elsewhere."""

    KIND = "link"
    HEIGHT = 24
    TYPE = Type.BODY


class Quiet(Button):
    """A button without an outline, for lists of commands."""

    KIND = "quiet"
    HEIGHT = COMPACT


class Chip(Button):
    """One filter of a row; exactly one is on."""

    KIND = "chip"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)


class Choice(Button):
    """One option of a question: the digit that chooses it, then its words."""

    KIND = "choice"
    TYPE = Type.SECONDARY

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)


class ShortChoice(Choice):
    """One of a few short options beside their question."""

    KIND = "short"
    HEIGHT = COMPACT


class ChipRow(QWidget):
    """Filters side by side; arrows move between them, `chosen` hears which."""

    def __init__(self, names: tuple[str, ...], chosen: Callable[[int], None]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._group = QButtonGroup(self)
        for number, name in enumerate(names):
            chip = Chip(name)
            self._group.addButton(chip, number)
            row.addWidget(chip)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(chosen)

    def current(self) -> int:
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Turn this one on; nobody is told."""
        self._group.button(number).setChecked(True)

    def rename(self, number: int, name: str) -> None:
        self._group.button(number).setText(name)

    def chips(self) -> tuple[QPushButton, ...]:
        return tuple(button for button in self._group.buttons() if isinstance(button, QPushButton))


class RailButton(QToolButton):
    """A place in the rail: icon over word, bound to its action."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.setProperty("kind", "rail")
        self.setDefaultAction(action)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(ICON, ICON))
        self.setFont(font(Type.CAPTION))
        self.setFixedSize(RAIL - 4, 56)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The surface as the style has it, icon and word in the middle of it."""
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.rect = self.rect().adjusted(4, 0, -4, 0)
        option.icon, option.text = QIcon(), ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        state = QIcon.State.On if self.isChecked() else QIcon.State.Off
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        size = QSize(ICON, ICON)
        pixmap = self.icon().pixmap(size, self.devicePixelRatio(), mode, state)
        painter.drawPixmap((self.width() - ICON) // 2, 9, pixmap)
        painter.setPen(option.palette.color(option.palette.ColorRole.ButtonText))
        room = self.rect().adjusted(0, 32, 0, -6)
        end = Qt.TextElideMode.ElideRight
        words = self.fontMetrics().elidedText(self.text(), end, self.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.end()


class ToolButton(QToolButton):
    """A tool in the top bar: 36 px, its icon only; name and key in the tooltip."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.setProperty("kind", "tool")
        self.setDefaultAction(action)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setIconSize(QSize(ICON, ICON))
        self.setFixedSize(TOOL, TOOL)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class IconButton(QToolButton):
    """A small button of one icon; its words are in tooltip and accessible name."""

    def __init__(self, look: Look, icon: str, words: str, pressed: Callable[[], None]) -> None:
        super().__init__()
        self.setIcon(look.icons.icon(icon, "text2"))
        self.setIconSize(QSize(ICON, ICON))
        self.setFixedSize(COMPACT, COMPACT)
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(lambda _on: pressed())
