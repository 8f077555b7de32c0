"""Whether a person is at work on the open case, written into its journal behind the edits."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.steps import Away, Here, Left, Presence
from labeler.model.working_time import LONGEST_SILENCE_S, SAID_AGAIN_S


class Attendance:
    """Hears signs of life and writes when work begins, pauses and ends; `clock` gives UTC seconds.

    Nothing is written of a case that is only open: work begins with the first sign.
    """

    def __init__(self, write: Callable[[Presence], None], clock: Callable[[], int]) -> None:
        self._write, self._clock = write, clock
        self._here = False
        self._begun = False
        self._last = self._said = 0

    def sign(self) -> None:
        """The person did something."""
        self.look()
        self._last = self._clock()
        if not self._here or self._last - self._said >= SAID_AGAIN_S:
            self._here = self._begun = True
            self._said = self._last
            self._write(Here())

    def look(self) -> None:
        """Called now and then: after a minute of silence the person counts as away."""
        if self._here:
            silent = self._clock() - self._last
            if silent >= LONGEST_SILENCE_S:
                self._here = False
                self._write(Away(silent))

    def end(self) -> None:
        """The case is closed, or goes to its signature: work ends for now."""
        self.look()
        if self._begun:
            self._here = self._begun = False
            self._write(Left())
