"""What a submission says, read from its bytes and checked before anybody may sign it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from msgspec import UNSET

from labeler.errors import LabelerError
from labeler.model.answer_rules import answers_in
from labeler.model.document import (
    DOCUMENT_FORMAT,
    DOCUMENT_MEDIA_TYPE,
    MOST_BYTES,
    Document,
    TimeSpent,
)
from labeler.model.manifest import ITEM_FORMAT, MANIFEST_FORMAT, Item, Manifest
from labeler.proof import codec
from labeler.proof.envelope import Envelope, Signed, from_envelope, message_digest, signer_of
from labeler.proof.item_tree import proves_item
from labeler.proof.messages import (
    ZERO_WORD,
    Assignment,
    Message,
    Offer,
    Submission,
)
from labeler.signing.pins import Pinned
from labeler.signing.requests import ProposeSubmission, SubmissionSummary

T = TypeVar("T")
M = TypeVar("M", bound=Message)

_UNSIGNED = "0x" + "00" * 65


@dataclass(frozen=True)
class Reviewed:
    """A submission whose parts agree with each other."""

    submission: Submission
    digest: bytes
    offer: Offer
    manifest: Manifest
    item: Item
    document: Document

    def summary(self, token: str, now_s: int) -> SubmissionSummary:
        """What the person is shown; `now_s` is UTC seconds."""
        acceptance, price = self.manifest.acceptance, self.manifest.price
        time = TimeSpent(0, 0) if self.document.time is UNSET else self.document.time
        return SubmissionSummary(
            token=token,
            title=self.manifest.title,
            case=self.item.title,
            marks=len(self.document.marks),
            answers=answers_in(self.document),
            no_finding=self.document.no_finding,
            active_s=time.active_s,
            idle_s=time.idle_s,
            pay=str(self.offer.unit_amount),
            decimals=price.decimals,
            symbol=price.symbol,
            currency=self.offer.currency,
            royalty_basis_points=self.manifest.royalty.basis_points,
            review_seconds=acceptance.review_seconds,
            decision_by=now_s + acceptance.review_seconds,
            worker="0x" + self.submission.worker.hex(),
            rules=self.submission.manifest.hex(),
            fingerprint=self.digest.hex(),
        )


def unsigned(message: dict[str, str | int], kind: type[M]) -> M:
    """The message of the wire's values. Raises LabelerError "bad-message"."""
    return from_envelope(Envelope(kind.__name__, message, _UNSIGNED), kind).message


def review(
    proposal: ProposeSubmission, submission: Submission, pinned: Pinned, worker: bytes
) -> Reviewed:
    """Every digest, link and amount of a proposal by `worker`, checked.

    Raises LabelerError with the code of what does not agree.
    """
    _check_person(submission, worker)
    assignment, offer = _check_terms(proposal, submission, pinned)
    manifest = _read(proposal.manifest, Manifest, MANIFEST_FORMAT)
    if (manifest.price.item, manifest.price.currency) != (str(offer.unit_amount), offer.currency):
        raise _changed("pay-changed", "The pay is not the pay that the rules promise.")
    item = _check_item(proposal, submission, assignment)
    document = _check_payload(proposal, submission)
    digest = message_digest(pinned.domain, submission)
    return Reviewed(submission, digest, offer, manifest, item, document)


def _check_person(submission: Submission, worker: bytes) -> None:
    if submission.worker != worker:
        raise _changed("not-your-key", "This submission is in the name of another key.")
    # A window that was taken over could otherwise lead the pay away.
    if submission.payout_to != worker:
        raise _changed("pay-elsewhere", "This submission would be paid to another key than yours.")
    if submission.blind == ZERO_WORD:
        raise _changed("not-blinded", "This submission would show in the public record.")


def _check_terms(
    proposal: ProposeSubmission, submission: Submission, pinned: Pinned
) -> tuple[Assignment, Offer]:
    """The signed chain from the submission to the offer."""
    assignment = from_envelope(proposal.assignment, Assignment)
    offer = from_envelope(proposal.offer, Offer)
    _check_signer(assignment, pinned.identity.marketplace, pinned)
    _check_signer(offer, offer.message.requester, pinned)
    here = pinned.identity.marketplace_id
    terms = (assignment.message, offer.message)
    if any(message.marketplace_id != here for message in (*terms, submission)):
        raise _changed("wrong-marketplace", "A part of this submission is another marketplace's.")
    if message_digest(pinned.domain, assignment.message) != submission.assignment:
        raise _changed("assignment-changed", "The assignment is not the one that was accepted.")
    if message_digest(pinned.domain, offer.message) != assignment.message.offer:
        raise _changed("offer-changed", "The offer is not the one that was assigned.")
    if assignment.message.worker != submission.worker:
        raise _changed("not-your-key", "This case was assigned to another key.")
    rules = bytes.fromhex(codec.digest(proposal.manifest))
    if any(message.manifest != rules for message in (*terms, submission)):
        raise _changed("rules-changed", "The rules are not those that the case was assigned with.")
    return assignment.message, offer.message


def _check_signer(signed: Signed[Message], expected: bytes, pinned: Pinned) -> None:
    if signer_of(pinned.domain, signed) != expected:
        raise _changed("terms-unsigned", "The terms are not signed by who must have signed them.")


def _check_item(
    proposal: ProposeSubmission, submission: Submission, assignment: Assignment
) -> Item:
    digest, proof = codec.digest(proposal.item), proposal.item_proof
    if digest != submission.item.hex():
        raise _changed("item-changed", "The case is not the one that was submitted.")
    if proof.size != assignment.item_count or not proves_item(digest, proof, assignment.item_root):
        raise _changed("item-changed", "The case is not one of those that were assigned.")
    item = _read(proposal.item, Item, ITEM_FORMAT)
    if codec.digest(codec.encode(item.files)) != submission.source.hex():
        raise _changed("source-changed", "The images are not those of this case.")
    return item


def _check_payload(proposal: ProposeSubmission, submission: Submission) -> Document:
    stated = (submission.payload.hex(), submission.payload_size)
    if (codec.digest(proposal.payload), len(proposal.payload)) != stated:
        raise _changed("payload-changed", "The marks and answers are not those of the submission.")
    if submission.media_type != DOCUMENT_MEDIA_TYPE:
        raise _changed("payload-unknown", "The submission is of a kind that cannot be read here.")
    document = _read(proposal.payload, Document, DOCUMENT_FORMAT, MOST_BYTES)
    if document.item != submission.item.hex():
        raise _changed("payload-changed", "The marks and answers belong to another case.")
    return document


def _read(data: bytes, kind: type[T], form: str, most: int = codec.MAX_BYTES) -> T:
    value = codec.decode(data, kind, max_bytes=most)
    if getattr(value, "format", None) != form:
        raise _changed("format-unknown", "A part of this submission has an unknown format.")
    return value


def _changed(code: str, happened: str) -> LabelerError:
    return LabelerError(
        code,
        happened,
        safe="Nothing was signed, and your marks are saved.",
        do="Sync and open the case again; if it stays so, keep the case and ask for support.",
    )
