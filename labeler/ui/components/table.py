"""A table of 44 px rows: read-only, reachable by keyboard, painted in tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from labeler.ui.look import Look
from labeler.ui.theme import ICON, TABLE_ROW, Type, font

Index = QModelIndex | QPersistentModelIndex

_TABS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


@dataclass(frozen=True)
class Cell:
    """One cell's words in their ink, an icon before them where there is one."""

    text: str
    ink: str = "text2"
    icon: str = ""
    kind: Type = Type.BODY


@dataclass(frozen=True)
class ColumnPlan:
    """A column's name and its width; 0 takes what is left."""

    name: str
    width: int
    right: bool = False


class Rows(QAbstractTableModel):
    """Rows of cells, each row under a key that selection survives by."""

    def __init__(self, columns: tuple[ColumnPlan, ...]) -> None:
        super().__init__()
        self.columns = columns
        self.keys: tuple[str, ...] = ()
        self.cells: tuple[tuple[Cell, ...], ...] = ()

    def replace(self, keys: tuple[str, ...], cells: tuple[tuple[Cell, ...], ...]) -> None:
        self.beginResetModel()
        self.keys, self.cells = keys, cells
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.cells[index.row()][index.column()].text
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(right=self.columns[section].right)
        return None


def _alignment(*, right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class RowPainter(QStyledItemDelegate):
    """Paints a cell: surface, accent bar when selected, icon, words, divider."""

    def __init__(self, look: Look, rows: Rows, ringed: Callable[[int], bool]) -> None:
        super().__init__()
        self._look, self._rows, self.ringed = look, rows, ringed

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        color = self._look.theme.color
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("selected"))
            if index.column() == 0:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("hover"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("divider"))
        if self.ringed(index.row()):
            self._ring(painter, rect, index.column())
        self._write(painter, rect, self._rows.cells[index.row()][index.column()], index.column())

    def _ring(self, painter: QPainter, rect: QRect, column: int) -> None:
        """This cell's part of the ring around the current row."""
        color = self._look.theme.color("focus")
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 2), color)
        painter.fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2), color)
        if column == 0:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), color)
        if column == len(self._rows.columns) - 1:
            painter.fillRect(QRect(rect.right() - 1, rect.top(), 2, rect.height()), color)

    def _write(self, painter: QPainter, rect: QRect, cell: Cell, column: int) -> None:
        right = self._rows.columns[column].right
        room = _room(rect, column, right=right)
        if cell.icon:
            ratio = painter.device().devicePixelRatio()
            icon = self._look.icons.icon(cell.icon, cell.ink)
            top = room.top() + (room.height() - ICON) // 2
            painter.drawPixmap(room.left() - 2, top, icon.pixmap(QSize(ICON, ICON), ratio))
            room.setLeft(room.left() + ICON + 4)
        used = font(cell.kind)
        painter.setFont(used)
        painter.setPen(self._look.theme.color(cell.ink))
        words = QFontMetrics(used).elidedText(cell.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(_alignment(right=right)), words)


class Names(QHeaderView):
    """The columns' names, small, standing exactly over their cells."""

    def __init__(self, look: Look, rows: Rows) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look, self._rows = look, rows

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        column = self._rows.columns[index]
        painter.setFont(font(Type.SECONDARY))
        painter.setPen(self._look.theme.color("text3"))
        room = _room(rect, index, right=column.right)
        painter.drawText(room, int(_alignment(right=column.right)), column.name)


def _room(rect: QRect, column: int, *, right: bool) -> QRect:
    """Where a cell's words stand: 16 px from the table's edges."""
    return rect.adjusted(16 if column == 0 else 0, 0, -16 if right else -8, 0)


class Table(QTableView):
    """Rows that one hand walks with the arrows; `selected` hears the row's key."""

    def __init__(
        self,
        look: Look,
        columns: tuple[ColumnPlan, ...],
        selected: Callable[[str], None] | None = None,
        entered: Callable[[str], None] | None = None,
        *,
        row_height: int = TABLE_ROW,
    ) -> None:
        super().__init__()
        self.rows = Rows(columns)
        self._painter = RowPainter(look, self.rows, self.ringed)
        self._selected, self._entered = selected, entered
        self._by_keys = False
        self._names = Names(look, self.rows)
        self.setHorizontalHeader(self._names)
        self.setModel(self.rows)
        self.setItemDelegate(self._painter)
        self._dress(columns, selectable=selected is not None or entered is not None)
        self.verticalHeader().setMinimumSectionSize(row_height)
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.selectionModel().currentRowChanged.connect(self._changed)
        self.activated.connect(self._activated)

    def _dress(self, columns: tuple[ColumnPlan, ...], *, selectable: bool) -> None:
        view = QAbstractItemView
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(view.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(view.SelectionBehavior.SelectRows)
        mode = view.SelectionMode.SingleSelection if selectable else view.SelectionMode.NoSelection
        self.setSelectionMode(mode)
        self.setVerticalScrollMode(view.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self._names
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(36)
        header.setMinimumSectionSize(24)
        for number, column in enumerate(columns):
            stretch = QHeaderView.ResizeMode.Stretch
            fixed = QHeaderView.ResizeMode.Fixed
            header.setSectionResizeMode(number, fixed if column.width else stretch)
            if column.width:
                header.resizeSection(number, column.width)

    def show_rows(self, keys: tuple[str, ...], cells: tuple[tuple[Cell, ...], ...]) -> None:
        """Other rows; the same key stays selected where it is still there."""
        if (keys, cells) == (self.rows.keys, self.rows.cells):
            return
        before = self.current_key()
        self.rows.replace(keys, cells)
        if before in keys:
            self.select(before)

    def wanted_height(self) -> int:
        """What shows every row without scrolling."""
        rows = self.verticalHeader().defaultSectionSize() * len(self.rows.keys)
        return self._names.height() + rows + 2 * self.frameWidth()

    def current_key(self) -> str:
        row = self.currentIndex().row()
        return self.rows.keys[row] if 0 <= row < len(self.rows.keys) else ""

    def select(self, key: str) -> None:
        flag = QItemSelectionModel.SelectionFlag
        index = self.rows.index(self.rows.keys.index(key), 0)
        self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)

    def ringed(self, row: int) -> bool:
        """Whether the row has the keyboard and the person is using it."""
        return self._by_keys and self.hasFocus() and row == self.currentIndex().row()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """By Tab, the current row shows it; a table never has the keyboard without a row."""
        self._by_keys = event.reason() in _TABS
        super().focusInEvent(event)
        if self._by_keys and not self.current_key() and self.rows.keys:
            self.select(self.rows.keys[0])
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keys = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_keys = True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_key():
            self._activated()
            return
        super().keyPressEvent(event)

    def _changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._selected is not None and current.isValid():
            self._selected(self.rows.keys[current.row()])

    def _activated(self) -> None:
        if self._entered is not None and self.current_key():
            self._entered(self.current_key())
