"""The judge of a submission's life: terms, receipt, log, decision. Values in, value or error out.

Each check takes what an earlier check returned, so nothing can be judged against terms that were
not themselves checked. Every failure is a LabelerError with a stable code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from labeler.errors import LabelerError
from labeler.model.document import DOCUMENT_FORMAT, DOCUMENT_MEDIA_TYPE, MOST_BYTES, Document
from labeler.model.form_rules import misfits
from labeler.model.manifest import ITEM_FORMAT, MANIFEST_FORMAT, Item, Manifest
from labeler.proof import codec, item_tree, log_entry
from labeler.proof.domain import Domain, domain_of
from labeler.proof.envelope import Signed, message_digest, signer_of
from labeler.proof.item_tree import TreeProof
from labeler.proof.log_entry import ConsistencyProof, LogProof
from labeler.proof.messages import (
    ZERO_ADDRESS,
    ZERO_WORD,
    Assignment,
    Decision,
    MarketplaceIdentity,
    Message,
    Offer,
    PayoutRule,
    Receipt,
    RoleGrant,
    Submission,
    TreeHead,
    Verdict,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Pin:
    """A marketplace whose identity was checked; `digest` (32 bytes) is what an expert pins."""

    identity: MarketplaceIdentity
    digest: bytes
    domain: Domain

    def digest_of(self, message: Message) -> bytes:
        """The message's 32-byte digest in this marketplace."""
        return message_digest(self.domain, message)


@dataclass(frozen=True)
class Offered:
    """A requester's signed promise and the terms it names."""

    pin: Pin
    manifest: Manifest
    offer: Offer
    digest: bytes


@dataclass(frozen=True)
class Assigned:
    """What one expert was given under an offer."""

    offered: Offered
    assignment: Assignment
    digest: bytes


@dataclass(frozen=True)
class Submitted:
    """An expert's signed labels of one assigned item."""

    assigned: Assigned
    submission: Submission
    digest: bytes


@dataclass(frozen=True)
class Received:
    """A submission that the marketplace has acknowledged."""

    submitted: Submitted
    receipt: Receipt
    digest: bytes

    @property
    def in_time(self) -> bool:
        """Whether it arrived before the final deadline; nothing else decides lateness."""
        return self.receipt.received_at <= self.submitted.assigned.assignment.final_deadline

    def accepted_by_silence(self, now_s: int) -> bool:
        """Whether, with no decision that counts, the deadline has made it accepted."""
        return now_s > self.receipt.decision_due


@dataclass(frozen=True)
class Decided:
    """A decision that counts; `amount` is what is owed for it, in minor units."""

    received: Received
    decision: Decision
    digest: bytes
    grant: RoleGrant
    head: TreeHead

    @property
    def amount(self) -> int:
        accepted = self.decision.verdict is Verdict.ACCEPTED
        return self.received.submitted.assigned.offered.offer.unit_amount if accepted else 0


def check_identity(signed: Signed[MarketplaceIdentity], pinned: bytes | None = None) -> Pin:
    """The marketplace that `signed` describes, compared with the pinned digest where there is one.

    Raises "identity-unsigned", "identity-changed", "identity-unsound".
    """
    identity = signed.message
    domain = domain_of(identity)
    pin = Pin(identity, message_digest(domain, identity), domain)
    if signer_of(domain, signed) != identity.operator:
        refuse("identity-unsigned", "The marketplace's identity is not signed by its operator.")
    if pinned is not None and pin.digest != pinned:
        refuse("identity-changed", "This is not the marketplace that was trusted before.")
    contracts = (identity.identity_contract, identity.token, identity.distributor)
    on_chain = identity.payout_rule is PayoutRule.CUMULATIVE_DISTRIBUTOR
    if on_chain != bool(identity.chain_id) or any(
        (c != ZERO_ADDRESS) != on_chain for c in contracts
    ):
        refuse("identity-unsound", "The marketplace's identity contradicts itself about its chain.")
    return pin


def check_grant(pin: Pin, signed: Signed[RoleGrant]) -> bytes:
    """The grant's digest. Raises "grant-unsigned", "wrong-marketplace"."""
    _check_place(pin, signed.message.marketplace_id)
    _check_signer(pin, signed, pin.identity.operator, "grant-unsigned")
    return pin.digest_of(signed.message)


def check_offer(pin: Pin, manifest: bytes, signed: Signed[Offer]) -> Offered:
    """The offer with the terms it promises.

    Raises "offer-unsigned", "wrong-marketplace", "terms-changed", "pay-changed".
    """
    offer = signed.message
    _check_place(pin, offer.marketplace_id)
    _check_signer(pin, signed, offer.requester, "offer-unsigned")
    _check_content(manifest, offer.manifest, "terms-changed")
    terms = _read(manifest, Manifest, MANIFEST_FORMAT)
    if (terms.price.item, terms.price.currency) != (str(offer.unit_amount), offer.currency):
        refuse("pay-changed", "The pay that was offered is not the pay that the terms name.")
    return Offered(pin, terms, offer, pin.digest_of(offer))


def check_assignment(offered: Offered, signed: Signed[Assignment]) -> Assigned:
    """The assignment under its offer.

    Raises "assignment-unsigned", "wrong-marketplace", "terms-changed", "deadline-unsound".
    """
    assignment, pin = signed.message, offered.pin
    _check_place(pin, assignment.marketplace_id)
    _check_signer(pin, signed, pin.identity.marketplace, "assignment-unsigned")
    if (assignment.offer, assignment.manifest) != (offered.digest, offered.offer.manifest):
        refuse("terms-changed", "The assignment is for other terms than those offered.")
    if assignment.lease_end > assignment.final_deadline:
        refuse("deadline-unsound", "The assignment's lease ends after its final deadline.")
    return Assigned(offered, assignment, pin.digest_of(assignment))


def check_items(assigned: Assigned, items: Sequence[str]) -> None:
    """That `items` (digests, in order) are exactly what was assigned, each once.

    Raises "items-changed".
    """
    assignment = assigned.assignment
    stated = (assignment.item_count, assignment.item_root)
    is_once = len(set(items)) == len(items)
    if not is_once or (len(items), item_tree.item_root(items)) != stated:
        refuse("items-changed", "The cases delivered are not the cases assigned.")


def check_submission(assigned: Assigned, signed: Signed[Submission], place: TreeProof) -> Submitted:
    """A submission of an item that `place` shows to be assigned.

    Raises "submission-unsigned", "wrong-marketplace", "submission-elsewhere", "item-elsewhere".
    """
    submission, assignment = signed.message, assigned.assignment
    pin = assigned.offered.pin
    _check_place(pin, submission.marketplace_id)
    _check_signer(pin, signed, submission.worker, "submission-unsigned")
    said = (submission.assignment, submission.manifest, submission.worker)
    if said != (assigned.digest, assignment.manifest, assignment.worker):
        refuse("submission-elsewhere", "The submission is not for this assignment and expert.")
    counted = place.size == assignment.item_count
    if not counted or not item_tree.proves_item(submission.item.hex(), place, assignment.item_root):
        refuse("item-elsewhere", "The submission's case is not one of the assignment's.")
    return Submitted(assigned, submission, pin.digest_of(submission))


def check_payload(submitted: Submitted, item: bytes, payload: bytes) -> tuple[Item, Document]:
    """The case and the labels that the submission binds.

    Raises "item-changed", "source-changed", "payload-changed", "format-unknown", "not-as-asked".
    """
    submission = submitted.submission
    _check_content(item, submission.item, "item-changed")
    _check_content(payload, submission.payload, "payload-changed")
    case = _read(item, Item, ITEM_FORMAT)
    _check_content(codec.encode(case.files), submission.source, "source-changed")
    if submission.media_type != DOCUMENT_MEDIA_TYPE:
        refuse("format-unknown", "A part of this is in a format that is not known here.")
    document = _read(payload, Document, DOCUMENT_FORMAT, MOST_BYTES)
    if (document.item, len(payload)) != (submission.item.hex(), submission.payload_size):
        refuse("payload-changed", "The labels are not the ones that were signed.")
    terms = submitted.assigned.offered.manifest
    free = terms.free_text_allowed
    if misfits(document, terms.form, terms.labels, free_text_allowed=free):
        refuse("not-as-asked", "An answer does not fit what the terms ask.")
    return case, document


def check_receipt(submitted: Submitted, signed: Signed[Receipt]) -> Received:
    """The marketplace's acknowledgement, on the terms of the offer and no others.

    Raises "receipt-unsigned", "wrong-marketplace", "receipt-elsewhere", "receipt-terms-changed".
    """
    receipt, offered = signed.message, submitted.assigned.offered
    pin, offer = offered.pin, offered.offer
    _check_place(pin, receipt.marketplace_id)
    _check_signer(pin, signed, pin.identity.marketplace, "receipt-unsigned")
    said = (receipt.submission, receipt.worker, receipt.offer)
    if said != (submitted.digest, submitted.submission.worker, offered.digest):
        refuse("receipt-elsewhere", "The receipt is for another submission, expert or offer.")
    pay = (receipt.escrow, receipt.unit_amount, receipt.currency)
    latest = receipt.received_at + offered.manifest.acceptance.review_seconds
    if pay != (offer.escrow, offer.unit_amount, offer.currency) or not (
        receipt.received_at <= receipt.decision_due <= latest
    ):
        refuse("receipt-terms-changed", "The receipt has other pay or dates than the terms.")
    return Received(submitted, receipt, pin.digest_of(receipt))


def check_head(pin: Pin, signed: Signed[TreeHead]) -> TreeHead:
    """A head of this marketplace's log. Raises "head-unsigned", "wrong-log"."""
    if signed.message.log_id != pin.identity.log_id:
        refuse("wrong-log", "A log head belongs to another log.")
    _check_signer(pin, signed, pin.identity.marketplace, "head-unsigned")
    return signed.message


def check_consistent(one: TreeHead, other: TreeHead, proof: ConsistencyProof | None = None) -> None:
    """That two checked heads are of one growing log; heads of one size need no proof.

    Raises "log-forked".
    """
    check_contradiction(one, other)
    first, second = sorted((one, other), key=lambda head: head.size)
    if first.size < second.size and not (
        proof is not None
        and (proof.first, proof.second) == (first.size, second.size)
        and log_entry.is_extension(proof, first.root, second.root)
    ):
        _refuse_fork()


def check_contradiction(one: TreeHead, other: TreeHead) -> None:
    """Raises "log-forked" where two checked heads prove by themselves that they are of two logs."""
    if contradict(one, other):
        _refuse_fork()


def contradict(one: TreeHead, other: TreeHead) -> bool:
    """Whether no growing log can have both heads, whatever the marketplace says about them."""
    first, second = sorted((one, other), key=lambda head: head.size)
    if first.size == second.size:
        return first.root != second.root
    return first.time > second.time


def _refuse_fork() -> NoReturn:
    refuse(
        "log-forked",
        "The marketplace's public log contradicts what it showed before.",
        "Take no new work from this marketplace; both signed log heads are kept as evidence.",
    )


def check_decision(
    received: Received,
    grant: Signed[RoleGrant],
    signed: Signed[Decision],
    proof: LogProof,
    head: Signed[TreeHead],
) -> Decided:
    """A decision that counts: by a reviewer in office, in the log in time, with a listed reason.

    Raises "decision-unsigned", "wrong-marketplace", "decision-elsewhere", "reviewer-unauthorised",
    "reason-unlisted", "decision-not-logged", "decision-late", and those of `check_head`.
    """
    decision, submitted = signed.message, received.submitted
    pin = submitted.assigned.offered.pin
    _check_place(pin, decision.marketplace_id)
    _check_signer(pin, signed, decision.reviewer, "decision-unsigned")
    said = (decision.submission, decision.manifest)
    if said != (submitted.digest, submitted.submission.manifest):
        refuse("decision-elsewhere", "The decision is about another submission.")
    _check_reviewer(pin, grant, decision)
    _check_reason(submitted.assigned.offered.manifest, decision)
    digest = pin.digest_of(decision)
    _check_logged(decision, digest, proof, check_head(pin, head))
    if head.message.time > received.receipt.decision_due:
        refuse(
            "decision-late",
            "The decision was made public after its deadline, so it does not count.",
            "Treat the submission as accepted: silence until the deadline has accepted it.",
        )
    return Decided(received, decision, digest, grant.message, head.message)


def _check_reviewer(pin: Pin, signed: Signed[RoleGrant], decision: Decision) -> None:
    grant = signed.message
    named = check_grant(pin, signed) == decision.grant and grant.holder == decision.reviewer
    covers = grant.manifest in (ZERO_WORD, decision.manifest)
    in_office = grant.valid_from <= decision.decided_at <= grant.valid_until
    if not (named and covers and in_office):
        refuse("reviewer-unauthorised", "The reviewer was not allowed to decide this.")


def _check_reason(manifest: Manifest, decision: Decision) -> None:
    listed = {reason.code for reason in manifest.acceptance.reasons}
    rejected = decision.verdict is Verdict.REJECTED
    if decision.reason not in listed if rejected else decision.reason != "":
        refuse("reason-unlisted", "The decision gives no reason from the list in the terms.")
    appealable = decision.appeal_until >= decision.decided_at + manifest.acceptance.appeal_seconds
    if decision.quality > 1_000_000 or not appealable:
        refuse("decision-unsound", "The decision's quality or appeal date is outside the terms.")


def _check_logged(decision: Decision, digest: bytes, proof: LogProof, head: TreeHead) -> None:
    expected = log_entry.decision_leaf(decision, digest, bytes.fromhex(proof.blind))
    shown = proof.leaf == expected and proof.size == head.size
    if not shown or not log_entry.is_in_tree(proof, head.root) or decision.decided_at > head.time:
        refuse("decision-not-logged", "The decision does not stand in the public log.")


def _check_place(pin: Pin, marketplace_id: bytes) -> None:
    if marketplace_id != pin.identity.marketplace_id:
        refuse("wrong-marketplace", "A message belongs to another marketplace.")


def _check_signer(pin: Pin, signed: Signed[Message], expected: bytes, code: str) -> None:
    if signer_of(pin.domain, signed) != expected:
        refuse(code, "A message is not signed by who must have signed it.")


def _check_content(data: bytes, expected: bytes, code: str) -> None:
    if codec.digest(data) != expected.hex():
        refuse(code, "A part of this is not the one that was signed for.")


def _read(data: bytes, kind: type[T], form: str, most: int = codec.MAX_BYTES) -> T:
    value = codec.decode(data, kind, max_bytes=most)
    if getattr(value, "format", None) != form:
        refuse("format-unknown", "A part of this is in a format that is not known here.")
    return value


def refuse(
    code: str,
    happened: str,
    do: str = "Sync again; if it stays so, keep the evidence and ask the marketplace to explain.",
) -> NoReturn:
    """Raise what a person is told when evidence does not hold."""
    raise LabelerError(
        code,
        happened,
        safe="Nothing was recorded from it, and your own signed work is untouched.",
        do=do,
    )
