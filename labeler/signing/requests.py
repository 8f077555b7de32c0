"""The closed list of what the signer can be asked, and what it answers.

Everything travels as canonical JSON (`labeler.proof.codec`); bytes are base64 in it. Money and
fees are decimal digits in strings.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.words import Digest, Money
from labeler.proof.envelope import Envelope
from labeler.proof.item_tree import TreeProof

MIN_PASSPHRASE = 8
"""Characters that the passphrase of a signing key has at least, wherever it is typed."""
Secret = Annotated[str, Meta(max_length=1024)]
"""A passphrase or a phrase; it exists on the pipe and in memory only."""
PathText = Annotated[str, Meta(min_length=1, max_length=4096)]
Token = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
HexAddress = Annotated[str, Meta(pattern=r"\A0x[0-9a-f]{40}\Z")]
Host = Annotated[str, Meta(min_length=1, max_length=253)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What requests and answers share: no unknown fields."""


class Hidden(Part, frozen=True):
    """Carries a passphrase or phrase: a traceback or a log shows the type and nothing else."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class NewPhrase(Part, frozen=True, tag="new-phrase"):
    """Fresh recovery words; nothing is stored."""


class Create(Hidden, frozen=True, tag="create"):
    """Store the key of a phrase in `folder`, sealed under `passphrase`."""

    phrase: Secret
    passphrase: Secret
    folder: PathText


class ImportKey(Hidden, frozen=True, tag="import-key"):
    """Copy another wallet's keystore into `folder`, sealed anew under the same passphrase."""

    path: PathText
    passphrase: Secret
    folder: PathText


class Unlock(Hidden, frozen=True, tag="unlock"):
    """Open the keystore at `path` until `lock`, or until nothing was asked for `idle_ms`."""

    path: PathText
    passphrase: Secret
    idle_ms: Annotated[int, Meta(ge=100, le=24 * 3600 * 1000)]


class Lock(Part, frozen=True, tag="lock"):
    """Forget the key and whatever waits for a confirmation."""


class Status(Part, frozen=True, tag="status"):
    """Whether a key is open; does not keep it open."""


class Addresses(Part, frozen=True, tag="addresses"):
    """The expert's address at each marketplace."""

    marketplaces: Annotated[tuple[Digest, ...], Meta(max_length=256)]


class Pin(Part, frozen=True, tag="pin"):
    """Who a marketplace is and at which host; fixed for the life of the process."""

    host: Host
    identity: Envelope


class ProposeSubmission(Part, frozen=True, tag="propose-submission"):
    """Everything a submission binds. `message` is the wire form of an unsigned Submission."""

    message: dict[str, str | int]
    manifest: bytes
    item: bytes
    item_proof: TreeProof
    payload: bytes
    offer: Envelope
    assignment: Envelope


class ProposeLogin(Part, frozen=True, tag="propose-login"):
    """Sign in at a marketplace's pinned host: the text is composed by the signer."""

    marketplace: Digest
    scheme: Annotated[str, Meta(pattern=r"\Ahttps?\Z")]
    nonce: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9]{8,96}\Z")]


class ProposeClaim(Part, frozen=True, tag="propose-claim"):
    """Claim from the pinned distributor, the expert paying the network fee (wei)."""

    marketplace: Digest
    account: HexAddress
    cumulative: Money
    proof: Annotated[tuple[Digest, ...], Meta(max_length=40)]
    nonce: Annotated[int, Meta(ge=0)]
    gas: Annotated[int, Meta(ge=1)]
    max_fee_per_gas: Money
    max_priority_fee_per_gas: Money


class Confirm(Part, frozen=True, tag="confirm"):
    """The person has seen the summary that carried `token`, and agrees."""

    token: Token


class Reject(Part, frozen=True, tag="reject"):
    """The person does not agree."""

    token: Token


Request = (
    NewPhrase
    | Create
    | ImportKey
    | Unlock
    | Lock
    | Status
    | Addresses
    | Pin
    | ProposeSubmission
    | ProposeLogin
    | ProposeClaim
    | Confirm
    | Reject
)


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One frame to the signer."""

    request: Request


class Done(Part, frozen=True, tag="done"):
    """It is done, and there is nothing more to say."""


class Phrase(Hidden, frozen=True, tag="phrase"):
    """Recovery words, to be shown once."""

    words: Secret


class Key(Part, frozen=True, tag="key"):
    """A key by its first address. `per_marketplace` is False for another wallet's single key."""

    address: HexAddress
    path: str
    per_marketplace: bool


class State(Part, frozen=True, tag="state"):
    unlocked: bool
    address: HexAddress | None


class AddressList(Part, frozen=True, tag="address-list"):
    """In the order asked."""

    addresses: tuple[HexAddress, ...]


class SubmissionSummary(Part, frozen=True, tag="submission-summary"):
    """What would be signed, read by the signer from the bytes.

    It exists only where the rules, offer and assignment agree: other proposals are refused.
    `pay` is in minor units and goes to `worker`, the expert's own address. `decision_by` is a UTC
    time in seconds, if it were sent now. Of a document that tells no time the seconds are 0.
    """

    token: Token
    title: str
    case: str
    marks: int
    answers: int
    no_finding: bool
    active_s: int
    idle_s: int
    pay: Money
    decimals: int
    symbol: str
    currency: str
    royalty_basis_points: int
    review_seconds: int
    decision_by: int
    worker: HexAddress
    rules: Digest
    fingerprint: Digest


class LoginSummary(Part, frozen=True, tag="login-summary"):
    """`text` is what would be signed (EIP-4361)."""

    token: Token
    host: str
    address: HexAddress
    text: str


class ClaimSummary(Part, frozen=True, tag="claim-summary"):
    """`cumulative` counts what was paid before; `highest_fee_wei` cannot be exceeded."""

    token: Token
    chain_id: int
    distributor: HexAddress
    sender: HexAddress
    account: HexAddress
    cumulative: Money
    highest_fee_wei: Money


class Signature(Part, frozen=True, tag="signature"):
    """65 bytes over the 32-byte `digest`."""

    digest: bytes
    signature: bytes


class LoginProof(Part, frozen=True, tag="login-proof"):
    """The composed text and 65 bytes over its EIP-191 digest."""

    text: str
    signature: bytes


class SignedTransaction(Part, frozen=True, tag="signed-transaction"):
    raw: bytes
    transaction: bytes


class Problem(Part, frozen=True, tag="problem"):
    """A LabelerError on its way through the pipe."""

    code: str
    happened: str
    safe: str
    do: str
    facts: dict[str, str | int]


Summary = SubmissionSummary | LoginSummary | ClaimSummary
Signed = Signature | LoginProof | SignedTransaction
Answer = Done | Phrase | Key | State | AddressList | Summary | Signed | Problem


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One frame from the signer."""

    answer: Answer
