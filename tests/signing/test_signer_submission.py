"""What the signer reads in a submission, signs, and refuses."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.model.document import DOCUMENT_FORMAT, TimeSpent
from labeler.proof import codec
from labeler.proof.curve import recover
from labeler.proof.domain import domain_of
from labeler.proof.item_tree import item_proof
from labeler.signing import requests as ask
from tests.signing.conftest import Desk
from tests.signing.marketplace import ITEM, ITEMS, MANIFEST, STRANGER, Terms, digest_of, document
from tests.signing.test_signer_keys import refused


def test_the_summary_is_read_from_the_bytes(desk: Desk) -> None:
    summary = desk.propose()
    address = "0x" + desk.terms.worker.hex()
    expected = ask.SubmissionSummary(
        token=summary.token,
        title="Lung nodules on chest CT",
        case="Case 7",
        marks=2,
        answers=1,
        no_finding=False,
        active_s=0,
        idle_s=0,
        pay="25000000",
        decimals=6,
        symbol="USDC",
        currency=MANIFEST.price.currency,
        royalty_basis_points=200,
        review_seconds=14 * 86_400,
        decision_by=summary.decision_by,
        worker=address,
        rules=codec.digest(desk.terms.manifest),
        fingerprint=desk.terms.digest(desk.terms.submission).hex(),
    )
    assert summary == expected


def test_a_confirmed_submission_carries_the_workers_signature(desk: Desk) -> None:
    signed = desk.client.confirm_submission(desk.propose().token)
    assert signed.digest == desk.terms.digest(desk.terms.submission)
    assert recover(signed.digest, signed.signature) == desk.terms.worker


def test_the_time_is_read_from_the_bytes(desk: Desk) -> None:
    timed = msgspec.structs.replace(document(), time=TimeSpent(1043, 310))
    summary = desk.propose(replace(desk.terms, payload=codec.encode(timed)))
    assert (summary.active_s, summary.idle_s) == (1043, 310)


def test_no_finding_is_shown(desk: Desk) -> None:
    nothing = msgspec.structs.replace(document(), marks=(), no_finding=True)
    summary = desk.propose(replace(desk.terms, payload=codec.encode(nothing)))
    assert (summary.marks, summary.no_finding) == (0, True)


def test_a_marketplace_without_a_chain(desk: Desk) -> None:
    identity = replace(desk.terms.identity, marketplace_id=b"\x5a" * 32, chain_id=0)
    worker = desk.client.addresses([identity.marketplace_id])[identity.marketplace_id]
    terms = Terms(worker=worker, identity=identity)
    desk.client.pin("group.example", terms.signed_identity())
    signed = desk.client.confirm_submission(desk.propose(terms).token)
    assert recover(signed.digest, signed.signature) == worker != desk.terms.worker


def manifest(**changes: object) -> bytes:
    return codec.encode(msgspec.structs.replace(MANIFEST, **changes))


OTHER_ITEM = msgspec.structs.replace(ITEM, title="Case 8")
CHEAPER = msgspec.structs.replace(MANIFEST.price, item="1")

# Each is a change that a program in between might try, and the code of the refusal.
CHANGES: dict[str, tuple[dict[str, object], str]] = {
    "another worker": ({"worker": b"\x99" * 20}, "not-your-key"),
    "assigned to another": ({"assignment_changes": {"worker": b"\x99" * 20}}, "not-your-key"),
    "pay to nobody": ({"submission_changes": {"payout_to": bytes(20)}}, "pay-elsewhere"),
    "pay to another": ({"submission_changes": {"payout_to": b"\xaa" * 20}}, "pay-elsewhere"),
    "not blinded": ({"submission_changes": {"blind": bytes(32)}}, "not-blinded"),
    "unknown marketplace": (
        {"submission_changes": {"marketplace_id": b"\x77" * 32}},
        "not-pinned",
    ),
    "another's offer": ({"offer_changes": {"marketplace_id": b"\x77" * 32}}, "wrong-marketplace"),
    "another's assignment": (
        {"assignment_changes": {"marketplace_id": b"\x77" * 32}},
        "wrong-marketplace",
    ),
    "forged offer": ({"offer_key": STRANGER}, "terms-unsigned"),
    "forged assignment": ({"assignment_key": STRANGER}, "terms-unsigned"),
    "other offer assigned": ({"assignment_changes": {"offer": b"\x77" * 32}}, "offer-changed"),
    "other assignment": (
        {"submission_changes": {"assignment": b"\x77" * 32}},
        "assignment-changed",
    ),
    "rules of the submission": (
        {"submission_changes": {"manifest": b"\x77" * 32}},
        "rules-changed",
    ),
    "rules of the offer": ({"offer_changes": {"manifest": b"\x77" * 32}}, "rules-changed"),
    "rules of the assignment": (
        {"assignment_changes": {"manifest": b"\x77" * 32}},
        "rules-changed",
    ),
    "lower offer": ({"offer_changes": {"unit_amount": 24_999_999}}, "pay-changed"),
    "other currency": ({"offer_changes": {"currency": "eip155:1/slip44:60"}}, "pay-changed"),
    "lower price": ({"manifest": manifest(price=CHEAPER)}, "pay-changed"),
    "item": ({"submission_changes": {"item": b"\x77" * 32}}, "item-changed"),
    "item not assigned": ({"item": codec.encode(OTHER_ITEM)}, "item-changed"),
    "proof of another item": ({"item_proof": item_proof(ITEMS, 0)}, "item-changed"),
    "fewer items": ({"assignment_changes": {"item_count": 2}}, "item-changed"),
    "images": ({"submission_changes": {"source": b"\x77" * 32}}, "source-changed"),
    "payload": (
        {"submission_changes": {"payload": digest_of(codec.encode(document()) + b" ")}},
        "payload-changed",
    ),
    "payload size": ({"submission_changes": {"payload_size": 1}}, "payload-changed"),
    "payload of another item": ({"payload": codec.encode(document(ITEMS[0]))}, "payload-changed"),
    "media type": ({"submission_changes": {"media_type": "text/html"}}, "payload-unknown"),
    "payload spelling": ({"payload": codec.encode(document()) + b" "}, "not-canonical"),
    "payload that is none": ({"payload": b"<html>"}, "not-canonical"),
    "payload of another format": (
        {"payload": codec.encode(document()).replace(DOCUMENT_FORMAT.encode(), b"other/9")},
        "format-unknown",
    ),
    "manifest of another format": ({"manifest": manifest(format="other/9")}, "format-unknown"),
    "manifest that is none": ({"manifest": b"{}"}, "not-canonical"),
}


@pytest.mark.parametrize(("changes", "code"), CHANGES.values(), ids=CHANGES.keys())
def test_what_does_not_agree_is_not_signed(
    desk: Desk, changes: dict[str, object], code: str
) -> None:
    waiting = desk.propose().token
    terms = replace(desk.terms, **changes)  # type: ignore[arg-type]  # names and values from above
    with refused(code):
        desk.propose(terms)
    # The refused proposal has also ended the one before it: nothing is left to confirm.
    with refused("token-unknown"):
        desk.client.confirm_submission(waiting)


def test_a_message_with_other_fields_is_refused(desk: Desk) -> None:
    proposal = ask.ProposeSubmission({"marketplaceId": "0x" + "4d" * 32}, **desk.terms.parts())  # type: ignore[arg-type]  # its own names
    with refused("bad-message"):
        desk.client._ask(proposal, ask.SubmissionSummary)


def test_a_token_signs_once(desk: Desk) -> None:
    token = desk.propose().token
    desk.client.confirm_submission(token)
    with refused("token-unknown"):
        desk.client.confirm_submission(token)


def test_a_new_proposal_ends_the_one_before(desk: Desk) -> None:
    first, second = desk.propose(), desk.propose()
    assert first.token != second.token
    with refused("token-unknown"):
        desk.client.confirm_submission(first.token)
    # Whoever guesses gets one try: the second is gone as well.
    with refused("token-unknown"):
        desk.client.confirm_submission(second.token)


def test_a_rejected_or_locked_proposal_is_not_signed(desk: Desk) -> None:
    token = desk.propose().token
    desk.client.reject(token)
    with refused("token-unknown"):
        desk.client.confirm_submission(token)
    token = desk.propose().token
    desk.client.lock()
    desk.unlock()
    with refused("token-unknown"):
        desk.client.confirm_submission(token)


def test_unlocking_another_key_ends_what_waits(desk: Desk) -> None:
    token = desk.propose().token
    desk.unlock()
    with refused("token-unknown"):
        desk.client.confirm_submission(token)


def test_a_pin_cannot_be_exchanged(desk: Desk) -> None:
    changed = replace(desk.terms.identity, distributor=b"\xee" * 20)
    for host, identity in (("market.example", changed), ("evil.example", desk.terms.identity)):
        with refused("pin-conflict"):
            desk.client.pin(host, Terms(worker=bytes(20), identity=identity).signed_identity())
    desk.client.pin("market.example", desk.terms.signed_identity())


def test_an_identity_is_signed_by_its_operator(desk: Desk) -> None:
    identity = replace(desk.terms.identity, marketplace_id=b"\x77" * 32)
    terms = Terms(worker=bytes(20), identity=identity)
    with refused("bad-identity"):
        desk.client.pin("evil.example", terms.signed_identity(STRANGER))


def test_the_refusal_says_what_is_safe_and_what_to_do(desk: Desk) -> None:
    with pytest.raises(LabelerError) as told:
        desk.propose(replace(desk.terms, submission_changes={"payload_size": 1}))
    assert "Nothing was signed" in told.value.safe
    assert told.value.do


def test_the_domain_is_the_pinned_one(desk: Desk) -> None:
    signed = desk.client.confirm_submission(desk.propose().token)
    elsewhere = replace(desk.terms.identity, identity_contract=b"\x66" * 20)
    assert domain_of(elsewhere) != domain_of(desk.terms.identity)
    other = replace(desk.terms, identity=elsewhere)
    assert recover(other.digest(other.submission), signed.signature) != desk.terms.worker
