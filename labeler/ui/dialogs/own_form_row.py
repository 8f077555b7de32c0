"""The setting that says what is asked of one's own cases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePath

from labeler.ui.components.filing import ask_paths
from labeler.ui.components.picker import Pick, Picker
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.dialogs.setting_rows import SettingRow
from labeler.ui.look import Look
from labeler.ui.ports import SessionPort
from labeler.ui.translation import tr

NOTHING, A_FILE = "", "\0"


class OwnFormRow(SettingRow):
    """Nothing, a form that ships, or a file of the person's own; from the next opening on."""

    def __init__(self, dialog: Dialog, look: Look, session: SessionPort) -> None:
        self.picker = Picker(look, self._picked)
        super().__init__(
            tr("Form of your own cases"),
            tr(
                "Asked when images of your own are opened next: of the case that is open now, and "
                "of those without marks. Marked cases keep the form that they have."
            ),
            self.picker,
        )
        self._dialog, self._session = dialog, session
        self._shipped: tuple[tuple[str, str], ...] = ()
        self._offer(())
        alive = dialog.while_open
        session.list_own_forms(alive(self._offer), alive(dialog.refuse))

    def _offer(self, shipped: tuple[tuple[str, str], ...]) -> None:
        self._shipped = shipped
        now = self._session.preferences().own_form
        picks = [Pick(NOTHING, tr("Nine findings, no questions"))]
        picks += [Pick(name, title) for name, title in shipped]
        if now not in {pick.value for pick in picks}:
            picks.append(Pick(now, PurePath(now).stem))
        picks.append(Pick(A_FILE, tr("A file…")))
        self.picker.offer(picks)
        words = next(pick.text for pick in picks if pick.value == now)
        self.picker.show_choice(now, words)
        self.picker.setAccessibleName(tr("Form of your own cases: {name}", name=words))

    def _picked(self, value: str | int | None) -> None:
        if value == A_FILE:
            ask_paths(self._dialog, tr("A form template (docs/forms.md)"), self._given)
        else:
            self._prefer(str(value))

    def _given(self, paths: Sequence[Path]) -> None:
        chosen, alive = str(paths[0]), self._dialog.while_open
        self._session.check_own_form(
            chosen, alive(partial(self._prefer, chosen)), alive(self._dialog.refuse)
        )

    def _prefer(self, chosen: str) -> None:
        self._session.choose_own_form(chosen)
        self._offer(self._shipped)
