"""The profile of a session: practice, protection, the lock, and going away in good order."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.app.screens import Change, SaveState
from labeler.store.profile import open_profile
from tests.support.life import PASSPHRASE, Start, write_sample


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "profile"


def test_a_first_run_makes_a_practice_profile_that_keeps_what_is_drawn(start: Start) -> None:
    life = start()
    standing = life.session.standing()
    assert (standing.first_run, standing.practice, standing.locked) == (True, True, False)
    assert life.session.save_light().state is SaveState.NOTHING
    life.ready().show_sample()
    names = [life.draw(), life.draw()]
    assert life.close() == 0
    again = start()
    assert not again.session.standing().first_run
    again.ready().show_sample()
    assert again.marks() == names


def test_a_case_asked_for_before_the_profile_is_open_comes_when_it_is(start: Start) -> None:
    life = start()
    life.session.open_sample()
    life.until(lambda: life.session.reading.case() is not None)
    assert life.happened() == []


def test_a_practice_case_cut_short_is_made_again(start: Start) -> None:
    full = [True]

    def sample(folder: Path) -> None:
        folder.mkdir()
        (folder / "1.png").write_bytes(b"half")
        if full.pop() if full else False:
            raise OSError(28, "No space left on device")
        (folder / "1.png").unlink()
        folder.rmdir()
        write_sample(folder)

    life = start(sample=sample).ready()
    life.session.open_sample()
    life.until(lambda: bool(life.happened()))
    (told,) = life.happened()
    assert told == "The practice case could not be written (No space left on device)."
    assert len(life.show_sample().series) == 2


def test_the_first_key_protects_the_profile(start: Start, root: Path) -> None:
    life = start().ready()
    life.show_sample()
    name = life.draw()
    life.create_key(PASSPHRASE)
    standing = life.session.standing()
    assert not standing.practice
    assert standing.key_unlocked
    assert standing.key_address is not None
    assert not (root / "practice.key").exists()
    life.close()

    again = start()
    assert (again.session.standing().locked, again.session.standing().practice) == (True, False)
    again.unlock("wrong")
    assert again.told == ["wrong-passphrase"]
    assert again.session.standing().locked
    again.unlock(PASSPHRASE)
    again.ready()
    assert not again.session.standing().locked
    again.until(lambda: again.session.standing().key_address == standing.key_address)
    assert not again.session.standing().key_unlocked
    assert again.show_sample().id
    assert again.marks() == [name]


def test_a_key_without_protection_is_not_kept(start: Start, root: Path) -> None:
    life = start().ready()
    (root / "profile.json.new").mkdir()  # the profile cannot be written anew
    life.create_key(PASSPHRASE)
    assert len(life.told) == 1
    assert life.session.standing().practice
    assert list((root / "keystore").glob("*.json")) == []
    (root / "profile.json.new").rmdir()
    life.create_key(PASSPHRASE)
    assert len(life.told) == 1
    assert not life.session.standing().practice
    assert not (root / "practice.key").exists()
    assert open_profile(root).is_protected


def test_the_lock_shuts_the_key_and_never_stops_the_journal(protected: Path, start: Start) -> None:
    life = start()
    life.unlock(PASSPHRASE)
    life.ready()
    life.unlock_key(PASSPHRASE)
    life.show_sample()
    life.session.lock()
    assert life.session.standing().locked
    life.draw()
    assert life.session.save_light().state is SaveState.SAVED
    life.rest()
    assert not life.session.standing().key_unlocked
    life.unlock("wrong")
    assert life.told == ["wrong-passphrase"]
    assert life.session.standing().locked
    before = life.changes.count(Change.LOCK)
    life.unlock(PASSPHRASE)
    assert not life.session.standing().locked
    assert life.changes.count(Change.LOCK) == before + 1
    assert len(life.marks()) == 1
    assert open_profile(protected).is_protected


def test_practice_has_nothing_to_lock_with(start: Start) -> None:
    life = start().ready()
    life.session.lock()
    assert not life.session.standing().locked


@pytest.mark.usefixtures("protected")
def test_unlocking_twice_at_once_opens_once(start: Start) -> None:
    life = start()
    answers: list[str] = []
    for _ in range(2):
        life.session.unlock(PASSPHRASE, lambda: answers.append("open"), life.refuse)
    life.ready()
    life.rest()
    assert (answers, life.told) == (["open"], [])


@pytest.mark.usefixtures("protected")
def test_a_wrong_passphrase_does_not_stand_in_the_way_of_the_right_one(start: Start) -> None:
    life = start()
    for words in ("wrong", "wrong again", PASSPHRASE):
        life.unlock(words)
    life.ready()
    assert life.told == ["wrong-passphrase"] * 2


def test_closing_while_the_profile_is_being_opened_leaves_nothing_open(start: Start) -> None:
    start().ready().close()
    start().close()
    assert start().ready().happened() == []


def test_a_profile_in_use_is_told_and_opens_later(start: Start) -> None:
    first = start().ready()
    second = start()
    second.until(lambda: bool(second.happened()))
    in_use = ["This profile is open in another window or program."]
    assert second.happened() == in_use
    assert second.session.standing().shut
    second.session.open_again()
    second.until(lambda: second.happened() == [])
    second.until(lambda: second.happened() == in_use)
    first.close()
    second.session.open_again()
    second.ready().show_sample()
    assert second.happened() == []
    assert not second.session.standing().shut


def test_what_is_asked_of_a_profile_that_is_shut_is_refused_with_the_reason(start: Start) -> None:
    start().ready()
    second = start()
    second.until(lambda: second.session.standing().shut)
    for notice in second.session.notices():
        second.session.dismiss(notice.id)
    second.session.open_sample()
    second.until(lambda: bool(second.happened()))
    assert second.happened() == ["This profile is open in another window or program."]


def test_after_the_end_nobody_is_called(start: Start) -> None:
    life = start().ready()
    life.show_sample()
    life.draw(settled=False)
    life.session.sync()
    assert life.close() == 0
    before = list(life.changes)
    while life.live(0.3):
        pass
    assert life.changes == before


def test_a_profile_that_cannot_be_read_is_told_and_left_alone(start: Start, root: Path) -> None:
    start().ready().close()
    for text, word in (("{", "damaged"), ('{"format":"labeler.profile","version":99}', "newer")):
        (root / "profile.json").write_text(text)
        life = start()
        (told,) = life.happened()
        assert word in told
        life.session.open_sample()
        life.session.sync()
        life.rest()
        assert len(life.happened()) == 1
        assert life.close() == 0
        assert (root / "profile.json").read_text() == text


def test_a_profile_that_can_be_read_again_is_opened(start: Start, root: Path) -> None:
    start().ready().close()
    good = (root / "profile.json").read_text()
    (root / "profile.json").write_text("{")
    life = start()
    assert life.session.standing().shut
    (root / "profile.json").write_text(good)
    life.session.open_again()
    life.ready()
    assert (life.happened(), life.session.standing().shut) == ([], False)
