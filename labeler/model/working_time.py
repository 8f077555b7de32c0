"""How long a person worked on a case, as its journal tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeler.model.steps import Away, Here, Left, LessTime, Step

LONGEST_SILENCE_S = 60
"""Without any event for so long a person counts as away."""


@dataclass(frozen=True)
class WorkingTime:
    """Seconds; `corrected` were taken off the active ones by the person."""

    active_s: int = 0
    idle_s: int = 0
    corrected_s: int = 0

    @property
    def told_s(self) -> int:
        """The active time that the person stands by."""
        return max(0, self.active_s - self.corrected_s)


def working_time(entries: Iterable[tuple[int, Step]]) -> WorkingTime:
    """The time of a journal: pairs of a UTC second and the step taken then.

    Work goes on from Here to the beginning of the silence that an Away tells of, or to Left; a
    journal that stops without them (a crash) counts to its last entry. A gap without a sign of
    life counts as LONGEST_SILENCE_S of work and the rest as idle. A clock set back adds nothing.
    """
    active = idle = corrected = 0
    last: int | None = None
    away = False
    for at, step in entries:
        passed = 0 if last is None else max(0, at - last)
        if away:
            idle += passed
        elif not isinstance(step, Here):
            silent = _silence(step, passed)
            active, idle = active + passed - silent, idle + silent
        match step:
            case LessTime(seconds):
                corrected += seconds
            case Away():
                away = True
            case _:
                away = False
        last = None if isinstance(step, Left) else at
    return WorkingTime(active, idle, corrected)


def _silence(step: Step, passed: int) -> int:
    """How much of the seconds before a step nothing was done."""
    if isinstance(step, Away):
        return min(passed, step.idle_s)
    return max(0, passed - LONGEST_SILENCE_S)
