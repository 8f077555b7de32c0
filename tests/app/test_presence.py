"""Here, away, left: what is written of a person's presence, and what signing makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.app.presence import Attendance
from labeler.model.document import Document, TimeSpent
from labeler.model.edit_rules import touched_marks
from labeler.model.edits import Edit
from labeler.model.steps import Away, Do, Here, Left, Presence, Step, Undo
from labeler.model.working_time import WorkingTime, working_time
from labeler.proof.codec import decode
from labeler.store.store import Store
from tests.support.hall import Hall
from tests.support.life import PASSPHRASE, Later, Life, Start


class Desk:
    """A clock that is set by hand, and what was written when."""

    def __init__(self) -> None:
        self.now = 1000
        self.passed = 0.0
        self.written: list[tuple[int, Presence]] = []
        self.attendance = Attendance(self._write, lambda: self.now, lambda: self.passed)

    def _write(self, step: Presence, at: int | None) -> None:
        self.written.append((self.now if at is None else at, step))

    def wait(self, seconds: int) -> None:
        """A second at a time, as the program's beat does."""
        for _ in range(seconds):
            self.sleep(1)
            self.attendance.look()

    def sleep(self, seconds: int) -> None:
        """Time passes, and no program runs."""
        self.now += seconds
        self.passed += seconds

    def set_clock(self, ahead: int) -> None:
        """By hand, by the network, or by a clock that had lost the day."""
        self.now += ahead

    def work(self, seconds: int) -> None:
        """A sign now and then, and an edit or two, which are not written here."""
        for _ in range(seconds // 20):
            self.wait(20)
            self.attendance.sign()

    @property
    def time(self) -> WorkingTime:
        return working_time(self.written)


def test_work_begins_with_the_first_sign_and_pauses_after_a_minute_of_silence() -> None:
    desk = Desk()
    desk.wait(300)
    assert desk.written == []
    desk.attendance.sign()
    for _ in range(10):
        desk.wait(50)
        desk.attendance.sign()
    desk.wait(500)
    assert [step for _, step in desk.written] == [Here(), Here(), Away(60)]
    desk.attendance.sign()
    desk.wait(20)
    desk.attendance.end()
    desk.attendance.end()
    assert [step for _, step in desk.written] == [Here(), Here(), Away(60), Here(), Left()]
    time = working_time(desk.written)
    assert (time.active_s, time.idle_s) == (520, 500)


def test_a_case_that_was_only_open_has_no_time() -> None:
    desk = Desk()
    desk.wait(100)
    desk.attendance.end()
    assert desk.written == []


def test_a_computer_that_slept_tells_its_silence_at_the_first_sign() -> None:
    desk = Desk()
    desk.attendance.sign()
    desk.sleep(7200)
    desk.attendance.sign()
    assert [step for _, step in desk.written] == [Here(), Away(7200), Here()]
    time = working_time(desk.written)
    assert (time.active_s, time.idle_s) == (0, 7200)


def test_who_is_away_when_the_case_is_closed_was_idle_until_then() -> None:
    desk = Desk()
    desk.attendance.sign()
    desk.wait(100)
    desk.attendance.end()
    assert [step for _, step in desk.written] == [Here(), Away(60), Left()]
    time = working_time(desk.written)
    assert (time.active_s, time.idle_s) == (0, 100)


DAY = 86_400


@pytest.mark.parametrize("ahead", [-DAY, -3600, -30, 30, 3600, DAY, 400 * DAY])
def test_a_clock_that_is_set_neither_adds_time_nor_takes_any(ahead: int) -> None:
    desk = Desk()
    desk.attendance.sign()
    desk.work(600)
    desk.set_clock(ahead)
    desk.work(600)
    desk.attendance.end()
    assert (desk.time.active_s, desk.time.idle_s) == (pytest.approx(1200, abs=1), 0)
    assert [step for _, step in desk.written].count(Left()) == 2


def test_a_clock_that_is_set_while_nobody_is_there_leaves_it_idle() -> None:
    desk = Desk()
    desk.attendance.sign()
    desk.wait(300)
    desk.set_clock(-7200)
    desk.wait(300)
    desk.attendance.sign()
    desk.wait(30)
    desk.attendance.end()
    assert (desk.time.active_s, desk.time.idle_s) == (30, pytest.approx(600, abs=1))


def test_silence_is_noticed_after_the_clock_was_set_back() -> None:
    desk = Desk()
    desk.attendance.sign()
    desk.work(60)
    desk.set_clock(-3600)
    desk.wait(500)
    assert Away in {type(step) for _, step in desk.written}
    desk.attendance.end()
    assert desk.time.idle_s == pytest.approx(500, abs=1)


def test_a_clock_that_runs_a_little_wrong_is_followed() -> None:
    """The network corrects it by milliseconds at a time; nothing is written of that."""
    desk = Desk()
    desk.attendance.sign()
    for _ in range(60):
        desk.work(100)
        desk.set_clock(1)
    assert {type(step) for _, step in desk.written} == {Here}
    assert desk.time.active_s == pytest.approx(6060, abs=1)


def test_two_days_with_nights_between_are_told_apart() -> None:
    """Asleep with the case open the first night, closed the second: over midnight, and the end of
    summer time, which the clock of a journal does not know."""
    desk = Desk()
    desk.now = 1_792_875_600  # 24 October 2026, 23:00 in Berlin: summer time ends at 3
    desk.attendance.sign()
    desk.work(7200)
    desk.sleep(8 * 3600)
    desk.attendance.look()
    desk.work(3600)
    desk.attendance.end()
    desk.sleep(14 * 3600)
    desk.work(1800)
    desk.attendance.end()
    assert desk.time.active_s == pytest.approx(7200 + 3600 + 1800, abs=120)
    assert desk.time.idle_s == pytest.approx(8 * 3600, abs=120)


# --- in a session -------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def reader(start: Start, clock: Later) -> Life:
    life = start(clock=clock).ready()
    life.show_sample()
    return life


def steps(life: Life, case_id: str) -> list[Step]:
    entries = life.services.store.call(lambda store: store.journal.read(case_id))
    return [entry.step for entry in entries]


def test_presence_goes_behind_the_edits_and_the_pulse_sees_silence(
    reader: Life, clock: Later
) -> None:
    reading, case_id = reader.session.reading, reader.case().id
    reader.rest(0.6)
    reading.sign_of_life()
    reader.draw(settled=False)
    clock.ahead += 30
    reader.draw()
    clock.ahead += 100
    reader.until(lambda: Away in {type(step) for step in steps(reader, case_id)})
    assert reading.time().active_s == pytest.approx(30, abs=3)
    assert reading.time().idle_s == pytest.approx(100, abs=3)
    reading.undo()
    assert reader.marks() == reader.marks()[:1]
    reading.close()
    kinds = [type(step) for step in steps(reader, case_id)]
    assert kinds == [Here, Do, Do, Away, Undo, Left]


def test_time_is_corrected_downwards_alone(reader: Life, clock: Later) -> None:
    reading = reader.session.reading
    reading.sign_of_life()
    clock.ahead += 40
    reading.take_off(10)
    assert reading.time().told_s == pytest.approx(30, abs=3)
    reading.take_off(-50)
    assert reading.time().told_s == pytest.approx(30, abs=3)
    reading.take_off(5000)
    assert reading.time().told_s == 0
    clock.ahead += 20
    assert reading.time().told_s == pytest.approx(20, abs=3), "later work counts again"


def test_any_point_is_gone_to_also_after_a_restart(reader: Life, start: Start) -> None:
    reading = reader.session.reading
    names = [reader.draw(settled=False) for _ in range(4)]
    edit = gone(reader, 2)
    assert edit is not None
    assert touched_marks(edit) == (names[1],)
    assert reader.marks() == names[:2]
    reading.go(2, pytest.fail, pytest.fail)  # there already
    other = reader.draw(settled=False)
    assert gone(reader, 0) is None
    assert reader.marks() == []
    assert gone(reader, 4) is not None, "the branch that was left is there still"
    assert reader.marks() == names
    reader.saved()
    reader.close()

    again = start().ready()
    again.show_sample()
    assert again.marks() == names
    assert gone(again, 6) is not None
    assert again.marks() == [*names[:2], other]


def gone(life: Life, seq: int) -> Edit | None:
    """The edit that a jump led to."""
    edits: list[Edit | None] = []
    life.session.reading.go(seq, edits.append, lambda: None)
    life.until(lambda: bool(edits))
    return edits[0]


def test_presence_does_not_unsign_and_a_signed_case_writes_none(expert: Life) -> None:
    life, reading = expert, expert.session.reading
    case_id = life.show(life.cases()[0].id).id
    reading.sign_of_life()
    life.answer_all()
    life.draw()
    summary = life.propose()
    assert summary is not None
    reading.sign_of_life()  # between the summary and the word
    done: list[bool] = []
    life.session.confirm_signing(summary.token, lambda: done.append(True), life.refuse)
    life.until(lambda: bool(done or life.told))
    assert (life.told, reading.is_signed) == ([], True)
    reading.sign_of_life()
    reading.take_off(1)
    reading.close()
    assert [type(step) for step in steps(life, case_id)[-3:]] == [Do, Left, Here]
    assert life.show(case_id).signed


def test_the_time_is_signed_as_it_is_shown_and_what_was_taken_off_is_told_to_nobody(
    start: Start,
    hall: Hall,
    protected: Path,  # noqa: ARG001  it is the profile
    clock: Later,
) -> None:
    life = start(clock=clock)
    reading = life.session.reading
    life.unlock(PASSPHRASE)
    life.ready()
    life.unlock_key(PASSPHRASE)
    life.connect(hall.url)
    life.download()
    life.show(life.cases()[0].id)
    reading.sign_of_life()
    life.answer_all()
    life.draw()
    clock.ahead += 50
    reading.sign_of_life()
    clock.ahead += 200
    reading.look_up()
    shown = life.propose()
    assert shown is not None
    assert shown.active_s == pytest.approx(50, abs=5)
    assert shown.idle_s == pytest.approx(200, abs=5)
    reading.take_off(30)
    less = life.propose()
    assert less is not None
    assert less.active_s == shown.active_s - 30
    assert less.idle_s == shown.idle_s
    assert less.fingerprint != shown.fingerprint
    done: list[bool] = []
    life.session.confirm_signing(less.token, lambda: done.append(True), life.refuse)
    life.until(lambda: bool(done or life.told))
    assert life.told == []

    def sent(store: Store) -> Document:
        (row,) = store.outbox.rows()
        return decode(store.outbox.blobs_of(row.digest)[0], Document)

    signed = life.services.store.call(sent)
    assert signed.time == TimeSpent(less.active_s, less.idle_s)


def test_an_edit_between_summary_and_word_is_still_refused(expert: Life) -> None:
    life = expert
    life.show(life.cases()[0].id)
    life.draw()
    life.answer_all()
    summary = life.propose()
    assert summary is not None
    life.session.reading.sign_of_life()
    life.draw()
    life.session.confirm_signing(summary.token, lambda: None, life.refuse)
    life.until(lambda: bool(life.told))
    assert life.told == ["changed-meanwhile"]
    assert not life.session.reading.is_signed


def test_an_edit_right_after_the_clock_was_set_counts_no_day(start: Start, clock: Later) -> None:
    """Before the program's beat could see it."""
    passed = Later()
    life = start(clock=clock, steady=passed).ready()
    life.show_sample()
    reading = life.session.reading
    reading.sign_of_life()
    for ahead in (DAY, -2 * DAY):
        for one in (clock, passed):
            one.ahead += 40
        reading.sign_of_life()
        clock.ahead += ahead
        life.draw()
    time = reading.time()
    assert time.active_s == pytest.approx(80, abs=10)
    assert time.idle_s == 0
