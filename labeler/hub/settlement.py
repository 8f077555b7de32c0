"""Settling: everybody's cumulative sum under one root, stated, signed and put on the chain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, insert, select, update

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.errors import LabelerError
from labeler.hub import log
from labeler.hub.database import account, decision, epoch, submission, task, tree_head
from labeler.hub.keys import Role
from labeler.hub.news import tell
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.market import wire
from labeler.proof import codec
from labeler.proof.claim_tree import ClaimLeaf, claim_proof, claim_root
from labeler.proof.envelope import Signed, from_wire, to_envelope, to_wire
from labeler.proof.item_tree import AccountLine, lines_root
from labeler.proof.messages import (
    ZERO_WORD,
    AccountStatement,
    EpochStatement,
    Offer,
    TreeHead,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

NOT_YET = ""
NO_CHAIN = "no-chain"


@dataclass(frozen=True)
class Settled:
    """One epoch; amounts in minor units. `published` is the transaction, or "no-chain"."""

    epoch: int
    accounts: int
    total: int
    root: str
    published: str
    fresh: bool


@dataclass(frozen=True)
class ChainDesk:
    """How the hub reaches its chain: reads, and the operator's transactions."""

    client: ChainClient
    account: ChainAccount


def settle(market: Marketplace, desk: ChainDesk | None) -> Settled:
    """State what is owed so far and publish it; goes on where an earlier attempt stopped.

    Nothing new to pay makes no new epoch. Raises the chain's LabelerErrors; the epoch then waits
    and is published by the next call.
    """
    market.keys.key(Role.MARKETPLACE)
    head_digest, head = log.head(market)
    with market.database.write() as connection:
        last = connection.execute(select(epoch).order_by(epoch.c.number.desc()).limit(1)).first()
        fresh = last is None or last.published != NOT_YET
        if fresh:
            sums = _lines_by_account(connection, market.clock())
            root = claim_root(_leaves(market, sums))
            fresh = root.hex() != (ZERO_WORD.hex() if last is None else last.root)
            if fresh:
                last = _record(market, connection, last, sums, head_digest)
    if last is None:
        raise LabelerError(
            "nothing-to-settle",
            "Nothing has been accepted yet.",
            safe="Nothing was stated or published.",
            do="Review the waiting submissions first.",
        )
    published = last.published or _publish(market, desk, last, head)
    return Settled(
        epoch=last.number,
        accounts=_account_count(market, last.number),
        total=int(last.total),
        root=last.root,
        published=published,
        fresh=fresh,
    )


Lines = dict[str, list[AccountLine]]
"""Lines by account (40 hexadecimal digits), oldest first."""


def _lines_by_account(connection: Connection, now: int) -> Lines:
    query = (
        select(
            submission,
            task.c.envelope.label("offer"),
            decision.c.accepted,
            decision.c.decided_at,
        )
        .join(task, task.c.manifest == submission.c.manifest)
        .outerjoin(decision, decision.c.submission == submission.c.digest)
    )
    rows = connection.execute(query).all()
    newest: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        key = (row.assignment, row.item)
        newest[key] = max(newest[key], row.revision)
    earned = sorted(
        (row.decided_at or row.decision_due, row.digest, row)
        for row in rows
        if row.revision == newest[row.assignment, row.item] and _is_accepted(row, now)
    )
    lines: Lines = defaultdict(list)
    for _, _, row in earned:
        kind = "silence" if row.accepted is None else "item"
        amount = str(from_wire(row.offer, Offer).message.unit_amount)
        lines[row.payout_to].append(AccountLine(row.digest, kind, amount))
    return lines


def _is_accepted(row: Row[tuple[object, ...]], now: int) -> bool:
    if row.accepted is None:
        return bool(now > row.decision_due)
    return bool(row.accepted)


def _sum(lines: list[AccountLine]) -> int:
    return sum(int(line.amount) for line in lines)


def _leaf(market: Marketplace, address: str, cumulative: int) -> ClaimLeaf:
    identity = market.identity.message
    return ClaimLeaf(identity.chain_id, identity.distributor, bytes.fromhex(address), cumulative)


def _leaves(market: Marketplace, sums: Lines) -> list[ClaimLeaf]:
    return [_leaf(market, address, _sum(lines)) for address, lines in sums.items()]


def _record(
    market: Marketplace,
    connection: Connection,
    last: Row[tuple[object, ...]] | None,
    sums: Lines,
    head_digest: str,
) -> Row[tuple[object, ...]]:
    leaves, identity = _leaves(market, sums), market.identity.message
    signed = market.sign(
        Role.MARKETPLACE,
        EpochStatement(
            marketplace_id=market.id,
            chain_id=identity.chain_id,
            token=identity.token,
            distributor=identity.distributor,
            epoch=1 if last is None else last.number + 1,
            previous=ZERO_WORD if last is None else bytes.fromhex(last.digest),
            tree_head=bytes.fromhex(head_digest),
            claim_root=claim_root(leaves),
            total=sum(leaf.cumulative for leaf in leaves),
            time=market.clock(),
        ),
    )
    message, digest = signed.message, market.digest(signed.message)
    connection.execute(
        insert(epoch).values(
            number=message.epoch,
            digest=digest,
            envelope=to_wire(signed),
            head=head_digest,
            root=message.claim_root.hex(),
            total=str(message.total),
            published=NO_CHAIN if market.chain is None else NOT_YET,
        )
    )
    if leaves:
        rows = [
            _account_row(market, message.epoch, digest, address, lines, leaves)
            for address, lines in sums.items()
        ]
        connection.execute(insert(account), rows)
    if market.chain is None:
        tell(connection, "statement", digest, message.time)
    return connection.execute(select(epoch).where(epoch.c.number == message.epoch)).one()


def _account_row(
    market: Marketplace,
    number: int,
    epoch_digest: str,
    address: str,
    lines: list[AccountLine],
    leaves: list[ClaimLeaf],
) -> dict[str, object]:
    cumulative = _sum(lines)
    signed = market.sign(
        Role.MARKETPLACE,
        AccountStatement(
            marketplace_id=market.id,
            epoch_statement=bytes.fromhex(epoch_digest),
            account=bytes.fromhex(address),
            lines_root=lines_root(lines),
            line_count=len(lines),
            cumulative=cumulative,
        ),
    )
    path = claim_proof(leaves, _leaf(market, address, cumulative))
    return {
        "epoch": number,
        "address": address,
        "envelope": to_wire(signed),
        "lines": codec.encode(lines),
        "cumulative": str(cumulative),
        "claim_path": codec.encode([step.hex() for step in path]),
    }


def _publish(
    market: Marketplace,
    desk: ChainDesk | None,
    row: Row[tuple[object, ...]],
    head: Signed[TreeHead],
) -> str:
    """Put the epoch's root on the chain, unless an earlier attempt got that far."""
    if desk is None:
        raise ValueError("a marketplace with a chain settles through its chain")
    identity, root = market.identity.message, bytes.fromhex(row.root)
    state = desk.client.distributor(identity.distributor, identity.token)
    published = "already-there"
    if (state.epoch, state.root) != (row.number, root):
        receipt = desk.account.set_root(identity.distributor, root, row.number, int(row.total))
        published = "0x" + receipt.transaction.hex()
    if head.message.size > desk.client.identity(identity.identity_contract).anchored_size:
        desk.account.anchor(identity.identity_contract, head.message.size, head.message.root)
    with market.database.write() as connection:
        connection.execute(
            update(epoch).where(epoch.c.number == row.number).values(published=published)
        )
        tell(connection, "statement", row.digest, market.clock())
    return published


def _account_count(market: Marketplace, number: int) -> int:
    query = select(func.count()).select_from(account).where(account.c.epoch == number)
    with market.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def statement(market: Marketplace, address: str, submission_digest: str) -> wire.StatementAnswer:
    """The newest published statement of an account (40 hexadecimal digits).

    `submission_digest` is any submission paid to it: accounts are public, their lines are not.
    """
    row = _newest_account(market, address, submission_digest)
    return wire.StatementAnswer(
        epoch=to_envelope(from_wire(row.epoch_envelope, EpochStatement)),
        head=to_envelope(from_wire(row.head_envelope, TreeHead)),
        statement=to_envelope(from_wire(row.envelope, AccountStatement)),
        lines=msgspec.json.decode(row.lines, type=tuple[AccountLine, ...]),
        claim_path=msgspec.json.decode(row.claim_path, type=tuple[str, ...]),
    )


def _newest_account(
    market: Marketplace, address: str, submission_digest: str
) -> Row[tuple[object, ...]]:
    party = select(submission.c.payout_to).where(submission.c.digest == submission_digest)
    query = (
        select(
            account,
            epoch.c.envelope.label("epoch_envelope"),
            tree_head.c.envelope.label("head_envelope"),
        )
        .join(epoch, epoch.c.number == account.c.epoch)
        .join(tree_head, tree_head.c.digest == epoch.c.head)
        .where(account.c.address == address, epoch.c.published != NOT_YET)
        .order_by(epoch.c.number.desc())
        .limit(1)
    )
    with market.database.read() as connection:
        if connection.execute(party).scalar_one_or_none() != address:
            raise Refusal("not-found", "There is no such account.")
        row = connection.execute(query).first()
    if row is None:
        raise Refusal("not-found", "Nothing was settled for this account yet.")
    return row


def relay_claim(
    market: Marketplace, desk: ChainDesk | None, address: str, submission_digest: str
) -> wire.ClaimAnswer:
    """Send the account's claim; the contract pays the account, whoever sends it."""
    if desk is None:
        raise Refusal("no-chain")
    row = _newest_account(market, address, submission_digest)
    distributor, cumulative = market.identity.message.distributor, int(row.cumulative)
    if desk.client.claimed(distributor, bytes.fromhex(address)) >= cumulative:
        raise Refusal("claim-refused", "Everything stated so far has been claimed.")
    path = tuple(
        bytes.fromhex(step) for step in msgspec.json.decode(row.claim_path, type=tuple[str, ...])
    )
    receipt = desk.account.claim(distributor, bytes.fromhex(address), cumulative, path)
    return wire.ClaimAnswer("0x" + receipt.transaction.hex())
