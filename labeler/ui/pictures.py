"""Pictures of what is on the screen, for the manual and for the eye."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget


def grab(widget: QWidget) -> bytes:
    """The widget as PNG, with the dialog that stands over it."""
    pixmap = widget.grab()
    dialog = QApplication.activeModalWidget()
    if dialog is not None and dialog is not widget and dialog.isVisible():
        with QPainter(pixmap) as painter:
            offset = dialog.mapToGlobal(dialog.rect().topLeft()) - widget.mapToGlobal(
                widget.rect().topLeft()
            )
            painter.drawPixmap(offset, dialog.grab())
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    return bytes(buffer.data().data())
