"""A marketplace that lies to the verbs: nothing false is recorded, nothing else is given away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from labeler.app import marketplaces, taking
from labeler.app.earnings_screen import read_earnings
from labeler.app.opening import utc_now
from labeler.app.outbox_screen import read_outbox
from labeler.app.screens import NextStep, Recomputed
from labeler.errors import LabelerError
from labeler.hub.keys import Role
from labeler.hub.settlement import settle
from labeler.model.outbox import OutboxState
from labeler.proof.claim_tree import ClaimLeaf, claim_root
from labeler.proof.envelope import Envelope, from_envelope, to_envelope
from labeler.proof.log_entry import LogLeaf, entry_hash
from labeler.proof.merkle_log import EMPTY_ROOT, root
from labeler.proof.messages import AccountStatement, EpochStatement, Message, TreeHead
from tests.support.hub import open_hub, served
from tests.support.liar import Said
from tests.support.worker import Worker, a_worker

HOUR = 3600
PRICE = 25_000_000


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    with a_worker(tmp_path) as built:
        yield built


def signed(worker: Worker, message: Message) -> Any:
    """What a marketplace with its own true key can say."""
    return msgspec.to_builtins(to_envelope(worker.market.sign(Role.MARKETPLACE, message)))


def head_of(worker: Worker, size: int, root: bytes, at: int) -> Any:
    return signed(worker, TreeHead(worker.market.identity.message.log_id, size, root, at))


def forked(worker: Worker, at: int) -> Any:
    """A head of two entries that never grew out of the log shown before."""
    return head_of(worker, 2, b"\x66" * 32, at)


def test_a_forked_log_is_told_at_every_round_from_then_on(worker: Worker) -> None:
    first, second = worker.take(worker.post())
    early, late = worker.sign(first), worker.sign(second)
    assert worker.told() == set()
    for submission in (early, late):
        worker.decide(submission, accepted=True)
        assert worker.told() == set()

    lie = {"head": forked(worker, utc_now())}
    worker.proxy.lie("/v1/log/head", lambda _answer: lie)
    for _ in range(2):
        assert worker.told() == {"log-forked"}
    # What was signed once cannot be taken back.
    worker.proxy.be_honest()
    assert worker.told() == {"log-forked"}
    assert set(worker.states().values()) == {OutboxState.ACCEPTED}


def test_nothing_is_decided_under_a_head_that_was_not_proved(worker: Worker) -> None:
    first, second = worker.take(worker.post())
    early, late = worker.sign(first), worker.sign(second)
    assert worker.told() == set()
    worker.decide(early, accepted=True)
    assert worker.told() == set()
    worker.decide(late, accepted=False)

    def in_another_log(answer: Any) -> Any:
        decided = answer["decided"]
        leaf = entry_hash(msgspec.convert(decided["proof"]["leaf"], LogLeaf))
        other = b"\x66" * 32
        decided["proof"]["path"] = [other.hex()]
        decided["head"] = head_of(worker, 2, root([other, leaf]), utc_now())
        return answer

    worker.proxy.lie(f"/v1/submissions/{late}", in_another_log)
    # A marketplace that cannot prove its log is asked again, and believed no sooner.
    worker.proxy.silent = "/v1/log/consistency"
    for _ in range(2):
        assert "marketplace-unreachable" in worker.told()
        assert worker.states()[late] is OutboxState.RECEIVED
    worker.proxy.silent = ""
    for _ in range(2):
        assert worker.told() == {"log-forked"}
        assert worker.states()[late] is OutboxState.RECEIVED


def test_a_decision_is_not_dated_back_into_a_head_of_the_same_size(worker: Worker) -> None:
    case = worker.take(worker.post(review_seconds=3 * HOUR))[0]
    submission = worker.sign(case)
    assert worker.told() == set()
    worker.wait(4 * HOUR)
    # At this time the log held nothing, and that head is kept.
    assert worker.told() == set()
    worker.wait(2 * HOUR)
    worker.decide(submission, accepted=False)

    def dated_back(answer: Any) -> Any:
        message = answer["decided"]["head"]["message"]
        at = utc_now() + 2 * HOUR
        answer["decided"]["head"] = head_of(
            worker, 1, bytes.fromhex(message["root"].removeprefix("0x")), at
        )
        return answer

    # The true head of this decision is seen first, then the same with an earlier time.
    worker.wait(5 * HOUR)
    worker.proxy.lie(f"/v1/submissions/{submission}", dated_back)
    assert worker.told() == {"log-forked"}
    assert worker.states()[submission] is not OutboxState.REJECTED


def test_one_profile_works_for_one_marketplace(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = open_hub(tmp_path / "elsewhere", worker.clock, seed=9)
    with served(other) as client, pytest.raises(LabelerError) as caught:
        worker.connect(client.base_url)
    other.close()
    assert caught.value.code == "second-marketplace"
    assert taking.connected(worker.services).row.url == worker.url


def test_a_marketplace_that_moved_is_signed_for_at_its_new_address(worker: Worker) -> None:
    first, second = worker.take(worker.post())
    worker.sign(first)
    assert worker.told() == set()
    # `take` has moved to the address of the one in between: and back again.
    worker.connect(worker.url)
    worker.sign(second)
    assert worker.told() == set()
    assert set(worker.states().values()) == {OutboxState.RECEIVED}


def test_a_new_address_locks_the_key(worker: Worker) -> None:
    found = marketplaces.find(worker.services, worker.proxy.url)
    assert worker.services.signer.state().unlocked
    marketplaces.connect(worker.services, found)
    assert not worker.services.signer.state().unlocked


def test_a_marketplace_gets_no_other_bytes_than_those_signed(worker: Worker) -> None:
    first, _second = worker.take(worker.post())
    other = worker.services.store.call(lambda store: store.blobs.put(b"a draft of another case"))
    submission = worker.sign(first)
    problem = {
        "type": "urn:labeler:problem:blobs-missing",
        "title": "Some blobs are missing",
        "status": 409,
        "missing": [other],
    }
    body = msgspec.json.encode(problem)
    worker.proxy.say_once("/v1/submissions", Said(409, "application/problem+json", body))
    assert worker.told() == {"blob-not-signed"}
    assert not [heard for heard in worker.proxy.heard if heard.method == "PUT"]
    assert worker.states() == {submission: OutboxState.SENT}
    assert worker.told() == set()
    assert worker.states() == {submission: OutboxState.RECEIVED}


def test_what_got_through_to_nobody_is_not_called_sent(worker: Worker) -> None:
    first, _second = worker.take(worker.post())
    submission = worker.sign(first)
    worker.proxy.silent = "/v1/submissions"
    assert worker.told() == {"marketplace-unreachable"}
    assert worker.states() == {submission: OutboxState.QUEUED}
    (row,) = read_outbox(worker.services, syncing=False).rows
    assert row.next_step is NextStep.SENDS_WHEN_ONLINE
    worker.proxy.silent = ""
    assert worker.told() == set()
    assert worker.states() == {submission: OutboxState.RECEIVED}


def test_a_receipt_of_tomorrow_is_not_taken(worker: Worker) -> None:
    first, _second = worker.take(worker.post())
    submission = worker.sign(first)
    # Its deadline would be as late as the marketplace likes.
    worker.market_clock.ahead = 24 * HOUR
    assert worker.told() == {"receipt-postdated"}
    assert worker.states() == {submission: OutboxState.SENT}


def test_silence_accepts_once_the_public_record_is_past_the_deadline(worker: Worker) -> None:
    case = worker.take(worker.post(review_seconds=HOUR))[0]
    submission = worker.sign(case)
    assert worker.told() == set()
    # This computer's clock alone decides nothing.
    worker.clock.ahead = 2 * HOUR
    worker.told()
    assert worker.states()[submission] is OutboxState.RECEIVED
    worker.wait(2 * HOUR)
    assert worker.told() == set()
    assert worker.states()[submission] is OutboxState.ACCEPTED
    screen = read_earnings(worker.services, claiming=False)
    assert (screen.in_review.minor, screen.accepted.minor) == (0, PRICE)
    (row,) = read_outbox(worker.services, syncing=False).rows
    assert [step.word for step in row.evidence] == ["signed", "received", "auto-accepted"]

    settle(worker.market, None)
    assert worker.told() == set()
    screen = read_earnings(worker.services, claiming=False)
    # There is no chain here: nothing can ever be claimed.
    assert (screen.accepted.minor, screen.ready.minor) == (PRICE, 0)
    assert screen.statement_checked
    assert screen.paid_outside


def test_no_answer_is_not_yet_silence_and_a_decision_in_time_undoes_it(worker: Worker) -> None:
    case = worker.take(worker.post(review_seconds=HOUR))[0]
    submission = worker.sign(case)
    assert worker.told() == set()
    worker.decide(submission, accepted=False)
    worker.wait(2 * HOUR)
    worker.proxy.silent = f"/v1/submissions/{submission}"
    assert worker.told() == {"marketplace-unreachable"}
    assert worker.states()[submission] is OutboxState.RECEIVED
    worker.wait(26 * HOUR)
    assert worker.told() == {"marketplace-unreachable"}
    assert worker.states()[submission] is OutboxState.ACCEPTED
    worker.proxy.silent = ""
    assert worker.told() == set()
    assert worker.states()[submission] is OutboxState.REJECTED
    screen = read_earnings(worker.services, claiming=False)
    assert (screen.lines, screen.accepted.minor) == ((), 0)


def accepted_and_stated(worker: Worker) -> str:
    submission = worker.sign(worker.take(worker.post())[0])
    worker.sync()
    worker.decide(submission, accepted=True)
    settle(worker.market, None)
    return submission


def test_a_decision_and_its_statement_arrive_in_one_round(worker: Worker) -> None:
    accepted_and_stated(worker)
    assert worker.told() == set()
    assert read_earnings(worker.services, claiming=False).statement_checked


def stated(worker: Worker) -> int:
    """What the newest statement that holds says of the expert's own lines."""
    lines = read_earnings(worker.services, claiming=False).lines
    return sum(line.amount.minor for line in lines if line.recomputed is Recomputed.AGREES)


def test_a_statement_of_another_account_is_refused(worker: Worker) -> None:
    accepted_and_stated(worker)
    pin = taking.connected(worker.services).pin

    def led_away(answer: Any) -> Any:
        epoch = from_envelope(msgspec.convert(answer["epoch"], Envelope), EpochStatement).message
        said = from_envelope(msgspec.convert(answer["statement"], Envelope), AccountStatement)
        leaf = ClaimLeaf(0, bytes(20), b"\x66" * 20, said.message.cumulative)
        epoch = replace(epoch, claim_root=claim_root([leaf]))
        account = replace(said.message, account=leaf.account, epoch_statement=pin.digest_of(epoch))
        answer["epoch"], answer["statement"] = signed(worker, epoch), signed(worker, account)
        answer["claim_path"] = []
        return answer

    worker.proxy.lie("/v1/statements", led_away)
    assert worker.told() == {"statement-elsewhere"}
    assert stated(worker) == 0
    # What it has signed is kept to be shown.
    kept = worker.services.store.call(lambda s: s.messages.of_type("AccountStatement"))
    assert len(kept) == 1
    worker.proxy.be_honest()
    assert worker.told() == set()
    assert stated(worker) == PRICE


def test_a_statement_under_another_log_is_not_counted_on(worker: Worker) -> None:
    accepted_and_stated(worker)
    assert worker.told() == set()
    (state,) = taking.task_states(worker.services)
    second = worker.sign(state.items[1].digest)
    worker.sync()
    worker.decide(second, accepted=True)
    settle(worker.market, None)
    pin = taking.connected(worker.services).pin

    def elsewhere(answer: Any) -> Any:
        epoch = from_envelope(msgspec.convert(answer["epoch"], Envelope), EpochStatement).message
        said = from_envelope(msgspec.convert(answer["statement"], Envelope), AccountStatement)
        log_id = worker.market.identity.message.log_id
        head = TreeHead(log_id, 2, b"\x66" * 32, utc_now())
        epoch = replace(epoch, tree_head=pin.digest_of(head))
        account = replace(said.message, epoch_statement=pin.digest_of(epoch))
        answer["head"], answer["epoch"] = signed(worker, head), signed(worker, epoch)
        answer["statement"] = signed(worker, account)
        return answer

    worker.proxy.lie("/v1/statements", elsewhere)
    assert worker.told() == {"log-forked"}
    assert stated(worker) == PRICE


@pytest.mark.parametrize(
    ("node", "kept"),
    [
        ("https://rpc.example.org/v3/key", True),
        ("http://127.0.0.1:8545", True),
        ("http://192.168.0.1/admin", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("http://[", False),
    ],
)
def test_a_suggested_node_leads_nowhere_else(worker: Worker, node: str, kept: bool) -> None:
    worker.proxy.lie("/v1/identity", lambda answer: {**answer, "node": node})
    worker.connect(worker.proxy.url)
    assert taking.connected(worker.services).node == (node if kept else "")


def test_a_node_of_ones_own_choice_stays(worker: Worker) -> None:
    pinned = taking.connected(worker.services)
    marketplaces.use_node(worker.services, pinned.row.id, "http://node.lan:8545")
    worker.proxy.lie("/v1/identity", lambda answer: {**answer, "node": "https://other.example"})
    worker.connect(worker.proxy.url)
    assert taking.connected(worker.services).node == "http://node.lan:8545"


def test_a_record_that_stands_still_is_told(worker: Worker) -> None:
    worker.connect(worker.proxy.url)
    old = head_of(worker, 0, EMPTY_ROOT, utc_now())
    worker.proxy.lie("/v1/log/head", lambda _answer: {"head": old})
    assert worker.told() == set()
    worker.wait(4 * HOUR)
    assert worker.told() == {"log-stale"}
    worker.proxy.be_honest()
    assert worker.told() == set()
