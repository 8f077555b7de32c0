"""The hub's tables, and transactions that are durable before anyone is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
)

from labeler.errors import LabelerError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection

SCHEMA_VERSION = 1
FULL = 2

META = MetaData()

setting = Table(
    "setting", META, Column("name", String, primary_key=True), Column("value", LargeBinary)
)

role_grant = Table(
    "role_grant",
    META,
    Column("digest", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("manifest", String, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_until", Integer, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
)

task = Table(
    "task",
    META,
    Column("manifest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("offer", String, nullable=False, unique=True),
    Column("envelope", LargeBinary, nullable=False),
    Column("deadline", Integer, nullable=False),
    Column("posted_at", Integer, nullable=False),
)

item = Table(
    "item",
    META,
    Column("manifest", String, ForeignKey("task.manifest"), primary_key=True),
    Column("digest", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("package", String, nullable=False, index=True),
    Column("package_size", Integer, nullable=False),
    Column("key", String, nullable=False),
)

nonce = Table(
    "nonce",
    META,
    Column("value", String, primary_key=True),
    Column("expires_at", Integer, nullable=False),
)

session = Table(
    "session",
    META,
    Column("token_digest", String, primary_key=True),
    Column("address", String, nullable=False),
    Column("expires_at", Integer, nullable=False),
)

assignment = Table(
    "assignment",
    META,
    Column("digest", String, primary_key=True),
    Column("manifest", String, ForeignKey("task.manifest"), nullable=False),
    Column("worker", String, nullable=False),
    Column("lease_end", Integer, nullable=False),
    Column("final_deadline", Integer, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
)

assigned_item = Table(
    "assigned_item",
    META,
    Column("assignment", String, ForeignKey("assignment.digest"), primary_key=True),
    Column("item", String, primary_key=True),
    Column("position", Integer, nullable=False),
)

wanted_blob = Table(
    "wanted_blob",
    META,
    Column("digest", String, primary_key=True),
    Column("worker", String, nullable=False, index=True),
    Column("max_size", Integer, nullable=False),
    Column("asked_at", Integer, nullable=False),
)

submission = Table(
    "submission",
    META,
    Column("digest", String, primary_key=True),
    Column("assignment", String, ForeignKey("assignment.digest"), nullable=False),
    Column("item", String, nullable=False),
    Column("worker", String, nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("manifest", String, nullable=False),
    Column("payout_to", String, nullable=False, index=True),
    Column("payload", String, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", Integer, nullable=False),
    Column("decision_due", Integer, nullable=False),
    UniqueConstraint("assignment", "item", "worker", "revision"),
)

decision = Table(
    "decision",
    META,
    Column("submission", String, ForeignKey("submission.digest"), primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("grant", String, ForeignKey("role_grant.digest"), nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("amount", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("quality", Integer, nullable=False),
    Column("decided_at", Integer, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("leaf_index", Integer, nullable=False, unique=True),
    Column("blind", String, nullable=False),
)

leaf = Table(
    "leaf",
    META,
    Column("position", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

tree_head = Table(
    "tree_head",
    META,
    Column("digest", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
)

news = Table(
    "news",
    META,
    Column("cursor", Integer, primary_key=True, autoincrement=True),
    Column("worker", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", Integer, nullable=False),
    Index("news_of_worker", "worker", "cursor"),
    sqlite_autoincrement=True,
)

statement_line = Table(
    "statement_line",
    META,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("address", String, nullable=False),
    Column("submission", String, ForeignKey("submission.digest"), nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("amount", String, nullable=False),
)

epoch = Table(
    "epoch",
    META,
    Column("number", Integer, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("envelope", LargeBinary, nullable=False),
    Column("head", String, ForeignKey("tree_head.digest"), nullable=False),
    Column("root", String, nullable=False),
    Column("total", String, nullable=False),
    Column("published", String, nullable=False),
)

account = Table(
    "account",
    META,
    Column("epoch", Integer, ForeignKey("epoch.number"), primary_key=True),
    Column("address", String, primary_key=True),
    Column("envelope", LargeBinary, nullable=False),
    Column("lines", LargeBinary, nullable=False),
    Column("cumulative", String, nullable=False),
    Column("claim_path", LargeBinary, nullable=False),
)


class Database:
    """One SQLite file, shared by the server and the hub's other commands.

    Raises LabelerError "hub-database-newer" for a file written by a later version.
    """

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        with self.write() as connection:
            self._check_version(connection)
            META.create_all(connection)

    def _check_version(self, connection: Connection) -> None:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > SCHEMA_VERSION:
            raise LabelerError(
                "hub-database-newer",
                "The hub's database was written by a newer version.",
                safe="Nothing was changed.",
                do="Install that version or a later one.",
            )
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing, alone, and on the disk when the block ends."""
        with self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self._engine.dispose()


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    # Transactions are begun here, not by the driver, which would begin them too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA synchronous")
    assert cursor.fetchone() == (FULL,)
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
