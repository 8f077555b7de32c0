"""Steps that change very many marks: beside the hand, in their turn, and never lost."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest

from labeler.app import long_steps
from labeler.app.answers import Answers
from labeler.app.checkpointing import AT_CLOSING
from labeler.app.jobs import JobPool
from labeler.app.steps_in_turn import StepsInTurn
from labeler.errors import LabelerError
from labeler.model.document import Document, Mark
from labeler.model.edit_rules import single_edits
from labeler.model.edits import AddMark, Edit, RemoveMark, ReplaceMark, Together
from labeler.model.shapes import Box, PaintedMask, Polygon
from labeler.model.steps import Do, Walk
from tests.app.test_reading import open_study, paint
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

COUNT = 300
DEEP = ("model", "proof", "store")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_stack(tmp_path / "study", [(0.0, 0.0, 2.5 * k) for k in range(3)])
    return tmp_path / "study"


@pytest.fixture
def reader(start: Start, study: Path) -> Life:
    return with_many(start, study)


def with_many(start: Start, study: Path) -> Life:
    """A study is open, with COUNT marks that were pasted at once."""
    life = open_study(start().ready(), study)
    reading, case = life.session.reading, life.case()
    marks = [
        Mark(f"p{n}", case.labels[0].code, case.image.refs[0], Box((0, 0), (n + 1, n + 1)))
        for n in range(COUNT)
    ]
    reading.apply(Together("paste-marks", tuple(AddMark(*one) for one in enumerate(marks))), {})
    life.until(lambda: len(reading.document().marks) == COUNT)
    return life


def moved(document: Document, by: int) -> Together:
    return Together(
        "move-marks",
        tuple(
            ReplaceMark(mark, msgspec.structs.replace(mark, shape=Box((by, 0), (by + 9, 9))))
            for mark in document.marks[:COUNT]
        ),
    )


def all_at(life: Life, by: int) -> bool:
    marks = life.session.reading.document().marks[:COUNT]
    return all(mark.shape == Box((by, 0), (by + 9, 9)) for mark in marks)


def test_it_is_worked_out_on_another_thread_and_what_comes_meanwhile_waits(reader: Life) -> None:
    reading, threads, seen = reader.session.reading, [], []
    before = reading.document()

    def look() -> Callable[[Document], Callable[[], None]]:
        def coming(document: Document) -> Callable[[], None]:
            threads.append(threading.current_thread())
            return lambda: seen.append(document)

        return coming

    def make() -> Walk:
        threads.append(threading.current_thread())
        return Do(moved(reading.document(), 5))

    reading.look_ahead = look
    reading.work_out(make)
    assert reading.document() is before
    assert not reading.is_settled
    reader.draw(settled=False)
    back: list[Edit] = []
    reading.undo(back.append)
    assert back == [], "it waits"
    assert reading.can_undo()
    reading.undo(back.append)
    done: list[str] = []
    reading.in_turn(lambda: done.append("last"))
    assert reading.document() is before
    reader.until(lambda: bool(done))
    assert threading.main_thread() not in threads
    assert [len(document.marks) for document in seen[:1]] == [COUNT]
    reader.until(lambda: reading.is_settled)
    assert reading.document() == before, "both were taken back, in order"
    assert [len(single_edits(edit)) for edit in back] == [1, COUNT]
    reading.redo(back.append)
    assert len(back) == 2
    reader.until(lambda: all_at(reader, 5))
    assert back[2] is back[1]
    reading.redo()
    assert len(reading.document().marks) == COUNT + 1


@pytest.mark.parametrize("far", [False, True])
def test_the_main_thread_does_not_decode_a_long_edit_that_is_gone_to(
    reader: Life, start: Start, study: Path, far: bool
) -> None:
    """One that was read from a checkpoint: another edit is behind it, or all of it is ahead."""
    reader = reopened(reader, start, study)
    reading = reader.session.reading
    history = reading.history()
    assert history.at is not None
    reader.draw()
    there: list[Edit | None] = []
    with work_of_this_thread() as heard:
        for seq in (0, history.at.seq) if far else (history.at.seq,):
            reading.go(seq, there.append, lambda: None)
            reader.until(lambda: reading.going() is None)
    assert reading.document() == history.document
    assert there[-1] is not None
    assert len(single_edits(there[-1])) == COUNT
    assert heard.coded == [], "it is read elsewhere"


def test_the_main_thread_does_not_decode_what_took_painted_marks_along(
    reader: Life, start: Start, study: Path
) -> None:
    """All marks and a painted one were removed at once; the next sitting takes that back."""
    reading = reader.session.reading
    paint(reader, 1)
    marks = reading.document().marks
    gone = [RemoveMark(0, mark) for mark in marks]
    reading.apply(Together("remove-marks", tuple(gone)), {})
    reader.until(lambda: reading.is_settled)
    reader = reopened(reader, start, study)
    reading = reader.session.reading
    with work_of_this_thread() as heard:
        reading.undo()
        reader.until(lambda: reading.is_settled)
    assert reading.document().marks == marks
    shape = marks[-1].shape
    assert isinstance(shape, PaintedMask)
    assert reading.painted.content(shape) is not None
    assert heard.coded == [], "it is read elsewhere"


def reopened(
    reader: Life, start: Start, study: Path, last: Callable[[], None] = lambda: None
) -> Life:
    """The next sitting, where the last edit lies in the journal alone; `last` is done before."""
    reading = reader.session.reading
    for _ in range(AT_CLOSING):
        reading.undo()
        reading.redo()
    last()
    reader.until(lambda: reading.is_settled)
    reader.close()
    again = open_study(start().ready(), study)
    at = again.session.reading.history().at
    assert at is not None
    assert at.is_packed
    return again


@pytest.mark.parametrize("last", ["done now", "done", "redone"])
def test_the_main_thread_neither_decodes_nor_does_a_long_edit_that_is_taken_back(
    reader: Life, start: Start, study: Path, last: str
) -> None:
    """Also where it lies in the journal alone, as after an opening from a checkpoint; whether it
    is the last entry there, or was done again."""
    reading = reader.session.reading

    def move() -> None:
        reading.apply(moved(reading.document(), 5), {})
        reader.until(lambda: all_at(reader, 5))

    if last == "done":
        reader = reopened(reader, start, study, move)
    else:
        move()
    if last == "redone":
        reader = reopened(reader, start, study)
    reading = reader.session.reading
    back: list[Edit] = []
    with work_of_this_thread() as heard:
        reading.undo(back.append)
        reader.until(lambda: reading.is_settled and bool(back))
    assert len(single_edits(back[0])) == COUNT
    assert not all_at(reader, 5)
    with work_of_this_thread() as again_heard:
        reading.redo(back.append)
        reader.until(lambda: reading.is_settled and len(back) == 2)
    assert all_at(reader, 5)
    for one in (heard, again_heard):
        assert one.coded == [], "entries are read and written elsewhere"
        assert 0 < one.rules < COUNT, "nothing is done for each mark"


@dataclass
class Heard:
    """What a thread did: calls of msgspec's coders, and how many of rules and of the store."""

    coded: list[str] = field(default_factory=list)
    rules: int = 0


@contextmanager
def work_of_this_thread() -> Iterator[Heard]:
    heard = Heard()

    def hear(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and called.__name__ in ("encode", "decode", "decode_lines"):
            owner = type(called.__self__).__module__, str(called.__module__)
            if any(name.startswith("msgspec") for name in owner):
                heard.coded.append(called.__qualname__)
        elif event == "call" and frame.f_code.co_name != "<genexpr>":  # looking is allowed
            folder = Path(frame.f_code.co_filename).parent
            heard.rules += folder.parent.name == "labeler" and folder.name in DEEP

    sys.setprofile(hear)
    try:
        yield heard
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("far", [False, True])
def test_a_case_that_is_closed_meanwhile_has_it(
    reader: Life, start: Start, study: Path, far: bool
) -> None:
    reading = reader.session.reading
    reading.work_out(lambda: Do(moved(reading.document(), 7)))
    if far:
        reader.draw(settled=False)
    reader.close()
    again = open_study(start().ready(), study)
    assert all_at(again, 7)
    assert len(again.session.reading.document().marks) == COUNT + far


def test_a_change_of_a_mark_that_was_overtaken_is_told_and_not_done(reader: Life) -> None:
    reading = reader.session.reading
    first = reading.document().marks[0]
    reading.work_out(lambda: Do(moved(reading.document(), 3)))
    reading.apply(ReplaceMark(first, msgspec.structs.replace(first, label="late")), {})
    reader.until(lambda: bool(reader.session.notices()))
    assert reader.session.notices()[-1].happened.startswith("A mark was changed while")
    assert all_at(reader, 3)
    assert reading.document().marks[0].label != "late"


def test_a_long_change_that_was_overtaken_is_told_and_not_done(reader: Life) -> None:
    """Two drags of the same very many marks: the second was made of marks as they were."""
    reading = reader.session.reading
    before = reading.document()
    second = moved(before, 4)
    reading.work_out(lambda: Do(moved(before, 3)))
    reading.work_out(lambda: Do(second))
    reading.apply(second, {})
    done: list[str] = []
    reading.in_turn(lambda: done.append("last"))
    reader.until(lambda: bool(done))
    (told,) = reader.happened()
    assert told.startswith("A mark was changed while")
    assert all_at(reader, 3)
    reader.draw()


def test_more_points_than_an_entry_holds_are_refused(
    reader: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_steps, "MOST_POINTS", 2 * COUNT)
    reading = reader.session.reading
    before = reading.document()
    ring = Polygon(((0, 0), (9, 0), (9, 9)))
    edits = [ReplaceMark(m, msgspec.structs.replace(m, shape=ring)) for m in before.marks]
    reading.apply(Together("move-marks", tuple(edits)), {})
    reader.until(lambda: bool(reader.session.notices()))
    assert reader.session.notices()[-1].happened.startswith("These marks have")
    assert reading.document() is before
    reader.draw()


def test_a_case_is_closed_though_what_is_under_way_is_refused(
    reader: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_steps, "MOST_POINTS", 2 * COUNT)
    reading = reader.session.reading
    ring = Polygon(((0, 0), (9, 0), (9, 9)))
    marks = reading.document().marks
    edits = [ReplaceMark(m, msgspec.structs.replace(m, shape=ring)) for m in marks]
    reading.apply(Together("move-marks", tuple(edits)), {})
    reading.close()
    assert reading.opened is None
    reader.until(lambda: bool(reader.session.notices()))
    assert reader.session.notices()[-1].happened.startswith("These marks have")


def test_a_jump_over_few_but_large_edits_is_worked_out_beside_the_hand(reader: Life) -> None:
    reading = reader.session.reading
    reading.apply(moved(reading.document(), 4), {})
    reader.until(lambda: all_at(reader, 4))
    back = reading.history().at
    assert back is not None
    assert back.parent is not None
    reading.go(back.parent.seq, lambda _edit: None, lambda: None)
    assert reading.going() is not None
    reader.until(lambda: reading.going() is None)
    assert not all_at(reader, 4)


def test_a_mistake_in_it_does_not_keep_a_case_from_being_closed(
    reader: Life, start: Start, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, crashed = reader.session.reading, list[BaseException]()
    monkeypatch.setattr(reader, "live", partial(live, reader, crashed))

    def make() -> Walk:
        raise ZeroDivisionError

    reading.work_out(make)
    reader.draw(settled=False)
    reading.close()
    assert reading.opened is None
    reader.until(lambda: bool(crashed))
    assert {type(error) for error in crashed} == {ZeroDivisionError}
    reader.close()
    again = open_study(start().ready(), study)
    assert len(again.session.reading.document().marks) == COUNT + 1, "what waited is there"


def live(life: Life, crashed: list[BaseException], wait_s: float = 0.05) -> bool:
    """As the window's loop has it."""
    try:
        return Life.live(life, wait_s)
    except ZeroDivisionError as error:
        crashed.append(error)
        return True


def test_a_mistake_or_an_error_in_it_stops_nothing_behind_it() -> None:
    calls: list[Callable[[], None]] = []
    crashed: list[BaseException] = []
    told: list[str] = []
    ready = threading.Semaphore(0)

    def deliver(call: Callable[[], None]) -> None:
        calls.append(call)
        ready.release()

    pool = JobPool(Answers(deliver, lambda e: told.append(e.code), crashed.append), threads=1)
    turn = StepsInTurn(pool, lambda e: told.append(e.code))
    done: list[int] = []

    def fail() -> None:
        raise ZeroDivisionError

    def refuse() -> None:
        raise LabelerError("no", "No.", safe="", do="")

    for work, then in ((fail, done.append), (refuse, done.append), (int, lambda _n: fail())):
        turn.work(work, then)
        turn.do(lambda: done.append(len(done)))
        while not turn.is_free:
            ready.acquire()
            calls.pop(0)()
    pool.close()
    for call in calls:
        call()
    assert done == [0, 1, 2]
    assert told == ["no"]
    assert [type(error) for error in crashed] == [ZeroDivisionError] * 2
