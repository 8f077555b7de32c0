"""Settling: everybody's cumulative sum under one root, stated, signed and put on the chain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.errors import LabelerError
from labeler.hub import log
from labeler.hub.database import (
    account,
    decision,
    epoch,
    statement_line,
    submission,
    task,
    tree_head,
)
from labeler.hub.keys import Role
from labeler.hub.news import tell
from labeler.hub.place import Marketplace
from labeler.proof import codec
from labeler.proof.claim_tree import ClaimLeaf, claim_proof, claim_root
from labeler.proof.envelope import from_wire, to_wire
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
ALREADY_THERE = "already-there"


@dataclass(frozen=True)
class Settled:
    """One epoch; amounts in minor units.

    `published` is the transaction, "no-chain" or "already-there".
    """

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
    """State what is owed so far and publish it; first publishes what an earlier attempt left.

    Nothing new to pay makes no new epoch. Raises "nothing-to-settle" and the chain's
    LabelerErrors; an epoch that was not published waits for the next call.
    """
    market.keys.key(Role.MARKETPLACE)
    left = _last(market)
    if left is not None and left.published == NOT_YET:
        _publish(market, desk, left)
    head_digest, _ = log.head(market)
    with market.database.write() as connection:
        _count_new_lines(connection, market.clock())
        fresh = _record(market, connection, left, head_digest)
    last = _last(market)
    if last is None:
        raise LabelerError(
            "nothing-to-settle",
            "Nothing has been accepted yet.",
            safe="Nothing was stated or published.",
            do="Review the waiting submissions first.",
        )
    return Settled(
        epoch=last.number,
        accounts=_account_count(market, last.number),
        total=int(last.total),
        root=last.root,
        published=last.published or _publish(market, desk, last),
        fresh=fresh,
    )


def _last(market: Marketplace) -> Row[tuple[object, ...]] | None:
    with market.database.read() as connection:
        return connection.execute(select(epoch).order_by(epoch.c.number.desc()).limit(1)).first()


Lines = dict[str, list[AccountLine]]
"""Lines by account (40 hexadecimal digits), in the order counted."""


def _count_new_lines(connection: Connection, now: int) -> None:
    """Add a line for each case accepted since; a line once counted never moves or changes."""
    query = (
        select(
            submission,
            task.c.envelope.label("offer"),
            decision.c.accepted,
            decision.c.decided_at,
            statement_line.c.position,
        )
        .join(task, task.c.manifest == submission.c.manifest)
        .outerjoin(decision, decision.c.submission == submission.c.digest)
        .outerjoin(statement_line, statement_line.c.submission == submission.c.digest)
    )
    rows = connection.execute(query).all()
    newest: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        key = (row.assignment, row.item)
        newest[key] = max(newest[key], row.revision)
    earned = sorted(
        (
            row
            for row in rows
            if row.position is None
            and row.revision == newest[row.assignment, row.item]
            and _is_accepted(row, now)
        ),
        key=lambda row: (row.decided_at or row.decision_due, row.digest),
    )
    for row in earned:
        connection.execute(
            insert(statement_line).values(
                address=row.payout_to,
                submission=row.digest,
                kind="silence" if row.accepted is None else "item",
                amount=str(from_wire(row.offer, Offer).message.unit_amount),
            )
        )


def _is_accepted(row: Row[tuple[object, ...]], now: int) -> bool:
    if row.accepted is None:
        return bool(now > row.decision_due)
    return bool(row.accepted)


def _lines_by_account(connection: Connection) -> Lines:
    lines: Lines = defaultdict(list)
    query = select(statement_line).order_by(statement_line.c.position)
    for row in connection.execute(query):
        lines[row.address].append(AccountLine(row.submission, row.kind, row.amount))
    return lines


def _sum(lines: list[AccountLine]) -> int:
    return sum(int(line.amount) for line in lines)


def _leaf(market: Marketplace, address: str, cumulative: int) -> ClaimLeaf:
    identity = market.identity.message
    return ClaimLeaf(identity.chain_id, identity.distributor, bytes.fromhex(address), cumulative)


def _record(
    market: Marketplace,
    connection: Connection,
    last: Row[tuple[object, ...]] | None,
    head_digest: str,
) -> bool:
    """Sign and keep a new epoch; False where nothing was accepted since the last."""
    sums = _lines_by_account(connection)
    leaves = [_leaf(market, address, _sum(lines)) for address, lines in sums.items()]
    root = claim_root(leaves)
    if root.hex() == (ZERO_WORD.hex() if last is None else last.root):
        return False
    identity = market.identity.message
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
            claim_root=root,
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
    rows = [
        _account_row(market, message.epoch, digest, address, lines, leaves)
        for address, lines in sums.items()
    ]
    connection.execute(insert(account), rows)
    if market.chain is None:
        tell(connection, "statement", digest, message.time)
    return True


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


def _publish(market: Marketplace, desk: ChainDesk | None, row: Row[tuple[object, ...]]) -> str:
    """Put the epoch's root and log head on the chain, unless an earlier attempt got that far."""
    if desk is None:
        raise ValueError("a marketplace with a chain settles through its chain")
    identity, root = market.identity.message, bytes.fromhex(row.root)
    state = desk.client.distributor(identity.distributor, identity.token)
    published = ALREADY_THERE
    if (state.epoch, state.root) != (row.number, root):
        receipt = desk.account.set_root(identity.distributor, root, row.number, int(row.total))
        published = "0x" + receipt.transaction.hex()
    _anchor(market, desk, row.head)
    with market.database.write() as connection:
        connection.execute(
            update(epoch).where(epoch.c.number == row.number).values(published=published)
        )
        tell(connection, "statement", row.digest, market.clock())
    return published


def _anchor(market: Marketplace, desk: ChainDesk, head_digest: str) -> None:
    query = select(tree_head.c.envelope).where(tree_head.c.digest == head_digest)
    with market.database.read() as connection:
        head = from_wire(connection.execute(query).scalar_one(), TreeHead).message
    contract = market.identity.message.identity_contract
    if head.size > desk.client.identity(contract).anchored_size:
        desk.account.anchor(contract, head.size, head.root)


def _account_count(market: Marketplace, number: int) -> int:
    query = select(func.count()).select_from(account).where(account.c.epoch == number)
    with market.database.read() as connection:
        return int(connection.execute(query).scalar_one())
