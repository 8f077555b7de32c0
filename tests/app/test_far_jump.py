"""Jumps over many edits: worked out beside the hand, stopped by it, and never in its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labeler.app.answers import Answers
from labeler.app.far_jump import NEAR
from labeler.app.jobs import JobPool
from labeler.app.opening import utc_now
from labeler.app.reading import Reading
from labeler.app.reading_room import ReadingRoom
from labeler.model.document import Document, empty_document
from labeler.model.edits import Edit
from labeler.model.history import advance, point_of, replay, upwards
from labeler.model.shapes import PaintedMask
from labeler.model.steps import Do, Go, Here, Step, Undo
from labeler.store.store import Store
from tests.app.test_reading import open_study
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start
from tests.support.profiles import NOW
from tests.support.walks import Walk

STEPS = 1500
BACK = 400
"""So many edits are taken back and left for another branch."""


@dataclass(frozen=True)
class Long:
    """A document that is open with a long history; `contents` are voxels by state."""

    life: Life
    walk: Walk

    @property
    def reading(self) -> Reading:
        return self.life.session.reading

    def set_out(
        self,
        seq: int,
        there: Callable[[Edit | None], None] = lambda _edit: None,
        left: Callable[[], None] = lambda: None,
    ) -> None:
        self.reading.go(seq, there, left)
        assert self.reading.going() is not None, "it is far"

    def arrive(self, seq: int) -> None:
        self.life.until(lambda: point_of(self.reading.history()) == seq)
        assert self.reading.going() is None

    def document(self, seq: int) -> Document:
        """As it was after an entry, done edit by edit."""
        history = self.reading.history()
        tips = (history.tip, *history.other_tips())
        node = next((n for tip in tips for n in upwards(tip) if n.seq == seq), None)
        way = [Do(n.edit) for n in upwards(node)]
        steps = [(0, step) for step in reversed(way)]
        return replay(empty_document(history.document.item), steps).document

    def check(self, seq: int) -> None:
        document = self.reading.document()
        assert document == self.document(seq)
        for mark in document.marks:
            if isinstance(mark.shape, PaintedMask) and mark.shape.state in self.walk.contents:
                content = self.reading.painted.content(mark.shape)
                assert content is not None
                assert content.tiles == self.walk.contents[mark.shape.state].tiles


def long_steps(walk: Walk) -> list[Step]:
    """Edits of all kinds, then a branch off far behind the end."""
    steps: list[Step] = []
    for edits in (STEPS - 100, 100):
        for _ in range(edits):
            step = walk.step(walk.history)
            while not isinstance(step, Do):
                step = walk.step(walk.history)
            steps.append(step)
            walk.history = advance(walk.history, step)
        if len(steps) == STEPS - 100:
            for _ in range(BACK):
                steps.append(Undo())
                walk.history = advance(walk.history, Undo())
    return steps


@pytest.fixture
def long(start: Start, tmp_path: Path) -> Long:
    study = tmp_path / "study"
    write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(3)])
    first = opened(start, study)
    name = first.case().id
    first.draw()  # the document is there
    first.session.undo()
    first.saved()
    walk = Walk(first.session.reading.document(), 11)
    walk.history = first.session.reading.history()
    steps = long_steps(walk)

    def write(store: Store) -> None:
        blobs = list(walk.blobs.values())
        after = store.journal.head(name).seq
        store.journal.append(name, steps, after=after, at=NOW, blobs=blobs)

    first.services.store.call(write)
    first.close()
    opened(start, study).close()  # leaves a checkpoint: most strokes are on the disk alone
    return Long(opened(start, study), walk)


def opened(start: Start, study: Path) -> Life:
    return open_study(start().ready(), study)


def test_to_the_beginning_to_the_end_and_across(long: Long) -> None:
    history = long.reading.history()
    assert history.tip is not None
    end, (other, *_) = history.tip.seq, history.other_tips()
    taken = history.taken
    edits: list[Edit | None] = []
    for seq in (0, end, other.seq, end, other.seq // 2):
        long.set_out(seq, edits.append, pytest.fail)
        assert point_of(long.reading.history()) != seq, "the hand was not kept"
        long.arrive(seq)
        long.check(seq)
    assert edits[0] is None
    assert None not in edits[1:]
    assert edits[-1] == long.reading.history().undo_edit
    long.life.saved()
    assert long.reading.history().taken == taken + 5
    kept = long.life.services.store.call(lambda s: s.journal.read(long.life.case().id))
    assert [entry.step for entry in kept[-5:]] == [
        Go(0),
        Go(end),
        Go(other.seq),
        Go(end),
        Go(other.seq // 2),
    ]
    assert long.life.told == []


def test_undo_and_redo_go_on_at_once_where_a_jump_led(long: Long) -> None:
    """The strokes around it are at hand, those of the way are let go of again."""
    far = STEPS // 2
    long.set_out(far)
    long.arrive(far)
    for _ in range(40):
        before = long.reading.history()
        long.reading.undo()
        assert long.reading.history() is not before, "its strokes were there"
    for _ in range(80):
        before = long.reading.history()
        long.reading.redo()
        assert long.reading.history() is not before
    held = []
    for _ in range(2):
        for seq in (0, far):
            long.set_out(seq)
            long.arrive(seq)
        held.append(len(long.reading.painted._strokes))
    assert held[1] == held[0] < len(long.walk.blobs), "what was fetched for the way is let go of"


def test_a_near_point_is_gone_to_at_once(long: Long) -> None:
    end = point_of(long.reading.history())
    near = next(n for d, n in enumerate(upwards(long.reading.history().at)) if d == NEAR - 1)
    long.reading.go(near.seq, lambda _edit: None, pytest.fail)
    assert point_of(long.reading.history()) == near.seq
    long.reading.go(end, lambda _edit: None, pytest.fail)
    assert point_of(long.reading.history()) == end


def test_what_is_done_meanwhile_goes_first(long: Long) -> None:
    """An edit, an undo, another jump: none is lost, and the jump is given up and said so."""
    left: list[str] = []
    end = point_of(long.reading.history())
    long.set_out(0, pytest.fail, lambda: left.append("by an edit"))
    name = long.life.draw()
    assert long.life.marks()[-1] == name
    long.set_out(0, pytest.fail, lambda: left.append("by undo"))
    long.reading.undo()
    long.life.rest(0.3)
    assert point_of(long.reading.history()) == end
    long.set_out(0, pytest.fail, pytest.fail)
    long.set_out(end // 2, lambda _edit: None, pytest.fail)
    long.arrive(end // 2)
    assert left == ["by an edit", "by undo"]
    long.check(end // 2)


def test_presence_is_noted_meanwhile_and_stops_nothing(long: Long) -> None:
    taken = long.reading.history().taken
    long.set_out(0)
    long.reading.sign_of_life()
    long.arrive(0)
    long.check(0)
    assert long.reading.history().taken == taken + 2
    long.life.saved()
    kept = long.life.services.store.call(lambda s: s.journal.read(long.life.case().id))
    assert [entry.step for entry in kept[-2:]] == [Here(), Go(0)]


def test_it_is_stopped_and_all_stays_as_it_was(long: Long) -> None:
    before = long.reading.history()
    long.set_out(0, pytest.fail, pytest.fail)
    assert long.reading.stay()
    assert not long.reading.stay()
    long.life.rest(0.3)
    assert long.reading.history() is before
    long.check(point_of(before))


def test_the_program_is_closed_in_the_midst_of_it(long: Long, start: Start, tmp_path: Path) -> None:
    end, taken = point_of(long.reading.history()), long.reading.history().taken
    long.set_out(0, pytest.fail, pytest.fail)
    assert long.life.close() == 0
    again = opened(start, tmp_path / "study")
    history = again.session.reading.history()
    assert (point_of(history), history.taken) == (end, taken)


def test_a_stroke_that_the_disk_lost_is_told_and_nothing_is_gone_to(long: Long) -> None:
    before = long.reading.history()

    def lose(store: Store) -> None:
        with store.database.transaction():
            store.database.run("DELETE FROM blob", ())

    long.life.services.store.call(lose)
    long.set_out(0, pytest.fail, pytest.fail)
    long.life.until(lambda: long.reading.going() is None)
    assert long.reading.history() is before
    assert long.life.happened()


class Mistaken:
    """Threads, or the store's one; while it `fails`, whatever is given to it makes a mistake."""

    def __init__(self, real: Any) -> None:
        self._real, self.fails = real, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def start(self, work: Callable[..., Any], *heard: Any, **how: Any) -> int:
        number: int = self._real.start(self._or_fail(work), *heard, **how)
        return number

    def submit(self, work: Callable[..., Any], *heard: Any, **how: Any) -> int:
        number: int = self._real.submit(self._or_fail(work), *heard, **how)
        return number

    def _or_fail(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def fail(_given: object) -> None:
            raise ZeroDivisionError

        return fail if self.fails else work


@pytest.mark.parametrize("where", ["on its way", "at the store"])
def test_a_mistake_on_the_way_is_told_and_one_may_set_out_again(
    long: Long, start: Start, tmp_path: Path, where: str
) -> None:
    long.life.close()
    life = start().ready()

    def crash(error: BaseException) -> None:
        raise error  # the window's loop hands it to the crash hook

    pool = JobPool(Answers(life.deliver, life.refuse, crash))
    threads, store = Mistaken(pool), Mistaken(life.services.store)
    life.session.reading.attach(ReadingRoom(life.services, store, threads, utc_now, time.monotonic))
    again = Long(open_study(life, tmp_path / "study"), long.walk)
    before = again.reading.history()
    wrong = threads if where == "on its way" else store
    wrong.fails = True
    again.set_out(0, pytest.fail, pytest.fail)
    with pytest.raises(ZeroDivisionError):
        life.until(lambda: again.reading.history() is not before)
    wrong.fails = False
    life.until(lambda: again.reading.going() is None)
    assert again.reading.history() is before
    again.set_out(0)
    again.arrive(0)
    life.close()
    pool.close()
