"""Submissions: stored whole or not at all, once, in one chain, and only forward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.model.outbox import OutboxState
from labeler.store.outbox import NO_PREVIOUS, NewSubmission, SubmissionRow
from labeler.store.store import Store
from tests.support.profiles import ITEM, NOW, opened, stroke

FIRST = NewSubmission(
    digest="a" * 64,
    wire=b'{"type":"Submission"}',
    marketplace="2" * 64,
    assignment="3" * 64,
    item=ITEM,
    revision=1,
    document="d",
    worker="4" * 40,
    device="5" * 64,
    sequence=1,
    previous=NO_PREVIOUS,
    signed_at=NOW,
)
SECOND = replace(FIRST, digest="b" * 64, revision=2, sequence=2, previous=FIRST.digest)
BLOBS = [b"payload", b"mask"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "profile") as made:
        made.documents.ensure("d", ITEM, NOW)
        made.journal.append("d", [stroke(0), stroke(1)], after=0, at=NOW)
        yield made


def code_of(error: pytest.ExceptionInfo[LabelerError]) -> str:
    return error.value.code


def message(store: Store, letter: str, kind: str) -> str:
    store.messages.put(letter * 64, kind, b"{}", NOW)
    return letter * 64


def test_a_submission_is_stored_with_blobs_link_and_mark(store: Store) -> None:
    row = store.outbox.enqueue(FIRST, BLOBS, NOW)
    assert (row.state, row.attempts, row.next_try) == (OutboxState.QUEUED, 0, 0)
    assert store.outbox.blobs_of(FIRST.digest) == BLOBS
    assert store.messages.get(FIRST.digest).wire == FIRST.wire
    document = store.documents.get("d")
    assert (document.submission, document.submitted_seq) == (FIRST.digest, 2)
    link = store.outbox.next_link(FIRST.worker, FIRST.marketplace, FIRST.device)
    assert (link.sequence, link.previous) == (2, FIRST.digest)
    assert store.outbox.next_revision(FIRST.assignment, ITEM) == 2


def test_the_same_again_changes_nothing(store: Store) -> None:
    first = store.outbox.enqueue(FIRST, BLOBS, NOW)
    store.journal.append("d", [stroke(2)], after=2, at=NOW)
    assert store.outbox.enqueue(FIRST, BLOBS, NOW + 1) == first
    assert store.documents.get("d").submitted_seq == 2
    assert len(store.outbox.rows()) == 1


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (replace(SECOND, revision=1), "submission-doubled"),
        (replace(SECOND, previous=NO_PREVIOUS), "chain-forked"),
        (replace(SECOND, sequence=3), "chain-forked"),
        (replace(SECOND, sequence=1), "chain-forked"),
    ],
)
def test_doubles_and_forks_leave_nothing_behind(
    store: Store, other: NewSubmission, code: str
) -> None:
    store.outbox.enqueue(FIRST, BLOBS, NOW)
    with pytest.raises(LabelerError) as caught:
        store.outbox.enqueue(other, [b"another blob"], NOW)
    assert code_of(caught) == code
    assert store.database.row("SELECT count(*) FROM blob") == (2,)
    assert store.messages.find(other.digest) is None
    assert store.outbox.rows() == [store.outbox.get(FIRST.digest)]


def test_an_unknown_document_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.outbox.enqueue(replace(FIRST, document="nobody"), BLOBS, NOW)
    assert store.outbox.rows() == []
    assert store.database.row("SELECT count(*) FROM blob") == (0,)
    assert store.outbox.next_link(FIRST.worker, FIRST.marketplace, FIRST.device).sequence == 1


def test_the_way_to_payment(store: Store) -> None:
    outbox = store.outbox
    outbox.enqueue(FIRST, BLOBS, NOW)
    assert outbox.begin_attempt(FIRST.digest, NOW + 1).attempts == 1
    row = outbox.record_receipt(FIRST.digest, message(store, "c", "Receipt"))
    assert (row.state, row.receipt) == (OutboxState.RECEIVED, "c" * 64)
    row = outbox.record_decision(FIRST.digest, message(store, "d", "Decision"), accepted=True)
    assert (row.state, row.decision) == (OutboxState.ACCEPTED, "d" * 64)
    row = outbox.mark_paid(FIRST.digest, message(store, "e", "AccountStatement"))
    assert (row.state, row.statement) == (OutboxState.PAID, "e" * 64)
    assert outbox.due(NOW * 2) == []
    assert outbox.next_try() is None


def test_states_do_not_go_back(store: Store) -> None:
    outbox = store.outbox
    outbox.enqueue(FIRST, BLOBS, NOW)
    with pytest.raises(LabelerError) as caught:
        outbox.record_decision(FIRST.digest, message(store, "d", "Decision"), accepted=False)
    assert code_of(caught) == "wrong-state"
    assert outbox.get(FIRST.digest).decision is None
    outbox.record_receipt(FIRST.digest, message(store, "c", "Receipt"))
    with pytest.raises(LabelerError) as caught:
        outbox.mark_sent(FIRST.digest)
    assert caught.value.facts == {"before": "received", "after": "sent"}
    outbox.record_decision(FIRST.digest, message(store, "d", "Decision"), accepted=True)
    assert outbox.record_receipt(FIRST.digest, "c" * 64).state is OutboxState.ACCEPTED


def test_failures_wait_for_their_next_try(store: Store) -> None:
    outbox = store.outbox
    outbox.enqueue(FIRST, BLOBS, NOW)
    outbox.enqueue(replace(SECOND, signed_at=NOW - 5), BLOBS, NOW)
    outbox.mark_sent(FIRST.digest)
    row = outbox.record_failure(FIRST.digest, "hub-unreachable", NOW + 60)
    assert (row.state, row.last_error) == (OutboxState.SENT, "hub-unreachable")

    def digests(rows: list[SubmissionRow]) -> list[str]:
        return [row.digest[0] for row in rows]

    assert digests(outbox.due(NOW)) == ["b"]
    assert digests(outbox.due(NOW + 60)) == ["b", "a"]
    assert digests(outbox.rows()) == ["a", "b"]
    assert digests(outbox.of_document("d")) == ["b", "a"]
    assert outbox.next_try() == 0


def test_it_comes_back_after_reopening(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        row = store.outbox.enqueue(FIRST, BLOBS, NOW)
    with opened(root) as store:
        assert store.outbox.rows() == [row]
        with pytest.raises(LabelerError) as caught:
            store.outbox.get("f" * 64)
        assert code_of(caught) == "submission-missing"
