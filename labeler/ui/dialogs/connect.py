"""Connecting a marketplace: ask who answers, see its fingerprint, pin it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from labeler.app.screens import MarketplaceFound
from labeler.errors import LabelerError
from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.surfaces import Column
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.formats import grouped
from labeler.ui.look import Look
from labeler.ui.ports import WorkVerbs
from labeler.ui.theme import Type
from labeler.ui.translation import tr


class ConnectDialog(Dialog):
    """First the address, then the identity; only the second step keeps anything."""

    def __init__(
        self, window: QWidget, look: Look, work: WorkVerbs, connected: Callable[[], None]
    ) -> None:
        super().__init__(window, look, tr("Connect a marketplace"))
        self._work, self._connected = work, connected
        self._found: MarketplaceFound | None = None
        self._ask()
        self._identity = Column("field", margin=16, gap=8)
        self._identity.hide()
        self.body.addWidget(self._identity)
        self.go = Primary(tr("Find"), self._press)
        self.go.setEnabled(False)
        self.set_buttons(self.go, Large(tr("Back"), self.reject))
        self.address.setFocus()

    def _ask(self) -> None:
        words = tr("Type the address the marketplace gave you.")
        self.body.addWidget(Label(words, ink="text2", wrap=True))
        self.address = TextField()
        self.address.setPlaceholderText("https://")
        self.address.setAccessibleName(tr("Address of the marketplace"))
        self.address.textChanged.connect(self._typed)
        self.address.returnPressed.connect(self._press)
        self.body.addWidget(self.address)

    def _typed(self, text: str) -> None:
        self._found = None
        self._identity.hide()
        self.go.setText(tr("Find"))
        self.go.setEnabled(bool(text.strip()))
        self.settle()

    def _press(self) -> None:
        if not self.go.isEnabled():
            return
        # A disabled button hands the keyboard on: not to Back.
        self.address.setFocus()
        self.go.setEnabled(False)
        self.trouble.hide()
        if self._found is None:
            self._work.find_marketplace(self.address.text().strip(), self._show, self.refuse)
        else:
            self._work.connect(self._found, self._done, self.refuse)

    def refuse(self, error: LabelerError) -> None:
        self.go.setEnabled(True)
        super().refuse(error)

    def _show(self, found: MarketplaceFound) -> None:
        self._found = found
        while self._identity.rows.count():
            item = self._identity.rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        fingerprint = Label(grouped(found.fingerprint), Type.SECONDARY, wrap=True)
        fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        chain = (
            tr("Its statements are kept in a public record.")
            if found.has_chain
            else tr("It keeps no public record: payment is provable, not enforceable.")
        )
        advice = tr("Compare the fingerprint with the one the marketplace publishes. From now "
                    "on this computer accepts no other.")  # fmt: skip
        for label in (
            Label(found.name, Type.SECTION, wrap=True),
            Label(chain, ink="text2", wrap=True),
            Label(tr("Fingerprint"), Type.SECONDARY, "text3"),
            fingerprint,
            Label(advice, ink="text2", wrap=True),
        ):
            self._identity.rows.addWidget(label)
        self._identity.show()
        self.go.setText(tr("Connect"))
        self.go.setEnabled(True)
        self.go.setFocus(Qt.FocusReason.TabFocusReason)
        self.settle()

    def _done(self) -> None:
        self.accept()
        self._connected()
