"""The dialogs that the window opens; each is loaded when it is asked for, if not before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from labeler.later import Later
from labeler.ui.actions import Actions
from labeler.ui.components.filing import saving
from labeler.ui.look import Look
from labeler.ui.ports import SessionPort
from labeler.ui.tidings import Tidings
from labeler.ui.translation import tr

if TYPE_CHECKING:
    from labeler.ui.dialogs import (
        about,
        connect,
        damage,
        files,
        first_run,
        palette,
        settings,
        shortcuts,
    )
else:
    about = Later("labeler.ui.dialogs.about")
    connect = Later("labeler.ui.dialogs.connect")
    damage = Later("labeler.ui.dialogs.damage")
    files = Later("labeler.ui.dialogs.files")
    first_run = Later("labeler.ui.dialogs.first_run")
    palette = Later("labeler.ui.dialogs.palette")
    settings = Later("labeler.ui.dialogs.settings")
    shortcuts = Later("labeler.ui.dialogs.shortcuts")


class WindowDialogs:
    """Opens them over `window`."""

    def __init__(
        self, window: QWidget, look: Look, session: SessionPort, now: Callable[[], int]
    ) -> None:
        self._window, self._look, self._session, self._now = window, look, session, now
        self.suggested = ""
        """What the connect dialog starts with."""

    def files(self) -> None:
        files.FilesDialog(self._window, self._look, self._session).open()

    def measures(self, tidings: Tidings) -> None:
        """Ask where to, then write what every mark of the case measures."""
        export, told = self._session.measures_export(), tr("The measures are saved.")
        if export is None:
            return
        dialog = saving(self._window, tr("Export measures (CSV)"), "measures.csv")
        point, comma = tr("Decimal point (*.csv)"), tr("Decimal comma, for spreadsheets (*.csv)")
        dialog.setNameFilters([point, comma])
        if QLocale().decimalPoint() == ",":
            dialog.selectNameFilter(comma)
        dialog.fileSelected.connect(
            lambda path: export(
                Path(path),
                dialog.selectedNameFilter() == comma,
                partial(tidings.say, told),
                tidings.tell,
            )
        )
        dialog.open()

    def commands(self, actions: Actions) -> None:
        palette.CommandPalette(self._window, self._look, actions).open()

    def shortcuts(self, actions: Actions) -> None:
        now = self._session.preferences()
        shortcuts.ShortcutSheet(self._window, self._look, actions, now).open()

    def about(self, version: str) -> None:
        about.AboutDialog(self._window, self._look, version).open()

    def settings(self, actions: Actions) -> None:
        settings.SettingsDialog(self._window, self._look, self._session, actions).open()

    def greet(self, actions: Actions, sample: Callable[[], None], join: Callable[[], None]) -> None:
        """What a new profile can begin with."""
        session = self._session
        first_run.FirstRun(self._window, self._look, session, actions, sample, join).open()

    def connect(self, connected: Callable[[], None]) -> None:
        dialog = connect.ConnectDialog(self._window, self._look, self._session, connected)
        dialog.address.setText(self.suggested)
        dialog.open()

    def damage(self) -> None:
        """Only on a screen that may show a case; opening it again asks again."""
        case = self._session.damaged()
        if case is not None and not self._session.standing().locked:
            damage.DamageDialog(self._window, self._look, self._session, case, self._now()).open()
