"""A list of 32 px rows, each with its label's colour: for labels and for marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from labeler.ui.components.surfaces import BAR
from labeler.ui.look import Look
from labeler.ui.theme import ROW, Type, font

Index = QModelIndex | QPersistentModelIndex
SWATCH = 12


@dataclass(frozen=True)
class SwatchRow:
    """`ink` is the label's position; `digit` its key; `right` stands at the row's end."""

    key: str
    ink: int
    text: str
    right: str
    digit: str = ""

    @property
    def spoken(self) -> str:
        """For a screen reader."""
        return "  ".join(part for part in (self.digit, self.text, self.right) if part)


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[SwatchRow, ...] = ()

    def replace(self, rows: tuple[SwatchRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()].spoken
        return None


class _RowPainter(QStyledItemDelegate):
    """Surface, accent bar when chosen, digit, colour, words, end."""

    def __init__(self, look: Look, rows: _Rows, *, digits: bool) -> None:
        super().__init__()
        self._look, self._rows, self._digits = look, rows, digits

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(64, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = self._look.theme
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selected"))
            painter.fillRect(
                QRect(rect.left(), rect.top(), 3, rect.height()), theme.color("accent")
            )
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        self._write(painter, rect, self._rows.rows[index.row()])

    def _write(self, painter: QPainter, rect: QRect, row: SwatchRow) -> None:
        theme, room = self._look.theme, rect.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(Type.SECONDARY))
        painter.setPen(theme.color("text3"))
        if self._digits:
            painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), row.digit)
            room.setLeft(room.left() + 20)
        painter.setPen(theme.color("text2"))
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignRight), row.right)
        used = QFontMetrics(painter.font()).horizontalAdvance(row.right)
        top = room.top() + (room.height() - SWATCH) // 2
        painter.fillRect(QRect(room.left(), top, SWATCH, SWATCH), theme.label(row.ink))
        room.adjust(SWATCH + 12, 0, -used - 8, 0)
        body = font(Type.BODY)
        painter.setFont(body)
        painter.setPen(theme.color("text"))
        words = QFontMetrics(body).elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), words)


class SwatchList(QListView):
    """`chosen` hears the key of a row that the person picked, by pointer or arrows."""

    def __init__(self, look: Look, chosen: Callable[[str], None], *, digits: bool) -> None:
        super().__init__()
        self._model = _Rows()
        self._delegate = _RowPainter(look, self._model, digits=digits)
        self._chosen, self._telling = chosen, False
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The first row is never cut; what is left over stays free below the last.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setViewportMargins(0, 0, BAR, 0)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.selectionModel().currentChanged.connect(self._moved)
        self.clicked.connect(lambda index: self._tell(index.row()))

    def rows(self) -> tuple[SwatchRow, ...]:
        return self._model.rows

    def show_rows(self, rows: tuple[SwatchRow, ...], current: str) -> None:
        """Other rows, and which of them is chosen; nobody is told."""
        self._telling = True
        if rows != self._model.rows:
            self._model.replace(rows)
        keys = [row.key for row in rows]
        if current in keys:
            index = self._model.index(keys.index(current), 0)
            if index != self.currentIndex() or not self.selectionModel().isSelected(index):
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.selectionModel().setCurrentIndex(index, flag)
                self.scrollTo(index)
        else:
            self.selectionModel().clear()
        self._telling = False

    def _make_room(self, least: int, most: int) -> None:
        """Rows are as wide without the bar as with it."""
        self.setViewportMargins(0, 0, 0 if most > least else BAR, 0)

    def sizeHint(self) -> QSize:
        return QSize(160, ROW * max(1, len(self._model.rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters are commands here, not a search in the list.
        if event.text() and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._tell(current.row())

    def _tell(self, row: int) -> None:
        if not self._telling and 0 <= row < len(self._model.rows):
            self._chosen(self._model.rows[row].key)
