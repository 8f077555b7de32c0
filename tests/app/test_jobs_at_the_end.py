"""Closing: nobody waits for ever, and who dropped a job is told when it is over."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from labeler.app.answers import Answers
from labeler.app.jobs import JobPool, Tick
from labeler.app.store_worker import StoreWorker
from labeler.errors import Cancelled, LabelerError
from labeler.store.faults import disk_full
from tests.support.profiles import NOW


class FullDisk:
    """A store that takes nothing."""

    def write(self) -> None:
        raise disk_full()

    def close(self) -> None: ...


class Ears:
    def __init__(self) -> None:
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.told: list[str] = []
        self.answers = Answers(
            self.calls.put,
            lambda error: self.told.append(error.code),
            lambda error: self.told.append(repr(error)),
        )

    def run_one(self) -> None:
        self.calls.get(timeout=10)()


def test_whoever_waits_behind_a_full_disk_is_let_go_at_the_end() -> None:
    ears = Ears()
    worker = StoreWorker(FullDisk, ears.answers, now=lambda: NOW, retry_seconds=None)
    worker.submit(lambda disk: disk.write(), edits=1)
    ended: list[str] = []

    def wait() -> None:
        try:
            worker.call(lambda _disk: None)
        except Cancelled:
            ended.append("let go")

    thread = threading.Thread(target=wait)
    thread.start()
    assert not worker.drain(10)
    assert worker.close() == 1
    thread.join(10)
    assert ended == ["let go"]


def test_a_cancelled_job_ends_as_dropped() -> None:
    ears, begun, go = Ears(), threading.Event(), threading.Event()

    def work(tick: Tick) -> str:
        begun.set()
        go.wait(10)
        tick(1, 2)
        return "done"

    pool = JobPool(ears.answers, threads=1)
    number = pool.start(work, ears.told.append, dropped=lambda: ears.told.append("dropped"))
    assert begun.wait(10)
    pool.cancel(number)
    assert ears.told == []
    go.set()
    ears.run_one()
    assert ears.told == ["dropped"]
    pool.close()


def test_an_overtaken_answer_ends_as_dropped() -> None:
    ears = Ears()
    pool = JobPool(ears.answers, threads=1)
    for word in ("old", "new"):
        pool.start(
            lambda _tick, word=word: word,
            ears.told.append,
            key="same",
            dropped=lambda word=word: ears.told.append(f"dropped {word}"),
        )
    ears.run_one()
    ears.run_one()
    assert ears.told == ["dropped old", "new"]
    pool.close()


def test_a_mistake_is_told_and_its_job_is_over() -> None:
    ears = Ears()

    def work(_tick: Tick) -> None:
        raise KeyError("ours")

    pool = JobPool(ears.answers, threads=1)
    pool.start(work, dropped=lambda: ears.told.append("dropped"))
    ears.run_one()
    ears.run_one()
    assert ears.told == ["KeyError('ours')", "dropped"]
    pool.close()


def test_a_refusal_is_no_dropping() -> None:
    ears = Ears()

    def work(_tick: Tick) -> None:
        raise LabelerError("no", "No.", safe="All.", do="Nothing.")

    pool = JobPool(ears.answers, threads=1)
    pool.start(work, dropped=lambda: ears.told.append("dropped"))
    ears.run_one()
    assert ears.told == ["no"]
    pool.close(patience_s=10)


class Widget:
    """Stands for a window: it must not end in a thread that is not its own."""

    def __init__(self, ended_in: list[int]) -> None:
        self._ended_in = ended_in
        self.heard: list[str] = []

    def hear(self, word: str) -> None:
        self.heard.append(word)

    def __del__(self) -> None:
        self._ended_in.append(threading.get_ident())


def test_who_waits_for_a_job_ends_in_the_main_thread() -> None:
    """Whether it gives an answer, fails or is cancelled, and though its thread goes on."""
    ears, ended_in = Ears(), list[int]()

    def fail(_tick: Tick) -> str:
        raise LabelerError("no", "No.", safe="All.", do="Nothing.")

    def give_up(_tick: Tick) -> str:
        raise Cancelled

    works: tuple[Callable[[Tick], str], ...] = (lambda _tick: "done", fail, give_up)
    pool = JobPool(ears.answers, threads=1)
    for work in works:
        pool.start(work, Widget(ended_in).hear)
    for at, _ in enumerate(works, start=1):
        waiting = ears.calls.get(timeout=10)
        assert len(ended_in) == at - 1, "it lives while its answer is on the way"
        waiting()
        assert len(ended_in) == at, "and no longer: the thread keeps nothing of it"
    pool.close()
    assert set(ended_in) == {threading.get_ident()}
