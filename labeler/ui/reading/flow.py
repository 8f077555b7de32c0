"""Buttons side by side that go on in the next line where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from labeler.ui.components.item_layout import ItemLayout


class Flow(ItemLayout):
    """Left to right, then down; needs height for width."""

    def __init__(self, parent: QWidget, gap: int = 8) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._gap = gap

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        edge = self.contentsMargins()
        places = self._places(width - edge.left() - edge.right())
        return edge.top() + edge.bottom() + max((p.bottom() + 1 for p in places), default=0)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        hints = [item.minimumSize() for item in self._items]
        edge = self.contentsMargins()
        return QSize(
            edge.left() + edge.right() + max((hint.width() for hint in hints), default=0),
            edge.top() + edge.bottom() + max((hint.height() for hint in hints), default=0),
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        for item, place in zip(self._items, self._places(inner.width()), strict=True):
            item.setGeometry(place.translated(inner.topLeft()))

    def _places(self, width: int) -> list[QRect]:
        places, at, line = list[QRect](), QPoint(0, 0), 0
        for item in self._items:
            if item.isEmpty():  # hidden
                places.append(QRect(at, QSize(0, 0)))
                continue
            hint = item.sizeHint().boundedTo(QSize(width, 10_000))
            if at.x() and at.x() + hint.width() > width:
                at, line = QPoint(0, at.y() + line + self._gap), 0
            places.append(QRect(at, hint))
            at += QPoint(hint.width() + self._gap, 0)
            line = max(line, hint.height())
        return places
