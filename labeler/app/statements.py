"""What is owed: the marketplace's statement, recomputed here from the expert's own decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from labeler.app.decisions import logged_proof
from labeler.app.marketplaces import Pinned
from labeler.app.sending import judged_receipt
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.model.outbox import OutboxState
from labeler.model.words import Digest
from labeler.proof import statements
from labeler.proof.codec import decode, encode
from labeler.proof.envelope import from_envelope, from_wire, to_wire
from labeler.proof.item_tree import AccountLine
from labeler.proof.messages import AccountStatement, EpochStatement, TreeHead
from labeler.proof.statements import Account, Earned, Epoch
from labeler.store.ledger import StatementRow
from labeler.store.store import Store


class StatementDetail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came with a statement: all lines since the first, and the path of the claim."""

    lines: tuple[AccountLine, ...]
    claim_path: tuple[Digest, ...]


@dataclass(frozen=True)
class KeptStatement:
    """A statement of this profile, judged again from its bytes."""

    row: StatementRow
    account: Account
    detail: StatementDetail


def fetch_statement(
    services: Services, pinned: Pinned, client: MarketClient
) -> LabelerError | None:
    """Fetch the newest statement of this expert's account, judge it, and keep it.

    None where nothing was accepted yet or nothing was stated yet. Answers with the error where the
    lines are not the expert's own: such a statement is kept as evidence all the same.
    """
    now = services.clock()
    earned = services.store.call(lambda store: _own(store, pinned, now))
    account = services.store.call(lambda store: own_account(store, pinned))
    if account is None or not earned:
        return None
    subject = next(iter(earned))
    try:
        answer = client.statement("0x" + account, subject)
    except LabelerError as error:
        if error.code == "not-found":
            return None
        raise
    kept = services.store.call(lambda store: newest_statement(store, pinned, account))
    judged = _judge(pinned, answer, kept)
    if kept is not None and judged.digest.hex() == kept.row.digest:
        return None
    _keep(services, pinned, answer, judged)
    at = judged.epoch.statement.time
    earned = services.store.call(lambda store: _own(store, pinned, max(now, at)))
    try:
        statements.check_own(judged, answer.lines, earned)
    except LabelerError as error:
        return error
    _note_lines(services, answer.lines, judged.digest.hex())
    return None


def newest_statement(store: Store, pinned: Pinned, account: str) -> KeptStatement | None:
    """The last statement kept of an account (40 hexadecimal digits)."""
    rows = store.ledger.statements(pinned.row.id, account)
    return _load(store, pinned, rows[0]) if rows else None


def own_account(store: Store, pinned: Pinned) -> str | None:
    """The account that this profile's work is paid to; None before anything was signed."""
    rows = [row for row in store.outbox.rows() if row.marketplace == pinned.row.id]
    return rows[0].worker if rows else None


def disagreement(services: Services, store: Store, pinned: Pinned, kept: KeptStatement) -> str:
    """The code of what a kept statement has wrong about the expert's own work; "" for nothing."""
    earned = _own(store, pinned, max(services.clock(), kept.account.epoch.statement.time))
    try:
        statements.check_own(kept.account, kept.detail.lines, earned)
    except LabelerError as error:
        return error.code
    return ""


def _own(store: Store, pinned: Pinned, at: int) -> Mapping[str, Earned]:
    """What this expert has earned until UTC second `at`, by submission."""
    earned: dict[str, Earned] = {}
    for row in store.outbox.rows():
        if row.marketplace != pinned.row.id or row.receipt is None:
            continue
        received = judged_receipt(store, pinned, row)
        amount, proof = received.receipt.unit_amount, logged_proof(store, row.digest)
        if row.state in (OutboxState.ACCEPTED, OutboxState.PAID):
            earned[row.digest] = Earned(amount, proof.index if proof else None)
        elif row.state is OutboxState.RECEIVED and received.accepted_by_silence(at):
            earned[row.digest] = Earned(amount, None)
    return earned


def _judge(pinned: Pinned, answer: wire.StatementAnswer, kept: KeptStatement | None) -> Account:
    epoch = statements.check_epoch(
        pinned.pin,
        from_envelope(answer.epoch, EpochStatement),
        from_envelope(answer.head, TreeHead),
        kept.account.epoch if kept else None,
    )
    path = [bytes.fromhex(step) for step in answer.claim_path]
    judged = statements.check_account(
        epoch, from_envelope(answer.statement, AccountStatement), path
    )
    statements.check_lines(judged, answer.lines, kept.account if kept else None)
    return judged


def _keep(
    services: Services, pinned: Pinned, answer: wire.StatementAnswer, judged: Account
) -> None:
    epoch, said, now = judged.epoch, judged.statement, services.clock()
    head = pinned.pin.digest_of(epoch.head).hex()
    row = StatementRow(
        digest=judged.digest.hex(),
        marketplace=pinned.row.id,
        epoch_digest=epoch.digest.hex(),
        epoch=epoch.statement.epoch,
        account=said.account.hex(),
        cumulative=str(said.cumulative),
        detail=encode(StatementDetail(tuple(answer.lines), tuple(answer.claim_path))),
        time=epoch.statement.time,
    )

    def keep(store: Store) -> None:
        with store.database.transaction():
            for digest, envelope, kind in (
                (head, answer.head, TreeHead),
                (row.epoch_digest, answer.epoch, EpochStatement),
                (row.digest, answer.statement, AccountStatement),
            ):
                wired = to_wire(from_envelope(envelope, kind))
                store.messages.put(digest, kind.__name__, wired, now)
            store.ledger.add_statement(row)

    services.store.call(keep)


def _note_lines(services: Services, lines: tuple[AccountLine, ...], statement: str) -> None:
    def note(store: Store) -> None:
        with store.database.transaction():
            for line in lines:
                store.ledger.state_earning(line.submission, statement)

    services.store.call(note)


def _load(store: Store, pinned: Pinned, row: StatementRow) -> KeptStatement:
    epoch_signed = from_wire(store.messages.get(row.epoch_digest).wire, EpochStatement)
    head = store.messages.get(epoch_signed.message.tree_head.hex())
    detail = decode(row.detail, StatementDetail)
    epoch: Epoch = statements.check_epoch(pinned.pin, epoch_signed, from_wire(head.wire, TreeHead))
    path = [bytes.fromhex(step) for step in detail.claim_path]
    said = from_wire(store.messages.get(row.digest).wire, AccountStatement)
    return KeptStatement(row, statements.check_account(epoch, said, path), detail)
