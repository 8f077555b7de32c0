"""The one thread that owns the store: what is asked of it runs in order."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from labeler.app.answers import Answers
from labeler.app.screens import SaveLight, SaveState
from labeler.errors import Cancelled, LabelerError

T = TypeVar("T")

SLOW_EDITS = 64
SLOW_SECONDS = 2.0
WAITS_FOR_DISK = frozenset({"disk-full", "disk-failed", "database-busy", "database-damaged"})
"""With these what goes to a journal waits."""


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
    waits: bool
    """Whether it waits for a full disk, and what was queued behind it waits too."""
    queued_at: float


class StoreWorker(Generic[S]):
    """One thread, one store, one ordered queue.

    Jobs that go to a journal wait for the disk when it is full, and everything behind them waits
    too: the order of what a person did is never changed and nothing is dropped.
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
        waits: bool = False,
        dropped: Callable[[], None] | None = None,
    ) -> int:
        """Queue `work`; `edits` counts the edits that are saved once it is through. What `waits`
        waits for the disk as edits do, and is not counted. `dropped` is called in place of `done`
        and `failed` where it made a mistake."""

        def whole(store: S) -> None:
            result = work(store)
            if done is not None:
                tell = done
                self._answers.deliver(lambda: tell(result))

        refuse = partial(self._fail, failed=failed, dropped=dropped)
        return self._queue(whole, refuse, edits, waits=waits or edits > 0)

    def call(self, work: Callable[[S], T]) -> T:
        """Queue `work` and wait for it: for job threads and the shell, never for the window."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("the store thread cannot wait for itself")
        answer: Future[T] = Future()
        self._queue(lambda store: answer.set_result(work(store)), answer.set_exception)
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
        self,
        error: BaseException,
        failed: Callable[[LabelerError], None] | None = None,
        dropped: Callable[[], None] | None = None,
    ) -> None:
        # A store that could not be opened refuses every job: that is told once.
        if failed is None:
            if error is self._told:
                return
            self._told = error
        self._answers.fail(error, failed)
        if dropped is not None and not isinstance(error, LabelerError):
            self._answers.deliver(dropped)

    def _state(self, pending: int, age: float) -> SaveState:
        if self._stalled or self._broken:
            return SaveState.FAILED
        if pending > SLOW_EDITS or age > SLOW_SECONDS:
            return SaveState.SLOW
        if pending:
            return SaveState.SAVING
        return SaveState.NOTHING if self._saved_at is None else SaveState.SAVED

    def _queue(
        self,
        work: Callable[[S], None],
        failed: Callable[[BaseException], None],
        edits: int = 0,
        *,
        waits: bool = False,
    ) -> int:
        with self._changed:
            if self._closing:
                raise RuntimeError("the store is closed")
            job = _StoreJob(next(self._ids), work, failed, edits, waits, self._clock())
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
            if job.waits and isinstance(error, LabelerError) and error.code in WAITS_FOR_DISK:
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
