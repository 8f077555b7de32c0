"""Changing what the person prefers: it counts at once, and is kept in the profile."""

from __future__ import annotations

from labeler.app.preference_store import write_preferences
from labeler.app.session_core import SessionCore
from labeler.model.preferences import Preferences


class PreferenceVerbs(SessionCore):
    """A change counts at once; that it could not be kept is told as any error."""

    def prefer(self, wanted: Preferences) -> None:
        """From now on."""
        before = self._preferences
        self._use_preferences(wanted)

        def keep() -> None:
            if self._bench is not None:  # straight into its queue: closing drops nothing there
                self._bench.worker.submit(
                    lambda store: write_preferences(store, before, wanted),
                    failed=self._board.error,
                )

        if self._bench is None:
            self._waiting.append(keep)
        else:
            keep()
