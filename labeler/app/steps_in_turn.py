"""What is done to a document, one after the other: long work on another thread keeps its place."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from labeler.app.jobs import JobPool
from labeler.errors import LabelerError

T = TypeVar("T")


def lost_unheard() -> None:
    """Nobody wants to know that it is not done."""


@dataclass(eq=False)
class _Work:
    make: Callable[[], Any]
    then: Callable[[Any], None]
    job: int = 0


class StepsInTurn:
    """Lives on the main thread. While work is under way all else waits behind it."""

    def __init__(self, pool: JobPool, on_error: Callable[[LabelerError], None]) -> None:
        self._pool, self._on_error = pool, on_error
        self._waiting: deque[tuple[Callable[[], object], Callable[[], None]]] = deque()
        """What is to be done, and what hears that it will not be."""
        self._under_way: _Work | None = None
        self.is_held = False
        """Whether all waits until `release`, also what comes of work under way."""
        self.is_over = False
        """Whether nothing is done any more."""

    @property
    def is_free(self) -> bool:
        return self._under_way is None and not self.is_held

    def do(self, act: Callable[[], object], lost: Callable[[], None] = lost_unheard) -> None:
        """At once, or when all that came before it is done; `lost` where it is dropped."""
        if self.is_free:
            act()
        else:
            self._waiting.append((act, lost))

    def work(self, make: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do `make` on another thread, and `then` here with what it gives; only while free."""
        assert self.is_free
        work = self._under_way = _Work(make, then)
        work.job = self._pool.start(
            lambda _tick: make(),
            partial(self._made, work),
            partial(self._refused, work),
            cancellable=False,
            dropped=partial(self._lost, work),
        )

    def finish(self) -> None:
        """All that is under way or waits, now and here: the document is put down."""
        while (work := self._under_way) is not None:
            self._pool.cancel(work.job)
            try:
                found = work.make()
            except LabelerError as error:
                self._refused(work, error)
            except Exception as error:  # noqa: BLE001  handed on: all else is still put down
                self._pool.tell(error)
                self._lost(work)
            else:
                self._made(work, found)

    def release(self) -> None:
        """What waited goes on, unless all of it was dropped."""
        self.is_held = self.is_over
        self._go_on()

    def drop(self) -> bool:
        """What is under way, waits or comes is done no more; whether there was anything."""
        work, self._under_way = self._under_way, None
        waiting, self._waiting = self._waiting, deque()
        self.is_held = self.is_over = True
        if work is not None:
            self._pool.cancel(work.job)
        for _act, lost in waiting:
            self._do(lost)
        return work is not None or bool(waiting)

    def _made(self, work: _Work, found: Any) -> None:
        if self._under_way is work:
            self._under_way = None
            self._waiting.appendleft((partial(work.then, found), lost_unheard))
            self._go_on()

    def _refused(self, work: _Work, error: LabelerError) -> None:
        if self._under_way is work:
            self._on_error(error)
            self._lost(work)

    def _lost(self, work: _Work) -> None:
        """A mistake in it was told; what waits goes on."""
        if self._under_way is work:
            self._under_way = None
            self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self.is_free:
            self._do(self._waiting.popleft()[0])

    def _do(self, act: Callable[[], object]) -> None:
        """A mistake in it is told, and what waits behind it goes on."""
        try:
            act()
        except Exception as error:  # noqa: BLE001  handed on
            self._pool.tell(error)
