"""Who waits for a slice, and whether the window is at something: other reading gives way."""

from __future__ import annotations

import time
from collections.abc import Callable

Tick = Callable[[int, int], None]

PATIENCE_S = 3.0
"""So long work gives way in all: a view that is moved for ever must not stop it."""
_PAUSE_S = 0.01

COURTESY_S = 0.008
"""So long a slice gives way to the window; one that is always busy must not stop reading."""
_LOOK_AGAIN_S = 0.0005


class Foreground:
    """Whether the window's thread is at something: `with` this around what takes it long. A thread
    that reads holds the interpreter's lock, and where the system keeps that thread from running,
    the window waits for it: on two cores longer than for its own work."""

    def __init__(self) -> None:
        self._deep = 0

    @property
    def is_busy(self) -> bool:
        return self._deep > 0

    def __enter__(self) -> None:
        self._deep += 1

    def __exit__(self, *_: object) -> None:
        self._deep -= 1


class Haste:
    """Told on the main thread, asked between two slices on those that read."""

    def __init__(self, foreground: Foreground | None = None) -> None:
        self._waiting: frozenset[int] = frozenset()
        self._foreground = foreground or Foreground()

    def waits(self, who: object, *, waiting: bool) -> None:
        only = frozenset((id(who),))
        self._waiting = self._waiting | only if waiting else self._waiting - only

    def asks(self, who: object) -> bool:
        """Whether somebody else waits."""
        return bool(self._waiting - {id(who)})

    def stand_back(self) -> None:
        """Before a slice that nobody waits for: the window goes first."""
        left = COURTESY_S
        while left > 0 and self._foreground.is_busy and not self._waiting:
            time.sleep(_LOOK_AGAIN_S)
            left -= _LOOK_AGAIN_S


def giving_way(tick: Tick, waited_for: Callable[[], bool], patience_s: float = PATIENCE_S) -> Tick:
    """The tick of work that stands still while somebody waits; what `tick` raises ends it."""
    left = patience_s

    def ticked(done: int, total: int) -> None:
        nonlocal left
        tick(done, total)
        while left > 0 and waited_for():
            time.sleep(_PAUSE_S)
            left -= _PAUSE_S
            tick(done, total)

    return ticked
