"""Which viewer looks at which series."""

from __future__ import annotations

from weakref import WeakKeyDictionary


class Looking:
    """Stands for those who look and do not say who they are."""


class Viewers:
    """A viewer looks at one series at a time; one that is no more looks at none."""

    def __init__(self) -> None:
        self._nobody = Looking()
        self._looks: WeakKeyDictionary[object, str] = WeakKeyDictionary()

    def look(self, viewer: object, tile: str) -> bool:
        """Whether it looked elsewhere before."""
        who = self._nobody if viewer is None else viewer
        changed = self._looks.get(who) != tile
        self._looks[who] = tile
        return changed

    def leave(self, viewer: object) -> None:
        self._looks.pop(self._nobody if viewer is None else viewer, None)

    def tiles(self) -> frozenset[str]:
        """What is looked at."""
        return frozenset(self._looks.values())
