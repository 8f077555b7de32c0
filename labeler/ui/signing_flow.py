"""From "sign" to signed: a key if there is none, its passphrase, the summary, the next case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from labeler.app.screens import SigningSummary
from labeler.errors import LabelerError
from labeler.later import Later
from labeler.ui.look import Look
from labeler.ui.ports import SessionPort

if TYPE_CHECKING:
    from labeler.ui.actions import Actions
    from labeler.ui.dialogs import key, signing, unlock
    from labeler.ui.window import Surroundings
else:
    key = Later("labeler.ui.dialogs.key")
    signing = Later("labeler.ui.dialogs.signing")
    unlock = Later("labeler.ui.dialogs.unlock")


class SigningFlow:
    """One signing at a time; each step opens the next."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        session: SessionPort,
        around: Surroundings,
        tell: Callable[[LabelerError], None],
        actions: Actions,
    ) -> None:
        self._window, self._look, self._session = window, look, session
        self._now, self._chance, self._tell = around.now, around.chance, tell
        self._actions = actions
        self._asking = False

    def begin(self) -> None:
        """Start where the profile stands; a second press while it runs does nothing. Nobody makes a
        key for what cannot be signed."""
        if self._asking:
            return
        error = self._session.why_not_sign()
        if error is None:
            self.with_key(self._propose)
        else:
            self._tell(error)

    def with_key(self, then: Callable[[], None]) -> None:
        """Make the key, or ask its passphrase, as far as it takes; then go on."""
        standing = self._session.standing()
        if standing.key_address is None:
            key.KeyDialog(
                self._window, self._look, self._session, self._chance, lambda _address: then()
            ).open()
        elif not standing.key_unlocked:
            address = standing.key_address
            unlock.UnlockKey(self._window, self._look, self._session, address, then).open()
        else:
            then()

    def _propose(self) -> None:
        self._asking = True
        self._session.propose_signing(self._show, self._refuse, self._stopped)

    def _stopped(self) -> None:
        """The person stopped it, and knows."""
        self._asking = False

    def _refuse(self, error: LabelerError) -> None:
        self._asking = False
        self._tell(error)

    def _show(self, summary: SigningSummary) -> None:
        self._asking = False
        signing.SigningDialog(
            self._window,
            self._look,
            self._session,
            summary,
            self._now(),
            lambda: None,
            self._actions["history.time"].trigger,
        ).open()
