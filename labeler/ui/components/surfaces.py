"""Surfaces things lie on: bars, cards, dividers, and what an empty place says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from labeler.ui.components.text import IconMark, Label
from labeler.ui.look import Look
from labeler.ui.theme import TOP, Type


class Surface(QWidget):
    """A widget painted in one of the style sheet's kinds."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class Column(Surface):
    """A surface whose children stand below each other."""

    def __init__(self, kind: str, margin: int = 16, gap: int = 8) -> None:
        super().__init__(kind)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(margin, margin, margin, margin)
        self.rows.setSpacing(gap)


class Row(Surface):
    """A surface whose children stand side by side."""

    def __init__(self, kind: str = "", gap: int = 8) -> None:
        super().__init__(kind)
        self.cells = QHBoxLayout(self)
        self.cells.setContentsMargins(0, 0, 0, 0)
        self.cells.setSpacing(gap)


class TopBar(Row):
    """The 48 px bar over a place: title at left, the rest as the place adds it."""

    def __init__(self, title: str = "") -> None:
        super().__init__("top")
        self.setFixedHeight(TOP)
        self.cells.setContentsMargins(16, 0, 16, 0)
        self.title = Label(title, Type.PAGE)
        self.title.setMinimumWidth(124)
        self.cells.addWidget(self.title)
        self.cells.addSpacing(8)


class Divider(QFrame):
    """A decorative line, 1 px."""

    def __init__(self, *, upright: bool = False, length: int = 0) -> None:
        super().__init__()
        self.setProperty("kind", "divider")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        if length:
            (self.setFixedHeight if upright else self.setFixedWidth)(length)


BAR = 8
"""Width of a scroll bar, and of the gap kept for it where the page must stand still."""


class Scroll(QScrollArea):
    """A page longer than its room; only ever scrolls downwards.

    With `gutter` the page is as wide without its bar as with it.
    """

    def __init__(self, page: QWidget, *, gutter: bool = False) -> None:
        super().__init__()
        if gutter:
            self.setViewportMargins(0, 0, BAR, 0)
            self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        page.setProperty("kind", "page")
        self.setWidget(page)

    def _make_room(self, least: int, most: int) -> None:
        self.setViewportMargins(0, 0, 0 if most > least else BAR, 0)


class Empty(QWidget):
    """An empty place: its icon, one sentence, and what to do next."""

    def __init__(
        self, look: Look, icon: str, words: str, buttons: tuple[QWidget, ...] = ()
    ) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setSpacing(16)
        rows.addStretch(4)
        rows.addWidget(IconMark(look, icon, "text3"), 0, Qt.AlignmentFlag.AlignHCenter)
        self.words = Label(words, Type.SECTION, "text2")
        rows.addWidget(self.words, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addStretch()
        for button in buttons:
            row.addWidget(button)
        row.addStretch()
        rows.addLayout(row)
        rows.addStretch(5)
