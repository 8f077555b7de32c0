"""The door to threads: a pool for all work that is not the store's."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from labeler.app.answers import Answers
from labeler.app.screens import Activity
from labeler.app.time_left import seconds_left
from labeler.errors import Cancelled, LabelerError

T = TypeVar("T")

Tick = Callable[[int, int], None]
"""Told (done, total) by a job; raises Cancelled once nobody wants the answer."""

SHOWN_AFTER_SECONDS = 0.5


@dataclass(frozen=True)
class Started:
    """What was started on another thread. `finish` waits for it, and has it answered before
    anything else is done here."""

    stop: Callable[[], None]
    finish: Callable[[], None]


@dataclass(eq=False)
class _PoolJob:
    """What threads may know of a job, and keep for as long as they like."""

    text: str
    key: str | None
    cancellable: bool
    started_at: float
    cancelled: threading.Event = field(default_factory=threading.Event)
    permille: int | None = None

    def tick(self, done: int, total: int) -> None:
        if self.cancelled.is_set():
            raise Cancelled
        self.permille = 1000 * done // total if total > 0 else None


@dataclass(frozen=True, eq=False)
class _Errand:
    """What is to be done, and who hears of it: windows and dialogs hang on it."""

    job: _PoolJob
    work: Callable[[Tick], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[LabelerError], None] | None
    dropped: Callable[[], None] | None


class JobPool:
    """Work that is not the store's: reading, the network, sealing.

    Pools whose jobs are listed together share their `ids`.

    A job's callbacks are let go of on the main thread, after its thread has let go of them: else
    a window whose last trace was in a job would be destroyed in a thread that is not its own.
    """

    def __init__(
        self,
        answers: Answers,
        *,
        threads: int = 2,
        clock: Callable[[], float] = time.monotonic,
        ids: Iterator[int] | None = None,
    ) -> None:
        self._answers = answers
        self._clock = clock
        self._ids = itertools.count(1) if ids is None else ids
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)
        self._jobs: dict[int, _PoolJob] = {}
        self._newest: dict[str, int] = {}
        self._errands: dict[int, _Errand] = {}
        self._outcomes: dict[int, object] = {}
        self._queue: queue.SimpleQueue[int | None] = queue.SimpleQueue()
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
        job = _PoolJob(text, key, cancellable, self._clock())
        with self._lock:
            if key is not None:
                self._cancel(self._newest.get(key))
                self._newest[key] = number
            self._jobs[number] = job
        self._errands[number] = _Errand(job, work, done, failed, dropped)
        self._queue.put(number)
        return number

    def tell(self, error: BaseException) -> None:
        """Tell of a failure that a job of this pool came to, on the main thread; a mistake goes to
        the crash hook."""
        self._answers.fail(error)

    def cancel(self, number: int) -> None:
        """Nobody wants the answer any more; unknown and finished jobs are passed over."""
        with self._lock:
            self._cancel(number)

    def finish(self, number: int) -> None:
        """Wait for a job and answer it now; one that was answered is passed over. Only where what
        waits for it is about to go: until then nothing else is done on this thread."""
        with self._ended:
            self._ended.wait_for(lambda: number not in self._jobs)
        self._over(number)

    def activities(self) -> tuple[Activity, ...]:
        """Named jobs that have taken over half a second, the oldest first."""
        with self._lock:
            now = self._clock()
            late = now - SHOWN_AFTER_SECONDS
            return tuple(
                Activity(number, job.text, job.permille, job.cancellable, (), left)
                for number, job in self._jobs.items()
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

    # --- on the pool's threads ----------------------------------------------------------------

    def _live(self) -> None:
        while (number := self._queue.get()) is not None:
            # Nothing of the job is left in this frame when the main thread hears of it.
            self._outcomes[number] = self._perform(number)
            with self._ended:
                del self._jobs[number]
                self._ended.notify_all()
            self._answers.deliver(partial(self._over, number))

    def _perform(self, number: int) -> object:
        errand = self._errands[number]
        try:
            errand.job.tick(0, 0)
            return errand.work(errand.job.tick)
        except LabelerError as error:
            return _Failure(error)
        except BaseException as error:  # noqa: BLE001  a mistake is told even when nobody waits
            self._answers.fail(error)
            return _Failure(error)

    # --- on the main thread -------------------------------------------------------------------

    def _over(self, number: int) -> None:
        if number not in self._errands:
            return  # answered, since it was waited for
        errand, outcome = self._errands.pop(number), self._outcomes.pop(number)
        failure = outcome.error if isinstance(outcome, _Failure) else None
        newest = errand.job.key is None or self._newest.get(errand.job.key) == number
        lost = failure is not None and not isinstance(failure, LabelerError)
        if lost or not newest or errand.job.cancelled.is_set():
            if errand.dropped is not None:
                errand.dropped()
        elif isinstance(failure, LabelerError):
            (errand.failed or self._answers.on_error)(failure)
        elif errand.done is not None:
            errand.done(outcome)


@dataclass(frozen=True, eq=False)
class _Failure:
    """What work raised; what it gives may be an error, too."""

    error: BaseException
