"""When to ask the marketplace again, and which of its failures are news."""

from __future__ import annotations

from collections.abc import Callable

from labeler.app.screens import OutboxScreen
from labeler.app.situations import is_offline
from labeler.errors import LabelerError
from labeler.market.backoff import FIRST_S, delay_s
from labeler.model.outbox import OutboxState

LOOK_AGAIN_S = 60
"""How often the marketplace is asked while something is awaited of it."""

_SETTLED = frozenset({OutboxState.PAID, OutboxState.REJECTED})
_Key = tuple[str, tuple[tuple[str, str | int], ...]]


class Rounds:
    """The memory between two rounds; lives on the main thread.

    `clock` gives UTC seconds, `chance` a number from 0 to 1 that spreads the waiting.
    """

    def __init__(self, clock: Callable[[], int], chance: Callable[[], float]) -> None:
        self._clock = clock
        self._chance = chance
        self._begun_at = clock() - LOOK_AGAIN_S
        self._next = self._begun_at
        self._in_vain = 0
        self._told: frozenset[_Key] = frozenset()

    def is_due(self, outbox: OutboxScreen) -> bool:
        """Whether something is awaited and it is time to ask for it."""
        now = self._clock()
        if all(row.state in _SETTLED for row in outbox.rows):
            return False
        if now >= self._next:
            return True
        # A submission has its own time to be tried again; a marketplace out of reach has not.
        retry = outbox.retry_at
        waited = now - self._begun_at >= FIRST_S
        return retry is not None and retry <= now and waited and not self._in_vain

    def begin(self) -> None:
        self._begun_at = self._clock()

    def end(self, failures: tuple[LabelerError, ...]) -> bool:
        """Note how a round went; whether the marketplace could be reached all the way."""
        reached = not any(is_offline(error) for error in failures)
        self._in_vain = 0 if reached else self._in_vain + 1
        wait_s = LOOK_AGAIN_S if reached else delay_s(self._in_vain, self._chance())
        self._next = self._clock() + int(wait_s)
        return reached

    def retry_s(self, outbox: OutboxScreen) -> float | None:
        """Seconds until it is asked again by itself; None where nothing is awaited."""
        if all(row.state in _SETTLED for row in outbox.rows):
            return None
        return max(0.0, self._next - self._clock())

    def news(self, failures: tuple[LabelerError, ...], *, asked: bool) -> tuple[LabelerError, ...]:
        """What to tell: everything to a person who asked, else what the last round had not."""
        before = frozenset() if asked else self._told
        self._told = frozenset(map(_key, failures))
        return tuple(error for error in failures if _key(error) not in before)


def _key(error: LabelerError) -> _Key:
    return error.code, tuple(sorted(error.facts.items()))
