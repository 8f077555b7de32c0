"""The four places, each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtWidgets import QStackedWidget

from labeler.app.screens import NEWS
from labeler.ui.places.place import Place


class Rooms(Mapping[str, Place]):
    """Places by name. Asking for one makes it; the window is on screen before all are made."""

    def __init__(self, makers: dict[str, Callable[[], Place]], stack: QStackedWidget) -> None:
        self._makers, self._stack = makers, stack
        self._made: dict[str, Place] = {}

    def __getitem__(self, name: str) -> Place:
        if name not in self._made:
            place = self._makers[name]()
            self._made[name] = place
            self._stack.addWidget(place)
            for change in NEWS:
                place.hear(change)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def made(self) -> tuple[Place, ...]:
        """The places there are already."""
        return tuple(self._made.values())

    def leave(self, go: Callable[[], object]) -> None:
        """Do what leaves the open case, once no place has anything to do to it."""
        for place in self._made.values():
            go = partial(place.leave, go)
        go()

    def make_next(self) -> bool:
        """Make one more; False when all are made."""
        missing = [name for name in self if name not in self._made]
        return bool(missing and self[missing[0]])
