"""Changing what the person prefers: it counts at once, and is kept in the profile."""

from __future__ import annotations

from labeler.app.preference_store import write_preferences
from labeler.app.services import Services, Tick
from labeler.app.session_core import SessionCore
from labeler.model.preferences import Preferences


class PreferenceVerbs(SessionCore):
    """A change counts at once; that it could not be kept is told as any error."""

    def prefer(self, wanted: Preferences) -> None:
        """From now on."""
        before = self._preferences
        self._use_preferences(wanted)

        def keep(services: Services, _tick: Tick) -> None:
            services.store.call(lambda store: write_preferences(store, before, wanted))

        self._run(keep, lambda _none: None, self._board.error)
