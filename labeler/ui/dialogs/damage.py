"""A case that the disk did not give back whole: what is lost, what is safe, and one way on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from labeler.app.screens import DamagedCase
from labeler.errors import LabelerError
from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.surfaces import Column
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.formats import day_and_time
from labeler.ui.look import Look
from labeler.ui.ports import WorkVerbs
from labeler.ui.theme import Type
from labeler.ui.translation import tr


class DamageDialog(Dialog):
    """Nothing is given up unless the person presses for it; the way back has the keyboard."""

    def __init__(
        self, window: QWidget, look: Look, work: WorkVerbs, case: DamagedCase, now: int
    ) -> None:
        super().__init__(window, look, tr("Saved work of “{title}” is damaged", title=case.title))
        self._work, self._case = work, case
        lost = tr("The disk did not give back all that was saved. These steps fit together:")
        self.body.addWidget(Label(lost, ink="text2", wrap=True))
        self._facts = Column("field", margin=16, gap=8)
        self._list(now)
        self.body.addWidget(self._facts)
        self._say_what_is_safe()
        self.go_on = Primary(tr("Go on from the last good state"), self._press)
        back = Large(tr("Back"), self.reject)
        self.set_buttons(self.go_on, back)
        back.setFocus()

    def refuse(self, error: LabelerError) -> None:
        self.go_on.setEnabled(True)
        super().refuse(error)

    def _list(self, now: int) -> None:
        case = self._case
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        steps = tr("{good} of {expected}", good=case.good, expected=case.expected)
        lines = (
            (tr("Steps"), steps, "danger"),
            (tr("Marks left"), str(case.marks), "text"),
            (tr("Answers left"), str(case.answers), "text"),
            (tr("Last good state"), "–" if case.at is None else day_and_time(case.at, now), "text"),
        )
        for row, (name, value, ink) in enumerate(lines):
            grid.addWidget(Label(name, ink="text2"), row, 0)
            grid.addWidget(Label(value, Type.STRONG, ink), row, 1)
        self._facts.rows.addLayout(grid)

    def _say_what_is_safe(self) -> None:
        kept = self._case.kept
        words = (
            tr("The damaged files are kept in {folder}", folder=kept)
            if kept
            else tr("The damaged files are copied before anything is changed.")
        )
        safe = Label(words, ink="text2", wrap=True)
        safe.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(safe)
        other = tr("Going on gives the other steps up here. If you have a backup with more, go "
                   "back and restore it instead.")  # fmt: skip
        self.body.addWidget(Label(other, ink="text2", wrap=True))

    def _press(self) -> None:
        if self.go_on.isEnabled():
            self.go_on.setEnabled(False)
            self.trouble.hide()
            self._work.go_on(self._case.id, self.accept, self.refuse)
