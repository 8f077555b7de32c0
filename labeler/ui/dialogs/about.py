"""About the program, and the one sentence it owes every reader."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from labeler.ui.components.buttons import Large
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr


class AboutDialog(Dialog):
    def __init__(self, window: QWidget, look: Look, version: str) -> None:
        super().__init__(window, look, tr("About Labeler"))
        self.body.addWidget(Label(tr("Version {version}", version=version), ink="text2"))
        self.body.addWidget(Label(tr("Not for diagnosis."), Type.SECTION, "warning"))
        for words in (
            tr("Labeler makes and signs labels for research and for training models. It is not "
               "a medical device."),
            tr("Apache License 2.0. Fonts: Inter (SIL Open Font License), DejaVu Sans (free "
               "licence). Window: Qt for Python (LGPL)."),
        ):  # fmt: skip
            self.body.addWidget(Label(words, ink="text2", wrap=True))
        close = Large(tr("Close"), self.reject)
        self.set_buttons(close)
        close.setFocus()
