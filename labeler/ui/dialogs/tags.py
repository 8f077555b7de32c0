"""The tag browser: everything the header of a file says, searched as one types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from labeler.errors import LabelerError
from labeler.model.listing import HeaderEntry, HeaderListing, matching
from labeler.ui.components.buttons import Button, Large
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.theme import COMPACT, Type, font
from labeler.ui.translation import message, tr

WIDTH, HEIGHT = 1000, 520
INDENT = "    "
_COLUMNS = (
    (message("Tag"), 132),
    (message("Name"), 300),
    (message("VR"), 40),
    (message("Length"), 72),
    (message("Value"), 0),
)
_LENGTH = 3
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_BRIEF = 160
"""Signs of a value in its cell; all of them are in its tooltip."""
_STEERING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)

Index = QModelIndex | QPersistentModelIndex
AskHeader = Callable[[Callable[[HeaderListing], None], Callable[[LabelerError], None]], None]
"""Ask for the header of the slice on show; one of the two is called."""


class HeaderRows(QAbstractTableModel):
    """The entries that are shown; words are made for rows that are painted, and for no others."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._entries: tuple[HeaderEntry, ...] = ()
        self.shown: tuple[int, ...] = ()
        self._plain, self._strong = font(Type.SECONDARY), font(Type.SECONDARY)
        self._strong.setWeight(QFont.Weight.DemiBold)

    def replace(self, entries: tuple[HeaderEntry, ...], shown: tuple[int, ...]) -> None:
        self.beginResetModel()
        self._entries, self.shown = entries, shown
        self.endResetModel()

    def entry(self, row: int) -> HeaderEntry:
        return self._entries[self.shown[row]]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_COLUMNS[section][0])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry, column = self.entry(index.row()), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _cell(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tooltip(entry) if column in (1, len(_COLUMNS) - 1) else None
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if entry.vr == "SQ" else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._look.theme.color("text" if column in (1, 4) else "text2")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT
        return None


def _cell(entry: HeaderEntry, column: int) -> str:
    if column == 0:
        return entry.tag
    if column == 1:
        name = f"{entry.name} · {entry.private}" if entry.private else entry.name
        return INDENT * entry.depth + name
    if column == 2:
        return entry.vr
    if column == _LENGTH:
        return "" if entry.length is None else str(entry.length)
    return entry.value[:_BRIEF]


def _tooltip(entry: HeaderEntry) -> str:
    words = (f"{entry.tag} {entry.name}".strip(), entry.keyword, entry.private, entry.value)
    return "\n".join(word for word in words if word)


class HeaderTable(QTableView):
    """28 px rows; Ctrl+C copies the value of the current one."""

    def __init__(self, rows: HeaderRows, copy: Callable[[], None]) -> None:
        super().__init__()
        self._copy = copy
        self.setModel(rows)
        view = QAbstractItemView
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(view.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(view.SelectionBehavior.SelectRows)
        self.setSelectionMode(view.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(COMPACT)
        self.verticalHeader().setDefaultSectionSize(COMPACT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFont(font(Type.SECONDARY))
        for column, (_, width) in enumerate(_COLUMNS):
            mode = QHeaderView.ResizeMode
            header.setSectionResizeMode(column, mode.Interactive if width else mode.Stretch)
            if width:
                header.resizeSection(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return
        super().keyPressEvent(event)


class _Search(TextField):
    """Arrows steer the table below."""

    def __init__(self, table: HeaderTable) -> None:
        super().__init__()
        self._table = table
        self.setPlaceholderText(tr("Tag, name or value"))
        self.setAccessibleName(tr("Search the header"))
        self.setClearButtonEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEERING:
            self._table.keyPressEvent(event)
        else:
            super().keyPressEvent(event)


class TagsDialog(Dialog):
    """Asks for the header when it is made; the file is read on another thread."""

    def __init__(self, window: QWidget, look: Look, ask: AskHeader) -> None:
        wide = min(WIDTH, window.width() - 48)
        super().__init__(window, look, tr("What the header says"), width=wide)
        self._listing = HeaderListing("", ())
        self._open = True
        self.rows = HeaderRows(look)
        self.table = HeaderTable(self.rows, self.copy)
        self.table.setAccessibleName(tr("Elements of the header"))
        self.table.setFixedHeight(max(6 * COMPACT, min(HEIGHT, window.height() - 320)))
        self.search = _Search(self.table)
        self.told = Label(tr("Reading the file…"), Type.SECONDARY, "text2", wrap=True)
        for widget in (self.search, self.table, self.told):
            self.body.addWidget(widget)
        self.copying = Button(tr("Copy value"), self.copy)
        self.copying.setFixedHeight(40)
        self.copying.setEnabled(False)
        self.set_buttons(self.copying, Large(tr("Close"), self.reject))
        self.search.textChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._allow())
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.connect(lambda _how: self._closed())
        ask(self._arrived, self._refused)

    def _closed(self) -> None:
        self._open = False

    def _arrived(self, listing: HeaderListing) -> None:
        if self._open:
            self._listing = listing
            self._filter(self.search.text())

    def _refused(self, error: LabelerError) -> None:
        if self._open:
            self.told.hide()
            self.refuse(error)

    def _filter(self, typed: str) -> None:
        found = matching(self._listing, typed)
        self.rows.replace(self._listing.entries, found)
        if found:
            self.table.selectRow(0)
        self._allow()
        self.told.setText(self._summary(len(found)))

    def _summary(self, found: int) -> str:
        every = len(self._listing.entries)
        file = self._listing.file
        if found == every:
            words = tr("{count} elements in {file}", count=every, file=file)
        else:
            words = tr("{found} of {count} elements in {file}", found=found, count=every, file=file)
        if self._listing.complete:
            return words
        return f"{words}. {tr('The file ends early, or holds more than is listed.')}"

    def _allow(self) -> None:
        entry = self._current()
        private = entry is not None and entry.names_person
        self.copying.setEnabled(entry is not None and bool(entry.value) and not private)
        why = tr("What may name the person is never copied.") if private else ""
        self.copying.setToolTip(why)

    def _current(self) -> HeaderEntry | None:
        row = self.table.currentIndex().row()
        return self.rows.entry(row) if 0 <= row < len(self.rows.shown) else None

    def copy(self) -> None:
        """Put the current value into the clipboard; never one that may name the person."""
        entry = self._current()
        if entry is not None and entry.value and not entry.names_person:
            QGuiApplication.clipboard().setText(entry.value)
