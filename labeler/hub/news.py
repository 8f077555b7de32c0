"""The one feed that clients follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, or_, select

from labeler.hub.database import news
from labeler.hub.place import Marketplace
from labeler.market import wire

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

EVERYBODY = ""
PAGE = 500


def tell(connection: Connection, kind: str, subject: str, at: int, worker: str = EVERYBODY) -> None:
    """Add an event, for one worker (40 hexadecimal digits) or for everybody."""
    connection.execute(insert(news).values(worker=worker, kind=kind, subject=subject, at=at))


def events_after(market: Marketplace, after: int, worker: str | None) -> wire.EventsAnswer:
    """The public events and, for a logged-in worker, their own."""
    mine = news.c.worker == EVERYBODY
    if worker is not None:
        mine = or_(mine, news.c.worker == worker)
    query = select(news).where(news.c.cursor > after, mine).order_by(news.c.cursor)
    with market.database.read() as connection:
        rows = connection.execute(query.limit(PAGE + 1)).all()
    events = tuple(wire.Event(row.cursor, row.kind, row.subject, row.at) for row in rows[:PAGE])
    return wire.EventsAnswer(events, events[-1].cursor if events else after, len(rows) > PAGE)
