"""The evidence bundle: one file by which a stranger can check one submission, with no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NoReturn

import msgspec
from msgspec import Meta

from labeler.errors import LabelerError
from labeler.model.document import Document, named_blobs
from labeler.model.words import Digest
from labeler.proof import codec, container, judge, statements
from labeler.proof.envelope import Signed, from_wire, to_wire
from labeler.proof.item_tree import AccountLine, TreeProof
from labeler.proof.log_entry import LogProof
from labeler.proof.messages import (
    AccountStatement,
    Assignment,
    Decision,
    EpochStatement,
    MarketplaceIdentity,
    Offer,
    Receipt,
    RoleGrant,
    Submission,
    TreeHead,
)
from labeler.proof.report import Report, Shown, report

BUNDLE_FORMAT = "labeler.bundle/1"

ClaimPath = Annotated[tuple[Digest, ...], Meta(max_length=64)]

_WORK = {
    "bundle.json",
    "identity.json",
    "offer.json",
    "manifest.json",
    "assignment.json",
    "item.json",
    "item-place.json",
    "submission.json",
    "payload.json",
}
_RECEIPT = {"receipt.json"}
_DECISION = {"grant.json", "decision.json", "decision-place.json", "decision-head.json"}
_ACCOUNT = {
    "epoch.json",
    "epoch-head.json",
    "account.json",
    "account-line.json",
    "account-place.json",
    "claim-path.json",
}


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `bundle.json` holds."""

    format: str


@dataclass(frozen=True)
class DecisionParts:
    """A decision, why its reviewer may decide, and where it stands in the log."""

    grant: Signed[RoleGrant]
    decision: Signed[Decision]
    place: LogProof
    head: Signed[TreeHead]


@dataclass(frozen=True)
class AccountParts:
    """A period's statement, the account in it, and the one line of this submission.

    `claim_path` leads from the account's leaf to the period's claim root.
    """

    epoch: Signed[EpochStatement]
    head: Signed[TreeHead]
    account: Signed[AccountStatement]
    line: AccountLine
    place: TreeProof
    claim_path: tuple[bytes, ...]


@dataclass(frozen=True)
class Parts:
    """All that a bundle may hold; None stands for what has not happened yet.

    `manifest`, `item` and `payload` are canonical bytes; `blobs` are by SHA-256.
    """

    identity: Signed[MarketplaceIdentity]
    offer: Signed[Offer]
    manifest: bytes
    assignment: Signed[Assignment]
    item: bytes
    place: TreeProof
    submission: Signed[Submission]
    payload: bytes
    blobs: Mapping[str, bytes]
    receipt: Signed[Receipt] | None = None
    decided: DecisionParts | None = None
    account: AccountParts | None = None


def build(parts: Parts) -> bytes:
    """The bundle's bytes, always the same for the same parts.

    The parts are judged first: no bundle is made that would not verify. Raises LabelerError.
    """
    _check(parts, None)
    files = _work_files(parts)
    if parts.receipt is not None:
        files["receipt.json"] = to_wire(parts.receipt)
    if parts.decided is not None:
        files |= _decision_files(parts.decided)
    if parts.account is not None:
        files |= _account_files(parts.account)
    return container.pack(files)


def verify(data: bytes, trust: bytes | None = None) -> Report:
    """What a bundle proves; `trust` is the 32-byte digest of the identity that the reader trusts.

    Raises LabelerError: "bundle-changed", "bundle-unsound", or the code of the check that failed.
    """
    parts = read(data)
    try:
        return report(_check(parts, trust), compared=trust is not None)
    except LabelerError as error:
        raise LabelerError(
            error.code,
            error.templates[0],
            safe="Nothing that this bundle states is proved.",
            do="Ask who made it for another one, and for an explanation.",
            **error.facts,
        ) from error


def read(data: bytes) -> Parts:
    """The parts of a bundle, unjudged. Raises LabelerError."""
    files = container.unpack(data)
    names = {name for name in files if not name.startswith("blobs/")}
    groups = [group for group in (_RECEIPT, _DECISION, _ACCOUNT) if group & names]
    if names != _WORK.union(*groups) or (groups and _RECEIPT not in groups):
        _unsound("This bundle lacks a part, or has one that does not belong there.")
    if codec.decode(files["bundle.json"], Index).format != BUNDLE_FORMAT:
        _unsound("This bundle has a format that is not known here.")
    return Parts(
        identity=from_wire(files["identity.json"], MarketplaceIdentity),
        offer=from_wire(files["offer.json"], Offer),
        manifest=files["manifest.json"],
        assignment=from_wire(files["assignment.json"], Assignment),
        item=files["item.json"],
        place=codec.decode(files["item-place.json"], TreeProof),
        submission=from_wire(files["submission.json"], Submission),
        payload=files["payload.json"],
        blobs={name[6:]: blob for name, blob in files.items() if name.startswith("blobs/")},
        receipt=from_wire(files["receipt.json"], Receipt) if _RECEIPT in groups else None,
        decided=_read_decision(files) if _DECISION in groups else None,
        account=_read_account(files) if _ACCOUNT in groups else None,
    )


def _check(parts: Parts, trust: bytes | None) -> Shown:
    pin = judge.check_identity(parts.identity, trust)
    offered = judge.check_offer(pin, parts.manifest, parts.offer)
    assigned = judge.check_assignment(offered, parts.assignment)
    submitted = judge.check_submission(assigned, parts.submission, parts.place)
    item, document = judge.check_payload(submitted, parts.item, parts.payload)
    _check_blobs(document, parts.blobs)
    received = judge.check_receipt(submitted, parts.receipt) if parts.receipt else None
    decided = _check_decision(received, parts.decided) if parts.decided else None
    account = _check_account(pin, parts.account) if parts.account else None
    line = parts.account.line if parts.account else None
    shown = Shown(submitted, item, document, received, decided, account, line)
    if account is not None and line is not None:
        _check_line(shown, account, line)
    return shown


def _check_blobs(document: Document, blobs: Mapping[str, bytes]) -> None:
    if set(named_blobs(document)) != set(blobs) or any(
        codec.digest(blob) != name for name, blob in blobs.items()
    ):
        _unsound("The painted regions in this bundle are not those that the labels name.")


def _check_decision(received: judge.Received | None, parts: DecisionParts) -> judge.Decided:
    if received is None:
        _unsound("This bundle holds a decision without the receipt that it needs.")
    return judge.check_decision(received, parts.grant, parts.decision, parts.place, parts.head)


def _check_account(pin: judge.Pin, parts: AccountParts) -> statements.Account:
    epoch = statements.check_epoch(pin, parts.epoch, parts.head)
    account = statements.check_account(epoch, parts.account, parts.claim_path)
    statements.check_line(account, parts.line, parts.place)
    return account


def _check_line(shown: Shown, account: statements.Account, line: AccountLine) -> None:
    """That the account's line is this submission's, at the amount that was decided."""
    submitted = shown.submitted
    if shown.received is None:
        _unsound("This bundle holds an account without the receipt that it needs.")
    if shown.decided is not None:
        due, kind = shown.decided.amount, "item"
    else:
        due, kind = submitted.assigned.offered.offer.unit_amount, "silence"
    expected = AccountLine(submitted.digest.hex(), kind, str(due))
    if line != expected or account.statement.account != submitted.submission.payout_to:
        _unsound("The account in this bundle does not count what was decided.")


def _work_files(parts: Parts) -> dict[str, bytes]:
    files = {
        "bundle.json": codec.encode(Index(BUNDLE_FORMAT)),
        "identity.json": to_wire(parts.identity),
        "offer.json": to_wire(parts.offer),
        "manifest.json": parts.manifest,
        "assignment.json": to_wire(parts.assignment),
        "item.json": parts.item,
        "item-place.json": codec.encode(parts.place),
        "submission.json": to_wire(parts.submission),
        "payload.json": parts.payload,
    }
    return files | {f"blobs/{name}": blob for name, blob in parts.blobs.items()}


def _decision_files(parts: DecisionParts) -> dict[str, bytes]:
    return {
        "grant.json": to_wire(parts.grant),
        "decision.json": to_wire(parts.decision),
        "decision-place.json": codec.encode(parts.place),
        "decision-head.json": to_wire(parts.head),
    }


def _account_files(parts: AccountParts) -> dict[str, bytes]:
    return {
        "epoch.json": to_wire(parts.epoch),
        "epoch-head.json": to_wire(parts.head),
        "account.json": to_wire(parts.account),
        "account-line.json": codec.encode(parts.line),
        "account-place.json": codec.encode(parts.place),
        "claim-path.json": codec.encode(tuple(step.hex() for step in parts.claim_path)),
    }


def _read_decision(files: Mapping[str, bytes]) -> DecisionParts:
    return DecisionParts(
        grant=from_wire(files["grant.json"], RoleGrant),
        decision=from_wire(files["decision.json"], Decision),
        place=codec.decode(files["decision-place.json"], LogProof),
        head=from_wire(files["decision-head.json"], TreeHead),
    )


def _read_account(files: Mapping[str, bytes]) -> AccountParts:
    path = codec.decode(files["claim-path.json"], ClaimPath)
    return AccountParts(
        epoch=from_wire(files["epoch.json"], EpochStatement),
        head=from_wire(files["epoch-head.json"], TreeHead),
        account=from_wire(files["account.json"], AccountStatement),
        line=codec.decode(files["account-line.json"], AccountLine),
        place=codec.decode(files["account-place.json"], TreeProof),
        claim_path=tuple(bytes.fromhex(step) for step in path),
    )


def _unsound(happened: str) -> NoReturn:
    raise LabelerError(
        "bundle-unsound",
        happened,
        safe="Nothing was recorded from it, and your own signed work is untouched.",
        do="Sync again and make the bundle anew.",
    )
