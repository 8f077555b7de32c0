"""Settings, thin: what this profile is, where it lies, who it is known to."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from labeler.app.screens import Standing
from labeler.ui.components.buttons import IconButton, Large
from labeler.ui.components.surfaces import Column, Row
from labeler.ui.components.text import Elided, Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.formats import folded
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr


class SettingsDialog(Dialog):
    """Facts with a copy button each; nothing here is a secret."""

    def __init__(self, window: QWidget, look: Look, standing: Standing) -> None:
        super().__init__(window, look, tr("Settings"))
        scale = round(window.devicePixelRatioF() * 100)
        self._section(
            tr("Display"),
            (
                (tr("Theme"), tr("Dark reading room"), ""),
                (tr("Scale"), tr("{percent} %", percent=scale), ""),
            ),
        )
        address = standing.key_address
        key = folded(address) if address else tr("Made at your first signing")
        self._section(tr("Key"), ((tr("Address"), key, address or ""),))
        marketplace = standing.marketplace
        self._section(
            tr("Marketplace"),
            ((tr("Connected to"), marketplace or tr("None yet"), marketplace or ""),),
        )
        protection = (
            tr("None: for practice only") if standing.practice else tr("Encrypted on this computer")
        )
        self._section(
            tr("Storage"),
            (
                (tr("Folder"), standing.storage, standing.storage),
                (tr("Protection"), protection, ""),
            ),
        )
        close = Large(tr("Close"), self.reject)
        self.set_buttons(close)
        close.setFocus()

    def _section(self, name: str, facts: tuple[tuple[str, str, str], ...]) -> None:
        box = Column("card", margin=12, gap=4)
        box.rows.addWidget(Label(name, Type.SECTION))
        for title, shown, copied in facts:
            row = Row(gap=12)
            row.setMinimumHeight(28)
            label = Label(title, ink="text2")
            label.setFixedWidth(120)
            row.cells.addWidget(label)
            row.cells.addWidget(Elided(shown), 1)
            if copied:
                words = tr("Copy {what}", what=title)
                row.cells.addWidget(
                    IconButton(
                        self.look,
                        "copy",
                        words,
                        lambda text=copied: QGuiApplication.clipboard().setText(text),  # type: ignore[misc]  # bound per row
                    )
                )
            box.rows.addWidget(row)
        self.body.addWidget(box)
