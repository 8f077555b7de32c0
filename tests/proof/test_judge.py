"""The judge of terms, receipts, the log and decisions: what holds, and each way to cheat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.proof import codec, judge, log_entry, merkle_log
from labeler.proof.item_tree import item_root
from labeler.proof.messages import ZERO_ADDRESS, ZERO_WORD, PayoutRule, Verdict
from tests.proof.world import (
    DAY,
    MANIFEST,
    NO_CHAIN,
    PAY,
    REVIEW_SECONDS,
    START,
    World,
    person,
    word,
)


def code_of(act: Callable[..., object], *values: Any, **named: Any) -> str:
    with pytest.raises(LabelerError) as caught:
        act(*values, **named)
    assert caught.value.happened
    assert caught.value.safe
    assert caught.value.do
    return caught.value.code


def assigned(world: World) -> judge.Assigned:
    pin = judge.check_identity(world.identity)
    offered = judge.check_offer(pin, world.manifest_data, world.offer)
    return judge.check_assignment(offered, world.assignment)


def submitted(world: World) -> judge.Submitted:
    return judge.check_submission(assigned(world), world.submission, world.place)


def received(world: World) -> judge.Received:
    return judge.check_receipt(submitted(world), world.receipt)


@pytest.mark.parametrize("chain", [{}, {"chain": NO_CHAIN}], ids=["chain", "no chain"])
def test_a_whole_life(chain: dict[str, Any]) -> None:
    world = World(**chain)
    judge.check_items(assigned(world), world.items)
    item, document = judge.check_payload(submitted(world), world.item_data[1], world.payload)
    assert (item.title, len(document.marks)) == ("Case 1", 2)
    decision = world.make_decision()
    proof, head, _ = world.logged(decision)
    got = received(world)
    assert got.in_time
    decided = judge.check_decision(got, world.grant, decision, proof, head)
    assert decided.amount == PAY
    rejection = world.rejection()
    proof, head, _ = world.logged(rejection)
    assert judge.check_decision(got, world.grant, rejection, proof, head).amount == 0


def test_identity() -> None:
    world = World()
    pin = judge.check_identity(world.identity)
    assert judge.check_identity(world.identity, pin.digest) == pin

    def fate(pinned: bytes | None = None, **changes: Any) -> str:
        return code_of(judge.check_identity, world.make_identity(**changes), pinned)

    assert fate(by="marketplace") == "identity-unsigned"
    assert fate(pin.digest, distributor=b"\x01" * 20) == "identity-changed"
    assert fate(pin.digest, marketplace=person("thief")) == "identity-changed"
    assert fate(token=ZERO_ADDRESS) == "identity-unsound"
    assert fate(chain_id=0) == "identity-unsound"
    assert fate(payout_rule=PayoutRule.NO_CHAIN) == "identity-unsound"


def test_offer() -> None:
    world = World()
    pin = judge.check_identity(world.identity)

    def fate(manifest: bytes = world.manifest_data, **changes: Any) -> str:
        return code_of(judge.check_offer, pin, manifest, world.make_offer(**changes))

    assert fate(by="marketplace") == "offer-unsigned"
    assert fate(marketplace_id=word("other")) == "wrong-marketplace"
    assert fate(manifest=word("other")) == "terms-changed"
    assert fate(unit_amount=PAY - 1) == "pay-changed"
    assert fate(currency="fiat:0/iso4217:USD") == "pay-changed"
    other = codec.encode(msgspec.structs.replace(MANIFEST, title="Other"))
    assert code_of(judge.check_offer, pin, other, world.offer) == "terms-changed"
    new = World(manifest=msgspec.structs.replace(MANIFEST, format="labeler.manifest/9"))
    assert code_of(assigned, new) == "format-unknown"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "operator"}, "assignment-unsigned"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"offer": word("other")}, "terms-changed"),
        ({"manifest": word("other")}, "terms-changed"),
        ({"lease_end": START + 11 * DAY}, "deadline-unsound"),
    ],
)
def test_assignment(changes: dict[str, Any], code: str) -> None:
    world = World()
    world.assignment = world.make_assignment(**changes)
    assert code_of(assigned, world) == code


def test_items() -> None:
    world = World()
    for items in (world.items[:2], world.items[::-1], [*world.items, world.items[0]], []):
        assert code_of(judge.check_items, assigned(world), items) == "items-changed"
    twice = [world.items[0]] * 2
    given = assigned(world)
    given = replace(
        given, assignment=replace(given.assignment, item_root=item_root(twice), item_count=2)
    )
    assert code_of(judge.check_items, given, twice) == "items-changed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "marketplace"}, "submission-unsigned"),
        ({"worker": person("thief"), "by": "thief"}, "submission-elsewhere"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"assignment": word("other")}, "submission-elsewhere"),
        ({"manifest": word("other")}, "submission-elsewhere"),
        ({"item": word("other")}, "item-elsewhere"),
    ],
)
def test_submission(changes: dict[str, Any], code: str) -> None:
    world = World()
    world.submission = world.make_submission(**changes)
    assert code_of(submitted, world) == code


def test_another_place_in_the_assignment() -> None:
    world = World()
    for place in (
        World(which=0).place,
        msgspec.structs.replace(world.place, size=4),
        msgspec.structs.replace(world.place, path=()),
    ):
        found = code_of(judge.check_submission, assigned(world), world.submission, place)
        assert found == "item-elsewhere"


def test_payload() -> None:
    world = World()

    def fate(item: bytes = world.item_data[1], data: bytes = world.payload, **changes: Any) -> str:
        world.submission = world.make_submission(**changes)
        return code_of(judge.check_payload, submitted(world), item, data)

    assert fate(item=world.item_data[0]) == "item-changed"
    assert fate(data=world.payload + b" ") == "payload-changed"
    assert fate(source=word("other")) == "source-changed"
    assert fate(media_type="text/html") == "format-unknown"
    assert fate(payload_size=5) == "payload-changed"
    document = msgspec.json.decode(world.payload)
    answer = {"question": "margin", "value": "smooth"}
    for changes, code in (
        ({"item": world.items[0]}, "payload-changed"),
        ({"format": "labeler.document/9"}, "format-unknown"),
        ({"more": 1}, "not-canonical"),
        ({"answers": [{"question": "finding", "value": "maybe"}]}, "not-as-asked"),
        ({"answers": [{"question": "other", "value": "yes"}]}, "not-as-asked"),
        ({"marks": [document["marks"][0] | {"attributes": [answer]}]}, "not-as-asked"),
        (
            {"marks": [document["marks"][0] | {"attributes": [answer], "label": "nobodys"}]},
            "not-as-asked",
        ),
    ):
        data = codec.encode({**document, **changes})
        signed = {"payload": bytes.fromhex(codec.digest(data)), "payload_size": len(data)}
        assert fate(data=data, **signed) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "operator"}, "receipt-unsigned"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"submission": word("other")}, "receipt-elsewhere"),
        ({"worker": person("thief")}, "receipt-elsewhere"),
        ({"offer": word("other")}, "receipt-elsewhere"),
        ({"escrow": ZERO_ADDRESS}, "receipt-terms-changed"),
        ({"unit_amount": PAY - 1}, "receipt-terms-changed"),
        ({"currency": "USD"}, "receipt-terms-changed"),
        ({"decision_due": START + 3 * DAY + REVIEW_SECONDS + 1}, "receipt-terms-changed"),
        ({"decision_due": START}, "receipt-terms-changed"),
    ],
)
def test_receipt(changes: dict[str, Any], code: str) -> None:
    world = World()
    world.receipt = world.make_receipt(**changes)
    assert code_of(received, world) == code


def test_lateness_and_silence() -> None:
    world = World()
    end = START + 10 * DAY
    for at, in_time in ((end, True), (end + 1, False)):
        world.receipt = world.make_receipt(received_at=at, decision_due=at + REVIEW_SECONDS)
        assert received(world).in_time is in_time
    due = received(world).receipt.decision_due
    assert not received(world).accepted_by_silence(due)
    assert received(world).accepted_by_silence(due + 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "marketplace"}, "decision-unsigned"),
        ({"by": "thief", "reviewer": person("thief")}, "reviewer-unauthorised"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"submission": word("other")}, "decision-elsewhere"),
        ({"manifest": word("other")}, "decision-elsewhere"),
        ({"grant": word("other")}, "reviewer-unauthorised"),
        ({"decided_at": START - 1}, "reviewer-unauthorised"),
        ({"verdict": Verdict.REJECTED}, "reason-unlisted"),
        ({"verdict": Verdict.REJECTED, "reason": "taste"}, "reason-unlisted"),
        ({"reason": "mask-incomplete"}, "reason-unlisted"),
        ({"quality": 1_000_001}, "decision-unsound"),
        ({"appeal_until": START + 7 * DAY - 1}, "decision-unsound"),
        (
            {"decided_at": START + 4 * DAY + 61, "appeal_until": START + 9 * DAY},
            "decision-not-logged",
        ),
    ],
)
def test_decision(changes: dict[str, Any], code: str) -> None:
    world = World()
    decision = world.make_decision(**changes)
    proof, head, _ = world.logged(decision)
    found = code_of(judge.check_decision, received(world), world.grant, decision, proof, head)
    assert found == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": "marketplace"}, "grant-unsigned"),
        ({"marketplace_id": word("other")}, "wrong-marketplace"),
        ({"holder": person("other")}, "reviewer-unauthorised"),
        ({"manifest": word("other")}, "reviewer-unauthorised"),
        ({"valid_until": START + 4 * DAY - 1}, "reviewer-unauthorised"),
        ({"valid_from": START + 4 * DAY + 1}, "reviewer-unauthorised"),
    ],
)
def test_grant(changes: dict[str, Any], code: str) -> None:
    world = World()
    world.grant = world.make_grant(**changes)
    decision = world.make_decision()
    proof, head, _ = world.logged(decision)
    found = code_of(judge.check_decision, received(world), world.grant, decision, proof, head)
    assert found == code


def test_a_grant_for_this_task_alone_is_enough() -> None:
    world = World()
    world.grant = world.make_grant(manifest=world.manifest_digest)
    decision = world.make_decision()
    proof, head, _ = world.logged(decision)
    assert judge.check_decision(received(world), world.grant, decision, proof, head)


def test_a_decision_made_public_too_late_does_not_count() -> None:
    world = World()
    due = world.receipt.message.decision_due
    backdated = world.rejection()
    proof, head, _ = world.logged(backdated, time=due)
    assert judge.check_decision(received(world), world.grant, backdated, proof, head).amount == 0
    proof, head, _ = world.logged(backdated, time=due + 1)
    found = code_of(judge.check_decision, received(world), world.grant, backdated, proof, head)
    assert found == "decision-late"


def test_what_is_not_in_the_log_does_not_count() -> None:
    world = World()
    decision, rejection = world.make_decision(), world.rejection()
    proof, head, hashes = world.logged(decision)
    leaf = msgspec.structs.replace(proof.leaf, verdict=2)
    wrong: list[tuple[Any, Any]] = [
        (rejection, proof),
        (decision, msgspec.structs.replace(proof, leaf=leaf)),
        (decision, msgspec.structs.replace(proof, blind=word("other").hex())),
        (decision, msgspec.structs.replace(proof, index=4)),
        (decision, msgspec.structs.replace(proof, path=proof.path[:-1])),
        (decision, msgspec.structs.replace(proof, size=8)),
    ]
    for each, shown in wrong:
        found = code_of(judge.check_decision, received(world), world.grant, each, shown, head)
        assert found == "decision-not-logged"
    for code, bad in (
        ("wrong-log", world.make_head(hashes, START + 5 * DAY, log_id=word("other"))),
        ("head-unsigned", world.make_head(hashes, START + 5 * DAY, by="reviewer")),
        ("decision-not-logged", world.make_head(hashes[:8], START + 5 * DAY)),
    ):
        found = code_of(judge.check_decision, received(world), world.grant, decision, proof, bad)
        assert found == code


def test_heads_of_one_growing_log() -> None:
    world = World()
    pin = judge.check_identity(world.identity)
    hashes = [merkle_log.leaf_hash(bytes([number])) for number in range(9)]
    steps = tuple(step.hex() for step in merkle_log.consistency_proof(hashes, 5))
    proof = log_entry.ConsistencyProof(5, 9, steps)
    old = judge.check_head(pin, world.make_head(hashes[:5], START))
    new = judge.check_head(pin, world.make_head(hashes, START + 60))
    judge.check_consistent(old, new, proof)
    judge.check_consistent(new, old, proof)
    judge.check_consistent(new, judge.check_head(pin, world.make_head(hashes, START + 99)))
    forked = [*hashes[:3], ZERO_WORD, *hashes[4:]]
    cases: list[tuple[Any, Any, Any]] = [
        (old, new, None),
        (old, new, msgspec.structs.replace(proof, first=4)),
        (old, new, msgspec.structs.replace(proof, path=proof.path[1:])),
        (old, world.make_head(forked, START + 60).message, proof),
        (old, world.make_head(hashes, START - 1).message, proof),
        (new, world.make_head(forked, START + 99).message, proof),
    ]
    for one, other, shown in cases:
        found = code_of(judge.check_consistent, one, other, shown)
        assert found == "log-forked"
