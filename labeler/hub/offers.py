"""What is offered, and giving it out: tasks, assignments, packages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from labeler.hub.database import assigned_item, assignment, item, role_grant, submission, task
from labeler.hub.keys import Role
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.market import wire
from labeler.model.manifest import Item, Manifest
from labeler.proof import codec
from labeler.proof.envelope import from_wire, to_envelope, to_wire
from labeler.proof.item_tree import item_root
from labeler.proof.messages import Assignment, Offer, RoleGrant

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

LEASE_SECONDS = 7 * 24 * 3600


def identity(market: Marketplace) -> wire.IdentityAnswer:
    with market.database.read() as connection:
        rows = connection.execute(select(role_grant.c.envelope)).scalars().all()
    grants = tuple(to_envelope(from_wire(row, RoleGrant)) for row in rows)
    node = market.chain.rpc_url if market.chain else ""
    return wire.IdentityAnswer(to_envelope(market.identity), grants, node)


def tasks(market: Marketplace) -> wire.TasksAnswer:
    """Every task whose deadline has not passed, newest first."""
    query = (
        select(task, func.count(item.c.digest).label("items"), func.sum(item.c.package_size))
        .join(item, item.c.manifest == task.c.manifest)
        .where(task.c.deadline > market.clock())
        .group_by(task.c.manifest)
        .order_by(task.c.posted_at.desc(), task.c.manifest)
        .limit(1000)
    )
    now = market.clock()
    with market.database.read() as connection:
        rows = connection.execute(query).all()
        free = {row.manifest: len(_free_items(connection, row, now)) for row in rows}
    return wire.TasksAnswer(
        tuple(
            wire.TaskEntry(
                digest=row.manifest,
                manifest=codec.decode(row.content, Manifest),
                offer=to_envelope(from_wire(row.envelope, Offer)),
                item_count=row.items,
                download_size=row[-1],
                places_left=free[row.manifest],
            )
            for row in rows
        )
    )


def assign(market: Marketplace, manifest: str, worker: str) -> wire.AssignmentAnswer:
    """What `worker` (40 hexadecimal digits) gets of a task; the same again while it lasts."""
    with market.database.write() as connection:
        offered = connection.execute(select(task).where(task.c.manifest == manifest)).first()
        if offered is None:
            raise Refusal("not-found", "No such task is offered.")
        given = connection.execute(
            select(assignment)
            .where(assignment.c.manifest == manifest, assignment.c.worker == worker)
            .order_by(assignment.c.lease_end.desc())
        ).first()
        # Work goes on under the terms it was begun under, also after the lease's end.
        if given is None:
            given = _give(market, connection, offered, worker)
        items = _items(connection, given.digest, manifest)
    return wire.AssignmentAnswer(
        assignment=to_envelope(from_wire(given.envelope, Assignment)),
        offer=to_envelope(from_wire(offered.envelope, Offer)),
        manifest=codec.decode(offered.content, Manifest),
        items=items,
    )


def _give(
    market: Marketplace, connection: Connection, offered: Row[tuple[object, ...]], worker: str
) -> Row[tuple[object, ...]]:
    now = market.clock()
    if now >= offered.deadline:
        raise Refusal("task-closed")
    free = _free_items(connection, offered, now)
    if not free:
        raise Refusal("nothing-left")
    signed = market.sign(
        Role.MARKETPLACE,
        Assignment(
            marketplace_id=market.id,
            offer=bytes.fromhex(offered.offer),
            manifest=bytes.fromhex(offered.manifest),
            nonce=market.random(32),
            item_root=item_root(free),
            item_count=len(free),
            worker=bytes.fromhex(worker),
            lease_end=min(now + LEASE_SECONDS, offered.deadline),
            final_deadline=offered.deadline,
        ),
    )
    digest = market.digest(signed.message)
    connection.execute(
        insert(assignment).values(
            digest=digest,
            manifest=offered.manifest,
            worker=worker,
            lease_end=signed.message.lease_end,
            final_deadline=signed.message.final_deadline,
            envelope=to_wire(signed),
        )
    )
    rows = [{"assignment": digest, "item": one, "position": at} for at, one in enumerate(free)]
    connection.execute(insert(assigned_item), rows)
    return connection.execute(select(assignment).where(assignment.c.digest == digest)).one()


def _free_items(connection: Connection, offered: Row[tuple[object, ...]], now: int) -> list[str]:
    """Items read by fewer experts than the terms ask for; a lapsed lease without work is free."""
    readers = codec.decode(offered.content, Manifest).acceptance.readers
    handed_in = select(submission.c.assignment, submission.c.item).distinct()
    mine = handed_in.where(submission.c.manifest == offered.manifest)
    done = {(row.assignment, row.item) for row in connection.execute(mine)}
    taken = connection.execute(
        select(assigned_item.c.assignment, assigned_item.c.item, assignment.c.lease_end)
        .join(assignment, assignment.c.digest == assigned_item.c.assignment)
        .where(assignment.c.manifest == offered.manifest)
    )
    busy = Counter(
        row.item for row in taken if row.lease_end > now or (row.assignment, row.item) in done
    )
    every = select(item.c.digest).where(item.c.manifest == offered.manifest)
    digests = connection.execute(every.order_by(item.c.position)).scalars()
    return [digest for digest in digests if busy[digest] < readers][: wire.MAX_ITEMS]


def _items(connection: Connection, digest: str, manifest: str) -> tuple[wire.AssignedItem, ...]:
    query = (
        select(item.c.content, item.c.package, item.c.package_size, item.c.key)
        .join(assigned_item, assigned_item.c.item == item.c.digest)
        .where(assigned_item.c.assignment == digest, item.c.manifest == manifest)
        .order_by(assigned_item.c.position)
    )
    return tuple(
        wire.AssignedItem(
            item=codec.decode(row.content, Item),
            package=wire.BlobRef(row.package, row.package_size),
            key=row.key,
        )
        for row in connection.execute(query)
    )
