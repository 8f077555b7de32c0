"""What an evidence bundle shows, in sentences for somebody who was not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from labeler.model.document import Document
from labeler.model.manifest import Item, Price
from labeler.model.words import Code, Digest, Money
from labeler.proof.curve import checksummed
from labeler.proof.item_tree import AccountLine
from labeler.proof.judge import Decided, Pin, Received, Submitted
from labeler.proof.messages import Verdict
from labeler.proof.statements import Account

_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True)
class Shown:
    """Everything of one submission that was checked; None where the bundle has no such part."""

    submitted: Submitted
    item: Item
    document: Document
    received: Received | None
    decided: Decided | None
    account: Account | None
    line: AccountLine | None

    @property
    def price(self) -> Price:
        return self.submitted.assigned.offered.manifest.price


class Finding(msgspec.Struct, frozen=True):
    """One checked statement: `text` is a template that `facts` fill; `code` is stable."""

    code: Code
    text: str
    facts: dict[str, str | int]

    @property
    def sentence(self) -> str:
        return self.text.format(**self.facts)


class Report(msgspec.Struct, frozen=True):
    """The findings in order, and their sum.

    `compared` tells whether the identity was compared with one that the reader trusts. `stage` is
    submitted, received, accepted, rejected or settled. `owed` is in minor units, of `currency`.
    """

    identity: Digest
    compared: bool
    submission: Digest
    stage: Code
    owed: Money
    currency: Code
    findings: tuple[Finding, ...]


def report(shown: Shown, *, compared: bool) -> Report:
    """Who did what and when, what was promised, what was decided, what is owed."""
    pin = shown.submitted.assigned.offered.pin
    findings = (
        *_marketplace(pin, compared=compared),
        *_promise(shown),
        *_work(shown),
        *_receipt(shown.received),
        *_decision(shown.decided, shown.received),
        *_money(shown),
    )
    return Report(
        identity=pin.digest.hex(),
        compared=compared,
        submission=shown.submitted.digest.hex(),
        stage=_stage(shown),
        owed=str(_owed(shown)),
        currency=shown.price.currency,
        findings=findings,
    )


def money(amount: int, price: Price) -> str:
    """An amount in minor units as people write it: "25.00 USDC"."""
    digits = str(amount).rjust(price.decimals + 1, "0")
    cut = len(digits) - price.decimals
    fraction = digits[cut:].rstrip("0").ljust(min(2, price.decimals), "0")
    return f"{digits[:cut]}{'.' if fraction else ''}{fraction} {price.symbol}"


def utc(seconds: int) -> str:
    """UTC seconds as "2026-11-23 05:33:00 UTC"."""
    if seconds > _LAST_SECOND:
        return f"{seconds} s"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _stage(shown: Shown) -> str:
    if shown.account is not None:
        return "settled"
    if shown.decided is not None:
        accepted = shown.decided.decision.verdict is Verdict.ACCEPTED
        return "accepted" if accepted else "rejected"
    return "received" if shown.received else "submitted"


def _owed(shown: Shown) -> int:
    if shown.decided is not None:
        return shown.decided.amount
    return int(shown.line.amount) if shown.line is not None else 0


def _marketplace(pin: Pin, *, compared: bool) -> Iterator[Finding]:
    yield _finding(
        "marketplace",
        "The marketplace has the identity {identity}, signed by its operator {operator}.",
        identity=pin.digest.hex(),
        operator=checksummed(pin.identity.operator),
    )
    if compared:
        yield _finding(
            "identity-compared", "This is the identity that you trust: the two were compared."
        )
    else:
        yield _finding(
            "identity-not-compared",
            "This identity was NOT compared with one that you trust. Whether it is the marketplace "
            "you mean has to be found out elsewhere; everything below holds for this identity.",
        )


def _promise(shown: Shown) -> Iterator[Finding]:
    assigned = shown.submitted.assigned
    offered = assigned.offered
    yield _finding(
        "promised",
        "{requester} signed the promise to pay {pay} for each accepted case of “{title}”, under "
        "the terms {manifest}.",
        requester=checksummed(offered.offer.requester),
        pay=money(offered.offer.unit_amount, shown.price),
        title=offered.manifest.title,
        manifest=offered.offer.manifest.hex(),
    )
    yield _finding(
        "assigned",
        "The marketplace signed that {worker} was given the case “{case}” ({item}), to be sent by "
        "{deadline}.",
        worker=checksummed(assigned.assignment.worker),
        case=shown.item.title,
        item=shown.submitted.submission.item.hex(),
        deadline=utc(assigned.assignment.final_deadline),
    )


def _work(shown: Shown) -> Iterator[Finding]:
    submission = shown.submitted.submission
    yield _finding(
        "submitted",
        "{worker} signed the labels of this case: {marks} marks and {answers} answers (SHA-256 "
        "{payload}). The signer's own clock said {signed_at}. Pay goes to {payout}.",
        worker=checksummed(submission.worker),
        marks=len(shown.document.marks),
        answers=len(shown.document.answers),
        payload=submission.payload.hex(),
        signed_at=utc(submission.signed_at),
        payout=checksummed(submission.payout_to),
    )
    if shown.document.no_finding:
        yield _finding("no-finding", "The labels state that there is nothing to mark.")
    yield _finding(
        "images",
        "The labels belong to {files} image files, each named by its SHA-256. The images "
        "themselves are not in this bundle.",
        files=len(shown.item.files),
    )


def _receipt(received: Received | None) -> Iterator[Finding]:
    if received is None:
        yield _finding(
            "no-receipt",
            "There is no receipt here: nothing shows that the marketplace has the labels.",
        )
        return
    template = (
        "The marketplace signed that it received the labels on {received_at}, before the deadline, "
        "and that it would decide by {due}."
        if received.in_time
        else "The marketplace signed that it received the labels on {received_at}, after the "
        "deadline, and that it would decide by {due}."
    )
    yield _finding(
        "received" if received.in_time else "received-late",
        template,
        received_at=utc(received.receipt.received_at),
        due=utc(received.receipt.decision_due),
    )


def _decision(decided: Decided | None, received: Received | None) -> Iterator[Finding]:
    if decided is None:
        if received is not None:
            yield _finding(
                "undecided",
                "There is no decision here. Where none stands in the public log by {due}, the "
                "terms count the labels as accepted.",
                due=utc(received.receipt.decision_due),
            )
        return
    decision = decided.decision
    reviewer, decided_at = checksummed(decision.reviewer), utc(decision.decided_at)
    if decision.verdict is Verdict.ACCEPTED:
        yield _finding(
            "accepted",
            "{reviewer}, a reviewer appointed by the operator, accepted the labels on "
            "{decided_at}, with a quality of {quality} in a million.",
            reviewer=reviewer,
            decided_at=decided_at,
            quality=decision.quality,
        )
    else:
        yield _finding(
            "rejected",
            "{reviewer}, a reviewer appointed by the operator, rejected the labels on "
            "{decided_at}. The reason, from the list in the terms, is {reason}: “{meaning}”.",
            reviewer=reviewer,
            decided_at=decided_at,
            reason=decision.reason,
            meaning=_meaning(decided),
        )
    yield _finding(
        "logged",
        "The decision stands in the marketplace's public log of {size} entries, signed on {time}, "
        "not later than the decision was due.",
        size=decided.head.size,
        time=utc(decided.head.time),
    )


def _meaning(decided: Decided) -> str:
    manifest = decided.received.submitted.assigned.offered.manifest
    texts = {reason.code: reason.text for reason in manifest.acceptance.reasons}
    return texts[decided.decision.reason]


def _money(shown: Shown) -> Iterator[Finding]:
    if shown.decided is not None:
        owed = money(shown.decided.amount, shown.price)
        yield _finding("owed", "For this case {owed} is owed.", owed=owed)
    if shown.account is None or shown.line is None:
        yield _finding("no-statement", "There is no statement of account here.")
        return
    epoch = shown.account.epoch.statement
    yield _finding(
        "settled",
        "The marketplace signed on {time}, in statement {epoch}, that the account {account} is "
        "owed {pay} for this case and {sum} in all.",
        time=utc(epoch.time),
        epoch=epoch.epoch,
        account=checksummed(shown.account.statement.account),
        pay=money(int(shown.line.amount), shown.price),
        sum=money(shown.account.statement.cumulative, shown.price),
    )
    if epoch.chain_id:
        yield _finding(
            "claimable",
            "That sum can be claimed from the contract {distributor} on chain {chain} once the "
            "contract has the root {root}. Whether it has, only the chain can tell.",
            distributor=checksummed(epoch.distributor),
            chain=epoch.chain_id,
            root=epoch.claim_root.hex(),
        )
    else:
        yield _finding("no-chain", "This marketplace pays outside any chain.")


def _finding(code: str, text: str, **facts: str | int) -> Finding:
    # Titles are a stranger's text: nothing in them may steer a terminal or turn the line around.
    clean = {name: _plain(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    return Finding(code, text, clean)


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)
