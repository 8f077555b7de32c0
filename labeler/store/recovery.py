"""What can still be read of a damaged database, as a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.store.database import Database, Row
from labeler.store.durable import sync_folder
from labeler.store.faults import disk_faults
from labeler.store.inspection import keep_aside
from labeler.store.migrations import migrate, refuse_newer
from labeler.store.profile import Profile

_OWN = frozenset({"migration", "commit_count"})


@dataclass(frozen=True)
class Recovery:
    """`kept` rows were carried over; `incomplete` tables have a part that could not be read."""

    kept: int
    incomplete: tuple[str, ...]
    aside: Path


def recover_database(profile: Profile, key: bytes, *, now: int) -> Recovery:
    """Replace a damaged database by what is readable of it; the damaged files are kept aside.

    Rows are read from both ends of each table up to the first damaged page. The next opening
    names every journal that came back shorter. Raises "database-damaged" where nothing is left.
    """
    profile.lock()
    try:
        staged = profile.root / "recovered.db"
        with disk_faults():
            _remove(staged)
        aside = keep_aside(profile, now)
        kept, incomplete = _carry_over(profile.database, staged, key, now)
        with disk_faults():
            for ending in ("-wal", "-shm"):
                profile.database.with_name(profile.database.name + ending).unlink(missing_ok=True)
            staged.replace(profile.database)
            sync_folder(profile.root)
    finally:
        profile.release()
    return Recovery(kept, incomplete, aside)


def _carry_over(source: Path, target: Path, key: bytes, now: int) -> tuple[int, tuple[str, ...]]:
    def reopen() -> Database:
        return Database(source, key)

    with closing(reopen()) as damaged:
        refuse_newer(damaged)
    with closing(Database(target, key)) as new:
        new.settle()
        migrate(new, now)
        kept, incomplete = 0, []
        for table in _tables(new):
            with new.transaction():
                count, is_whole = _copy(reopen, new, table)
            kept += count
            incomplete += [] if is_whole else [table]
        new.checkpoint()
    return kept, tuple(incomplete)


def _tables(database: Database) -> list[str]:
    # In the order made, so that what is referred to is there before what refers to it.
    rows = database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return [str(row[0]) for row in rows if row[0] not in _OWN]


def _copy(reopen: Callable[[], Database], new: Database, table: str) -> tuple[int, bool]:
    columns = [str(row[1]) for row in new.rows(f"PRAGMA table_info({table})")]
    places = ", ".join("?" for _ in columns)
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  our names
    select = f"SELECT rowid, {', '.join(columns)} FROM {table}"  # noqa: S608  our names
    seen: set[object] = set()
    kept, is_whole = 0, True
    for order, end in (("ASC", False), ("DESC", True)):
        if end and is_whole:
            break
        for row in _until_damage(reopen, select, order):
            if row is None:
                is_whole = False
            elif row[0] not in seen:
                seen.add(row[0])
                fits = new.run_if_allowed(insert, row[1:])
                kept += fits
                is_whole = is_whole and fits
    return kept, is_whole


def _until_damage(reopen: Callable[[], Database], select: str, order: str) -> Iterator[Row | None]:
    """Rows one at a time; None where the next cannot be read."""
    after: object = None
    compare = ">" if order == "ASC" else "<"
    # A connection that has met a damaged page reads nothing more: each pass has its own.
    with closing(reopen()) as database:
        while True:
            condition = "" if after is None else f"WHERE rowid {compare} {after}"
            try:
                row = database.row(f"{select} {condition} ORDER BY rowid {order} LIMIT 1")
            except LabelerError:
                yield None
                return
            if row is None:
                return
            after = row[0]
            yield row


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
