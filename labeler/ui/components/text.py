"""Labels: one for each kind of text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from labeler.ui.look import Look
from labeler.ui.theme import ICON, Type, font


class Label(QLabel):
    """Plain text of one kind and ink; never interpreted as HTML."""

    def __init__(
        self, text: str = "", kind: Type = Type.BODY, ink: str = "text", *, wrap: bool = False
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(kind))
        self.setProperty("ink", ink)
        self.setWordWrap(wrap)
        self.setMinimumHeight(kind.line)

    def set_ink(self, ink: str) -> None:
        """Another ink; the style sheet is asked again only when it changed."""
        if self.property("ink") != ink:
            self.setProperty("ink", ink)
            self.style().unpolish(self)
            self.style().polish(self)


class Elided(QWidget):
    """One line that gives way: shortened at its end, whole in its tooltip."""

    def __init__(self, text: str = "", kind: Type = Type.BODY, ink: str = "text") -> None:
        super().__init__()
        self._label = Label("", kind, ink)
        self._label.setParent(self)
        self._text = text
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(kind.line)
        self.set_text(text)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._label.fontMetrics().horizontalAdvance(self._text) + 2, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.height())

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        metrics = self._label.fontMetrics()
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        self._label.setText(shown)
        self._label.resize(self.size())
        self.setToolTip(self._text if shown != self._text else "")
        self.updateGeometry()


class IconMark(QWidget):
    """A 20 px icon that is not a button, drawn sharp at any pixel ratio."""

    def __init__(self, look: Look, name: str, ink: str = "text", *, height: int = ICON) -> None:
        super().__init__()
        self._look, self._name, self._ink = look, name, ink
        self.setFixedSize(ICON, height)

    def show_icon(self, name: str, ink: str) -> None:
        if (name, ink) != (self._name, self._ink):
            self._name, self._ink = name, ink
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icon = self._look.icons.icon(self._name, self._ink)
            top = (self.height() - ICON) // 2
            painter.drawPixmap(0, top, icon.pixmap(QSize(ICON, ICON), self.devicePixelRatio()))


class Badge(QWidget):
    """A state that stays: icon and word on their own tint."""

    def __init__(self, look: Look, icon: str, words: str, ink: str) -> None:
        super().__init__()
        self.setProperty("kind", f"tint-{ink}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        cells = QHBoxLayout(self)
        cells.setContentsMargins(4, 2, 8, 2)
        cells.setSpacing(2)
        cells.addWidget(IconMark(look, icon, ink))
        self.words = Label(words, Type.SECONDARY, ink)
        cells.addWidget(self.words)
