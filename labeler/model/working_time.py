"""How long a person worked on a case, as its journal tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from labeler.model.steps import Away, Here, Left, LessTime, Step

LONGEST_SILENCE_S = 60
"""Without any event for so long a person counts as away."""


@dataclass(frozen=True)
class WorkingTime:
    """Seconds; `corrected` were taken off the active ones by the person.

    `since` is when the last step was taken, None where nothing runs; `away` whether silence runs.
    """

    active_s: int = 0
    idle_s: int = 0
    corrected_s: int = 0
    since: int | None = field(default=None, compare=False)
    away: bool = field(default=False, compare=False)

    @property
    def told_s(self) -> int:
        """The active time that the person stands by."""
        return max(0, self.active_s - self.corrected_s)


NO_TIME = WorkingTime()


def passed(time: WorkingTime, at: int, step: Step) -> WorkingTime:
    """The time after one more step, taken at a UTC second.

    Work goes on from Here to the beginning of the silence that an Away tells of, or to Left; a
    journal that stops without them (a crash) counts to its last entry. A gap without a sign of
    life counts as LONGEST_SILENCE_S of work and the rest as idle. A clock set back adds nothing.
    """
    active, idle = time.active_s, time.idle_s
    gone = 0 if time.since is None else max(0, at - time.since)
    if time.away:
        idle += gone
    elif not isinstance(step, Here):
        silent = _silence(step, gone)
        active, idle = active + gone - silent, idle + silent
    corrected = time.corrected_s + (step.seconds if isinstance(step, LessTime) else 0)
    since = None if isinstance(step, Left) else at
    away = isinstance(step, Away) or (time.away and isinstance(step, LessTime))
    return WorkingTime(active, idle, corrected, since, away)


def until_now(time: WorkingTime, at: int) -> WorkingTime:
    """The time as it would be told if the case were left at a UTC second."""
    return passed(time, at, Left())


def working_time(entries: Iterable[tuple[int, Step]]) -> WorkingTime:
    """The time of a journal: pairs of a UTC second and the step taken then."""
    time = NO_TIME
    for at, step in entries:
        time = passed(time, at, step)
    return time


def _silence(step: Step, gone: int) -> int:
    """How much of the seconds before a step nothing was done."""
    if isinstance(step, Away):
        return min(gone, step.idle_s)
    return max(0, gone - LONGEST_SILENCE_S)
