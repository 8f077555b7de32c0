"""A small marketplace in memory: every message of one submission's life, really signed."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from labeler.model.document import DOCUMENT_FORMAT, DOCUMENT_MEDIA_TYPE, Document, Mark
from labeler.model.forms import Answer, Choice, Form, Option
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
from labeler.model.shapes import Box, MaskRef
from labeler.proof import claim_tree, codec, envelope, item_tree, log_entry, merkle_log
from labeler.proof.claim_tree import ClaimLeaf
from labeler.proof.curve import address_of
from labeler.proof.domain import domain_of
from labeler.proof.envelope import Signed
from labeler.proof.item_tree import AccountLine
from labeler.proof.messages import (
    ZERO_ADDRESS,
    ZERO_WORD,
    AccountStatement,
    Assignment,
    Decision,
    EpochStatement,
    MarketplaceIdentity,
    Message,
    Offer,
    PayoutRule,
    Receipt,
    Role,
    RoleGrant,
    Submission,
    TreeHead,
    Verdict,
)

M = TypeVar("M", bound=Message)

DAY = 86_400
START = 1_795_000_000
REVIEW_SECONDS = 7 * DAY
PAY = 2_500_000


def word(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def key(role: str) -> bytes:
    return word(f"key of the {role}")


def person(role: str) -> bytes:
    return address_of(key(role))


CHAIN: dict[str, Any] = {
    "chain_id": 31337,
    "identity_contract": b"\xaa" * 20,
    "token": b"\xbb" * 20,
    "distributor": b"\xcc" * 20,
    "payout_rule": PayoutRule.CUMULATIVE_DISTRIBUTOR,
}
NO_CHAIN: dict[str, Any] = {
    "chain_id": 0,
    "identity_contract": ZERO_ADDRESS,
    "token": ZERO_ADDRESS,
    "distributor": ZERO_ADDRESS,
    "payout_rule": PayoutRule.NO_CHAIN,
}
MASK = b"LBM2 not a real mask: the proof ring only knows digests"

MANIFEST = Manifest(
    format=MANIFEST_FORMAT,
    title="Nodules in chest CT",
    instructions="Mark every nodule.",
    modality="CT",
    specialty="radiology",
    qualification="Board-certified radiologist",
    labels=(Label("nodule", "Nodule"),),
    form=Form(
        "chest",
        "Chest",
        (Choice("finding", "Finding?", (Option("yes", "Yes"), Option("no", "No"))),),
    ),
    acceptance=Acceptance(
        metric="dice",
        threshold_ppm=700_000,
        readers=1,
        review_seconds=REVIEW_SECONDS,
        appeal_seconds=3 * DAY,
        reasons=(Reason("mask-incomplete", "A nodule is not marked"),),
    ),
    price=Price(currency="eip155:31337/erc20:0xbb", symbol="USDC", decimals=6, item=str(PAY)),
    royalty=Royalty(basis_points=200),
    licence="CC-BY-4.0",
    free_text_allowed=False,
)


def make_item(number: int) -> Item:
    files = tuple(
        ItemFile(f"{index}.dcm", 100 + index, word(f"file {number} {index}").hex())
        for index in range(2)
    )
    return Item(ITEM_FORMAT, f"Case {number}", ItemContext(age="061Y"), files)


@dataclass
class World:
    """Every `make_*` signs a message; keyword arguments replace its fields."""

    chain: dict[str, Any] = field(default_factory=lambda: CHAIN)
    manifest: Manifest = MANIFEST
    item_count: int = 3
    which: int = 1

    def __post_init__(self) -> None:
        self.manifest_data = codec.encode(self.manifest)
        self.manifest_digest = bytes.fromhex(codec.digest(self.manifest_data))
        self.item_data = [codec.encode(make_item(n)) for n in range(self.item_count)]
        self.items = [codec.digest(data) for data in self.item_data]
        self.place = item_tree.item_proof(self.items, self.which)
        self.payload = codec.encode(
            Document(
                DOCUMENT_FORMAT,
                self.items[self.which],
                marks=(
                    Mark("m1", "nodule", FrameRef("1.2", "1.2.3", 0), Box((0, 0), (9000, 9000))),
                    Mark("m2", "nodule", FrameRef("1.2", "1.2.4", 0), MaskRef(codec.digest(MASK))),
                ),
                answers=(Answer("finding", "yes"),),
            )
        )
        self.identity = self.make_identity()
        self.domain = domain_of(self.identity.message)
        self.grant = self.make_grant()
        self.offer = self.make_offer()
        self.assignment = self.make_assignment()
        self.submission = self.make_submission()
        self.receipt = self.make_receipt()

    def digest(self, signed: Signed[Message]) -> bytes:
        return envelope.message_digest(self.domain, signed.message)

    def sign(self, message: M, role: str, changes: dict[str, Any]) -> Signed[M]:
        changed = dataclasses.replace(message, **changes)
        return envelope.sign(self.domain, changed, key(role))

    def make_identity(self, by: str = "operator", **changes: Any) -> Signed[MarketplaceIdentity]:
        message = MarketplaceIdentity(
            operator=person("operator"),
            marketplace=person("marketplace"),
            marketplace_id=word("marketplace"),
            **self.chain,
            log_id=word("log"),
            next_operator=word("next"),
            valid_from=START,
        )
        changed = dataclasses.replace(message, **changes)
        return envelope.sign(domain_of(changed), changed, key(by))

    def make_grant(self, by: str = "operator", **changes: Any) -> Signed[RoleGrant]:
        message = RoleGrant(
            marketplace_id=word("marketplace"),
            role=Role.REVIEWER,
            holder=person("reviewer"),
            manifest=ZERO_WORD,
            valid_from=START,
            valid_until=START + 300 * DAY,
        )
        return self.sign(message, by, changes)

    def make_offer(self, by: str = "requester", **changes: Any) -> Signed[Offer]:
        message = Offer(
            marketplace_id=word("marketplace"),
            requester=person("requester"),
            manifest=self.manifest_digest,
            nonce=word("offer nonce"),
            max_items=self.item_count,
            unit_amount=PAY,
            currency=self.manifest.price.currency,
            escrow=self.chain["distributor"],
            deadline=START + 30 * DAY,
        )
        return self.sign(message, by, changes)

    def make_assignment(self, by: str = "marketplace", **changes: Any) -> Signed[Assignment]:
        message = Assignment(
            marketplace_id=word("marketplace"),
            offer=self.digest(self.offer),
            manifest=self.manifest_digest,
            nonce=word("assignment nonce"),
            item_root=item_tree.item_root(self.items),
            item_count=len(self.items),
            worker=person("worker"),
            lease_end=START + 5 * DAY,
            final_deadline=START + 10 * DAY,
        )
        return self.sign(message, by, changes)

    def make_submission(self, by: str = "worker", **changes: Any) -> Signed[Submission]:
        item = msgspec.json.decode(self.item_data[self.which], type=Item)
        message = Submission(
            marketplace_id=word("marketplace"),
            assignment=self.digest(self.assignment),
            item=bytes.fromhex(self.items[self.which]),
            manifest=self.manifest_digest,
            payload=bytes.fromhex(codec.digest(self.payload)),
            payload_size=len(self.payload),
            media_type=DOCUMENT_MEDIA_TYPE,
            source=bytes.fromhex(codec.digest(codec.encode(item.files))),
            journal_head=word("journal"),
            revision=1,
            device=word("device"),
            sequence=1,
            previous=ZERO_WORD,
            worker=person("worker"),
            payout_to=person("payout"),
            signed_at=START + 2 * DAY,
            blind=word("blind"),
        )
        return self.sign(message, by, changes)

    def make_receipt(self, by: str = "marketplace", **changes: Any) -> Signed[Receipt]:
        message = Receipt(
            marketplace_id=word("marketplace"),
            submission=self.digest(self.submission),
            worker=person("worker"),
            offer=self.digest(self.offer),
            escrow=self.offer.message.escrow,
            unit_amount=PAY,
            currency=self.manifest.price.currency,
            received_at=START + 3 * DAY,
            decision_due=START + 3 * DAY + REVIEW_SECONDS,
        )
        return self.sign(message, by, changes)

    def make_decision(self, by: str = "reviewer", **changes: Any) -> Signed[Decision]:
        message = Decision(
            marketplace_id=word("marketplace"),
            submission=self.digest(self.submission),
            manifest=self.manifest_digest,
            grant=self.digest(self.grant),
            reviewer=person("reviewer"),
            verdict=Verdict.ACCEPTED,
            reason="",
            evidence=ZERO_WORD,
            quality=912_000,
            decided_at=START + 4 * DAY,
            appeal_until=START + 7 * DAY,
        )
        return self.sign(message, by, changes)

    def rejection(self, **changes: Any) -> Signed[Decision]:
        return self.make_decision(
            **{"verdict": Verdict.REJECTED, "reason": "mask-incomplete", **changes}
        )

    def logged(
        self, decision: Signed[Decision], *, time: int = START + 4 * DAY + 60
    ) -> tuple[log_entry.LogProof, Signed[TreeHead], list[bytes]]:
        """The decision as the log's sixth entry of nine: proof, head, leaf hashes."""
        blind = word("log blind")
        leaf = log_entry.decision_leaf(decision.message, self.digest(decision), blind)
        hashes = [merkle_log.leaf_hash(bytes([number])) for number in range(9)]
        hashes[5] = log_entry.entry_hash(leaf)
        path = tuple(step.hex() for step in merkle_log.inclusion_proof(hashes, 5))
        proof = log_entry.LogProof(leaf, blind.hex(), 5, len(hashes), path)
        return proof, self.make_head(hashes, time), hashes

    def make_head(
        self, hashes: list[bytes], time: int, by: str = "marketplace", **changes: Any
    ) -> Signed[TreeHead]:
        head = TreeHead(word("log"), len(hashes), merkle_log.root(hashes), time)
        return self.sign(head, by, changes)

    def make_epoch(
        self,
        head: Signed[TreeHead],
        leaves: list[ClaimLeaf],
        by: str = "marketplace",
        **changes: Any,
    ) -> Signed[EpochStatement]:
        message = EpochStatement(
            marketplace_id=word("marketplace"),
            chain_id=self.chain["chain_id"],
            token=self.chain["token"],
            distributor=self.chain["distributor"],
            epoch=1,
            previous=ZERO_WORD,
            tree_head=self.digest(head),
            claim_root=claim_tree.claim_root(leaves),
            total=sum(leaf.cumulative for leaf in leaves),
            time=START + 5 * DAY,
        )
        return self.sign(message, by, changes)

    def make_account(
        self,
        epoch: Signed[EpochStatement],
        lines: list[AccountLine],
        by: str = "marketplace",
        **changes: Any,
    ) -> Signed[AccountStatement]:
        message = AccountStatement(
            marketplace_id=word("marketplace"),
            epoch_statement=self.digest(epoch),
            account=person("payout"),
            lines_root=item_tree.lines_root(lines),
            line_count=len(lines),
            cumulative=sum(int(line.amount) for line in lines),
        )
        return self.sign(message, by, changes)

    def leaves(self, mine: int) -> list[ClaimLeaf]:
        """The claim leaves of three accounts; the expert's own is the first."""
        return [
            ClaimLeaf(self.chain["chain_id"], self.chain["distributor"], account, amount)
            for account, amount in (
                (person("payout"), mine),
                (person("other"), 7_000_000),
                (person("third"), 1),
            )
        ]

    def lines(self) -> list[AccountLine]:
        """An earlier submission's line, then this one's."""
        return [
            AccountLine(word("earlier").hex(), "item", str(PAY)),
            AccountLine(self.digest(self.submission).hex(), "item", str(PAY)),
        ]
