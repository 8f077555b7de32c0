"""A session against a real hub: take work along, sign, send; and what a hub that is away costs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from labeler.app import submitting
from labeler.app.cases import open_item
from labeler.app.open_case import prepare
from labeler.app.rounds import LOOK_AGAIN_S
from labeler.app.screens import Change
from labeler.app.services import no_tick
from labeler.model.document import MOST_BYTES
from labeler.model.document_size import NEARLY, SIZE_CHECKS
from labeler.model.edits import AddMark, Together
from labeler.model.outbox import OutboxState
from labeler.model.steps import Do
from labeler.proof.journal_chain import JournalEntry
from labeler.store.journal import Journal, unheard
from tests.support.hall import Hall
from tests.support.life import PASSPHRASE, Later, Life, Start

QUEUED, RECEIVED, REJECTED = OutboxState.QUEUED, OutboxState.RECEIVED, OutboxState.REJECTED
AWAY = "does not answer"


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def timed(start: Start, hall: Hall, protected: Path, clock: Later) -> Life:  # noqa: ARG001
    """An expert whose clock can be put forward."""
    life = start(clock=clock)
    life.unlock(PASSPHRASE)
    life.ready()
    life.unlock_key(PASSPHRASE)
    life.connect(hall.url)
    life.download()
    return life


def label(life: Life, which: int = 0) -> str:
    case = life.show(life.cases()[which].id)
    life.draw()
    life.answer_all()
    return case.id


def sent(life: Life, *states: OutboxState) -> None:
    life.until(lambda: life.states() == list(states) and not life.session.outbox().syncing)


def test_from_connecting_to_a_receipt(expert: Life, hall: Hall) -> None:
    session = expert.session
    assert session.standing().marketplace == hall.url.removeprefix("http://")
    assert len(expert.cases()) == 3
    label(expert)
    summary = expert.propose()
    assert summary is not None
    assert (summary.marks, summary.no_finding, summary.pay.symbol) == (1, False, "USD")
    session.withdraw_signing(summary.token)
    assert expert.sign()
    assert expert.case().signed
    sent(expert, RECEIVED)
    (row,) = session.outbox().rows
    expert.until(lambda: session.work().cards[0].cases[0].state is RECEIVED)
    assert session.work().online
    assert row.pay.minor == 25_000_000
    assert (expert.told, expert.happened()) == ([], [])


def test_what_is_under_way_is_signed_too(expert: Life) -> None:
    label(expert)
    reading, (mark,) = expert.session.reading, expert.session.reading.document().marks
    more = (msgspec.structs.replace(mark, id=f"p{n}") for n in range(300))
    paste = Together("paste-marks", tuple(AddMark(n, one) for n, one in enumerate(more)))
    reading.work_out(lambda: Do(paste))
    summary = expert.propose()
    assert summary is not None
    assert summary.marks == 301


def test_a_signed_case_is_shown_and_not_changed(expert: Life, start: Start) -> None:
    case_id = label(expert)
    assert expert.sign()
    reading = expert.session.reading
    with pytest.raises(RuntimeError, match="signed"):
        expert.draw()
    assert not reading.can_undo()
    reading.undo(pytest.fail)
    expert.session.undo()
    expert.session.redo()
    assert expert.propose() is None
    assert expert.told == ["signed-already"]
    marks = expert.marks()
    sent(expert, RECEIVED)
    expert.close()
    again = start()
    again.unlock(PASSPHRASE)
    assert again.ready().show(case_id).signed
    assert again.marks() == marks
    with pytest.raises(RuntimeError, match="signed"):
        again.draw()


def test_what_is_not_ready_is_refused_before_the_signer_is_asked(expert: Life) -> None:
    expert.show(expert.cases()[0].id)
    assert expert.propose() is None
    expert.draw()
    assert expert.propose() is None
    expert.answer_all()
    expert.session.lock()
    expert.unlock(PASSPHRASE)
    # Locking returns at once; the signer is told on another thread.
    expert.until(lambda: not expert.services.signer.state().unlocked)
    assert expert.propose() is None
    assert expert.told == ["not-ready", "not-ready", "key-locked"]
    expert.unlock_key(PASSPHRASE)
    assert expert.sign()


def test_preparing_to_sign_tells_how_far_it_is_and_reads_the_journal_once(
    expert: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(expert)
    expert.saved()
    reads: list[str] = []
    whole = Journal.read

    def read(
        journal: Journal, document: str, tick: Callable[[int, int], None] = unheard
    ) -> tuple[JournalEntry, ...]:
        reads.append(document)
        return whole(journal, document, tick)

    monkeypatch.setattr(Journal, "read", read)
    told: list[tuple[int, int]] = []
    opened, shown = expert.session.reading.opened, expert.session.reading.history()
    assert opened is not None
    submitting.propose(
        expert.services, opened.case, shown, lambda done, total: told.append((done, total))
    )
    assert {total for _, total in told} == {1000}
    done = [done for done, _ in told]
    assert done == sorted(done)
    assert len(set(done)) > 4, "entry by entry"
    assert len(reads) == 1


def test_a_case_that_is_put_down_meanwhile_is_not_shown_to_be_signed(expert: Life) -> None:
    label(expert)
    expert.saved()
    stopped: list[bool] = []
    expert.session.propose_signing(pytest.fail, expert.refuse, lambda: stopped.append(True))
    expert.session.reading.close()
    expert.until(lambda: bool(stopped))


def test_preparing_to_sign_can_be_stopped_and_begun_anew(
    expert: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(expert)
    expert.saved()
    assert expert.session.why_not_sign() is None
    monkeypatch.setattr("labeler.app.jobs.SHOWN_AFTER_SECONDS", 0.0)
    held = expert.hold_store()
    stopped: list[bool] = []
    expert.session.propose_signing(pytest.fail, expert.refuse, lambda: stopped.append(True))
    (activity,) = expert.session.activities()
    assert activity.text == "Preparing the case to be signed"
    assert activity.cancellable
    expert.session.cancel(activity.id)
    held.set()
    expert.until(lambda: bool(stopped))
    assert expert.states() == []
    assert expert.sign()
    assert expert.told == []


def test_a_stroke_after_the_summary_is_not_signed_unseen(
    expert: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that is still being worked out when the person signs: it comes first."""
    label(expert)
    held, asked, confirm = threading.Event(), threading.Event(), submitting.confirm
    reading, (made,) = expert.session.reading, expert.session.reading.document().marks

    def make() -> Do:
        held.wait(30)
        return Do(AddMark(2, msgspec.structs.replace(made, id="made-meanwhile")))

    def told(*given: Any) -> Any:
        asked.set()
        return confirm(*given)

    monkeypatch.setattr(submitting, "confirm", told)
    for begin in (expert.draw, lambda: reading.work_out(make)):
        asked.clear()
        summary = expert.propose()
        assert summary is not None
        begin()
        expert.session.confirm_signing(summary.token, lambda: None, expert.refuse)
        assert begin == expert.draw or not asked.wait(0.1)
        held.set()
        expert.until(lambda: bool(expert.told))
        assert expert.told == ["changed-meanwhile"]
        expert.told.clear()
    assert len(expert.marks()) == 3
    assert not expert.case().signed
    assert expert.states() == []
    assert expert.sign()


def test_a_case_that_grows_too_large_is_told_while_it_is_drawn(expert: Life) -> None:
    """As it opens where very many marks stand already: their weight is what was read of them."""
    case = expert.show(expert.cases()[0].id)
    reading = expert.session.reading

    def weigh(size: int) -> None:
        item = open_item(expert.services, case.id, no_tick)
        opened = prepare(expert.services, item)
        reading.close()
        reading.show(replace(opened, weighed=replace(opened.weighed, bytes=size)))

    def told() -> list[str]:
        return [check.code for check in reading.checks() if check.code in SIZE_CHECKS]

    expert.draw()
    assert told() == []
    weigh(NEARLY)
    expert.draw()
    assert told() == ["nearly-too-large"]
    weigh(MOST_BYTES)
    expert.draw()
    assert told() == ["too-large-to-sign"]
    for _ in range(2):
        reading.undo()
    assert told() == ["nearly-too-large"], "what is taken back counts no more"


def test_confirming_twice_signs_once(expert: Life) -> None:
    label(expert)
    summary = expert.propose()
    assert summary is not None
    done: list[bool] = []
    for _ in range(2):
        expert.session.confirm_signing(summary.token, lambda: done.append(True), expert.refuse)
    sent(expert, RECEIVED)
    expert.rest()
    assert (done, expert.told) == ([True], [])


def test_a_rejected_case_stays_as_it_was_decided_on(expert: Life, hall: Hall, start: Start) -> None:
    """Nothing takes the place of a submission that was decided on (docs/protocol.md)."""
    case_id = label(expert)
    assert expert.sign()
    sent(expert, RECEIVED)
    hall.reject(expert.session.outbox().rows[0].digest)
    expert.session.sync()
    sent(expert, REJECTED)
    (row,) = expert.session.outbox().rows
    assert row.reason == "A nodule of 4 mm or more was missed"
    assert expert.case().signed
    expert.close()
    again = start()
    again.unlock(PASSPHRASE)
    assert again.ready().show(case_id).signed
    assert again.propose() is None
    assert again.told == ["signed-already"]


def test_a_hub_that_is_away_is_told_once_and_asked_again(
    timed: Life, hall: Hall, clock: Later
) -> None:
    label(timed)
    hall.shut()
    assert timed.sign()
    timed.until(lambda: bool(timed.happened()))
    (told,) = timed.happened()
    assert AWAY in told
    timed.until(lambda: timed.session.work().online is False)
    assert timed.states() == [QUEUED]

    timed.session.dismiss(timed.session.notices()[0].id)
    for _ in range(3):
        clock.ahead += 15 * 60
        timed.until(lambda: timed.session.outbox().syncing)
        timed.until(lambda: not timed.session.outbox().syncing)
    assert timed.happened() == []
    timed.session.sync()  # now somebody asks
    timed.until(lambda: bool(timed.happened()))

    hall.open()
    clock.ahead += 15 * 60
    sent(timed, RECEIVED)
    timed.until(lambda: timed.session.work().online is True)
    assert timed.happened() == []


def test_a_decision_is_heard_without_asking(timed: Life, hall: Hall, clock: Later) -> None:
    label(timed)
    assert timed.sign()
    sent(timed, RECEIVED)
    hall.accept(timed.session.outbox().rows[0].digest)
    clock.ahead += LOOK_AGAIN_S
    timed.until(lambda: timed.states() == [OutboxState.ACCEPTED])


def test_a_case_signed_while_a_round_is_under_way_goes_with_the_next(expert: Life) -> None:
    label(expert)
    assert expert.sign()
    assert expert.session.outbox().syncing
    label(expert, 1)
    expert.session.sync()
    assert expert.sign()
    sent(expert, RECEIVED, RECEIVED)


def test_a_download_that_is_cancelled_can_be_begun_again(
    start: Start, hall: Hall, protected: Path
) -> None:
    life = start()
    life.unlock(PASSPHRASE)
    life.ready()
    life.unlock_key(PASSPHRASE)
    life.connect(hall.url)
    life.until(lambda: bool(life.session.work().cards))
    hall.shut()
    with socket.create_server(("127.0.0.1", hall.port)) as silent:
        life.session.download(life.session.work().cards[0].id)
        life.session.sync()
        held, _ = silent.accept()
        life.until(lambda: len(life.session.activities()) == 2)
        for activity in life.session.activities():
            life.session.cancel(activity.id)
        assert life.session.activities() == ()
        held.close()
    life.until(lambda: not life.session.outbox().syncing)
    assert life.happened() == []  # who cancels need not be told
    hall.open()
    life.rest()
    life.download()
    assert life.session.work().cards[0].downloaded
    assert protected.is_dir()


def test_downloading_without_an_open_key_is_refused_and_can_be_done_later(
    start: Start, hall: Hall, protected: Path
) -> None:
    life = start()
    life.unlock(PASSPHRASE)
    life.ready().connect(hall.url)
    life.until(lambda: bool(life.session.work().cards))
    life.session.download(life.session.work().cards[0].id)
    life.until(lambda: life.happened() == ["The signing key is locked."])
    life.unlock_key(PASSPHRASE)
    life.download()
    assert len(list((protected / "packages").iterdir())) == 3


def test_the_next_case_is_the_next_that_is_not_signed(expert: Life) -> None:
    first, second, third = (row.id for row in expert.cases())

    def next_is(case_id: str) -> None:
        expert.session.open_next_case()
        expert.until(lambda: expert.case().id == case_id)

    label(expert, 1)
    assert expert.sign()
    sent(expert, RECEIVED)
    expert.until(lambda: expert.cases()[1].state is RECEIVED)
    next_is(third)
    next_is(first)
    next_is(third)
    assert second != expert.case().id


def test_a_case_that_cannot_be_opened_is_told_once_and_passed_over(expert: Life) -> None:
    first, second, third = (row.id for row in expert.cases())
    expert.show(first)
    store = expert.services.store
    row = store.call(lambda s: s.tasks.find_item(second))
    assert row is not None
    (expert.services.packages / f"{row.package}.sealed").unlink()
    expert.session.open_next_case()
    expert.until(lambda: expert.session.reading.case() is not None and expert.case().id == third)
    assert expert.happened() == ["The images of this case are not on this computer."]
    expert.session.open_next_case()
    expert.until(lambda: expert.case().id == first)
    expert.session.open_case(second)
    expert.until(lambda: expert.session.reading.case() is None)
    assert len(expert.happened()) == 1, "nobody reads another case under its name"


def test_what_is_refused_again_is_the_newest_and_goes_once_it_is_over(expert: Life) -> None:
    second = expert.cases()[1].id
    row = expert.services.store.call(lambda s: s.tasks.find_item(second))
    assert row is not None
    package = expert.services.packages / f"{row.package}.sealed"
    held = package.read_bytes()
    package.unlink()
    told = "The images of this case are not on this computer."

    def refused() -> None:
        expert.changes.clear()
        expert.session.open_case(second)
        expert.until(lambda: Change.NOTICES in expert.changes)

    refused()
    expert.changes.clear()
    expert.session.open_paths((package.parent / "nowhere",))
    expert.until(lambda: Change.NOTICES in expert.changes)
    other = expert.happened()[1]
    refused()
    assert expert.happened() == [other, told]
    package.write_bytes(held)
    expert.show(second)
    assert expert.happened() == [other]


def test_the_last_case_is_known_after_a_restart(expert: Life, start: Start) -> None:
    second = expert.cases()[1].id
    expert.show(second)
    expert.until(lambda: expert.session.work().last_case == second)
    assert expert.session.work().online, "the marketplace answered when the task was fetched"
    expert.close()
    again = start()
    again.unlock(PASSPHRASE)
    again.ready()
    again.until(lambda: again.session.work().last_case == second)


def test_a_stranger_at_the_address_is_refused(start: Start, hall: Hall) -> None:
    life = start().ready()
    life.connect("http://192.0.2.1:9")
    hall.shut()
    life.connect(hall.url)
    assert life.told == ["bad-address", "marketplace-unreachable"]
    assert life.session.standing().marketplace is None
    life.session.sync()
    life.until(lambda: bool(life.happened()))
    assert life.happened() == ["This profile is not connected to a marketplace yet."]
