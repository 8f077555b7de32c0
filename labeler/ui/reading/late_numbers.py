"""Numbers that are reckoned beside the GUI's thread, for views and lists that ask as they paint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from labeler.ui.reading.ports import ReadingPort
from labeler.viewing.late_numbers import Lost

T = TypeVar("T")


class LateNumbers:
    """`ready` hears that one has come, or never will. An answer about how things stood before is
    dropped. All of a case are kept: a list asks for those of all its marks again and again."""

    def __init__(self, port: ReadingPort, ready: Callable[[], None]) -> None:
        self._port, self._ready = port, ready
        self._known: dict[str, tuple[object, list[Any]]] = {}

    def begin(self) -> None:
        """Another case: what was asked of the one before comes no more."""
        self._known.clear()

    def number(self, of: str, at: object, work: Callable[[], T]) -> T | Lost | None:
        """What `work` gives, None until it is there; asking again for the same costs nothing."""
        known = self._known.get(of)
        if known is not None and known[0] == at:
            return known[1][0] if known[1] else None
        answer: list[T | Lost] = []
        self._known[of] = at, answer
        asked = True

        def arrived(found: T | Lost) -> None:
            answer.append(found)
            if not asked and of in self._known and self._known[of][1] is answer:
                self._ready()

        self._port.series.measure(
            of, "", lambda _volume, _tick: work(), arrived, lambda: arrived(Lost.LOST)
        )
        asked = False
        return answer[0] if answer else None
