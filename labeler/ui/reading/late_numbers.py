"""Numbers that are reckoned beside the GUI's thread, for views and lists that ask as they paint."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from labeler.ui.reading.ports import ReadingPort

T = TypeVar("T")

KEPT = 256
"""Numbers of marks, each for how things stand now."""


class LateNumbers:
    """`ready` hears that one has come. An answer about how things stood before is dropped."""

    def __init__(self, port: ReadingPort, ready: Callable[[], None]) -> None:
        self._port, self._ready = port, ready
        self._known: OrderedDict[str, tuple[object, list[Any]]] = OrderedDict()

    def begin(self) -> None:
        """Another case: what was asked of the one before comes no more."""
        self._known.clear()

    def number(self, of: str, at: object, work: Callable[[], T]) -> T | None:
        """What `work` gives, None until it is there; asking again for the same costs nothing."""
        known = self._known.get(of)
        if known is not None and known[0] == at:
            self._known.move_to_end(of)
            return known[1][0] if known[1] else None
        answer: list[T] = []
        self._known[of] = at, answer
        self._known.move_to_end(of)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)

        asked = True

        def arrived(found: T) -> None:
            answer.append(found)
            if not asked and of in self._known and self._known[of][1] is answer:
                self._ready()

        self._port.series.measure(of, "", lambda _volume, _tick: work(), arrived)
        asked = False
        return answer[0] if answer else None
