"""Going on from a damaged journal while its case is open: nothing goes into the one that comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from labeler.app import recovering
from labeler.app.checkpointing import AT_CLOSING
from labeler.app.screens import Change, DamagedCase
from labeler.app.services import Services
from labeler.model.edits import AddMark
from labeler.model.steps import Do, Walk
from labeler.store.store import Store
from tests.app.test_long_steps import COUNT, all_at, moved, with_many
from tests.app.test_reading import open_study
from tests.support.dicom_files import write_stack
from tests.support.life import Later, Life, Start


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_stack(tmp_path / "study", [(0.0, 0.0, 2.5 * k) for k in range(3)])
    return tmp_path / "study"


@pytest.fixture
def reader(start: Start, study: Path) -> Life:
    return with_many(start, study)


GOES_ON = "“study” goes on from its last good state. Open it to see it."


def open_again(life: Life, study: Path, case_id: str) -> None:
    life.session.open_paths([study])
    life.until(lambda: life.session.reading.case() is not None and life.case().id == case_id)
    life.rest()


def damage_open_case(life: Life, study: Path) -> str:
    """After its first step, which is seen when it is opened again; its name."""

    def damage(store: Store) -> None:
        with store.database.transaction():
            store.database.run("UPDATE journal SET hash = hash || '0' WHERE seq = 2")

    life.services.store.call(damage)
    life.session.open_paths([study])
    life.until(lambda: life.session.damaged() is not None)
    return life.case().id


def go_on_from_damage(life: Life, study: Path, meanwhile: Callable[[], None]) -> None:
    """The journal of the open case turns out to be damaged, and the person goes on from there."""
    case_id = damage_open_case(life, study)
    meanwhile()
    before = life.session.reading.case()
    life.session.go_on(case_id, lambda: None, life.refuse)
    life.until(lambda: life.session.reading.case() is not before)


def test_nothing_under_way_goes_into_the_document_that_is_gone_on_with(
    reader: Life, study: Path
) -> None:
    """Its journal was damaged and is another now: what was begun before is left out, and told."""
    reader.draw()
    reading = reader.session.reading
    held, acts = threading.Event(), []

    def begin() -> None:
        def make() -> Walk:
            held.wait(20)
            return Do(moved(reading.document(), 5))

        reading.work_out(make)
        late = msgspec.structs.replace(reading.document().marks[0], id="late")
        reading.apply(AddMark(COUNT, late), {})
        reading.undo()
        reading.in_turn(lambda: acts.append("in the wrong one"))

    go_on_from_damage(reader, study, begin)
    reader.until(lambda: reading.case() is not None)
    before = reading.history()
    assert reading.is_settled
    held.set()
    reader.rest()
    assert reading.history() is before
    assert len(before.document.marks) == COUNT
    assert acts == []
    assert reader.told == []
    (told,) = reader.happened()
    assert told.startswith("What was under way")
    reader.draw()
    assert len(reading.document().marks) == COUNT + 1


@pytest.mark.parametrize("accepted", [False, True])
def test_what_is_done_while_a_loss_is_accepted_waits(
    reader: Life, study: Path, accepted: bool
) -> None:
    """Into a journal that is another now nothing goes; into one that stayed, all."""
    reader.draw()
    reading = reader.session.reading
    before = reading.case()
    first = damage_open_case(reader, study)
    if not accepted:
        no_room_aside(reader)
    held = reader.hold_store()
    reader.session.go_on(first, lambda: None, reader.refuse)
    reading.sign_of_life()
    reading.work_out(lambda: Do(moved(reading.document(), 8)))
    name = reader.draw(settled=False)
    reader.rest()
    assert name not in reader.marks()
    held.set()
    if accepted:
        reader.until(lambda: reading.case() not in (None, before))
        reader.rest()
        assert len(reading.document().marks) == COUNT
        assert any(told.startswith("What was under way") for told in reader.happened())
        reader.draw()
    else:
        reader.until(lambda: name in reader.marks())
        assert all_at(reader, 8)
        assert reader.told == ["disk-failed"]


def no_room_aside(life: Life) -> None:
    """The files of the profile cannot be kept aside: a file stands where their folder would."""
    life.services.store.call(lambda store: store.profile.aside.write_bytes(b""))


@pytest.mark.parametrize("end", ["accepted", "closed", "kept"])
def test_signing_that_waits_while_a_loss_is_accepted_is_answered(
    start: Start, study: Path, end: str
) -> None:
    """It is refused or stopped: who asked may ask again."""
    life, heard = open_study(start().ready(), study), list[str]()
    reading, name = life.session.reading, life.case().id
    release = reading.hold(name)
    life.session.propose_signing(
        lambda _summary: heard.append("answered"),
        lambda error: heard.append(error.code),
        lambda: heard.append("stopped"),
    )
    assert heard == []
    if end == "accepted":
        reading.leave_behind(name)
    elif end == "closed":
        reading.close()
    release()
    life.rest()
    assert heard == (["not-ready"] if end == "kept" else ["stopped"])


def test_signing_where_no_case_is_open_is_stopped(start: Start) -> None:
    life, heard = start().ready(), list[str]()
    life.session.propose_signing(
        lambda _summary: heard.append("answered"),
        lambda error: heard.append(error.code),
        lambda: heard.append("stopped"),
    )
    assert heard == ["stopped"]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_jump_that_is_given_up_for_a_loss_is_told_once_it_is_known_how(
    start: Start, study: Path, accepted: bool
) -> None:
    """The person went on from the last good state, and did not go on working."""
    life, left = with_many(start, study), list[str]()
    reading, name = life.session.reading, life.case().id
    reading.go(0, lambda _edit: None, lambda: left.append("left"))
    assert reading.going() is not None
    release = reading.hold(name)
    assert reading.going() is None
    assert left == []
    if accepted:
        reading.leave_behind(name)
    release()
    if accepted:
        assert left == []
        (told,) = life.happened()
        assert told.startswith("What was under way when you went on")
    else:
        assert left == ["left"]
        assert life.happened() == []


def test_nothing_is_told_where_nothing_was_under_way(reader: Life, study: Path) -> None:
    reader.draw()
    go_on_from_damage(reader, study, reader.changes.clear)
    reader.rest()
    assert reader.happened() == []
    assert reader.changes.count(Change.READING) == 2, "none is shown, then the one gone on with"
    reader.draw()


def test_a_case_put_down_while_a_loss_is_accepted_leaves_its_journal_alone(
    reader: Life, start: Start, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another is opened meanwhile: what is finished then, and the leaving, goes nowhere."""
    reading, held, went_on = reader.session.reading, threading.Event(), threading.Event()
    write_stack(tmp_path / "other", [(0.0, 0.0, 0.0)], series="2")

    def go_on(services: Services, case_id: str) -> DamagedCase | None:
        try:
            held.wait(20)
            return real(services, case_id)
        finally:
            went_on.set()

    real = recovering.go_on
    monkeypatch.setattr(recovering, "go_on", go_on)
    reading.sign_of_life()
    reader.draw()
    first = damage_open_case(reader, study)
    reader.session.listen(finish_at_the_end(reader))
    reader.session.go_on(first, lambda: None, reader.refuse)
    reader.session.open_paths([tmp_path / "other"])
    reader.until(lambda: reader.case().id != first)
    assert Change.PUT_DOWN in reader.changes
    assert any(told.startswith("What was under way") for told in reader.happened())
    held.set()
    assert went_on.wait(20)
    reader.until(lambda: GOES_ON in reader.happened())
    assert reader.case().id != first, "what was opened later keeps the screen"
    open_again(reader, study, first)
    kept = reader.services.store.call(lambda store: store.journal.read(first))
    assert len(reading.document().marks) == COUNT
    assert len(kept) == reading.history().taken == 1
    assert reader.told == []
    reader.draw()
    reader.close()
    marks = open_study(start().ready(), study).marks()
    assert len(marks) == COUNT + 2, "one is drawn, one finished at the end"


def test_a_case_that_goes_on_does_not_overtake_one_that_is_on_its_way(
    reader: Life, study: Path, tmp_path: Path
) -> None:
    reader.draw()
    write_stack(tmp_path / "other", [(0.0, 0.0, 0.0)], series="2")
    first, answered = damage_open_case(reader, study), list[bool]()
    reader.session.go_on(first, lambda: answered.append(True), reader.refuse)
    reader.session.open_paths([tmp_path / "other"])
    reader.until(lambda: bool(answered) and reader.session.reading.case() is not None)
    reader.rest()
    assert reader.case().id != first
    assert reader.happened() == [GOES_ON]
    open_again(reader, study, first)
    assert len(reader.marks()) == COUNT


def test_a_case_that_goes_on_is_shown_again_where_another_did_not_come(
    reader: Life, study: Path, tmp_path: Path
) -> None:
    """It was on the screen, and what was opened meanwhile was refused."""
    reader.draw()
    first, answered = damage_open_case(reader, study), list[bool]()
    held = reader.hold_store()
    reader.session.go_on(first, lambda: answered.append(True), reader.refuse)
    reader.session.open_paths([tmp_path / "nowhere"])
    reader.until(lambda: reader.happened()[-1:] == ["There is no folder or file named nowhere."])
    held.set()
    reader.until(lambda: bool(answered) and reader.session.reading.case() is not None)
    reader.rest()
    assert reader.case().id == first
    assert GOES_ON not in reader.happened()
    reader.draw()


def test_two_cases_go_on_at_once_and_the_one_asked_about_last_is_shown(
    reader: Life, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever is done first."""
    other = tmp_path / "other"
    write_stack(other, [(0.0, 0.0, 2.5 * k) for k in range(3)], series="2")
    reader.draw()
    first = reader.case().id
    open_study(reader, other)
    reader.until(lambda: reader.case().id != first)
    second = reader.case().id
    reader.draw()
    reader.draw()
    held, real = threading.Event(), recovering.go_on

    def go_on(services: Services, case_id: str) -> DamagedCase | None:
        if case_id == first:
            held.wait(20)
        return real(services, case_id)

    monkeypatch.setattr(recovering, "go_on", go_on)
    answered: list[str] = []
    damage_open_case(reader, study)
    for case_id, folder in ((first, study), (second, other)):
        reader.session.open_paths([folder])
        reader.until(
            lambda case_id=case_id: (
                (left := reader.session.damaged()) is not None and left.id == case_id
            )
        )
        for _press in range(2):
            reader.session.go_on(
                case_id, lambda case_id=case_id: answered.append(case_id), reader.refuse
            )
    reader.until(lambda: answered == [second, second])
    reader.until(lambda: reader.session.reading.case() is not None)
    held.set()
    reader.until(lambda: answered == [second, second, first, first])
    reader.rest()
    assert reader.case().id == second
    assert len(reader.marks()) == 1
    assert GOES_ON in reader.happened()
    open_again(reader, study, first)
    assert len(reader.marks()) == COUNT


def test_what_is_in_the_hand_when_a_loss_was_accepted_is_told_of(reader: Life, study: Path) -> None:
    reader.draw()
    go_on_from_damage(reader, study, lambda: reader.session.listen(finish_at_the_end(reader)))
    reader.rest()
    assert reader.changes.count(Change.PUT_DOWN) == 1
    assert [told[:18] for told in reader.happened()] == ["What was under way"]
    assert len(reader.session.reading.document().marks) == COUNT


def finish_at_the_end(life: Life) -> Callable[[Change], None]:
    """As the window does with an outline in the hand."""

    def hear(change: Change) -> None:
        life.changes.append(change)
        if change is Change.PUT_DOWN:
            life.draw(settled=False)

    return hear


@pytest.mark.parametrize("accepted", [False, True])
def test_time_goes_on_while_nothing_may_be_written(
    start: Start, study: Path, accepted: bool
) -> None:
    clock = Later()
    life = open_study(start(clock=clock, steady=lambda: float(clock())).ready(), study)
    reading = life.session.reading
    release = reading.hold(life.case().id)
    reading.sign_of_life()
    clock.ahead += 50
    reading.sign_of_life()
    if accepted:
        name, taken = life.case().id, reading.history().taken
        reading.leave_behind(name)
        release()
        assert life.happened() == [], "only looking was under way"
        life.rest()
        kept = life.services.store.call(lambda store: store.journal.head(name))
        assert kept.seq == taken, "and none of it was written"
        return
    release()
    life.draw()
    assert reading.time().active_s in range(50, 55)


@pytest.mark.parametrize("end", ["accepted", "closed", "kept"])
def test_time_that_is_taken_off_while_nothing_may_be_written_is_told_of(
    start: Start, study: Path, end: str
) -> None:
    """It is the person's word: lost with the journal, it is said again, or it goes into it."""
    clock = Later()
    life = open_study(start(clock=clock, steady=lambda: float(clock())).ready(), study)
    reading = life.session.reading
    reading.sign_of_life()
    clock.ahead += 50
    reading.sign_of_life()
    release = reading.hold(life.case().id)
    reading.take_off(20)
    if end == "kept":
        release()
        assert reading.time().told_s in range(28, 34)
        assert life.happened() == []
        return
    if end == "accepted":
        reading.leave_behind(life.case().id)
    else:
        reading.close()
    release()
    (told,) = life.happened()
    assert told.startswith("What was under way")
    assert ("was closed before" in told) is (end == "closed"), "whether it goes on is not known"


@pytest.mark.parametrize("held", [False, True])
def test_no_checkpoint_is_made_of_a_document_whose_journal_may_be_another(
    start: Start, study: Path, held: bool
) -> None:
    """Under the journal that comes, it would be of entries that were never there."""
    life = open_study(start().ready(), study)
    for _ in range(AT_CLOSING):
        life.draw(settled=False)
    life.saved()
    reading, name = life.session.reading, life.case().id
    if held:
        reading.hold(name)
    reading.close()
    stood = life.services.store.call(lambda store: store.documents.opened(name))
    assert (stood.start is None) is held
