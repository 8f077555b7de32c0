"""Settings by name, as typed values."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from labeler.errors import LabelerError
from labeler.proof.codec import decode, encode
from labeler.store.database import Database

T = TypeVar("T")

DEVICE = "device"
"""32 random bytes: which copy of the profile has signed; a restored one is another."""


class Settings:
    """Canonical JSON values; one that does not fit its type any more counts as not set."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, kind: type[T], default: T) -> T:
        row = self._database.row("SELECT value FROM setting WHERE name = ?", (name,))
        if row is None or not isinstance(row[0], bytes):
            return default
        try:
            return decode(row[0], kind)
        except LabelerError:
            return default

    def holding(self, start: str, what: str, kind: type[T]) -> dict[str, T]:
        """Those whose names begin with `start` and whose bytes hold `what`, by the rest of their
        names; what does not fit its type is left out."""
        found: dict[str, T] = {}
        sql = "SELECT name, value FROM setting WHERE substr(name, 1, ?) = ? AND instr(value, ?)"
        for name, value in self._database.rows(sql, (len(start), start, what.encode())):
            if isinstance(name, str) and isinstance(value, bytes):
                with suppress(LabelerError):
                    found[name[len(start) :]] = decode(value, kind)
        return found

    def put(self, name: str, value: object) -> None:
        with self._database.transaction():
            self._database.run(
                "INSERT INTO setting VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, encode(value)),
            )

    def forget(self, name: str) -> None:
        with self._database.transaction():
            self._database.run("DELETE FROM setting WHERE name = ?", (name,))
