"""Settings, Input: whose hands these are, what each button does, and the way to every key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from labeler.model.preferences import Preferences
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Button
from labeler.ui.components.menu import Menu
from labeler.ui.components.surfaces import Row
from labeler.ui.dialogs import keys, palette, setting_rows
from labeler.ui.dialogs.input_words import use_words
from labeler.ui.key_bindings import taken_keys
from labeler.ui.look import Look
from labeler.ui.mouse_table import BUTTON_WORDS, VIEWERS, Drag, Use, uses_of, viewer_of, with_use
from labeler.ui.mouse_table import Button as MouseButton
from labeler.ui.ports import SessionPort
from labeler.ui.translation import message, tr

COMMON = ("edit.undo", "edit.redo", "tool.last", "view.hide-marks", "view.fit")
"""Offered at once for a button; every other action is behind one entry."""

KEYS_KEPT = message("{n} changed by you.")
KEYS_USUAL = message("All as in the preset.")


class InputSettings:
    """Makes the section; every choice counts at once, and the rows say what holds now."""

    def __init__(self, window: QWidget, look: Look, session: SessionPort, actions: Actions) -> None:
        self._window, self._look = window, look
        self._session, self._actions = session, actions
        self.buttons = {button: self._button(button) for button in MouseButton}
        self.change_keys = Button(tr("Change keys…"), self._open_keys)
        self.keys = setting_rows.FactRow(tr("Keys"), "", self.change_keys)
        self.taken = setting_rows.ToldRow(tr("Left without a key"))
        self.usual = Button(tr("As in the preset"), self._put_back)
        self._refresh()

    def section(self) -> setting_rows.Section:
        now, names = self._session.preferences(), [viewer.name for viewer in VIEWERS]
        buttons = (
            self._button_row(tr(words), self.buttons[button])
            for button, words in BUTTON_WORDS.items()
        )
        rows = (
            setting_rows.choice_row(
                tr("Your hands know"),
                tr("Its mouse, the tool at first, and the keys that it has elsewhere."),
                tuple(tr(viewer.words) for viewer in VIEWERS),
                names.index(viewer_of(now).name),
                lambda number: self._prefer(viewer=names[number], buttons={}),
            ),
            setting_rows.choice_row(
                tr("Mouse in the"),
                tr("For the left hand, buttons change sides, and letters go to the key across."),
                (tr("Right hand"), tr("Left hand")),
                int(now.left_handed),
                lambda number: self._prefer(left_handed=number == 1, buttons={}),
            ),
            *buttons,
            setting_rows.FactRow(
                tr("All buttons"), tr("Side buttons take back and put again."), self.usual
            ),
            self.keys,
            self.taken,
        )
        return setting_rows.Section(tr("Input"), rows)

    def _button_row(self, title: str, button: Button) -> setting_rows.SettingRow:
        line = Row()
        line.cells.addWidget(button)
        line.cells.addStretch()
        return setting_rows.SettingRow(title, control=line)

    def _button(self, which: MouseButton) -> Button:
        button = Button("", lambda: self._ask(which))
        button.setIcon(self._look.icons.icon("chevron-down", "text2"))
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        return button

    def _ask(self, which: MouseButton) -> None:
        """A menu of what the button may do."""
        button, now = self.buttons[which], self._session.preferences()
        menu = Menu(button)
        uses: tuple[Use, ...] = (*Drag, *COMMON)
        for use in uses:
            if use == COMMON[0]:
                menu.addSeparator()
            action = menu.addAction(use_words(use, self._actions, now))
            action.setCheckable(True)
            action.setChecked(uses_of(now)[which] == use)
            action.triggered.connect(partial(self._use, which, use))
        menu.addSeparator()
        menu.addAction(tr("Any other action…")).triggered.connect(partial(self._choose, which))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _choose(self, which: MouseButton) -> None:
        chosen: Callable[[str], None] = partial(self._use, which)
        palette.CommandPalette(self._window, self._look, self._actions, chosen).open()

    def _use(self, which: MouseButton, use: Use, _on: bool = False) -> None:
        self._prefer(buttons=with_use(self._session.preferences(), which, use))

    def _put_back(self) -> None:
        self._prefer(buttons={})

    def _open_keys(self) -> None:
        keys.KeysDialog(
            self._window, self._look, self._session, self._actions, self._refresh
        ).open()

    def _prefer(self, **changes: object) -> None:
        self._session.prefer(replace(self._session.preferences(), **changes))  # type: ignore[arg-type]  # by name
        self._refresh()

    def _told(self, name: str, key: str, owner: str) -> str:
        action, own = self._actions[name].text(), self._actions[owner].text()
        return tr("“{action}”: {key} is “{own}” by your choice.", action=action, key=key, own=own)

    def _refresh(self) -> None:
        now: Preferences = self._session.preferences()
        for which, use in uses_of(now).items():
            self.buttons[which].setText(use_words(use, self._actions, now))
        self.usual.setEnabled(bool(now.buttons))
        taken = taken_keys(now.keys, left_handed=now.left_handed, viewer=now.viewer)
        self.taken.tell(" ".join(self._told(*each) for each in taken))
        changed = len(now.keys)
        self.keys.value.set_text(tr(KEYS_KEPT, n=changed) if changed else tr(KEYS_USUAL))
