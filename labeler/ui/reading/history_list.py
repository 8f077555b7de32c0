"""The rows of a history: each told, and painted, only while it is on the screen."""

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
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from labeler.model.document import Mark
from labeler.model.history import History, Node
from labeler.ui.components.swatch import SWATCH, paint_swatch
from labeler.ui.components.whole_rows import WholeRows
from labeler.ui.look import Look
from labeler.ui.theme import COMPACT, Type, font
from labeler.viewing.history_marks import Ask
from labeler.viewing.history_rows import HistoryRow, HistoryRows, Standing

Index = QModelIndex | QPersistentModelIndex
BRANCH_IN = 20
DIM = 0.45


@dataclass(frozen=True)
class Told:
    """One row in words. `ink` is the label's position, None where it is about no mark."""

    text: str
    time: str
    ink: int | None
    standing: Standing
    spoken: str


MarkOf = Callable[[str, Node], Mark | None]
Tell = Callable[[HistoryRow, MarkOf], Told]
"""Makes the words of one row; knows marks by id as an edit found them."""


class _Model(QAbstractListModel):
    """Asks for the words of a row when somebody looks at it."""

    def __init__(self, tell: Tell, ask: Ask) -> None:
        super().__init__()
        self.rows = HistoryRows(ask)
        self._tell, self._ask = tell, ask
        self._count = 0

    def show(self, history: History) -> bool:
        """Whether the present or the rows are others."""
        was = self.rows.present
        came = self.rows.show(history)
        if came is None or len(self.rows) - self._count != came:
            self.beginResetModel()
            self._count = len(self.rows)
            self.endResetModel()
            return True
        if came:
            self.beginInsertRows(QModelIndex(), self._count, self._count + came - 1)
            self._count += came
            self.endInsertRows()
        return was != self.rows.present

    def forget(self) -> None:
        if self._count:
            self.beginResetModel()
            self.rows, self._count = HistoryRows(self._ask), 0
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def told(self, row: int) -> Told:
        return self._tell(self.rows.row(row), self.rows.mark)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.told(index.row()).text
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.told(index.row()).spoken
        return None


class _RowPainter(QStyledItemDelegate):
    """The present point has surface and accent bar; what does not stand is dimmed; a branch is
    set in under the edit it leaves."""

    def __init__(self, look: Look, model: _Model) -> None:
        super().__init__()
        self._look, self._model = look, model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(64, COMPACT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme, told = self._look.theme, self._model.told(index.row())
        if told.standing is Standing.PRESENT:
            painter.fillRect(rect, theme.color("selected"))
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(bar, theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.color("focus"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        self._write(painter, rect.adjusted(12, 0, -12, 0), told)

    def _write(self, painter: QPainter, room: QRect, told: Told) -> None:
        theme, middle = self._look.theme, Qt.AlignmentFlag.AlignVCenter
        stands = told.standing in (Standing.DONE, Standing.PRESENT)
        painter.setFont(font(Type.SECONDARY))
        painter.setPen(theme.color("text2" if stands else "text3"))
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignRight), told.time)
        used = QFontMetrics(painter.font()).horizontalAdvance(told.time)
        if told.standing is Standing.BRANCH:
            self._draw_branch(painter, room)
            room.setLeft(room.left() + BRANCH_IN)
        if told.ink is not None:
            painter.setOpacity(1.0 if stands else DIM)
            paint_swatch(painter, room, theme, told.ink)
            painter.setOpacity(1.0)
        room.adjust(SWATCH + 12, 0, -used - 8, 0)
        body = font(Type.BODY)
        painter.setFont(body)
        painter.setPen(theme.color("text" if stands else "text3"))
        end = Qt.TextElideMode.ElideRight
        words = QFontMetrics(body).elidedText(told.text, end, room.width())
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), words)

    def _draw_branch(self, painter: QPainter, room: QRect) -> None:
        """Down from the row above, and to the right."""
        painter.setPen(self._look.theme.color("outline"))
        x, y = room.left() + SWATCH // 2, room.center().y()
        painter.drawLine(x, room.top() + 4, x, y)
        painter.drawLine(x, y, x + SWATCH, y)


class HistoryList(QTableView):
    """`chosen` hears where a row leads that was clicked, or chosen with Space or Enter; `ask`
    unpacks edits."""

    def __init__(self, look: Look, tell: Tell, ask: Ask, chosen: Callable[[int], None]) -> None:
        super().__init__()
        self._model = _Model(tell, ask)
        self._delegate = _RowPainter(look, self._model)
        self._chosen = chosen
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self._lay_rows()
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self._whole = WholeRows(self, COMPACT)
        self.clicked.connect(lambda index: self._choose(index.row()))

    def _lay_rows(self) -> None:
        """All as high, so that none is looked at before it is seen."""
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.hide()
        across.setStretchLastSection(True)
        down.hide()
        down.setMinimumSectionSize(COMPACT)
        down.setDefaultSectionSize(COMPACT)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def rows(self) -> HistoryRows:
        return self._model.rows

    def told(self, row: int) -> Told:
        return self._model.told(row)

    def show_history(self, history: History) -> None:
        """Take a history in; where the present is another, it is in sight."""
        if self._model.show(history):
            self._move_to(self._model.rows.present)
        self.viewport().update()

    def forget(self) -> None:
        """Nothing is shown, and nothing held."""
        self._model.forget()

    def _move_to(self, row: int) -> None:
        """The focus, nothing else."""
        index = self._model.index(row, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, COMPACT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the hand is stays in sight while other things take room."""
        super().resizeEvent(event)
        self._whole.fit()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex().row())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            last = self._model.rowCount() - 1
            self._move_to(0 if event.key() == Qt.Key.Key_Home else last)
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are commands here, not a search in the list
        else:
            super().keyPressEvent(event)

    def _choose(self, row: int) -> None:
        if 0 <= row < self._model.rowCount():
            self._chosen(self._model.rows.row(row).seq)
