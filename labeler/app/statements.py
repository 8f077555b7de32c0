"""What is owed: the marketplace's statement, recomputed here from the expert's own decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from labeler.app.decisions import keep_head, logged_proof
from labeler.app.marketplaces import Pinned
from labeler.app.sending import judged_receipt
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.model.outbox import OutboxState
from labeler.model.words import Digest
from labeler.proof import judge, statements
from labeler.proof.codec import decode, encode
from labeler.proof.envelope import from_envelope, from_wire, signer_of, to_wire
from labeler.proof.item_tree import AccountLine
from labeler.proof.messages import AccountStatement, EpochStatement, TreeHead
from labeler.proof.statements import Account, Earned, Epoch
from labeler.store.ledger import StatementRow
from labeler.store.outbox import SubmissionRow
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


def ask_statement(
    services: Services, pinned: Pinned, client: MarketClient
) -> wire.StatementAnswer | None:
    """What the marketplace states of this expert's account; None where it states nothing yet.

    Ask before the decisions are asked for: then it counts none that is not known here.
    """

    def own(store: Store) -> list[SubmissionRow]:
        return [r for r in store.outbox.rows() if r.marketplace == pinned.row.id and r.receipt]

    rows = services.store.call(own)
    if not rows:
        return None
    try:
        return client.statement("0x" + rows[0].worker, rows[0].digest)
    except LabelerError as error:
        if error.code == "not-found":
            return None
        raise


def take_statement(
    services: Services, pinned: Pinned, client: MarketClient, answer: wire.StatementAnswer
) -> LabelerError | None:
    """Judge a statement, and keep it.

    Answers with the error where the lines are not the expert's own: such a statement is kept as
    evidence all the same.
    """
    account = services.store.call(lambda store: own_account(store, pinned))
    if account is None:
        raise ValueError("nothing was ever signed for this marketplace")
    kept = services.store.call(lambda store: newest_statement(store, pinned, account))
    try:
        judged = _judge(pinned, answer, kept, account)
        if kept is not None and judged.digest.hex() == kept.row.digest:
            return None
        keep_head(services, pinned, client, from_envelope(answer.head, TreeHead))
        _keep(services, pinned, answer, judged)
    except LabelerError:
        _keep_evidence(services, pinned, answer)
        raise
    earned = services.store.call(lambda store: _own(services, store, pinned, judged.epoch))
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
    earned = _own(services, store, pinned, kept.account.epoch)
    try:
        statements.check_own(kept.account, kept.detail.lines, earned)
    except LabelerError as error:
        return error.code
    return ""


def _own(services: Services, store: Store, pinned: Pinned, epoch: Epoch) -> Mapping[str, Earned]:
    """What this expert had earned when `epoch` was stated, by submission."""
    earned: dict[str, Earned] = {}
    at = max(services.clock(), epoch.statement.time)
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


def _judge(
    pinned: Pinned, answer: wire.StatementAnswer, kept: KeptStatement | None, account: str
) -> Account:
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
    if judged.statement.account.hex() != account:
        judge.refuse("statement-elsewhere", "The statement is about another account.")
    statements.check_lines(judged, answer.lines, kept.account if kept else None)
    return judged


def _keep(
    services: Services, pinned: Pinned, answer: wire.StatementAnswer, judged: Account
) -> None:
    epoch, said, now = judged.epoch, judged.statement, services.clock()
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
            _put_messages(store, pinned, answer, now)
            store.ledger.add_statement(row)

    services.store.call(keep)


def _keep_evidence(services: Services, pinned: Pinned, answer: wire.StatementAnswer) -> None:
    """What was refused is not counted on; what the marketplace has signed of it is kept."""
    now = services.clock()

    def keep(store: Store) -> None:
        with store.database.transaction():
            _put_messages(store, pinned, answer, now)

    services.store.call(keep)


def _put_messages(store: Store, pinned: Pinned, answer: wire.StatementAnswer, now: int) -> None:
    for envelope, kind in (
        (answer.head, TreeHead),
        (answer.epoch, EpochStatement),
        (answer.statement, AccountStatement),
    ):
        signed = from_envelope(envelope, kind)
        if signer_of(pinned.pin.domain, signed) == pinned.pin.identity.marketplace:
            digest = pinned.pin.digest_of(signed.message).hex()
            store.messages.put(digest, kind.__name__, to_wire(signed), now)


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
