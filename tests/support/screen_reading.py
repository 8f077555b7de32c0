"""Looks at a window as a person does: which words are cut off, which dialog is up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from labeler.ui.components.buttons import RailButton
from labeler.ui.components.table import Table
from labeler.ui.components.text import Elided
from labeler.ui.frame import Frame
from labeler.ui.look import Look
from labeler.ui.window import Window
from tests.support.session_in_memory import SessionInMemory

Opener = Callable[[SessionInMemory], Window]
D = TypeVar("D", bound=QWidget)

SLACK = 1
"""Rounding of fractional advances."""


def framed(look: Look, window: Window, size: tuple[int, int]) -> Frame:
    """The window in its frame, as the program shows it. Whoever asks keeps the frame."""
    frame = Frame(look.theme, look.icons)
    frame.furnish(window)
    frame.resize(*size)
    return frame


def dialog(kind: type[D]) -> D:
    """The dialog on the screen, which must be of this kind."""
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind), found
    return found


def opened(qtbot: QtBot, kind: type[D]) -> D:
    """Waits until a dialog of this kind is on the screen."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    return dialog(kind)


def clipped(root: QWidget) -> list[str]:
    """Words that do not fit where they stand, among all that is visible below `root`."""
    QTest.qWait(1)  # layouts settle
    shown = [widget for widget in root.findChildren(QWidget) if widget.isVisible()]
    labels = [widget for widget in shown if isinstance(widget, QLabel)]
    buttons = [widget for widget in shown if isinstance(widget, QAbstractButton)]
    free = [label for label in labels if not isinstance(label.parent(), Elided)]
    found = [f"label {label.text()!r}" for label in free if _cut(label)]
    found += [f"button {button.text()!r}" for button in buttons if _narrow(button)]
    found += [f"outside {widget.text()!r}" for widget in (*labels, *buttons) if _outside(widget)]
    for table in root.findChildren(Table):
        if table.isVisible():
            found += _cut_cells(table)
    return found


def _cut(label: QLabel) -> bool:
    room = label.contentsRect()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + SLACK
    metrics = label.fontMetrics()
    wide = metrics.horizontalAdvance(label.text()) > room.width() + SLACK
    return bool(label.text()) and (wide or metrics.height() > room.height() + 2)


def _narrow(button: QAbstractButton) -> bool:
    if isinstance(button, RailButton):
        return button.fontMetrics().horizontalAdvance(button.text()) > button.width()
    return isinstance(button, QPushButton) and button.sizeHint().width() > button.width() + SLACK


def _outside(widget: QWidget) -> bool:
    """Whether a parent cuts the widget off, other than one that scrolls."""
    parent = widget.parentWidget()
    if parent is None or parent.objectName() == "qt_scrollarea_viewport":
        return False
    return not parent.rect().contains(QRect(widget.pos(), widget.size()))


def _cut_cells(table: Table) -> list[str]:
    found = []
    for at, column in enumerate(table.rows.columns):
        room = table.columnWidth(at) - (16 if at == 0 else 0) - (16 if column.right else 8)
        metrics = table.fontMetrics()
        if metrics.horizontalAdvance(column.name) > room:
            found.append(f"column {column.name!r}")
        if column.name in ("Task", "Command"):
            continue  # gives way on purpose, shortened with an ellipsis
        for row in table.rows.cells:
            icon = 24 if row[at].icon else 0
            if metrics.horizontalAdvance(row[at].text) > room - icon:
                found.append(f"cell {row[at].text!r}")
    return found
