"""Changing what the person prefers: it counts at once, and is kept in the profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labeler.app import own_cases, own_forms
from labeler.app.preference_store import write_preferences
from labeler.app.session_core import Refused, SessionCore
from labeler.model.preferences import Preferences


class PreferenceVerbs(SessionCore):
    """A change counts at once; that it could not be kept is told as any error."""

    def list_own_forms(
        self, answer: Callable[[tuple[tuple[str, str], ...]], None], refused: Refused
    ) -> None:
        """Names and titles of the forms that ship, for one's own cases."""
        self._run(own_forms.shipped_forms, answer, refused, key="own-forms")

    def check_own_form(self, path: str, answer: Callable[[], None], refused: Refused) -> None:
        """Whether a file can be the form of one's own cases."""
        self._run(
            lambda services, _tick: own_forms.read_own(services, path),
            lambda _form: answer(),
            refused,
            key="own-form",
        )

    def choose_own_form(self, form: str) -> None:
        """What is asked of one's own cases from now on: of the one that is open too, from its next
        opening on, and of all others that hold no mark yet."""
        self.prefer(replace(self._preferences, own_form=form))
        opened = self.reading.opened
        if opened is not None and opened.case.own is not None and opened.case.name is None:
            case_id = opened.case.id
            self._run(
                lambda services, _tick: own_cases.give_form(services, case_id, form),
                lambda _none: None,
                self._board.error,
                key="own-form-of-case",
            )

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
