"""Immutable bytes by their SHA-256: masks, payloads and evidence."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.proof.codec import digest
from labeler.store.database import Database


class Blobs:
    """Content-addressed bytes inside the encrypted database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, data: bytes) -> str:
        """Store once; the SHA-256 that names it."""
        name = digest(data)
        with self._database.transaction():
            self._database.run("INSERT OR IGNORE INTO blob VALUES (?, ?)", (name, data))
        return name

    def has(self, name: str) -> bool:
        return self._database.row("SELECT 1 FROM blob WHERE digest = ?", (name,)) is not None

    def get(self, name: str) -> bytes:
        """The bytes, checked. Raises LabelerError "blob-missing" or "blob-damaged"."""
        row = self._database.row("SELECT data FROM blob WHERE digest = ?", (name,))
        if row is None:
            raise _blob_error("blob-missing", "A part of a document ({blob}) is missing.", name)
        data = row[0]
        if not isinstance(data, bytes) or digest(data) != name:
            raise _blob_error("blob-damaged", "A part of a document ({blob}) is damaged.", name)
        return data


def _blob_error(code: str, happened: str, name: str) -> LabelerError:
    return LabelerError(
        code,
        happened,
        safe="Everything else of the document can still be read.",
        do="Undo to before that mark, or restore a backup.",
        blob=name,
    )
