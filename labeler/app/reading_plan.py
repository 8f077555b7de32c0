"""Which slice is read next: asked by the threads that read, told by the one that shows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import islice

AHEAD_FOR_EACH_BEHIND = 3


class ReadingPlan:
    """The wanted slice first, then on in the direction of travel; safe from any thread.

    `room` is how many slices are held at most, those around the wanted one; `drop` is called for
    each that is held no more, from any thread and before another is read in its place.
    """

    def __init__(self, count: int, room: int, drop: Callable[[int], None]) -> None:
        self._lock = threading.Lock()
        self._count, self._room, self._drop = count, max(1, room), drop
        self._wanted, self._step = count // 2, 1
        self._also: tuple[int, ...] = ()
        self._held: set[int] = set()
        self._under_way: set[int] = set()
        self._lost: set[int] = set()
        self._order: list[int] | None = None
        """As far as it was looked at; the rest comes from `_way`."""
        self._way: Iterator[int] = iter(())
        self._next = 0
        self._closed = False

    @property
    def wanted(self) -> int:
        return self._wanted

    def want(self, index: int, also: tuple[int, ...] = ()) -> None:
        """This slice, then those others `also` wait for, then the rest."""
        with self._lock:
            if index != self._wanted:
                self._step = 1 if index > self._wanted else -1
                self._wanted = index
                self._order = None
            if index in self._lost:
                self._lost.discard(index)
                self._order = None
            if also != self._also:
                self._also, self._order = also, None

    def hold(self, room: int) -> None:
        """Another number of slices is held from now on."""
        with self._lock:
            if max(1, room) != self._room:
                self._room, self._order = max(1, room), None
                self._make_room(0)

    def take(self) -> int | None:
        """The next to be read, for whoever asks alone; None where nothing is left to read."""
        with self._lock:
            index = self._first_left()
            if index is not None:
                self._make_room(1)
                self._under_way.add(index)
            return index

    def has_left(self) -> bool:
        """Whether there is something to take."""
        with self._lock:
            return self._first_left() is not None

    def arrived(self, index: int) -> None:
        """A slice that was taken is held from now on."""
        with self._lock:
            self._under_way.discard(index)
            self._held.add(index)
            self._make_room(0)

    def lost(self, index: int) -> None:
        """A slice that was taken never comes; it is taken again only once it is wanted again."""
        with self._lock:
            self._under_way.discard(index)
            self._lost.add(index)

    def close(self) -> None:
        """Nothing more is taken."""
        with self._lock:
            self._closed = True

    def _first_left(self) -> int | None:
        if len(self._held) + len(self._under_way) >= self._count:
            return None
        order = self._ordered()
        room = max(self._room, 1 + len(self._also))
        while self._next < min(room, self._count) and not self._closed:
            if self._next == len(order):
                order.append(next(self._way))
            index = order[self._next]
            if not any(index in some for some in (self._held, self._under_way, self._lost)):
                return index
            self._next += 1
        return None

    def _ordered(self) -> list[int]:
        if self._order is None:
            first = tuple(dict.fromkeys((self._wanted, *self._also)))
            way = travel(self._wanted, self._step, self._count)
            self._order = list(first)
            self._way = (index for index in way if index not in first)
            self._next = 0
        return self._order

    def _make_room(self, more: int) -> None:
        """Let go of those that are last in the order of travel: all others would be read again."""
        room = max(self._room, 1 + len(self._also))
        surplus = len(self._held) + len(self._under_way) + more - room
        if surplus <= 0:
            return
        order = self._ordered()
        order.extend(self._way)
        last = (index for index in reversed(order[1:]) if index in self._held)
        for index in tuple(islice(last, surplus)):
            self._held.discard(index)
            self._drop(index)


def travel(wanted: int, step: int, count: int) -> Iterator[int]:
    """`wanted`, then outwards: three in the direction of travel for one behind, each index once."""
    yield wanted
    ahead, behind = wanted + step, wanted - step
    while 0 <= ahead < count or 0 <= behind < count:
        for _ in range(AHEAD_FOR_EACH_BEHIND):
            if 0 <= ahead < count:
                yield ahead
                ahead += step
        if 0 <= behind < count:
            yield behind
            behind -= step
