"""Who waits for a slice right now: all other reading gives way."""

from __future__ import annotations

import time
from collections.abc import Callable

Tick = Callable[[int, int], None]

PATIENCE_S = 3.0
"""So long work gives way in all: a view that is moved for ever must not stop it."""
_PAUSE_S = 0.01


class Haste:
    """Told on the main thread, asked between two slices on those that read."""

    def __init__(self) -> None:
        self._waiting: frozenset[int] = frozenset()

    def waits(self, who: object, *, waiting: bool) -> None:
        only = frozenset((id(who),))
        self._waiting = self._waiting | only if waiting else self._waiting - only

    def asks(self, who: object) -> bool:
        """Whether somebody else waits."""
        return bool(self._waiting - {id(who)})


def giving_way(tick: Tick, waited_for: Callable[[], bool]) -> Tick:
    """The tick of work that stands still while somebody waits; what `tick` raises ends it."""
    left = PATIENCE_S

    def ticked(done: int, total: int) -> None:
        nonlocal left
        tick(done, total)
        while left > 0 and waited_for():
            time.sleep(_PAUSE_S)
            left -= _PAUSE_S
            tick(done, total)

    return ticked
