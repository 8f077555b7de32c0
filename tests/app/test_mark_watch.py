"""The frames of marks are remembered beside the hand: what ends that, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from labeler.app.mark_watch import MarkWatch
from labeler.app.services import Services, Tick, no_tick
from labeler.errors import Cancelled, LabelerError
from tests.app.test_likeness import PLACES, draw_on, opened
from tests.app.test_marked_frames import known, paint_on
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start


class Job(NamedTuple):
    work: Callable[[Services, Tick], None]
    done: Callable[[None], None]
    refused: Callable[[LabelerError], None]
    dropped: Callable[[], None]


class Jobs:
    """What a watch gives to other threads: done here, when it is called for."""

    def __init__(self) -> None:
        self.waiting: list[Job] = []

    def run(
        self,
        work: Callable[[Services, Tick], None],
        done: Callable[[None], None],
        refused: Callable[[LabelerError], None],
        *,
        dropped: Callable[[], None],
    ) -> None:
        self.waiting.append(Job(work, done, refused, dropped))

    def do(self, services: Services, tick: Tick = no_tick) -> None:
        """The next one, as the pool does it."""
        job = self.waiting.pop(0)
        try:
            job.work(services, tick)
        except LabelerError as error:
            job.refused(error)
        except Cancelled:
            job.dropped()
        else:
            job.done(None)


class Watched(NamedTuple):
    life: Life
    jobs: Jobs
    told: list[str]

    def work(self, tick: Tick = no_tick) -> None:
        """All that is under way, and what follows from it."""
        self.life.saved()
        while self.jobs.waiting:
            self.jobs.do(self.life.services, tick)

    def write_down(self, *, allowed: bool) -> None:
        """Whether the database takes anything."""
        ban = f"PRAGMA query_only = {'OFF' if allowed else 'ON'}"
        self.life.services.store.call(lambda store: store.database.rows(ban))


@pytest.fixture
def watched(start: Start, tmp_path: Path) -> Watched:
    """A case whose edits are heard by a watch of its own."""
    write_stack(tmp_path / "first", PLACES)
    life, jobs, told = start().ready(), Jobs(), list[str]()
    watch, reading = (
        MarkWatch(jobs.run, lambda error: told.append(error.code)),
        life.session.reading,
    )
    reading.edited = lambda edit: watch.look(edit, reading, life.services)
    return Watched(opened(life, tmp_path / "first"), jobs, told)


def stopped_after(frames: int) -> Tick:
    def tick(done: int, _total: int) -> None:
        if done >= frames:
            raise Cancelled

    return tick


def test_what_could_not_be_written_down_is_told_and_tried_again_after_the_next_edit(
    watched: Watched,
) -> None:
    """A frame is done with once it is durable, not before."""
    draw_on(watched.life, 1)
    watched.write_down(allowed=False)
    watched.work()
    watched.write_down(allowed=True)
    assert watched.told == ["disk-failed"]
    assert known(watched.life) == set()
    assert watched.jobs.waiting == [], "not before there is something else to be done"
    draw_on(watched.life, 3)
    watched.work()
    assert known(watched.life) == {1, 3}


def test_what_was_dropped_holds_up_nothing(watched: Watched) -> None:
    draw_on(watched.life, 1)
    watched.work(stopped_after(0))
    assert known(watched.life) == set()
    draw_on(watched.life, 3)
    watched.work()
    assert known(watched.life) == {3}
    assert watched.told == []


def test_what_was_found_out_until_it_was_stopped_counts(watched: Watched) -> None:
    paint_on(watched.life, (1, 0, 2, 3, 4))
    watched.work(stopped_after(2))
    assert len(known(watched.life)) == 2
    assert 1 in known(watched.life), "where it was begun comes first"


def test_nothing_of_a_case_is_read_once_it_is_put_away(watched: Watched, tmp_path: Path) -> None:
    life, first = watched.life, watched.life.case().id
    paint_on(life, (1, 0, 2, 3, 4))
    life.saved()
    life.session.reading.close()
    watched.work()
    write_stack(tmp_path / "other", PLACES[:3], series=2)
    opened(life, tmp_path / "other")
    assert life.case().id != first
    draw_on(life, 1)
    watched.work()
    assert known(life) == {1}, "the next case is watched as ever"
    opened(life, tmp_path / "first")
    assert known(life) == set()
    assert watched.told == []
