"""A marketplace that really signs, and one case it assigned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from labeler.model.document import DOCUMENT_FORMAT, DOCUMENT_MEDIA_TYPE, Document, Mark
from labeler.model.forms import Answer, Form, FreeText
from labeler.model.frames import FrameRef
from labeler.model.manifest import (
    ITEM_FORMAT,
    MANIFEST_FORMAT,
    Acceptance,
    Item,
    ItemContext,
    ItemFile,
    Label,
    Manifest,
    Price,
    Reason,
    Royalty,
)
from labeler.model.shapes import Box, Length
from labeler.proof import codec
from labeler.proof.curve import address_of
from labeler.proof.domain import domain_of
from labeler.proof.envelope import Envelope, Signed, message_digest, sign, to_envelope
from labeler.proof.item_tree import TreeProof, item_proof, item_root
from labeler.proof.messages import (
    Assignment,
    MarketplaceIdentity,
    Message,
    Offer,
    PayoutRule,
    Submission,
)

OPERATOR, MARKETPLACE, REQUESTER, STRANGER = (bytes([n]) * 32 for n in range(1, 5))
USDC = "eip155:8453/erc20:0x833589fcd6edb6e08f4c7c32d4f71b54bda02913"

MANIFEST = Manifest(
    format=MANIFEST_FORMAT,
    title="Lung nodules on chest CT",
    instructions="Outline every nodule.",
    modality="CT",
    specialty="chest",
    qualification="Radiologist",
    labels=(Label("nodule", "Nodule"),),
    form=Form("chest", "Chest CT", (FreeText("note", "Note"),)),
    acceptance=Acceptance(
        metric="dice",
        threshold_ppm=700_000,
        readers=1,
        review_seconds=14 * 86_400,
        appeal_seconds=7 * 86_400,
        reasons=(Reason("missed", "A nodule was missed."),),
    ),
    price=Price(currency=USDC, symbol="USDC", decimals=6, item="25000000"),
    royalty=Royalty(basis_points=200),
    licence="CC-BY-4.0",
    free_text_allowed=True,
)

ITEM = Item(
    format=ITEM_FORMAT,
    title="Case 7",
    context=ItemContext(age="061Y", sex="F"),
    files=(ItemFile("0001.dcm", 526_334, "ab" * 32),),
)
ITEMS = (codec.digest(b"another case"), codec.digest(codec.encode(ITEM)), codec.digest(b"a third"))
PROOF = item_proof(ITEMS, 1)


def document(item: str = ITEMS[1]) -> Document:
    frame = FrameRef("1.2.3", "1.2.3.4", 0)
    return Document(
        format=DOCUMENT_FORMAT,
        item=item,
        marks=(
            Mark("m1", "nodule", frame, Box((1000, 1000), (9000, 9000))),
            Mark("m2", "nodule", frame, Length((0, 0), (5000, 0))),
        ),
        answers=(Answer("note", "spiculated"),),
    )


@dataclass(frozen=True)
class Terms:
    """Every part of one proposal; tests replace one and keep the others."""

    worker: bytes
    identity: MarketplaceIdentity = field(
        default_factory=lambda: MarketplaceIdentity(
            operator=address_of(OPERATOR),
            marketplace=address_of(MARKETPLACE),
            marketplace_id=b"\x4d" * 32,
            chain_id=8453,
            identity_contract=b"\x1d" * 20,
            token=b"\x70" * 20,
            distributor=b"\xd1" * 20,
            log_id=b"\x10" * 32,
            payout_rule=PayoutRule.CUMULATIVE_DISTRIBUTOR,
            next_operator=bytes(32),
            valid_from=1_790_000_000,
        )
    )
    manifest: bytes = codec.encode(MANIFEST)
    item: bytes = codec.encode(ITEM)
    item_proof: TreeProof = PROOF
    payload: bytes = codec.encode(document())
    offer_key: bytes = REQUESTER
    assignment_key: bytes = MARKETPLACE
    offer_changes: dict[str, object] = field(default_factory=dict)
    assignment_changes: dict[str, object] = field(default_factory=dict)
    submission_changes: dict[str, object] = field(default_factory=dict)

    def signed_identity(self, key: bytes = OPERATOR) -> Signed[MarketplaceIdentity]:
        return sign(domain_of(self.identity), self.identity, key)

    @property
    def offer(self) -> Offer:
        offer = Offer(
            marketplace_id=self.identity.marketplace_id,
            requester=address_of(REQUESTER),
            manifest=digest_of(self.manifest),
            nonce=b"\x0f" * 32,
            max_items=100,
            unit_amount=25_000_000,
            currency=USDC,
            escrow=b"\xe5" * 20,
            deadline=1_800_000_000,
        )
        return replace(offer, **self.offer_changes)  # type: ignore[arg-type]  # a test's own names

    @property
    def assignment(self) -> Assignment:
        assignment = Assignment(
            marketplace_id=self.identity.marketplace_id,
            offer=self.digest(self.offer),
            manifest=digest_of(self.manifest),
            nonce=b"\x0a" * 32,
            item_root=item_root(ITEMS),
            item_count=len(ITEMS),
            worker=self.worker,
            lease_end=1_799_000_000,
            final_deadline=1_799_500_000,
        )
        return replace(assignment, **self.assignment_changes)  # type: ignore[arg-type]  # as above

    @property
    def submission(self) -> Submission:
        submission = Submission(
            marketplace_id=self.identity.marketplace_id,
            assignment=self.digest(self.assignment),
            item=digest_of(self.item),
            manifest=digest_of(self.manifest),
            payload=digest_of(self.payload),
            payload_size=len(self.payload),
            media_type=DOCUMENT_MEDIA_TYPE,
            source=digest_of(codec.encode(ITEM.files)),
            journal_head=b"\x1a" * 32,
            revision=1,
            device=b"\xde" * 32,
            sequence=1,
            previous=bytes(32),
            worker=self.worker,
            payout_to=self.worker,
            signed_at=1_790_000_100,
            blind=b"\xb1" * 32,
        )
        return replace(submission, **self.submission_changes)  # type: ignore[arg-type]  # as above

    def digest(self, message: Message) -> bytes:
        return message_digest(domain_of(self.identity), message)

    def parts(self) -> dict[str, object]:
        """What a proposal carries beside the submission."""
        return {
            "manifest": self.manifest,
            "item": self.item,
            "item_proof": self.item_proof,
            "payload": self.payload,
            "offer": self._envelope(self.offer, self.offer_key),
            "assignment": self._envelope(self.assignment, self.assignment_key),
        }

    def _envelope(self, message: Message, key: bytes) -> Envelope:
        return to_envelope(sign(domain_of(self.identity), message, key))


def digest_of(data: bytes) -> bytes:
    return bytes.fromhex(codec.digest(data))
