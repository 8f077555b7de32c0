"""Asking for a folder or a file name; where one looked is not written down anywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialog(QFileDialog):
    """Qt's own keeps the last folders in the home, and a folder may bear a patient's name."""

    def __init__(self, parent: QWidget, title: str) -> None:
        forms, user = QSettings.Format, QSettings.Scope.UserScope
        # Where nothing can be written, nothing is kept; this program has no settings of Qt's.
        QSettings.setPath(forms.NativeFormat, user, os.devnull)
        super().__init__(parent, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def saving(parent: QWidget, title: str, name: str) -> FileDialog:
    """A dialog that asks where to write a file, with `name` filled in."""
    dialog = FileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    return dialog


def ask_paths(
    parent: QWidget, title: str, chosen: Callable[[Sequence[Path]], None], *, folder: bool = False
) -> None:
    """Ask for a folder, or for one or several files."""
    dialog = FileDialog(parent, title)
    modes = QFileDialog.FileMode
    dialog.setFileMode(modes.Directory if folder else modes.ExistingFiles)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.open()


def dropped_paths(event: QDropEvent) -> list[Path]:
    """The local paths of a drop; whether they are folders is for the session to find out."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
