"""A file dialog writes nothing into the home."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from labeler.ui.components.filing import saving


def test_a_folder_with_a_name_is_not_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "DOE^JANE"
    folder.mkdir()
    owner = QWidget()
    qtbot.addWidget(owner)
    for _ in range(2):
        dialog = saving(owner, "Save", "proof.labeler")
        dialog.setDirectory(str(folder))
        dialog.open()
        QTest.qWait(10)
        dialog.accept()
        QTest.qWait(10)
    kept = QSettings(QSettings.Scope.UserScope, "QtProject")
    assert not Path(kept.fileName()).exists()
    assert "DOE" not in str(kept.value("FileDialog/lastVisited"))
