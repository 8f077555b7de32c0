"""The one connection to the encrypted database, used only by the thread that opened it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from labeler.errors import LabelerError
from labeler.store.faults import database_damaged, disk_failed, disk_full

if TYPE_CHECKING:
    # sqlcipher3 carries no types; its connection is the standard library's, word for word.
    from sqlite3 import Connection, Error

T = TypeVar("T")
SqlValue = int | str | bytes | None
Row = tuple[SqlValue, ...]

KEY_BYTES = 32
_FULL = 2
_MEMORY = 2
_CACHE = -1024
"""KiB, as SQLite writes it. What is written is hardly ever read again: 8 MiB of it, which is the
default, would fill up over hours and help nobody."""
_SETTINGS: tuple[tuple[str, str, SqlValue], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", _FULL),
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),
    ("temp_store", "MEMORY", _MEMORY),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("cache_size", str(_CACHE), _CACHE),
)
_APPLE: tuple[tuple[str, str, SqlValue], ...] = (
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
)


class Database:
    """SQL over sqlcipher; every write happens inside `transaction()`.

    Raises LabelerError "database-damaged", "disk-full", "disk-failed" or "database-busy".
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.log = path.with_name(path.name + "-wal")
        self._thread = threading.get_ident()
        self._depth = 0
        self._doomed = False
        self._count: Callable[[], Callable[[], None]] | None = None
        self._after_commit: list[Callable[[], None]] = []
        self._settled = False
        self._connection = _connect(path, key)

    def settle(self) -> None:
        """Set what durability stands on, and read it back; nothing can be written before."""
        self._check_thread()
        with _faults():
            _settle(self._connection)
        self._settled = True

    def close(self) -> None:
        self._check_thread()
        with _faults():
            self._connection.close()

    def rows(self, sql: str, values: Sequence[SqlValue] = ()) -> list[Row]:
        self._check_thread()
        with _faults():
            return self._connection.execute(sql, tuple(values)).fetchall()

    def row(self, sql: str, values: Sequence[SqlValue] = ()) -> Row | None:
        found = self.rows(sql, values)
        return found[0] if found else None

    def select(self, kind: type[T], sql: str, values: Sequence[SqlValue] = ()) -> list[T]:
        """Rows as frozen values: columns named as the fields of `kind`."""
        self._check_thread()
        with _faults():
            cursor = self._connection.execute(sql, tuple(values))
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        return [msgspec.convert(dict(zip(names, row, strict=True)), kind) for row in found]

    def run(self, sql: str, values: Sequence[SqlValue] = ()) -> int:
        """Change something; the number of rows changed. Only inside a transaction."""
        self._check_thread()
        if not self._depth:
            raise RuntimeError("the database is changed inside a transaction only")
        with _faults():
            return self._connection.execute(sql, tuple(values)).rowcount

    def run_if_allowed(self, sql: str, values: Sequence[SqlValue] = ()) -> bool:
        """The same for one row; False where a constraint of the tables forbids it."""
        from sqlcipher3 import dbapi2

        try:
            self.run(sql, values)
        except dbapi2.IntegrityError:
            return False
        return True

    def count_commits(self, count: Callable[[], Callable[[], None]]) -> None:
        """Call `count` last in every transaction in which nothing promised to acknowledge it.

        What it returns acknowledges the commit.
        """
        self._count = count

    def after_commit(self, work: Callable[[], None]) -> None:
        """Do `work` once this transaction is durable, before its caller is told so."""
        if not self._depth:
            raise RuntimeError("there is no transaction to follow")
        self._after_commit.append(work)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable on leaving; an inner one joins the outer."""
        self._check_thread()
        if not self._settled:
            raise RuntimeError("this connection is not durable yet")
        if self._depth:
            with self._joined():
                yield
            return
        self._after_commit.clear()
        with _faults():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            with self._joined():
                yield
                # What is acknowledged by a head of its own need not be counted as well: that
                # would be one page more to encrypt and write.
                if self._count and not self._after_commit:
                    self._after_commit.append(self._count())
            if self._doomed:
                raise RuntimeError("a part of this transaction failed: nothing was committed")
            with _faults():
                self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._doomed = False
        for work in self._after_commit:
            work()

    @contextmanager
    def _joined(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        except BaseException:
            self._doomed = True
            raise
        finally:
            self._depth -= 1

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with _faults():
                self._connection.execute("ROLLBACK")

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file and empty it."""
        row = self.row("PRAGMA wal_checkpoint(TRUNCATE)")
        if row is None or row[0] != 0:
            raise disk_failed("the write-ahead log could not be moved")

    def broken_pages(self) -> list[str]:
        """What is wrong with the pages of the file itself, the log beside it left out."""
        return [str(row[0]) for row in self.rows("PRAGMA cipher_integrity_check")]

    def check_pages(self) -> None:
        """Authenticate every page of the file; raises "database-damaged". About 0.5 GB/s."""
        broken = self.broken_pages()
        if broken:
            raise database_damaged(broken[0])
        found = self.rows("PRAGMA quick_check(1)")
        if found != [("ok",)]:
            raise database_damaged(str(found[0][0]))

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise RuntimeError("the store is used by its own thread only")


def _connect(path: Path, key: bytes) -> Connection:
    from sqlcipher3 import dbapi2

    if len(key) != KEY_BYTES:
        raise ValueError(f"the data key has {KEY_BYTES} bytes, not {len(key)}")
    with _faults():
        connection: Connection = dbapi2.connect(str(path), isolation_level=None)
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise RuntimeError("this SQLite cannot encrypt")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _settle(connection: Connection) -> None:
    """Set what durability stands on, and read it back."""
    wanted = _SETTINGS + (_APPLE if sys.platform == "darwin" else ())
    for name, value, expected in wanted:
        connection.execute(f"PRAGMA {name} = {value}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise RuntimeError(f"the database would not take {name} = {value}: {found}")


@contextmanager
def _faults() -> Iterator[None]:
    from sqlcipher3 import dbapi2

    try:
        yield
    except dbapi2.Error as error:
        told = _told(error)
        if told is None:
            raise
        raise told from error


def _told(error: Error) -> LabelerError | None:
    """The words for an error of SQLite; None where it is a mistake of ours."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    detail = str(error)
    if primary == 13:  # SQLITE_FULL
        return disk_full()
    if primary in (11, 26):  # SQLITE_CORRUPT, SQLITE_NOTADB
        return database_damaged(detail)
    if primary in (8, 10, 14):  # SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN
        return disk_failed(detail)
    if primary in (5, 6):  # SQLITE_BUSY, SQLITE_LOCKED
        return LabelerError(
            "database-busy",
            "Another program holds the database of this profile.",
            safe="Nothing was changed.",
            do="Close the other program, then try again.",
        )
    return None
