"""The database's tables, as numbered steps forward; a step once released never changes."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.store.database import Database

_FIRST = """
CREATE TABLE migration (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);
CREATE TABLE commit_count (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL,
    token TEXT NOT NULL);
INSERT INTO commit_count VALUES (1, 0, lower(hex(zeroblob(32))));
CREATE TABLE incident (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL,
    subject TEXT NOT NULL, expected INTEGER NOT NULL, found INTEGER NOT NULL, kept TEXT NOT NULL);
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE blob (digest TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE message (digest TEXT PRIMARY KEY, type TEXT NOT NULL, wire BLOB NOT NULL,
    stored_at INTEGER NOT NULL);
CREATE TABLE document (id TEXT PRIMARY KEY, item TEXT NOT NULL, created_at INTEGER NOT NULL,
    submission TEXT, submitted_seq INTEGER NOT NULL DEFAULT 0);
CREATE TABLE journal (id INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id),
    seq INTEGER NOT NULL, entry BLOB NOT NULL, hash TEXT NOT NULL, UNIQUE (document, seq));
CREATE TABLE marketplace (id TEXT PRIMARY KEY, url TEXT NOT NULL, name TEXT NOT NULL,
    identity TEXT NOT NULL REFERENCES message (digest), worker TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '', connected_at INTEGER NOT NULL);
CREATE TABLE tree_head (marketplace TEXT NOT NULL REFERENCES marketplace (id),
    size INTEGER NOT NULL, root TEXT NOT NULL, time INTEGER NOT NULL,
    message TEXT NOT NULL REFERENCES message (digest), PRIMARY KEY (marketplace, message));
CREATE TABLE task (id TEXT PRIMARY KEY, marketplace TEXT NOT NULL REFERENCES marketplace (id),
    offer TEXT NOT NULL REFERENCES message (digest), manifest BLOB NOT NULL,
    seen_at INTEGER NOT NULL);
CREATE TABLE assignment (digest TEXT PRIMARY KEY REFERENCES message (digest),
    task TEXT NOT NULL REFERENCES task (id), lease_end INTEGER NOT NULL,
    final_deadline INTEGER NOT NULL);
CREATE TABLE item (digest TEXT NOT NULL, assignment TEXT NOT NULL REFERENCES assignment (digest),
    position INTEGER NOT NULL, content BLOB NOT NULL, package TEXT NOT NULL,
    package_size INTEGER NOT NULL, key BLOB, wiped_at INTEGER, PRIMARY KEY (assignment, digest));
CREATE TABLE device_link (worker TEXT NOT NULL, marketplace TEXT NOT NULL, device TEXT NOT NULL,
    sequence INTEGER NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (worker, marketplace, device, sequence));
CREATE TABLE submission (digest TEXT PRIMARY KEY REFERENCES message (digest),
    marketplace TEXT NOT NULL, assignment TEXT NOT NULL, item TEXT NOT NULL,
    revision INTEGER NOT NULL, document TEXT NOT NULL REFERENCES document (id),
    worker TEXT NOT NULL, device TEXT NOT NULL, sequence INTEGER NOT NULL,
    signed_at INTEGER NOT NULL, state TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, next_try INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    receipt TEXT REFERENCES message (digest), decision TEXT REFERENCES message (digest),
    statement TEXT REFERENCES message (digest),
    UNIQUE (assignment, item, revision));
CREATE TABLE submission_blob (submission TEXT NOT NULL REFERENCES submission (digest),
    position INTEGER NOT NULL, blob TEXT NOT NULL REFERENCES blob (digest),
    PRIMARY KEY (submission, position));
CREATE TABLE statement (digest TEXT PRIMARY KEY REFERENCES message (digest),
    marketplace TEXT NOT NULL REFERENCES marketplace (id),
    epoch_digest TEXT NOT NULL REFERENCES message (digest), epoch INTEGER NOT NULL,
    account TEXT NOT NULL, cumulative TEXT NOT NULL, detail BLOB NOT NULL, time INTEGER NOT NULL,
    UNIQUE (marketplace, account, epoch));
CREATE TABLE earning (id TEXT PRIMARY KEY, marketplace TEXT NOT NULL REFERENCES marketplace (id),
    account TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, at INTEGER NOT NULL,
    statement TEXT REFERENCES statement (digest));
CREATE TABLE claim (id INTEGER PRIMARY KEY, marketplace TEXT NOT NULL
    REFERENCES marketplace (id), account TEXT NOT NULL, cumulative TEXT NOT NULL,
    started_at INTEGER NOT NULL, state TEXT NOT NULL, transaction_hash TEXT NOT NULL DEFAULT '',
    settled_at INTEGER);
CREATE INDEX submission_due ON submission (state, next_try);
CREATE INDEX item_digest ON item (digest)
"""

_RECEIVED = """
CREATE TABLE received (id TEXT PRIMARY KEY, archive TEXT NOT NULL, study TEXT NOT NULL,
    title TEXT NOT NULL, key BLOB, begun_at INTEGER NOT NULL, instances INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0, whole INTEGER NOT NULL DEFAULT 0, wiped_at INTEGER)
"""

_CHECKPOINT = """
CREATE TABLE checkpoint (document TEXT PRIMARY KEY REFERENCES document (id),
    content BLOB NOT NULL, digest TEXT NOT NULL);
CREATE TABLE checkpoint_mask (document TEXT NOT NULL REFERENCES document (id),
    state TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (document, state))
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _RECEIVED, _CHECKPOINT)


def schema_version(database: Database) -> int:
    """The last migration this database has seen; 0 is a new one."""
    row = database.row("PRAGMA user_version")
    if row is None or not isinstance(row[0], int):
        raise RuntimeError("a database always has a version")
    return row[0]


def refuse_newer(database: Database, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Raise "database-newer", changing nothing, where a later program has written."""
    version = schema_version(database)
    if version > len(migrations):
        raise LabelerError(
            "database-newer",
            "This profile was used with a newer version of the program ({version} > {known}).",
            safe="Nothing was changed.",
            do="Update the program, then open the profile again.",
            version=version,
            known=len(migrations),
        )


def migrate(database: Database, now: int, migrations: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring the tables to the newest version, each step in a transaction of its own."""
    refuse_newer(database, migrations)
    for version in range(schema_version(database) + 1, len(migrations) + 1):
        with database.transaction():
            for statement in migrations[version - 1].split(";"):
                database.run(statement)
            database.run("INSERT INTO migration VALUES (?, ?)", (version, now))
            database.run(f"PRAGMA user_version = {version}")
