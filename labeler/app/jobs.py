"""The door to threads: a pool for all work that is not the store's."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from labeler.app.answers import Answers
from labeler.app.screens import Activity
from labeler.app.time_left import seconds_left
from labeler.errors import Cancelled, LabelerError

T = TypeVar("T")

Tick = Callable[[int, int], None]
"""Told (done, total) by a job; raises Cancelled once nobody wants the answer."""

SHOWN_AFTER_SECONDS = 0.5


@dataclass(eq=False)
class _PoolJob:
    id: int
    text: str
    key: str | None
    cancellable: bool
    started_at: float
    run: Callable[[Tick], None]
    failed: Callable[[BaseException], None]
    dropped: Callable[[], None] | None
    cancelled: threading.Event = field(default_factory=threading.Event)
    permille: int | None = None

    def tick(self, done: int, total: int) -> None:
        if self.cancelled.is_set():
            raise Cancelled
        self.permille = 1000 * done // total if total > 0 else None


class JobPool:
    """Work that is not the store's: reading, the network, sealing."""

    def __init__(
        self,
        answers: Answers,
        *,
        threads: int = 2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answers = answers
        self._clock = clock
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._jobs: dict[int, _PoolJob] = {}
        self._newest: dict[str, int] = {}
        self._queue: queue.SimpleQueue[_PoolJob | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._live, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def width(self) -> int:
        """How many jobs run at a time."""
        return len(self._threads)

    def start(
        self,
        work: Callable[[Tick], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[LabelerError], None] | None = None,
        *,
        text: str = "",
        key: str | None = None,
        cancellable: bool = True,
        dropped: Callable[[], None] | None = None,
    ) -> int:
        """Run `work`; of several with the same `key` only the newest is answered.

        `text` names the job to the person; without one it is never listed. `dropped` is called in
        place of `done` and `failed` once a job that nobody waits for any more is over.
        """
        number = next(self._ids)

        def run(tick: Tick) -> None:
            result = work(tick)
            if done is not None:
                tell = done
                self._answer(job, lambda: tell(result))

        def fail(error: BaseException) -> None:
            if not isinstance(error, LabelerError):
                self._answers.fail(error)  # a mistake is told even when nobody waits
                if dropped is not None:
                    self._answers.deliver(dropped)
                return
            told, tell = error, failed or self._answers.on_error
            self._answer(job, lambda: tell(told))

        job = _PoolJob(number, text, key, cancellable, self._clock(), run, fail, dropped)
        with self._lock:
            if key is not None:
                self._cancel(self._newest.get(key))
                self._newest[key] = number
            self._jobs[number] = job
        self._queue.put(job)
        return number

    def tell(self, error: LabelerError) -> None:
        """Tell the person of a failure that a job of this pool came to, on the main thread."""
        self._answers.deliver(lambda: self._answers.on_error(error))

    def cancel(self, number: int) -> None:
        """Nobody wants the answer any more; unknown and finished jobs are passed over."""
        with self._lock:
            self._cancel(number)

    def activities(self) -> tuple[Activity, ...]:
        """Named jobs that have taken over half a second, the oldest first."""
        with self._lock:
            now = self._clock()
            late = now - SHOWN_AFTER_SECONDS
            return tuple(
                Activity(job.id, job.text, job.permille, job.cancellable, (), left)
                for job in self._jobs.values()
                if job.text and job.started_at < late and not job.cancelled.is_set()
                for left in (seconds_left(job.permille, now - job.started_at),)
            )

    def close(self, patience_s: float | None = None) -> None:
        """Cancel everything and wait for the threads, each for `patience_s` at most."""
        with self._lock:
            for number in list(self._jobs):
                self._cancel(number)
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(patience_s)

    def _cancel(self, number: int | None) -> None:
        job = self._jobs.get(number) if number is not None else None
        if job is not None:
            job.cancelled.set()

    def _answer(self, job: _PoolJob, tell: Callable[[], None]) -> None:
        def if_wanted() -> None:
            newest = job.key is None or self._newest.get(job.key) == job.id
            if newest and not job.cancelled.is_set():
                tell()
            elif job.dropped is not None:
                job.dropped()

        self._answers.deliver(if_wanted)

    def _live(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job.tick(0, 0)
                job.run(job.tick)
            except BaseException as error:  # noqa: BLE001  handed on
                job.failed(error)
            finally:
                with self._lock:
                    del self._jobs[job.id]
