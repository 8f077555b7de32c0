"""The store of one profile, opened, inspected and ready."""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec

from labeler.errors import LabelerError
from labeler.store.blobs import Blobs
from labeler.store.database import Database
from labeler.store.documents import Documents
from labeler.store.faults import damaged_at_opening
from labeler.store.heads import Heads
from labeler.store.inspection import (
    COMMITS,
    acknowledge_all,
    commit_head,
    inspect_heads,
    keep_aside,
    mended_pages,
    missing_database,
)
from labeler.store.journal import Journal
from labeler.store.ledger import Ledger
from labeler.store.log_room import make_room
from labeler.store.messages import Messages
from labeler.store.migrations import migrate, refuse_newer, schema_version
from labeler.store.outbox import Outbox
from labeler.store.profile import Profile
from labeler.store.received import Received
from labeler.store.settings import Settings
from labeler.store.tasks import Tasks

CHECKED_AT_OPENING = 256 * 2**20
"""Databases up to this many bytes are read whole at opening (about half a second)."""


class Incident(msgspec.Struct, frozen=True):
    """Damage found at UTC second `at`; `kept` is the folder of the files as they were found.

    `expected` and `found` count entries or changes, where the code is about a loss.
    """

    at: int
    code: str
    subject: str
    expected: int
    found: int
    kept: str


class Store:
    """Everything kept of one profile; used only by the thread that opened it.

    `findings` are what opening found wrong and could name; they are also kept as incidents.
    """

    def __init__(
        self, profile: Profile, database: Database, heads: Heads, journal: Journal, blobs: Blobs
    ) -> None:
        self.profile = profile
        self.database = database
        self.heads = heads
        self.journal = journal
        self.blobs = blobs
        self.documents = Documents(database, journal)
        self.messages = Messages(database)
        self.outbox = Outbox(database, self.messages, blobs, self.documents)
        self.tasks = Tasks(database)
        self.received = Received(database)
        self.ledger = Ledger(database)
        self.settings = Settings(database)
        self.findings: tuple[LabelerError, ...] = ()

    def incidents(self) -> list[Incident]:
        """Every damage ever found in this profile, the oldest first."""
        return self.database.select(
            Incident, "SELECT at, code, subject, expected, found, kept FROM incident ORDER BY id"
        )

    def close(self) -> None:
        """Leave nothing in the write-ahead log, and let others use the profile."""
        try:
            _checkpoint(self.database)
        finally:
            self.heads.close()
            self.database.close()
            self.profile.release()


def open_store(
    profile: Profile, key: bytes, *, now: int, token: Callable[[], bytes] = lambda: os.urandom(32)
) -> Store:
    """Open, compare with what was acknowledged, migrate, and authenticate every page.

    Raises LabelerError "profile-in-use", "database-missing", "database-newer" or
    "database-damaged"; lesser damage is in `Store.findings`, its files copied aside first.
    """
    profile.lock()
    try:
        return _open(profile, key, now, token)
    except BaseException:
        profile.release()
        raise


def _open(profile: Profile, key: bytes, now: int, token: Callable[[], bytes]) -> Store:
    heads = Heads(profile.heads)
    if not _has_database(profile) and next(heads.everything(), None):
        raise missing_database()
    database = Database(profile.database, key)
    blobs = Blobs(database)
    journal = Journal(database, heads, blobs)
    store = Store(profile, database, heads, journal, blobs)
    try:
        _inspect(store, now)
    except LabelerError as error:
        # Closing may write to the files: the evidence is copied before.
        if error.code == "database-damaged":
            kept = keep_aside(profile, now)
            database.close()
            detail, place = str(error.facts["detail"]), str(profile.root)
            raise damaged_at_opening(detail, str(kept), place) from error
        database.close()
        raise
    database.count_commits(lambda: _count(database, heads, token))
    _begin(store, now)
    return store


def _has_database(profile: Profile) -> bool:
    # SQLite takes an empty file for a new database, and removes the log beside it.
    return profile.database.exists() and profile.database.stat().st_size > 0


def _inspect(store: Store, now: int) -> None:
    database = store.database
    database.settle()
    refuse_newer(database)
    is_small = store.profile.database.stat().st_size <= CHECKED_AT_OPENING
    if schema_version(database):
        # Reading does not write the log back: a damaged one can still be copied.
        store.findings = (
            *inspect_heads(database, store.heads, store.journal),
            *(mended_pages(database) if is_small else ()),
        )
        if store.findings:
            kept = str(keep_aside(store.profile, now))
            for finding in store.findings:
                finding.facts["kept"] = kept
    migrate(database, now)
    # First the log goes into the file: a page torn by a crash is mended by it.
    written = _checkpoint(database)
    if is_small and (written or store.findings):
        database.check_pages()
    if written:
        make_room(database.log)


def _count(database: Database, heads: Heads, token: Callable[[], bytes]) -> Callable[[], None]:
    database.run("UPDATE commit_count SET count = count + 1, token = ?", (token().hex(),))
    head = commit_head(database)
    return lambda: heads.acknowledge(head)


def _checkpoint(database: Database) -> bool:
    """False on a full disk: what is in the log is durable there, and can be used from there."""
    try:
        database.checkpoint()
    except LabelerError as error:
        if error.code != "disk-full":
            raise
        return False
    return True


def _begin(store: Store, now: int) -> None:
    """Keep what was found as incidents, and acknowledge anew what is there."""
    if store.findings:
        with store.database.transaction():
            for finding in store.findings:
                _record(store.database, finding, now)
    head = commit_head(store.database)
    if store.heads.read(COMMITS).head != head:
        store.heads.acknowledge(head)
    acknowledge_all(store.database, store.heads, store.journal)


def _record(database: Database, finding: LabelerError, now: int) -> None:
    facts = finding.facts
    database.run(
        "INSERT INTO incident (at, code, subject, expected, found, kept) VALUES (?, ?, ?, ?, ?, ?)",
        (
            now,
            finding.code,
            str(facts.get("document", facts.get("subject", COMMITS))),
            int(facts.get("expected", 0)),
            int(facts.get("found", 0)),
            str(facts["kept"]),
        ),
    )
