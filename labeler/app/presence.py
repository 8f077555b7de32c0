"""Whether a person is at work on the open case, written into its journal behind the edits."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.steps import Away, Here, Left, Presence
from labeler.model.working_time import LATE_S, LONGEST_SILENCE_S, SAID_AGAIN_S

Write = Callable[[Presence, int | None], None]
"""A step, and the UTC second it was taken at where that is not now."""


class Attendance:
    """Hears signs of life and writes when work begins, pauses and ends.

    `clock` gives UTC seconds, by which the journal tells time, and may be set at any moment;
    `steady` seconds that nobody sets, by which silence is measured. Nothing is written of a case
    that is only open: work begins with the first sign.
    """

    def __init__(
        self, write: Write, clock: Callable[[], int], steady: Callable[[], float] | None = None
    ) -> None:
        self._write, self._clock, self._steady = write, clock, steady or clock
        self._here = False
        self._begun = False
        self._last = self._said = 0.0
        self._looked: tuple[int, float] | None = None

    def sign(self) -> None:
        """The person did something."""
        self.look()
        self._last = self._steady()
        if not self._here or self._last - self._said >= SAID_AGAIN_S:
            self._here = self._begun = True
            self._said = self._last
            self._write(Here(), None)

    def look(self) -> None:
        """Called now and then, and before each edit: after a minute of silence the person counts as
        away; and a clock that was set neither adds time nor takes any."""
        if self._begun:
            self._mind_the_clock()
        if self._here:
            silent = int(self._steady() - self._last)
            if silent >= LONGEST_SILENCE_S:
                self._here = False
                self._write(Away(silent), None)

    def end(self) -> None:
        """The case is closed, or goes to its signature: work ends for now."""
        self.look()
        if self._begun:
            self._here = self._begun = False
            self._write(Left(), None)
        self._looked = None

    def _mind_the_clock(self) -> None:
        """Where it was set, work ends by the old time and goes on by the new."""
        wall, steady = self._clock(), self._steady()
        before, self._looked = self._looked, (wall, steady)
        if before is None:
            return
        expected = before[0] + round(steady - before[1])
        if abs(wall - expected) <= LATE_S:
            return
        self._write(Left(), expected)
        if self._here:
            self._said = steady
        self._write(Here() if self._here else Away(0), None)
