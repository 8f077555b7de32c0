"""The rail at the left: four places, settings and lock at its foot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from labeler.ui.action_table import Group
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import RailButton
from labeler.ui.components.surfaces import Surface
from labeler.ui.theme import RAIL


class Rail(Surface):
    def __init__(self, actions: Actions) -> None:
        super().__init__("rail")
        self.setFixedWidth(RAIL)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(2, 8, 2, 8)
        rows.setSpacing(8)
        self.buttons = [RailButton(action) for action in actions.in_group(Group.PLACES)]
        foot = [RailButton(actions[name]) for name in ("app.settings", "app.lock")]
        for button in self.buttons:
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch()
        for button in foot:
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
