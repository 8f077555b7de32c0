"""Work on other threads: the newest wins, cancelling, and who is told what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from labeler.app.jobs import JobPool, Tick
from labeler.errors import Cancelled, LabelerError
from tests.support.ears import Clock, Screen


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pool(screen: Screen, clock: Clock) -> Iterator[JobPool]:
    made = JobPool(screen.answers, threads=2, clock=clock)
    yield made
    made.close()


def test_pool_results_are_delivered(screen: Screen, pool: JobPool) -> None:
    got: list[int] = []
    pool.start(lambda _tick: 6 * 7, got.append)
    screen.run_one()
    assert got == [42]


def test_of_one_key_only_the_newest_is_answered(screen: Screen, pool: JobPool) -> None:
    gate = threading.Event()
    got: list[str] = []

    def old(_tick: Tick) -> str:
        gate.wait(10)
        return "old"

    pool.start(old, got.append, key="series")
    pool.start(lambda _tick: "new", got.append, key="series")
    screen.run_one()
    gate.set()
    pool.close()
    screen.run_all()
    assert got == ["new"]


def test_an_answer_overtaken_on_its_way_is_dropped(screen: Screen, pool: JobPool) -> None:
    got: list[str] = []
    pool.start(lambda _tick: "old", got.append, key="series")
    first = screen.delivered.get(timeout=10)
    pool.start(lambda _tick: "new", got.append, key="series")
    first()
    screen.run_one()
    assert got == ["new"]


def test_cancel_stops_a_job_at_its_next_tick_and_tells_nobody(
    screen: Screen, pool: JobPool
) -> None:
    begun, stopped = threading.Event(), threading.Event()
    gate = threading.Event()

    def work(tick: Tick) -> None:
        begun.set()
        gate.wait(10)
        try:
            tick(1, 2)
        except Cancelled:
            stopped.set()
            raise

    number = pool.start(work, lambda _none: screen.errors.append("answered"))
    assert begun.wait(10)
    pool.cancel(number)
    gate.set()
    assert stopped.wait(10)
    pool.close()
    screen.run_all()
    assert (screen.errors, screen.crashes) == ([], [])


def test_what_is_waited_for_is_answered_at_once_and_once(screen: Screen, pool: JobPool) -> None:
    gate = threading.Event()
    got: list[str] = []
    number = pool.start(lambda _tick: gate.wait(10) and "made", got.append)
    opener = threading.Timer(0.01, gate.set)
    opener.start()
    pool.finish(number)
    opener.join()
    assert got == ["made"]
    pool.finish(number)
    pool.close()
    screen.run_all()
    assert (got, screen.errors, screen.crashes) == (["made"], [], [])


def test_a_mistake_is_told_even_when_nobody_waits(screen: Screen, pool: JobPool) -> None:
    gate, begun = threading.Event(), threading.Barrier(3)

    def work(error: Exception) -> Callable[[Tick], None]:
        def run(_tick: Tick) -> None:
            begun.wait(10)
            gate.wait(10)
            raise error

        return run

    refusal = LabelerError("no-image", "", safe="", do="")
    numbers = [pool.start(work(error)) for error in (refusal, KeyError("bug"))]
    begun.wait(10)
    for number in numbers:
        pool.cancel(number)
    gate.set()
    pool.close()
    screen.run_all()
    assert (screen.errors, screen.crashes) == ([], ["KeyError('bug')"])


def test_jobs_over_half_a_second_are_listed(screen: Screen, clock: Clock, pool: JobPool) -> None:
    gate, ticked = threading.Event(), threading.Event()

    def work(tick: Tick) -> None:
        tick(1, 4)
        ticked.set()
        gate.wait(10)

    number = pool.start(work, lambda _none: None, text="Reading")
    pool.start(lambda _tick: gate.wait(10))
    assert ticked.wait(10)
    clock.seconds += 0.4
    assert pool.activities() == ()
    clock.seconds += 0.2
    assert [(a.id, a.text, a.permille) for a in pool.activities()] == [(number, "Reading", 250)]
    gate.set()
    screen.run_one()
    pool.close()
    assert pool.activities() == ()


def test_failures_are_of_three_kinds(screen: Screen, pool: JobPool) -> None:
    def told(_tick: Tick) -> None:
        raise LabelerError("no-image", "", safe="", do="")

    def silent(_tick: Tick) -> None:
        raise Cancelled

    handled: list[str] = []
    pool.start(told)
    pool.start(told, failed=lambda error: handled.append(error.code))
    pool.start(silent)
    pool.start(lambda _tick: 1 // 0)
    for _ in range(3):
        screen.run_one()
    pool.close()
    screen.run_all()
    assert (screen.errors, handled) == (["no-image"], ["no-image"])
    assert screen.crashes == ["ZeroDivisionError('integer division or modulo by zero')"]
