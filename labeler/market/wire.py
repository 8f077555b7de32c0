"""Every body of the HTTP API, shared by the hub and its client.

Digests and keys are bare lower-case hexadecimal; addresses are lower-case with 0x. Message digests
are EIP-712, content digests SHA-256. Times are UTC seconds. Signed messages travel as
`labeler.proof.envelope` writes them.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.manifest import Item, Manifest
from labeler.model.words import Code, Digest, Line
from labeler.proof.envelope import Envelope
from labeler.proof.item_tree import Lines, TreeProof
from labeler.proof.log_entry import ConsistencyProof, LogLeaf, LogProof

Address = Annotated[str, Meta(pattern=r"\A0x[0-9a-f]{40}\Z")]
Signature = Annotated[str, Meta(pattern=r"\A0x[0-9a-f]{130}\Z")]
TransactionHash = Annotated[str, Meta(pattern=r"\A0x[0-9a-f]{64}\Z")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Seconds = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Token = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{16,128}\Z")]
Nonce = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9]{8,64}\Z")]
Path = Annotated[tuple[Digest, ...], Meta(max_length=64)]
"""Sibling hashes from the leaf up."""

MAX_ITEMS = 10_000
MAX_BODY = 8 * 1024 * 1024
MAX_BLOB = 2 * 1024 * 1024 * 1024
PROBLEM_PREFIX = "urn:labeler:problem:"


class BlobRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stored byte string, named by its SHA-256."""

    sha256: Digest
    size: Count


class IdentityAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/identity: MarketplaceIdentity and every RoleGrant, current or past.

    `node` suggests a JSON-RPC node of the marketplace's chain; empty where there is no chain. It is
    not signed: whoever asks it must not take it at its word.
    """

    identity: Envelope
    grants: tuple[Envelope, ...]
    node: Annotated[str, Meta(max_length=500)] = ""


class TaskEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One offered task; `manifest` is whole, so that its digest can be recomputed.

    `places_left` counts the cases that another expert can still get; null where it is not told.
    """

    digest: Digest
    manifest: Manifest
    offer: Envelope
    item_count: Count
    download_size: Count
    places_left: Count | None = None


class TasksAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/tasks."""

    tasks: Annotated[tuple[TaskEntry, ...], Meta(max_length=1000)]


class NonceAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/login/nonce."""

    nonce: Nonce
    expires_at: Seconds


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/login: the EIP-4361 text that the client composed, and its signature."""

    message: Annotated[str, Meta(min_length=1, max_length=4000)]
    signature: Signature


class LoginAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: Token
    address: Address
    expires_at: Seconds


class AssignedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case: what it holds, its sealed package, and the package's key (hexadecimal)."""

    item: Item
    package: BlobRef
    key: Digest


class AssignmentAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/tasks/{manifest}/assignments: everything needed to work with no network."""

    assignment: Envelope
    offer: Envelope
    manifest: Manifest
    items: Annotated[tuple[AssignedItem, ...], Meta(min_length=1, max_length=MAX_ITEMS)]


class SubmissionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/submissions; payload and masks are uploaded as blobs before."""

    submission: Envelope


class SubmissionAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    receipt: Envelope


class BlobAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """PUT /v1/blobs/{sha256}."""

    blob: BlobRef


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something new to look at.

    `kind` is "task" (subject: manifest), "receipt" or "decision" (subject: submission), "head"
    (subject: tree head) or "statement" (subject: epoch statement).
    """

    cursor: Count
    kind: Code
    subject: Digest
    at: Seconds


class EventsAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/events?after=CURSOR: in order; ask again with `next` until `more` is false."""

    events: Annotated[tuple[Event, ...], Meta(max_length=1000)]
    next: Count
    more: bool


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision, the reviewer's grant, and the decision's place in the log under `head`.

    `proof` holds the opening of the leaf's commitment, which only the parties are told.
    """

    decision: Envelope
    grant: Envelope
    proof: LogProof
    head: Envelope


class SubmissionStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/submissions/{digest}."""

    digest: Digest
    receipt: Envelope
    decided: Decided | None


class HeadAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/log/head."""

    head: Envelope


class ConsistencyAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/log/consistency?first=&second= (RFC 9162, 2.1.4)."""

    proof: ConsistencyProof


class InclusionAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/log/proof?index=&size= (RFC 9162, 2.1.3), with the public leaf itself."""

    leaf: LogLeaf
    proof: TreeProof


class StatementAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """GET /v1/statements/{account}?submission=: the newest epoch, all lines since the first.

    `submission` is any one paid to the account: accounts are public on the chain, what they were
    paid for is not.

    `claim_path` proves the leaf (chain, distributor, account, cumulative) under the epoch's root.
    """

    epoch: Envelope
    head: Envelope
    statement: Envelope
    lines: Lines
    claim_path: Path


class ClaimRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /v1/claims: the marketplace sends the claim; the money can only go to `account`.

    `submission` is any one paid to the account: knowing its digest shows who is asking.
    """

    account: Address
    submission: Digest


class ClaimAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    transaction: TransactionHash


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An RFC 9457 problem document; members unknown to us are passed over, as section 3.2 asks."""

    type: str
    title: Line
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str = ""
    missing: tuple[Digest, ...] = ()
    """Blobs to upload first (blobs-missing)."""

    @property
    def code(self) -> str:
        """The stable code, or "" for a type that is not ours."""
        return self.type.removeprefix(PROBLEM_PREFIX) if self.is_ours else ""

    @property
    def is_ours(self) -> bool:
        return self.type.startswith(PROBLEM_PREFIX)
