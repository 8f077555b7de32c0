"""What an account is told it is owed, and the claim that is sent for it."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.engine import Row

from labeler.hub.database import account, epoch, submission, tree_head
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.hub.settlement import NOT_YET, ChainDesk
from labeler.market import wire
from labeler.proof.envelope import from_wire, to_envelope
from labeler.proof.item_tree import AccountLine
from labeler.proof.messages import AccountStatement, EpochStatement, TreeHead


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
