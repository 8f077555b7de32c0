"""A list of 32 px rows, each with its label's colour: for labels and for marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from labeler.ui.components.swatch import SWATCH, paint_swatch
from labeler.ui.components.whole_rows import WholeRows
from labeler.ui.look import Look
from labeler.ui.theme import ROW, Type, font
from labeler.ui.translation import message, tr
from labeler.viewing.mark_index import common_ends

Index = QModelIndex | QPersistentModelIndex
FLAG, FLAG_ROOM = 20, 24
DOT_ROOM = 18

FLAGS = {
    "hidden": ("hide", "show", message("Hidden")),
    "locked": ("lock", "lock", message("Locked")),
}
"""Of each flag its icon when it is set, when it is not, and its word."""


@dataclass(frozen=True)
class SwatchRow:
    """`ink` is the label's position; `digit` its key; `right` stands at the row's end; `flags`
    are set of FLAGS; `missing` where an answer must still come; `tip` says more."""

    key: str
    ink: int
    text: str
    right: str
    digit: str = ""
    flags: tuple[str, ...] = ()
    missing: bool = False
    tip: str = ""

    @property
    def spoken(self) -> str:
        """For a screen reader."""
        missing = tr("not answered yet") if self.missing else ""
        flags = (tr(FLAGS[name][2]) for name in self.flags)
        words = (self.digit, self.text, self.right, missing, *flags)
        return "  ".join(part for part in words if part)


class _Rows(QStringListModel):
    """Rows by their keys; each is made when it is looked at.

    How many there are is Qt's own to say: a list asks for it once for each of its rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: tuple[str, ...] = ()
        self._row: Callable[[int], SwatchRow] = lambda _row: SwatchRow("", 0, "", "")

    def row(self, number: int) -> SwatchRow:
        return self._row(number)

    def follow(self, keys: tuple[str, ...], row: Callable[[int], SwatchRow]) -> None:
        """Rows that stay keep their place in the list, and its scroll bar its own."""
        self._row = row
        same, rest = common_ends(self.keys, keys)
        gone, come = len(self.keys) - same - rest, len(keys) - same - rest
        self.keys = keys
        if gone:
            self.removeRows(same, gone)
        if come:
            self.insertRows(same, come)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.row(index.row()).spoken if index.row() < len(self.keys) else ""
        if role == Qt.ItemDataRole.ToolTipRole and index.row() < len(self.keys):
            row = self.row(index.row())
            return "\n".join(part for part in (row.text, row.tip) if part)
        return None


class _RowPainter(QStyledItemDelegate):
    """Surface, accent bar when chosen, digit, colour, words, end."""

    def __init__(self, look: Look, rows: _Rows, *, digits: bool, flags: bool) -> None:
        super().__init__()
        self._look, self._rows, self._digits, self._flags = look, rows, digits, flags
        self._icons: dict[tuple[str, str, float], QPixmap] = {}

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
        room = rect.adjusted(12, 0, -12, 0)
        row = self._rows.row(index.row())
        if self._flags:
            looked_at = state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
            self._flag(painter, room, row, faint=bool(looked_at))
            room.setRight(room.right() - len(FLAGS) * FLAG_ROOM)
        self._write(painter, room, row)

    def _flag(self, painter: QPainter, room: QRect, row: SwatchRow, *, faint: bool) -> None:
        """What is set, and of a row that is looked at also what could be."""
        for place, name in flag_places(room):
            on, off, _ = FLAGS[name]
            if name in row.flags or faint:
                icon, ink = (on, "text") if name in row.flags else (off, "disabled")
                ratio = painter.device().devicePixelRatioF()
                key = icon, ink, ratio
                if key not in self._icons:
                    self._icons[key] = self._look.icons.pixmap(*key)
                painter.drawPixmap(place, self._icons[key])

    def _dot(self, painter: QPainter, room: QRect) -> int:
        """Hollow, as at a question of the form; the room that it takes."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.theme.color("warning"), 1.5))
        painter.drawEllipse(QPointF(room.right() - 5, room.center().y() + 0.5), 4, 4)
        painter.restore()
        return DOT_ROOM

    def _write(self, painter: QPainter, room: QRect, row: SwatchRow) -> None:
        theme = self._look.theme
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(Type.SECONDARY))
        painter.setPen(theme.color("text3"))
        if self._digits:
            painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), row.digit)
            room.setLeft(room.left() + 20)
        if row.missing:
            room.setRight(room.right() - self._dot(painter, room))
        painter.setPen(theme.color("text2"))
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignRight), row.right)
        used = QFontMetrics(painter.font()).horizontalAdvance(row.right)
        paint_swatch(painter, room, theme, row.ink)
        room.adjust(SWATCH + 12, 0, -used - 8, 0)
        body = font(Type.BODY)
        painter.setFont(body)
        painter.setPen(theme.color("text"))
        words = QFontMetrics(body).elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), words)


def flag_places(room: QRect) -> tuple[tuple[QRect, str], ...]:
    """Where each flag stands at the right end of a row."""
    top = room.top() + (room.height() - FLAG) // 2
    left = room.right() + 1 - len(FLAGS) * FLAG_ROOM
    return tuple(
        (QRect(left + n * FLAG_ROOM + (FLAG_ROOM - FLAG), top, FLAG, FLAG), name)
        for n, name in enumerate(FLAGS)
    )


class SwatchList(QListView):
    """`chosen` hears the key of a row that the person picked, by pointer or arrows, and of those
    beside it; where `flagged` is given, the rows have flags, and it hears which one was clicked.

    However many rows there are, only those on the screen are made.
    """

    def __init__(
        self,
        look: Look,
        chosen: Callable[[str, frozenset[str]], None],
        *,
        digits: bool,
        flagged: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__()
        self._model = _Rows()
        flags = flagged is not None
        self._delegate = _RowPainter(look, self._model, digits=digits, flags=flags)
        self._chosen, self._flagged, self._telling = chosen, flagged, False
        if flags:
            self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # No row is cut; what is left over stays free below the last.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self._whole = WholeRows(self, ROW)
        self.selectionModel().selectionChanged.connect(self._moved)
        self.clicked.connect(self._again)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._model.keys)

    def rows(self) -> tuple[SwatchRow, ...]:
        """All rows, made for it."""
        return tuple(map(self._model.row, range(len(self._model.keys))))

    def show_rows(
        self,
        keys: tuple[str, ...],
        row: Callable[[int], SwatchRow],
        current: str,
        also: frozenset[str] = frozenset(),
    ) -> None:
        """Other rows, and which of them are chosen; nobody is told."""
        self._telling = True
        count = self.count
        self._model.follow(keys, row)
        if self.count != count:
            self.updateGeometry()
        wanted = also | {current} if current else also
        places = [n for n, key in enumerate(keys) if key in wanted] if wanted else []
        self._choose(places, keys.index(current) if current in keys else -1)
        self._telling = False
        self.viewport().update()

    def _choose(self, places: list[int], first: int) -> None:
        """Select these rows, with the keyboard at the first."""
        model, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        if not places:
            model.clear()
            return
        runs = _runs(places)
        there = model.selection()
        if runs != _joined(
            [(there.at(n).top(), there.at(n).bottom()) for n in range(there.size())]
        ):
            wanted = QItemSelection()
            for first_of, last_of in runs:
                wanted.select(self._model.index(first_of, 0), self._model.index(last_of, 0))
            model.select(wanted, flags.ClearAndSelect)
        if first >= 0 and self.currentIndex().row() != first:
            model.setCurrentIndex(self._model.index(first, 0), flags.NoUpdate)
            self.scrollTo(self._model.index(first, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is chosen stays in sight where the list gives room to other things."""
        super().resizeEvent(event)
        self._whole.fit()
        current = self.currentIndex()
        if current.isValid() and self.selectionModel().isSelected(current):
            self.scrollTo(current)

    def sizeHint(self) -> QSize:
        return QSize(160, ROW * max(1, self.count))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters are commands here, not a search in the list.
        if event.text() and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On a flag of a row it turns the flag, and chooses nothing; so does one below the rows."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        if self._flagged is not None:
            room = self.visualRect(index).adjusted(12, 0, -12, 0)
            for place, name in flag_places(room):
                if place.adjusted(-2, -6, 2, 6).contains(event.position().toPoint()):
                    self._flagged(self._model.keys[index.row()], name)
                    return
        super().mousePressEvent(event)

    def _moved(self, come: QItemSelection, _gone: QItemSelection) -> None:
        rows = [index.row() for index in self.selectionModel().selectedIndexes()]
        if self._telling or not rows:
            return
        new = [index.row() for index in come.indexes()]
        first = new[-1] if new else rows[0]
        keys = self._model.keys
        self._chosen(keys[first], frozenset(keys[n] for n in rows if n != first))

    def _again(self, index: QModelIndex) -> None:
        """A click on what was chosen before."""
        rows = self.selectionModel().selectedIndexes()
        if len(rows) == 1 and rows[0] == index:
            self._chosen(self._model.keys[index.row()], frozenset())


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """The first and last of places that follow one another: of ten thousand rows that are all
    chosen one run."""
    rows = np.array(places)
    ends = np.flatnonzero(np.diff(rows) != 1)
    firsts, lasts = np.concatenate(([0], ends + 1)), np.concatenate((ends, [len(rows) - 1]))
    return list(zip(rows[firsts].tolist(), rows[lasts].tolist(), strict=True))


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same rows in as few runs as there are."""
    runs: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if runs and low <= runs[-1][1] + 1:
            runs[-1] = runs[-1][0], max(high, runs[-1][1])
        else:
            runs.append((low, high))
    return runs
