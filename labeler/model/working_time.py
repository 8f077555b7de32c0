"""How long a person worked on a case, as its journal tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from labeler.model.steps import Away, Here, Left, LessTime, Step

LONGEST_SILENCE_S = 60
"""Without any event for so long a person counts as away."""
SAID_AGAIN_S = 300
"""Who is at work says so again after so long: looking makes no edits."""
LATE_S = 5
"""What is written lies so long in a queue at most."""


@dataclass(frozen=True)
class WorkingTime:
    """Seconds; `corrected` were taken off the active ones by the person.

    `since` is when the last step was taken, None where nothing runs; `here` whether the person
    was at work then, `said` when that was said last, `away` whether silence runs.
    """

    active_s: int = 0
    idle_s: int = 0
    corrected_s: int = 0
    since: int | None = field(default=None, compare=False)
    here: bool = field(default=False, compare=False)
    away: bool = field(default=False, compare=False)
    said: int | None = field(default=None, compare=False)

    @property
    def told_s(self) -> int:
        """The active time that the person stands by."""
        return max(0, self.active_s - self.corrected_s)


NO_TIME = WorkingTime()


def passed(time: WorkingTime, at: int, step: Step) -> WorkingTime:
    """The time after one more step, taken at a UTC second.

    Work goes on from Here to the beginning of the silence that an Away tells of, or to Left; a
    journal that stops without them (a crash) counts to its last entry. A gap longer than any that
    a person at work leaves counts as LONGEST_SILENCE_S of work and the rest as idle. A clock set
    back adds nothing.
    """
    longest = LONGEST_SILENCE_S + (SAID_AGAIN_S if time.here else 0)
    active, idle = time.active_s, time.idle_s
    gone = 0 if time.since is None else max(0, at - time.since)
    if time.away:
        idle += gone
    elif isinstance(step, Here):
        active += gone if _goes_on(time, at) else 0
    else:
        silent = _silence(step, gone, longest)
        active, idle = active + gone - silent, idle + silent
    corrected = time.corrected_s + (step.seconds if isinstance(step, LessTime) else 0)
    since = None if isinstance(step, Left) else at
    away = isinstance(step, Away) or (time.away and isinstance(step, LessTime))
    here = isinstance(step, Here) or (time.here and not isinstance(step, Away | Left))
    said = at if isinstance(step, Here) else time.said
    return WorkingTime(active, idle, corrected, since, here, away, said)


def _goes_on(time: WorkingTime, at: int) -> bool:
    """Whether a Here says again what was said: it comes when that is due, or somebody is back after
    a crash. A few seconds pass between saying and writing."""
    since = None if time.said is None else at - time.said
    due = range(SAID_AGAIN_S - LATE_S, SAID_AGAIN_S + LONGEST_SILENCE_S + LATE_S)
    return time.here and since in due


def until_now(time: WorkingTime, at: int) -> WorkingTime:
    """The time as it would be told if the case were left at a UTC second."""
    return passed(time, at, Left())


def working_time(entries: Iterable[tuple[int, Step]]) -> WorkingTime:
    """The time of a journal: pairs of a UTC second and the step taken then."""
    time = NO_TIME
    for at, step in entries:
        time = passed(time, at, step)
    return time


def _silence(step: Step, gone: int, longest: int) -> int:
    """How much of the seconds before a step nothing was done."""
    if isinstance(step, Away):
        return min(gone, step.idle_s)
    return gone - LONGEST_SILENCE_S if gone > longest else 0
