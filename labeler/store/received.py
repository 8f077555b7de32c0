"""Studies received from image archives; their files lie sealed beside the database."""

from __future__ import annotations

import msgspec

from labeler.store.database import Database


class ReceivedRow(msgspec.Struct, frozen=True):
    """One study: `title` names nobody, `key` opens its files and is None once it is wiped.

    `archive` is the archive's id. `whole`: the whole study is here, all its series, as far as the
    archive told when it was last asked.
    """

    id: str
    archive: str
    study: str
    title: str
    key: bytes | None
    begun_at: int
    instances: int
    size: int
    whole: int
    wiped_at: int | None


class Received:
    """Rows only; files are written and read elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self) -> list[ReceivedRow]:
        """What can be opened, the newest first."""
        return self._database.select(
            ReceivedRow,
            "SELECT * FROM received WHERE key IS NOT NULL ORDER BY begun_at DESC, id",
        )

    def find(self, archive: str, study: str) -> ReceivedRow | None:
        """This study from this archive, where it is not wiped."""
        rows = self._database.select(
            ReceivedRow,
            "SELECT * FROM received WHERE archive = ? AND study = ? AND key IS NOT NULL",
            (archive, study),
        )
        return rows[0] if rows else None

    def get(self, name: str) -> ReceivedRow | None:
        rows = self._database.select(ReceivedRow, "SELECT * FROM received WHERE id = ?", (name,))
        return rows[0] if rows else None

    def begin(self, row: ReceivedRow) -> None:
        with self._database.transaction():
            self._database.run(
                "INSERT INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                msgspec.structs.astuple(row),
            )

    def note(self, name: str, *, instances: int, size: int, whole: bool) -> None:
        """How much of it is here now; a wiped one stays as it is."""
        with self._database.transaction():
            self._database.run(
                "UPDATE received SET instances = ?, size = ?, whole = ? "
                "WHERE id = ? AND key IS NOT NULL",
                (instances, size, int(whole), name),
            )

    def wipe(self, name: str, at: int) -> None:
        """Delete the key: its files can never be opened again."""
        with self._database.transaction():
            self._database.run(
                "UPDATE received SET key = NULL, wiped_at = ? WHERE id = ?", (at, name)
            )
