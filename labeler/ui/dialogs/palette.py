"""The command palette: every action by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from labeler.model.searching import as_searched
from labeler.ui.actions import Actions
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.theme import ROW
from labeler.ui.translation import tr

_STEERING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _Search(TextField):
    """A search field whose arrows steer the list below."""

    def __init__(self, steered: QWidget) -> None:
        super().__init__()
        self._steered = steered

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEERING:
            QApplication.sendEvent(self._steered, event)
        else:
            super().keyPressEvent(event)


class CommandPalette(Dialog):
    """Type, choose with the arrows, Enter does it. What cannot be done now says why. With `chosen`
    nothing is done, and `chosen` hears which it is."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        actions: Actions,
        chosen: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(window, look, tr("Commands"))
        self._actions, self._chosen = actions, chosen
        columns = (ColumnPlan(tr("Command"), 0), ColumnPlan(tr("Key"), 190, right=True))
        self.table = Table(look, columns, entered=self._run, row_height=ROW)
        self.table.horizontalHeader().hide()
        self.table.setFixedHeight(10 * ROW)
        self.search = _Search(self.table)
        self.search.setPlaceholderText(tr("What do you want to do?"))
        self.search.setAccessibleName(tr("Search the commands"))
        self.body.addWidget(self.search)
        self.body.addWidget(self.table)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(lambda: self._run(self.table.current_key()))
        self._filter("")
        self.search.setFocus()

    def _filter(self, typed: str) -> None:
        wanted = as_searched(typed).split()
        found = []
        for name in self._actions.plans:
            words = as_searched(self._actions[name].text())
            if all(part in words for part in wanted):
                found.append(name)
        self.table.show_rows(tuple(found), tuple(self._row(name) for name in found))
        if found and self.table.current_key() not in found:
            self.table.select(found[0])

    def _row(self, name: str) -> tuple[Cell, ...]:
        action, plan = self._actions[name], self._actions.plans[name]
        if action.isEnabled() or self._chosen is not None:
            return (Cell(action.text(), "text", plan.icon), Cell(self._actions.keys(name), "text3"))
        words = f"{action.text()} · {tr(plan.need.value)}"
        return (Cell(words, "text3", plan.icon), Cell(self._actions.keys(name), "text3"))

    def _run(self, name: str) -> None:
        if name and self._chosen is not None:
            self.accept()
            self._chosen(name)
        elif name and self._actions[name].isEnabled():
            self.accept()
            QTimer.singleShot(0, self._actions[name].trigger)
