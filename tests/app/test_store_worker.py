"""The store's thread: order, stalls, and who is told what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.app.screens import SaveState
from labeler.app.store_worker import StoreWorker
from labeler.errors import LabelerError
from labeler.store.faults import disk_full
from labeler.store.profile import Practice, open_profile
from labeler.store.store import Store, open_store
from tests.support.ears import Clock, Screen
from tests.support.profiles import ITEM, NOW, make_profile, stroke


class Log:
    """A store of words that is as full as it is told to be."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.full = threading.Event()
        self.closed = False
        self.thread = threading.get_ident()

    def write(self, word: str) -> int:
        assert threading.get_ident() == self.thread
        if self.full.is_set():
            raise disk_full()
        self.words.append(word)
        return len(self.words)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(screen: Screen, clock: Clock) -> Iterator[StoreWorker[Log]]:
    made = StoreWorker(Log, screen.answers, now=lambda: NOW, clock=clock, retry_seconds=None)
    yield made
    made.close()


def test_store_jobs_run_in_order_on_one_thread(screen: Screen, worker: StoreWorker[Log]) -> None:
    got: list[int] = []
    for word in ("a", "b", "c"):
        worker.submit(lambda log, word=word: log.write(word), got.append)
    assert worker.call(lambda log: log.words) == ["a", "b", "c"]
    assert got == []
    screen.run_all()
    assert got == [1, 2, 3]


def test_the_light_follows_the_queue(
    screen: Screen, clock: Clock, worker: StoreWorker[Log]
) -> None:
    assert worker.light().state is SaveState.NOTHING
    gate = threading.Event()
    worker.submit(lambda _log: gate.wait(10))
    worker.submit(lambda log: log.write("a"), edits=1)
    assert (worker.light().state, worker.light().pending) == (SaveState.SAVING, 1)
    clock.seconds += 2.5
    assert worker.light().state is SaveState.SLOW
    clock.seconds -= 2.5
    worker.submit(lambda log: log.write("b"), edits=64)
    assert (worker.light().state, worker.light().pending) == (SaveState.SLOW, 65)
    gate.set()
    assert worker.drain(10)
    assert (worker.light().state, worker.light().at) == (SaveState.SAVED, NOW)
    assert screen.errors == []


def test_a_full_disk_keeps_every_edit_in_order(screen: Screen, worker: StoreWorker[Log]) -> None:
    log = worker.call(lambda log: log)
    log.full.set()
    saved: list[int] = []
    for word in ("a", "b", "c"):
        worker.submit(lambda log, word=word: log.write(word), saved.append, edits=1)
    assert not worker.drain(10)
    assert (worker.light().state, worker.light().pending) == (SaveState.FAILED, 3)
    worker.retry()
    screen.run_one()
    assert screen.errors == ["disk-full"]
    log.full.clear()
    worker.retry()
    assert worker.call(lambda log: log.words) == ["a", "b", "c"]
    screen.run_all()
    assert (saved, screen.errors) == ([1, 2, 3], ["disk-full"])
    assert worker.light().state is SaveState.SAVED


def test_it_retries_by_itself(screen: Screen) -> None:
    worker = StoreWorker(Log, screen.answers, now=lambda: NOW, retry_seconds=0.01)
    log = worker.call(lambda log: log)
    log.full.set()
    worker.submit(lambda log: log.write("a"), edits=1)
    screen.run_one()
    assert screen.errors == ["disk-full"]
    log.full.clear()
    assert worker.call(lambda log: log.words) == ["a"]
    assert worker.close() == 0
    assert log.closed


def test_closing_on_a_full_disk_says_how_many_edits_are_not_saved(screen: Screen) -> None:
    worker = StoreWorker(Log, screen.answers, now=lambda: NOW, retry_seconds=None)
    log = worker.call(lambda log: log)
    log.full.set()
    worker.submit(lambda log: log.write("a"), edits=2)
    worker.submit(lambda log: log.write("b"), edits=1)
    assert worker.close() == 3
    assert log.closed
    with pytest.raises(RuntimeError, match="closed"):
        worker.submit(lambda log: log.write("c"))


def test_an_edit_that_cannot_be_stored_leaves_the_light_red(
    screen: Screen, worker: StoreWorker[Log]
) -> None:
    def refuse(_log: Log) -> None:
        raise LabelerError("journal-damaged", "", safe="", do="")

    refused: list[str] = []
    worker.submit(refuse, failed=lambda error: refused.append(error.code), edits=1)
    assert worker.drain(10)
    screen.run_all()
    assert (refused, screen.errors) == (["journal-damaged"], [])
    assert worker.light().state is SaveState.FAILED


def test_a_store_that_does_not_open_is_told_once(screen: Screen) -> None:
    def refuse() -> Log:
        raise LabelerError("profile-in-use", "", safe="", do="")

    worker = StoreWorker(refuse, screen.answers, now=lambda: NOW)
    for _ in range(3):
        worker.submit(lambda log: log.write("a"))
    with pytest.raises(LabelerError) as caught:
        worker.call(lambda log: log.words)
    assert caught.value.code == "profile-in-use"
    worker.close()
    screen.run_all()
    assert (screen.errors, screen.crashes) == (["profile-in-use"], [])


def test_a_mistake_reaches_the_crash_hook_and_the_queue_goes_on(
    screen: Screen, worker: StoreWorker[Log]
) -> None:
    worker.submit(lambda _log: 1 // 0)
    assert worker.call(lambda log: log.write("a")) == 1
    screen.run_all()
    assert screen.crashes == ["ZeroDivisionError('integer division or modulo by zero')"]


def test_a_real_journal_through_the_worker(tmp_path: Path, screen: Screen) -> None:
    root = tmp_path / "profile"
    make_profile(root)

    def open_it() -> Store:
        profile = open_profile(root)
        return open_store(profile, profile.unlock(Practice()), now=NOW)

    worker = StoreWorker(open_it, screen.answers, now=lambda: NOW)
    worker.call(lambda store: store.documents.ensure("d", ITEM, NOW))
    for number in range(5):
        worker.submit(
            lambda store, n=number: store.journal.append("d", [stroke(n)], after=n, at=NOW),
            edits=1,
        )
    marks = worker.call(lambda store: store.documents.history("d").document.marks)
    assert [mark.id for mark in marks] == ["m0", "m1", "m2", "m3", "m4"]
    with pytest.raises(RuntimeError, match="own thread"):
        worker.call(lambda store: store).database.rows("SELECT 1")
    assert worker.close() == 0
