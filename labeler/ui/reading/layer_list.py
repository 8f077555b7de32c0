"""The panel's list of what other files say: one row a layer, with its box to see or hide it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from labeler.errors import LabelerError
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Chip
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.layer_choice import LayerChoice
from labeler.ui.reading.layer_words import (
    presentation_words,
    problem_words,
    row_words,
    tip_words,
)
from labeler.ui.reading.lists import Section
from labeler.ui.theme import ROW, Type, font
from labeler.ui.translation import tr
from labeler.viewing.layer_overlay import ink_of

SWATCH = 12
MOST_ROWS = 5
_KEY = Qt.ItemDataRole.UserRole


class LayersPanel(Section):
    """There only while other files say something about the open series."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        actions: Actions,
        explain: Callable[[str], None],
    ) -> None:
        super().__init__(tr("From other files"))
        self._look, self._desk, self._explain = look, desk, explain
        self._told: object = None
        action = actions["view.layers"]
        self.all = Chip("")
        self.all.clicked.connect(lambda _on: action.trigger())
        self.head.cells.addWidget(self.all)
        self._actions = actions
        self.list = _Rows(self._chosen)
        self.list.setAccessibleName(tr("From other files"))
        self.rows.addWidget(self.list, 1)
        self.hide()

    @property
    def _choice(self) -> LayerChoice:
        """What is seen in the active viewport."""
        return self._desk.active.layers

    def refresh(self) -> None:
        findings = self._choice.findings
        self.setVisible(bool(findings))
        if self._told is not findings:
            self._told = findings
            self._fill()
        chosen = self._choice.presentation
        shown = "" if chosen is None else chosen.key
        self.list.show_checks(lambda key: self._choice.is_seen(key) or key == shown)
        seen = self._choice.any_seen
        self.all.setChecked(seen)
        key = self._actions.keys("view.layers")
        self.all.setText(f"{tr('Hide all') if seen else tr('Show all')}  {key}".rstrip())
        self.all.setVisible(bool(self._choice.keys))

    def _fill(self) -> None:
        findings = self._choice.findings
        self.list.clear()
        for at, layer in enumerate(findings.layers):
            ink = ink_of(layer, at)
            theme = self._look.theme
            color = theme.label(ink) if isinstance(ink, int) else QColor(*ink)
            self.list.add(layer.key, row_words(layer), tip_words(layer), color)
        for dose in findings.doses:
            self.list.add(dose.key, row_words(dose), tip_words(dose), None)
        for state in findings.presentations:
            self.list.add(state.key, presentation_words(state), tip_words(state), None)
        for problem in findings.problems:
            self.list.add_told(problem)
        rows = min(MOST_ROWS, self.list.count())
        edge = self.rows.contentsMargins()
        above = edge.top() + edge.bottom() + self.head.height() + self.rows.spacing()
        self.setFixedHeight(above + ROW * rows)

    def _chosen(self, key: str, words: str) -> None:
        if key in {state.key for state in self._choice.findings.presentations}:
            self._desk.active.present(key)
        elif key:
            self._choice.toggle(key)
        else:
            self._explain(words)


class _Rows(QListWidget):
    """`chosen` hears the key of a row that was clicked, or chosen with Space or Enter; a row
    without a key is a sentence to be told."""

    def __init__(self, chosen: Callable[[str, str], None]) -> None:
        super().__init__()
        self._tell = chosen
        self.setFont(font(Type.BODY))
        self.setUniformItemSizes(True)
        self.setViewportMargins(8, 0, 8, 0)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemClicked.connect(self._picked)

    def add(self, key: str, words: str, tip: str, color: QColor | None) -> None:
        row = QListWidgetItem(words)
        row.setData(_KEY, key)
        row.setToolTip(tip)
        row.setCheckState(Qt.CheckState.Unchecked)
        row.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        row.setSizeHint(QSize(64, ROW))
        if color is not None:
            swatch = QPixmap(SWATCH, SWATCH)
            swatch.fill(color)
            row.setIcon(QIcon(swatch))
        self.addItem(row)

    def add_told(self, problem: LabelerError) -> None:
        row = QListWidgetItem(f"▲ {problem_words(problem)}")
        row.setData(_KEY, "")
        row.setToolTip(problem_words(problem))
        row.setSizeHint(QSize(64, ROW))
        self.addItem(row)

    def show_checks(self, is_seen: Callable[[str], bool]) -> None:
        for at in range(self.count()):
            row = self.item(at)
            key = row.data(_KEY)
            if key:
                on = is_seen(key)
                row.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentItem()
        chosen = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if chosen and row is not None:
            self._picked(row)
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are commands here, not a search in the list
        else:
            super().keyPressEvent(event)

    def _picked(self, row: QListWidgetItem) -> None:
        self._tell(str(row.data(_KEY)), row.toolTip())
