"""Something nobody foresaw: the work is safe, the report is offered, the program goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.translation import tr


class CrashDialog(Dialog):
    """Go on, copy the report, or quit. The report holds code, never a case."""

    def __init__(self, window: QWidget, look: Look, report: str, leave: Callable[[], None]) -> None:
        super().__init__(window, look, tr("Something unexpected happened"))
        for words in (
            tr("Your saved marks and answers are safe: every finished stroke is on disk."),
            tr("Go on working, or quit and open Labeler again. The report helps to mend it."),
        ):
            self.body.addWidget(Label(words, ink="text2", wrap=True))
        log = QPlainTextEdit(report)
        log.setReadOnly(True)
        log.setTabChangesFocus(True)
        log.setFixedHeight(160)
        log.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        log.setAccessibleName(tr("Report"))
        self.body.addWidget(log)
        self.go_on = Primary(tr("Go on"), self.accept)
        self.set_buttons(
            self.go_on,
            Large(tr("Copy report"), lambda: QGuiApplication.clipboard().setText(report)),
            Large(tr("Quit"), leave),
        )
        self.go_on.setFocus()
