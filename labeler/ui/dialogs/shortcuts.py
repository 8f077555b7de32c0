"""All shortcuts on one sheet, made from the table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from labeler.ui.action_table import Group, Plan
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Large
from labeler.ui.components.surfaces import Scroll
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import message, tr

WIDTH, HEIGHT = 1040, 620
COLUMNS: tuple[tuple[Group, ...], ...] = (
    (Group.PLACES, Group.VIEW, Group.MEASURE, Group.SHAPE, Group.PAINT, Group.HISTORY),
    (Group.SLICES, Group.PLANES, Group.FUSION, Group.MARKS, Group.PRESETS),
    (Group.LAYOUT, Group.FINDINGS, Group.WORK, Group.PROGRAM),
)

GESTURES = {
    Group.VIEW: ((message("Window of a box, with the Window tool"), message("Shift+drag")),),
    Group.PLANES: ((message("Crosshair under the pointer"), message("Shift+move")),),
}
"""What the pointer does with a key held, told among its neighbours."""


class ShortcutSheet(Dialog):
    """Three columns of chapters; nine numbered actions are one line."""

    def __init__(self, window: QWidget, look: Look, actions: Actions) -> None:
        super().__init__(window, look, tr("Shortcuts"), width=WIDTH)
        self._actions = actions
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, 16, 0)
        columns.setSpacing(32)
        for groups in COLUMNS:
            columns.addLayout(self._column(groups), 1)
        scroll = Scroll(page)
        scroll.setFixedHeight(min(HEIGHT, page.sizeHint().height(), window.height() - 160))
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.body.addWidget(scroll)
        close = Large(tr("Close"), self.reject)
        self.set_buttons(close)
        close.setFocus()

    def _column(self, groups: tuple[Group, ...]) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(4)
        for group in groups:
            rows.addWidget(Label(tr(group.value), Type.SECTION))
            grid = QGridLayout()
            grid.setColumnStretch(0, 1)
            grid.setVerticalSpacing(2)
            for row, (words, keys) in enumerate(self._lines(group)):
                grid.addWidget(Label(words, ink="text2"), row, 0)
                key = Label(keys, Type.STRONG)
                grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
            rows.addLayout(grid)
            rows.addSpacing(12)
        rows.addStretch()
        return rows

    def _lines(self, group: Group) -> list[tuple[str, str]]:
        lines = []
        for plan in self._actions.plans.values():
            if plan.group is group and not _numbered(plan):
                lines.append((self._actions[plan.id].text(), self._actions.keys(plan.id)))
            elif plan.group is group and plan.id.endswith(".1"):
                keys = self._actions.keys(plan.id)
                lines.append((tr(plan.text, n="1–9"), f"{keys}–9"))
        return lines + [(tr(words), tr(how)) for words, how in GESTURES.get(group, ())]


def _numbered(plan: Plan) -> bool:
    return plan.id.rpartition(".")[2].isdigit()
