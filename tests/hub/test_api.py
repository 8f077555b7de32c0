"""The whole exchange over real HTTP: offered, taken, opened, handed in, decided, settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.hub import review, settlement
from labeler.hub.place import Marketplace
from labeler.hub.posting import Posted
from labeler.hub.review import Ruling
from labeler.market.client import MarketClient
from labeler.market.sealed import SealedPackage
from labeler.proof import codec, judge, merkle_log, statements
from labeler.proof.envelope import from_envelope, signer_of
from labeler.proof.item_tree import item_root
from labeler.proof.log_entry import is_in_tree
from labeler.proof.messages import (
    AccountStatement,
    Assignment,
    Decision,
    EpochStatement,
    MarketplaceIdentity,
    Offer,
    Receipt,
    RoleGrant,
    TreeHead,
    Verdict,
)
from labeler.proof.statements import Earned
from tests.support.hub import Clock, Expert, open_hub, served


def test_the_identity_is_signed_by_its_operator(client: MarketClient, market: Marketplace) -> None:
    answer = client.identity()
    identity = from_envelope(answer.identity, MarketplaceIdentity)
    assert signer_of(market.domain, identity) == identity.message.operator
    grants = [from_envelope(grant, RoleGrant) for grant in answer.grants]
    assert [signer_of(market.domain, grant) for grant in grants] == [identity.message.operator]


def test_a_task_shows_its_terms(client: MarketClient, market: Marketplace, posted: Posted) -> None:
    (entry,) = client.tasks().tasks
    offer = from_envelope(entry.offer, Offer)
    assert entry.digest == codec.digest(codec.encode(entry.manifest)) == posted.manifest
    assert offer.message.manifest.hex() == entry.digest
    assert offer.message.unit_amount == int(entry.manifest.price.item) == 25_000_000
    assert signer_of(market.domain, offer) == offer.message.requester
    assert (entry.item_count, entry.download_size) == (2, posted.bytes_sealed)


def test_a_login_is_needed_to_take_work(client: MarketClient, posted: Posted) -> None:
    with pytest.raises(LabelerError) as caught:
        client.assign(posted.manifest, "no-such-token-at-all")
    assert caught.value.code == "login-required"


def test_packages_arrive_and_open(
    client: MarketClient, expert: Expert, posted: Posted, tmp_path: Path, market: Marketplace
) -> None:
    given = expert.take(posted.manifest)
    assignment = from_envelope(given.assignment, Assignment)
    digests = [codec.digest(codec.encode(each.item)) for each in given.items]
    assert assignment.message.item_root == item_root(digests)
    assert assignment.message.item_count == len(digests) == 2
    assert signer_of(market.domain, assignment) == market.identity.message.marketplace
    for number, each in enumerate(given.items):
        path = tmp_path / f"{number}.sealed"
        client.download(each.package, path)
        with SealedPackage(path, bytes.fromhex(each.key), each.item) as package:
            package.check_digests()
            assert [file.name for file in package.files()] == ["00001.png", "00002.png"]


def test_the_same_assignment_again(expert: Expert, posted: Posted) -> None:
    assert expert.take(posted.manifest) == expert.take(posted.manifest)


def test_items_are_not_given_twice(client: MarketClient, expert: Expert, posted: Posted) -> None:
    expert.take(posted.manifest)
    with pytest.raises(LabelerError) as caught:
        Expert(client, key=bytes([5]) * 32).take(posted.manifest)
    assert caught.value.code == "nothing-left"


def test_a_lapsed_lease_sets_items_free(
    client: MarketClient, expert: Expert, posted: Posted, clock: Clock
) -> None:
    given = expert.take(posted.manifest)
    expert.submit(given, 0)
    clock.now += 8 * 24 * 3600
    other = Expert(client, key=bytes([5]) * 32).take(posted.manifest)
    assert [each.item.title for each in other.items] == ["Case 2"]
    # The first expert's work still counts until the final deadline.
    assert expert.submit(given, 1)


def test_from_submission_to_decision(
    client: MarketClient, expert: Expert, posted: Posted, market: Marketplace, clock: Clock
) -> None:
    given = expert.take(posted.manifest)
    sent = expert.message(given, expert.document(given, 0))
    accepted, rejected = expert.hand_in(sent), expert.submit(given, 1)
    status = client.submission(accepted)
    receipt = from_envelope(status.receipt, Receipt)
    assert signer_of(market.domain, receipt) == market.identity.message.marketplace
    assert receipt.message.decision_due == clock.now + given.manifest.acceptance.review_seconds
    assert status.decided is None

    clock.now += 60
    before = from_envelope(client.head().head, TreeHead).message
    review.decide(market, accepted, Ruling(accepted=True, quality=870_000))
    review.decide(market, rejected, Ruling(accepted=False, reason="R3-missed-nodule", quality=0))
    # Asked long after, the proof still leads to a head from before the deadline.
    clock.now += 30 * 24 * 3600
    after = from_envelope(client.head().head, TreeHead).message
    judge.check_consistent(before, after, client.consistency(before.size, after.size).proof)

    received = expert.judged_receipt(client.submission(accepted), given, sent)
    verdicts = []
    for decided in (client.submission(digest).decided for digest in (accepted, rejected)):
        assert decided is not None
        verdicts.append(from_envelope(decided.decision, Decision).message.verdict)
        head = from_envelope(decided.head, TreeHead)
        assert is_in_tree(decided.proof, head.message.root)
    assert verdicts == [Verdict.ACCEPTED, Verdict.REJECTED]
    first = client.submission(accepted).decided
    assert first is not None
    judged = judge.check_decision(
        received,
        from_envelope(first.grant, RoleGrant),
        from_envelope(first.decision, Decision),
        first.proof,
        from_envelope(first.head, TreeHead),
    )
    assert judged.amount == 25_000_000


def test_statements_hold_and_grow(
    client: MarketClient, expert: Expert, posted: Posted, market: Marketplace
) -> None:
    pin = judge.check_identity(market.identity)
    given = expert.take(posted.manifest)
    account, epoch, kept = "0x" + expert.address.hex(), None, None
    earned: dict[str, Earned] = {}
    for number in (0, 1):
        digest = expert.submit(given, number)
        review.decide(market, digest, Ruling(accepted=True))
        earned[digest] = Earned(25_000_000, number)
        settled = settlement.settle(market, None)
        assert (settled.epoch, settled.accounts) == (number + 1, 1)
        assert settlement.settle(market, None).fresh is False

        answer = client.statement(account, digest)
        epoch = statements.check_epoch(
            pin,
            from_envelope(answer.epoch, EpochStatement),
            from_envelope(answer.head, TreeHead),
            epoch,
        )
        path = [bytes.fromhex(step) for step in answer.claim_path]
        stated = from_envelope(answer.statement, AccountStatement)
        now = statements.check_account(epoch, stated, path)
        statements.check_lines(now, answer.lines, kept)
        statements.check_own(now, answer.lines, earned)
        assert now.statement.cumulative == settled.total == 25_000_000 * (number + 1)
        kept = now


def test_silence_is_paid(
    client: MarketClient, expert: Expert, posted: Posted, market: Marketplace, clock: Clock
) -> None:
    digest = expert.submit(expert.take(posted.manifest))
    clock.now += 14 * 24 * 3600 + 1
    with pytest.raises(LabelerError) as caught:
        review.decide(market, digest, Ruling(accepted=False, reason="R3-missed-nodule"))
    assert caught.value.code == "silence-accepted"
    settlement.settle(market, None)
    (line,) = client.statement("0x" + expert.address.hex(), digest).lines
    assert (line.kind, line.amount) == ("silence", "25000000")


def test_events_tell_each_worker_their_own(
    client: MarketClient, expert: Expert, posted: Posted, market: Marketplace
) -> None:
    token = expert.login()
    digest = expert.submit(client.assign(posted.manifest, token))
    review.decide(market, digest, Ruling(accepted=True))
    mine = client.events(0, token)
    assert [(e.kind, e.subject) for e in mine.events if e.kind != "head"] == [
        ("task", posted.manifest),
        ("receipt", digest),
        ("decision", digest),
    ]
    assert client.events(mine.next, token).events == ()
    assert {event.kind for event in client.events(0).events} <= {"task", "head"}
    stranger = Expert(client, key=bytes([5]) * 32)
    assert digest not in {event.subject for event in client.events(0, stranger.login()).events}


def test_the_public_log_shows_nobody(
    client: MarketClient, expert: Expert, posted: Posted, market: Marketplace
) -> None:
    digest = expert.submit(expert.take(posted.manifest))
    review.decide(market, digest, Ruling(accepted=True))
    answer = client.inclusion(0, 1)
    public = codec.encode(answer.leaf).decode()
    assert (
        merkle_log.leaf_hash(public.encode())
        == from_envelope(client.head().head, TreeHead).message.root
    )
    for secret in (digest, expert.address.hex(), "25000000"):
        assert secret not in public


def test_an_old_head_is_signed_again(client: MarketClient, clock: Clock) -> None:
    first = from_envelope(client.head().head, TreeHead).message
    assert from_envelope(client.head().head, TreeHead).message == first
    clock.now += 3601
    assert from_envelope(client.head().head, TreeHead).message.time == clock.now


@pytest.mark.parametrize(
    ("account", "code"), [("0x" + "11" * 20, "not-found"), ("11" * 20, "bad-request")]
)
def test_statements_are_for_parties(client: MarketClient, account: str, code: str) -> None:
    with pytest.raises(LabelerError) as caught:
        client.statement(account, "22" * 32)
    assert caught.value.code == code


def test_the_hub_restarts_with_everything(
    tmp_path: Path, clock: Clock, posted: Posted, market: Marketplace
) -> None:
    with served(market) as client:
        expert = Expert(client)
        given = expert.take(posted.manifest)
        digest = expert.submit(given)
        before = client.submission(digest)
    with open_hub(tmp_path / "hub", clock, seed=9) as again, served(again) as client:
        assert again.identity == market.identity
        assert client.submission(digest) == before
        assert Expert(client).take(posted.manifest) == given
