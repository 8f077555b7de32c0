"""Who waits for a slice right now: all other reading gives way."""

from __future__ import annotations


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
