"""Tables only move forward, and a newer program's tables are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.store.database import Database
from labeler.store.migrations import MIGRATIONS, migrate, schema_version
from tests.support.profiles import NOW, make_profile, opened

KEY = bytes(range(32))
LATER = (*MIGRATIONS, "ALTER TABLE setting ADD COLUMN at INTEGER; UPDATE setting SET at = 1")


def database(path: Path) -> Database:
    made = Database(path / "test.db", KEY)
    made.settle()
    return made


def test_a_step_runs_once_and_keeps_what_is_there(tmp_path: Path) -> None:
    first = database(tmp_path)
    migrate(first, NOW)
    with first.transaction():
        first.run("INSERT INTO setting VALUES ('a', x'31')")
    migrate(first, NOW)
    migrate(first, NOW + 1, LATER)
    assert first.row("SELECT name, value, at FROM setting") == ("a", b"1", 1)
    known = [(version, NOW) for version in range(1, len(LATER))]
    assert first.rows("SELECT * FROM migration") == [*known, (len(LATER), NOW + 1)]
    assert schema_version(first) == len(LATER)
    first.close()


def test_a_step_that_fails_leaves_the_version_before(tmp_path: Path) -> None:
    first = database(tmp_path)
    migrate(first, NOW)
    with pytest.raises(Exception, match="no such table"):
        migrate(first, NOW, (*MIGRATIONS, "CREATE TABLE half (a); DELETE FROM nowhere"))
    assert schema_version(first) == len(MIGRATIONS)
    assert first.row("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == (0,)
    first.close()


def test_a_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    root = tmp_path / "p"
    make_profile(root)
    with opened(root) as store:
        migrate(store.database, NOW, LATER)
    before = (root / "labeler.db").read_bytes()
    with pytest.raises(LabelerError) as caught, opened(root):
        pass
    assert caught.value.code == "database-newer"
    assert (root / "labeler.db").read_bytes() == before


def test_durability_is_read_back_on_every_connection(tmp_path: Path) -> None:
    first = Database(tmp_path / "test.db", KEY)
    with pytest.raises(RuntimeError, match="not durable"), first.transaction():
        pass
    first.settle()
    found = [first.row(f"PRAGMA {name}") for name in ("journal_mode", "synchronous")]
    assert found == [("wal",), (2,)]
    first.close()


def test_few_pages_are_kept_however_many_are_written(tmp_path: Path) -> None:
    database = Database(tmp_path / "test.db", KEY)
    database.settle()
    assert database.row("PRAGMA cache_size") == (-1024,), "KiB"
    database.close()


def test_a_setting_that_does_not_hold_is_refused() -> None:
    # A database in memory cannot keep a write-ahead log.
    memory = Database(Path(":memory:"), KEY)
    with pytest.raises(RuntimeError, match="journal_mode"):
        memory.settle()
    memory.close()
