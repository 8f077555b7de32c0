"""Unlocking the signing key before it signs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from labeler.errors import LabelerError
from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.passphrase import Passphrase
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.formats import folded
from labeler.ui.look import Look
from labeler.ui.ports import KeyVerbs
from labeler.ui.translation import tr


class UnlockKey(Dialog):
    """Asks the passphrase of the signing key; `unlocked` is called when it fits."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        keys: KeyVerbs,
        address: str,
        unlocked: Callable[[], None],
    ) -> None:
        super().__init__(window, look, tr("Unlock your signing key"))
        self._keys, self._unlocked = keys, unlocked
        words = tr("Key {address}. It is used here only and never leaves this computer.",
                   address=folded(address))  # fmt: skip
        self.body.addWidget(Label(words, ink="text2", wrap=True))
        self.passphrase = Passphrase(look, tr("Passphrase"))
        self.body.addWidget(self.passphrase)
        self.unlock = Primary(tr("Unlock"), self._try)
        self.set_buttons(self.unlock, Large(tr("Back"), self.reject))
        self.passphrase.field.returnPressed.connect(self._try)
        self.passphrase.field.textChanged.connect(lambda text: self.unlock.setEnabled(bool(text)))
        self.unlock.setEnabled(False)
        self.passphrase.setFocus()

    def refuse(self, error: LabelerError) -> None:
        self.unlock.setEnabled(True)
        self.passphrase.field.selectAll()
        self.passphrase.setFocus()
        super().refuse(error)

    def _try(self) -> None:
        if self.unlock.isEnabled():
            self.unlock.setEnabled(False)
            self._keys.unlock_key(self.passphrase.text(), self._fits, self.refuse)

    def _fits(self) -> None:
        self.passphrase.clear()
        self.accept()
        self._unlocked()
