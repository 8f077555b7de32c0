"""The public log of decisions: blinded leaves, signed heads, proofs (RFC 9162)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from labeler.hub.database import leaf as leaf_table
from labeler.hub.database import tree_head
from labeler.hub.keys import Role
from labeler.hub.news import tell
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.market import wire
from labeler.proof import codec, merkle_log
from labeler.proof.envelope import Signed, from_wire, to_envelope, to_wire
from labeler.proof.item_tree import TreeProof
from labeler.proof.log_entry import ConsistencyProof, LogLeaf, LogProof
from labeler.proof.messages import TreeHead

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

HEAD_SECONDS = 3600


def append(market: Marketplace, connection: Connection, leaf: LogLeaf, at: int) -> int:
    """Add a leaf and sign a head not before `at`, in the caller's transaction; the leaf's index."""
    index = _size(connection)
    connection.execute(insert(leaf_table).values(position=index, content=codec.encode(leaf)))
    _sign_head(market, connection, at)
    return index


def head(market: Marketplace) -> tuple[str, Signed[TreeHead]]:
    """The newest signed head (digest, message); signed anew when it is an hour old."""
    with market.database.read() as connection:
        newest = _newest(connection)
    if newest is not None and market.clock() - newest[1].message.time < HEAD_SECONDS:
        return newest
    with market.database.write() as connection:
        return _sign_head(market, connection, market.clock())


def _newest(connection: Connection) -> tuple[str, Signed[TreeHead]] | None:
    query = select(tree_head).order_by(tree_head.c.at.desc(), tree_head.c.size.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else (row.digest, from_wire(row.envelope, TreeHead))


def _sign_head(
    market: Marketplace, connection: Connection, at: int
) -> tuple[str, Signed[TreeHead]]:
    hashes = _hashes(connection, None)
    signed = market.sign(
        Role.MARKETPLACE,
        TreeHead(
            log_id=market.identity.message.log_id,
            size=len(hashes),
            root=merkle_log.root(hashes),
            time=_time_of_head(connection, at),
        ),
    )
    digest = market.digest(signed.message)
    connection.execute(
        insert(tree_head)
        .values(digest=digest, size=len(hashes), at=signed.message.time, envelope=to_wire(signed))
        .on_conflict_do_nothing()
    )
    tell(connection, "head", digest, signed.message.time)
    return digest, signed


def _time_of_head(connection: Connection, at: int) -> int:
    """`at`, and never before an earlier head, whatever the clock was set to."""
    newest = connection.execute(select(func.max(tree_head.c.at))).scalar_one_or_none()
    return max(at, newest or 0)


def _size(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(leaf_table)).scalar_one())


def _hashes(connection: Connection, size: int | None) -> list[bytes]:
    query = select(leaf_table.c.content).order_by(leaf_table.c.position).limit(size)
    return [merkle_log.leaf_hash(content) for content in connection.execute(query).scalars()]


def entry(market: Marketplace, index: int, blind: str) -> tuple[LogProof, Signed[TreeHead]]:
    """A party's proof that its leaf stands in the log, under the first head that covers it.

    The first, because a decision counts only if a head showed it before its deadline.
    """
    query = select(tree_head.c.envelope).where(tree_head.c.size > index)
    with market.database.read() as connection:
        first = connection.execute(query.order_by(tree_head.c.at, tree_head.c.size)).scalars()
        signed = from_wire(first.first() or b"", TreeHead)
        leaf, path = _proof(connection, index, signed.message.size)
    return LogProof(leaf, blind, index, signed.message.size, path), signed


def inclusion(market: Marketplace, index: int, size: int) -> wire.InclusionAnswer:
    """The public proof of any leaf in the log of `size` leaves."""
    with market.database.read() as connection:
        if not 0 <= index < size <= _size(connection):
            raise Refusal("not-found", "The log has no such leaf.")
        leaf, path = _proof(connection, index, size)
    return wire.InclusionAnswer(leaf, TreeProof(index, size, path))


def _proof(connection: Connection, index: int, size: int) -> tuple[LogLeaf, tuple[str, ...]]:
    query = select(leaf_table.c.content).where(leaf_table.c.position == index)
    content = connection.execute(query).scalar_one()
    path = merkle_log.inclusion_proof(_hashes(connection, size), index)
    return codec.decode(content, LogLeaf), tuple(step.hex() for step in path)


def consistency(market: Marketplace, first: int, second: int) -> wire.ConsistencyAnswer:
    """That the log of `second` leaves began as the log of `first`."""
    with market.database.read() as connection:
        if not 0 <= first <= second <= _size(connection):
            raise Refusal("not-found", "The log has no such sizes.")
        path = merkle_log.consistency_proof(_hashes(connection, second), first)
    steps = tuple(step.hex() for step in path)
    return wire.ConsistencyAnswer(ConsistencyProof(first, second, steps))


def head_answer(market: Marketplace) -> wire.HeadAnswer:
    return wire.HeadAnswer(to_envelope(head(market)[1]))
