"""The one door to threads: one worker that owns the store, and a pool for everything else."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from labeler.app.screens import Activity, SaveLight, SaveState
from labeler.app.time_left import seconds_left
from labeler.errors import Cancelled, LabelerError

T = TypeVar("T")

Deliver = Callable[[Callable[[], None]], None]
"""Runs a callback later on the thread that owns the screens, in the order given."""

Tick = Callable[[int, int], None]
"""Told (done, total) by a job; raises Cancelled once nobody wants the answer."""

SLOW_EDITS = 64
SLOW_SECONDS = 2.0
SHOWN_AFTER_SECONDS = 0.5
_WAITS_FOR_DISK = frozenset({"disk-full", "disk-failed", "database-busy", "database-damaged"})


@dataclass(frozen=True)
class Answers:
    """Where results and failures go; a job's own `failed` comes before `on_error`."""

    deliver: Deliver
    on_error: Callable[[LabelerError], None]
    on_crash: Callable[[BaseException], None]

    def fail(
        self, error: BaseException, failed: Callable[[LabelerError], None] | None = None
    ) -> None:
        """Three kinds of failure, and no others."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, LabelerError):
            told, tell = error, failed or self.on_error
            self.deliver(lambda: tell(told))
        else:
            self.deliver(lambda: self.on_crash(error))


class Closable(Protocol):
    def close(self) -> None: ...


S = TypeVar("S", bound=Closable)


@dataclass(eq=False)
class _StoreJob(Generic[S]):
    id: int
    work: Callable[[S], None]
    """Does the job and hands on its result."""
    failed: Callable[[BaseException], None]
    edits: int
    queued_at: float


class StoreWorker(Generic[S]):
    """One thread, one store, one ordered queue.

    Jobs that carry edits wait for the disk when it is full, and everything behind them waits too:
    the order of what a person did is never changed and nothing is dropped.
    """

    def __init__(
        self,
        open_store: Callable[[], S],
        answers: Answers,
        *,
        now: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        retry_seconds: float | None = 2.0,
    ) -> None:
        """`now` gives UTC seconds; `retry_seconds` None leaves retrying to `retry`.

        Where the store cannot be opened every job fails with that error.
        """
        self._answers = answers
        self._now = now
        self._clock = clock
        self._retry_seconds = retry_seconds
        self._jobs: deque[_StoreJob[S]] = deque()
        self._changed = threading.Condition()
        self._ids = itertools.count(1)
        self._stalled = False
        self._retry = False
        self._closing = False
        self._broken = False
        self._saved_at: int | None = None
        self._told: BaseException | None = None
        self._thread = threading.Thread(target=self._live, args=(open_store,), daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Callable[[S], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[LabelerError], None] | None = None,
        *,
        edits: int = 0,
    ) -> int:
        """Queue `work`; `edits` counts the edits that are saved once it is through."""

        def whole(store: S) -> None:
            result = work(store)
            if done is not None:
                tell = done
                self._answers.deliver(lambda: tell(result))

        return self._queue(whole, lambda error: self._fail(error, failed), edits)

    def call(self, work: Callable[[S], T]) -> T:
        """Queue `work` and wait for it: for job threads and the shell, never for the window."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("the store thread cannot wait for itself")
        answer: Future[T] = Future()
        self._queue(lambda store: answer.set_result(work(store)), answer.set_exception, 0)
        # Raises Cancelled where the program is closed before the job's turn comes.
        return answer.result()

    def light(self) -> SaveLight:
        """The "saved" light."""
        with self._changed:
            waiting = [job for job in self._jobs if job.edits]
            pending = sum(job.edits for job in waiting)
            age = self._clock() - waiting[0].queued_at if waiting else 0.0
            return SaveLight(self._state(pending, age), self._saved_at, pending)

    def retry(self) -> None:
        """Try a stalled job again now (the person made room)."""
        with self._changed:
            self._retry = True
            self._changed.notify_all()

    def drain(self, timeout: float | None = None) -> bool:
        """Wait until nothing is queued; False where the disk or the time stands in the way."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._jobs or (self._stalled and not self._retry), timeout
            )
            return not self._jobs

    def close(self) -> int:
        """Finish the queue, trying a stalled job once more; the number of edits not saved."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        for job in self._jobs:
            if not job.edits:  # somebody may wait for it
                job.failed(Cancelled())
        return sum(job.edits for job in self._jobs)

    def _fail(
        self, error: BaseException, failed: Callable[[LabelerError], None] | None = None
    ) -> None:
        # A store that could not be opened refuses every job: that is told once.
        if failed is None:
            if error is self._told:
                return
            self._told = error
        self._answers.fail(error, failed)

    def _state(self, pending: int, age: float) -> SaveState:
        if self._stalled or self._broken:
            return SaveState.FAILED
        if pending > SLOW_EDITS or age > SLOW_SECONDS:
            return SaveState.SLOW
        if pending:
            return SaveState.SAVING
        return SaveState.NOTHING if self._saved_at is None else SaveState.SAVED

    def _queue(
        self, work: Callable[[S], None], failed: Callable[[BaseException], None], edits: int
    ) -> int:
        with self._changed:
            if self._closing:
                raise RuntimeError("the store is closed")
            job = _StoreJob(next(self._ids), work, failed, edits, self._clock())
            self._jobs.append(job)
            self._changed.notify_all()
            return job.id

    def _live(self, open_store: Callable[[], S]) -> None:
        try:
            store = open_store()
        except BaseException as error:  # noqa: BLE001  handed to every job
            self._refuse_all(error)
            return
        while (job := self._next()) is not None:
            if not self._attempt(job, store) and self._closing:
                break
        try:
            store.close()
        except BaseException as error:  # noqa: BLE001  handed on
            self._answers.fail(error)

    def _next(self) -> _StoreJob[S] | None:
        """The job at the front, which stays there until it is through."""
        with self._changed:
            if self._stalled:
                self._changed.wait_for(lambda: self._retry or self._closing, self._retry_seconds)
            self._changed.wait_for(lambda: self._jobs or self._closing)
            return self._jobs[0] if self._jobs else None

    def _attempt(self, job: _StoreJob[S], store: S) -> bool:
        """False: the job waits for the disk."""
        try:
            job.work(store)
        except BaseException as error:  # noqa: BLE001  handed on
            if job.edits and isinstance(error, LabelerError) and error.code in _WAITS_FOR_DISK:
                self._stall(error)
                return False
            job.failed(error)
            self._through(job, saved=False)
        else:
            self._through(job, saved=True)
        return True

    def _stall(self, error: LabelerError) -> None:
        with self._changed:
            first, self._stalled = not self._stalled, True
            self._retry = False
            self._changed.notify_all()
        if first:
            self._answers.fail(error)

    def _through(self, job: _StoreJob[S], *, saved: bool) -> None:
        with self._changed:
            self._jobs.popleft()
            self._stalled = self._retry = False
            if job.edits:
                self._broken = not saved
                self._saved_at = self._now() if saved else self._saved_at
            self._changed.notify_all()

    def _refuse_all(self, error: BaseException) -> None:
        while (job := self._next()) is not None:
            job.failed(error)
            self._through(job, saved=False)


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
