"""A case whose journal the disk did not give back: it is asked about, and work goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labeler.app.screens import Change, DamagedCase, SaveState
from labeler.errors import LabelerError
from labeler.store.database import Database
from tests.support.life import PASSPHRASE, Life, Start
from tests.support.profiles import opened

Damage = Callable[[Path], None]
DRAWN = 5


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def drawn(start: Start, root: Path) -> list[str]:
    """Five boxes in the practice case; a copy of the database from when there were three."""
    life = start()
    life.ready().show_sample()
    names = [life.draw() for _ in range(3)]
    life.close()
    older = (root / "labeler.db").read_bytes()
    again = start()
    again.ready().show_sample()
    names += [again.draw() for _ in range(DRAWN - 3)]
    again.close()
    (root.parent / "older.db").write_bytes(older)
    return names


def is_older(root: Path) -> None:
    (root / "labeler.db").write_bytes((root.parent / "older.db").read_bytes())


def is_broken_inside(root: Path) -> None:
    """No check at opening sees it: the last entry is as it was."""
    with opened(root) as store, store.database.transaction():
        store.database.run("UPDATE journal SET hash = hash || '0' WHERE seq = 4")


def asked(life: Life) -> DamagedCase:
    """What the window would ask about, once the practice case was to be opened."""
    life.ready()
    life.session.open_sample()
    life.until(lambda: life.session.damaged() is not None)
    found = life.session.damaged()
    assert found is not None
    return found


def go_on(life: Life, case_id: str) -> None:
    done: list[bool] = []
    life.session.go_on(case_id, lambda: done.append(True), life.refuse)
    life.until(lambda: bool(done) and life.session.reading.case() is not None)


@pytest.mark.parametrize("damage", [is_older, is_broken_inside])
def test_what_is_left_is_shown_and_gone_on_from(
    start: Start, root: Path, drawn: list[str], damage: Damage
) -> None:
    damage(root)
    life = start()
    case = asked(life)
    assert (case.title, case.good, case.expected) == ("sample", 3, DRAWN)
    assert (case.marks, case.answers) == (3, 0)
    assert case.at is not None
    assert bool(case.kept) == (damage is is_older), "broken inside: found only at reading"
    assert Change.DAMAGE in life.changes
    assert life.session.reading.case() is None
    go_on(life, case.id)
    assert life.marks() == drawn[:3]
    assert life.session.damaged() is None
    assert not any("journal" in told for told in life.happened()), "what is over is put away"
    assert any((root / "aside").rglob("labeler.db"))
    fresh = life.draw()
    assert life.session.save_light().state is SaveState.SAVED
    assert life.close() == 0
    again = start()
    again.ready().show_sample()
    assert again.marks() == [*drawn[:3], fresh]
    assert again.happened() == []


def test_nothing_is_given_up_before_the_person_says_so(
    start: Start, root: Path, drawn: list[str]
) -> None:
    is_older(root)
    for _ in range(2):
        life = start()
        assert asked(life).good == 3
        life.session.go_on("another case", lambda: None, life.refuse)
        life.rest()
        assert life.session.reading.case() is None
        life.close()
    with opened(root) as store, pytest.raises(LabelerError, match="3 of 5"):
        store.journal.read(store.documents.rows()[0].id)
    assert len(drawn) == DRAWN


def test_going_on_twice_does_no_more_than_once(start: Start, root: Path, drawn: list[str]) -> None:
    is_older(root)
    life = start()
    case = asked(life)
    life.session.go_on(case.id, lambda: None, life.refuse)
    go_on(life, case.id)
    life.rest()
    assert (life.marks(), life.told, life.session.damaged()) == (drawn[:3], [], None)


def test_a_whole_journal_gone_begins_anew(start: Start, root: Path) -> None:
    life = start()
    life.ready()
    life.close()
    older = (root / "labeler.db").read_bytes()
    again = start()
    again.ready().show_sample()
    again.draw()
    again.close()
    (root / "labeler.db").write_bytes(older)
    last = start()
    case = asked(last)
    assert (case.good, case.expected, case.marks, case.at) == (0, 1, 0, None)
    go_on(last, case.id)
    name = last.draw()
    last.close()
    reopened = start()
    reopened.ready().show_sample()
    assert reopened.marks() == [name]
    assert reopened.happened() == []


def test_a_signed_case_that_lost_steps_is_not_taken_for_the_signed_one(
    expert: Life, start: Start
) -> None:
    case = expert.show(expert.cases()[0].id)
    expert.answer_all()
    expert.draw()
    expert.saved()
    assert expert.sign()
    head = expert.session.reading.head
    assert head is not None
    expert.close()
    life = start()
    life.unlock(PASSPHRASE)
    life.ready()
    life.services.store.call(lambda store: _break(store.database, head.seq))
    life.session.open_case(case.id)
    life.until(lambda: life.session.damaged() is not None)
    damaged = life.session.damaged()
    assert damaged is not None
    assert (damaged.title, damaged.good, damaged.marks) == (case_title(life), head.seq - 1, 0)
    go_on(life, case.id)
    assert not life.session.reading.is_signed
    life.draw()
    again = life.session.reading.head
    assert again is not None
    assert again.seq == head.seq
    life.close()
    reopened = start()
    reopened.unlock(PASSPHRASE)
    reopened.ready().show(case.id)
    assert not reopened.session.reading.is_signed, "as many steps as were signed, but others"
    assert len(reopened.states()) == 1


def case_title(life: Life) -> str:
    return life.cases()[0].title


def _break(database: Database, seq: int) -> None:
    with database.transaction():
        database.run("UPDATE journal SET hash = hash || '0' WHERE seq = ?", (seq,))
