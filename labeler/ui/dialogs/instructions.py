"""What the task asks for, readable at any time beside the images."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from labeler.ui.components.buttons import Large
from labeler.ui.components.prose import Prose
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.translation import tr

HEIGHT = 480


class InstructionsDialog(Dialog):
    """The whole instructions of the open case's task; the keyboard scrolls them."""

    def __init__(self, window: QWidget, look: Look, title: str, instructions: str) -> None:
        super().__init__(window, look, title)
        self.words = Prose(look, tr("Instructions"))
        none = tr("This case is for practice: nothing in particular is asked.")
        self.words.show_text(instructions or none)
        self.words.setFixedHeight(min(HEIGHT, window.height() - 240))
        self.body.addWidget(self.words)
        self.set_buttons(Large(tr("Close"), self.reject))
        self.words.setFocus(Qt.FocusReason.TabFocusReason)
