"""The locked screen: nothing of a case is visible until the passphrase is given."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from labeler.errors import LabelerError
from labeler.ui.components.buttons import Primary
from labeler.ui.components.passphrase import Passphrase
from labeler.ui.components.surfaces import Column, Surface
from labeler.ui.components.text import IconMark, Label
from labeler.ui.dialogs.dialog import Trouble
from labeler.ui.look import Look
from labeler.ui.ports import KeyVerbs
from labeler.ui.theme import Type
from labeler.ui.translation import tr

WIDTH = 400


class LockedScreen(Surface):
    """Takes the whole window while locked; saving goes on behind it."""

    def __init__(self, look: Look, keys: KeyVerbs) -> None:
        super().__init__("app")
        self._keys = keys
        rows = QVBoxLayout(self)
        box = Column("", margin=0, gap=12)
        box.setFixedWidth(WIDTH)
        box.rows.addWidget(IconMark(look, "lock", "text2"))
        box.rows.addWidget(Label(tr("Locked"), Type.PAGE))
        words = tr("Your work is saved. The images come back with the passphrase.")
        box.rows.addWidget(Label(words, ink="text2", wrap=True))
        self.passphrase = Passphrase(look, tr("Passphrase"))
        self.trouble = Trouble()
        self.go = Primary(tr("Unlock"), self._try)
        for widget in (self.passphrase, self.trouble):
            box.rows.addWidget(widget)
        box.rows.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(2)
        across = QHBoxLayout()
        across.addStretch()
        across.addWidget(box)
        across.addStretch()
        rows.addLayout(across)
        rows.addStretch(3)
        self.passphrase.field.returnPressed.connect(self._try)
        self.setFocusProxy(self.passphrase)

    def arrived(self) -> None:
        """Locked just now: an empty field has the keyboard."""
        self.passphrase.clear()
        self.trouble.hide()
        self.go.setEnabled(True)
        self.passphrase.setFocus()

    def _try(self) -> None:
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self._keys.unlock(self.passphrase.text(), self.passphrase.clear, self._refuse)

    def _refuse(self, error: LabelerError) -> None:
        self.go.setEnabled(True)
        self.trouble.show_error(error)
        self.passphrase.field.selectAll()
        self.passphrase.setFocus()
