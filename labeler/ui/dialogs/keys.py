"""Every action with its keys: found by a word or a key, given others, put back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from labeler.model.preferences import Preferences
from labeler.model.searching import as_searched
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Button, Large
from labeler.ui.components.surfaces import Row
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.dialogs.key_field import KeyField
from labeler.ui.key_bindings import (
    holders,
    keys_of,
    preset_keys,
    with_key,
    without_key,
    without_needless,
)
from labeler.ui.look import Look
from labeler.ui.ports import SessionPort
from labeler.ui.theme import ROW
from labeler.ui.translation import tr

WIDTH, SHOWN = 720, 9


class KeysDialog(Dialog):
    """What is given counts at once. Keys that mean something already are taken only when that is
    said."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        session: SessionPort,
        actions: Actions,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(window, look, tr("Keys"), width=WIDTH)
        self._session, self._actions, self._changed = session, actions, changed
        self._asked = ""
        self.search = TextField()
        self.search.setPlaceholderText(tr("Find an action, by its name or its keys"))
        self.search.setAccessibleName(tr("Find an action"))
        self.search.textChanged.connect(lambda _typed: self._fill())
        columns = (
            ColumnPlan(tr("Action"), 0),
            ColumnPlan(tr("Group"), 208),
            ColumnPlan(tr("Keys"), 168, right=True),
        )
        self.table = Table(look, columns, self._chose, self._enter, row_height=ROW)
        self.table.setFixedHeight(36 + SHOWN * ROW)
        self.field = KeyField(sys.platform, self._offer, self._say, self._ask_keys)
        self.none = Button(tr("No keys"), self._clear)
        self.usual = Button(tr("As in the preset"), self._put_back)
        self.told = Label("", ink="text2", wrap=True)
        self.take = Button(tr("Take them"), self._take)
        self.body.addWidget(self.search)
        self.body.addWidget(self.table)
        self.body.addWidget(self._below())
        self.body.addWidget(self._words())
        self.all_usual = Large(tr("All as in the preset"), self._put_all_back)
        self.set_buttons(Large(tr("Close"), self.reject), self.all_usual)
        self._fill()
        self.table.select(self.table.rows.keys[0])
        self.search.setFocus()

    def _below(self) -> Row:
        row = Row()
        for button in (self.field, self.none, self.usual):
            row.cells.addWidget(button)
        row.cells.addStretch()
        return row

    def _words(self) -> Row:
        row = Row()
        row.setMinimumHeight(48)
        row.cells.addWidget(self.told, 1)
        row.cells.addWidget(self.take)
        self.take.hide()
        return row

    # --- showing ------------------------------------------------------------------------------

    @property
    def _now(self) -> Preferences:
        return self._session.preferences()

    def _fill(self) -> None:
        wanted = as_searched(self.search.text()).split()
        found, rows = [], []
        for name in self._actions.plans:
            cells = self._cells(name)
            words = as_searched(" ".join(cell.text for cell in cells))
            if all(part in words for part in wanted):
                found.append(name)
                rows.append(cells)
        self.table.show_rows(tuple(found), tuple(rows))
        if found and self.table.current_key() not in found:
            self.table.select(found[0])
        self.all_usual.setEnabled(bool(self._now.keys))
        self.field.setEnabled(bool(found))
        if not found:
            self._withdraw()
            self._say("")
            self.none.setEnabled(False)
            self.usual.setEnabled(False)

    def _cells(self, name: str) -> tuple[Cell, ...]:
        plan, text = self._actions.plans[name], self._actions[name].text()
        ink = "accent" if name in self._now.keys else "text3"
        keys = self._actions.all_keys(name) or tr("none")
        return Cell(text, "text", plan.icon), Cell(tr(plan.group.value), "text3"), Cell(keys, ink)

    def _chose(self, name: str) -> None:
        self._withdraw()
        self.field.stop()
        self.usual.setEnabled(name in self._now.keys)
        self.none.setEnabled(bool(self._actions.bindings[name]))
        self._say_whose(name)

    def _enter(self, _name: str) -> None:
        self.field.listen()

    def _ask_keys(self) -> None:
        """Other keys are asked for, or no longer: what was offered before is offered no more."""
        self._withdraw()
        self._say_whose(self.table.current_key())

    def _say_whose(self, name: str) -> None:
        self._say(tr("Keys for “{action}”.", action=self._actions[name].text()))

    def _withdraw(self) -> None:
        self._asked = ""
        self.take.hide()

    def _say(self, words: str) -> None:
        self.told.setText(words)

    # --- changing -----------------------------------------------------------------------------

    def _offer(self, key: str) -> None:
        """The keys were pressed: given at once, or asked where they mean something already."""
        name = self.table.current_key()
        now = keys_of(self._now)
        others = holders(now, key, name)
        if not others:
            self._give(key)
            return
        named = ", ".join(f"“{self._actions[other].text()}”" for other in others)
        self._asked = key
        self.take.show()
        self._say(tr("{key} is {others} until now, which would be left without.",
                     key=key, others=named))  # fmt: skip
        self.take.setFocus()

    def _take(self) -> None:
        self._give(self._asked)

    def _give(self, key: str) -> None:
        name, now = self.table.current_key(), self._now
        self._keep(with_key(now.keys, name, key, left_handed=now.left_handed, viewer=now.viewer))
        words = self._actions[name].text()
        self._say(tr("“{action}” is {key} from now on.", action=words, key=key))

    def _clear(self) -> None:
        self._keep(dict(self._now.keys) | {self.table.current_key(): ()})

    def _put_back(self) -> None:
        """The preset's keys for this one; who has them now is left without."""
        name, now = self.table.current_key(), self._now
        changes = {other: keys for other, keys in now.keys.items() if other != name}
        merged = preset_keys(left_handed=now.left_handed, viewer=now.viewer) | changes
        for key in merged[name]:
            for other in holders(merged, key, name):
                changes[other] = without_key(merged[other], key)
        self._keep(changes)

    def _put_all_back(self) -> None:
        self._keep({})

    def _keep(self, keys: dict[str, tuple[str, ...]]) -> None:
        now = self._now
        kept = without_needless(keys, left_handed=now.left_handed, viewer=now.viewer)
        self._session.prefer(replace(now, keys=kept))
        self._fill()
        if self.table.current_key():
            self._chose(self.table.current_key())
        self._changed()
