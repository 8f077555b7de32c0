"""Signed messages by their digest: kept as the bytes that came, whoever sent them."""

from __future__ import annotations

import msgspec

from labeler.errors import LabelerError
from labeler.store.database import Database


class Message(msgspec.Struct, frozen=True):
    """One signed message: its EIP-712 digest (64 hex), type, canonical wire bytes, UTC seconds."""

    digest: str
    type: str
    wire: bytes
    stored_at: int


class Messages:
    """Storing twice is storing once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, digest: str, kind: str, wire: bytes, at: int) -> None:
        """Keep a message. The first signature seen for a digest stays."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?)", (digest, kind, wire, at)
            )

    def find(self, digest: str) -> Message | None:
        rows = self._database.select(Message, "SELECT * FROM message WHERE digest = ?", (digest,))
        return rows[0] if rows else None

    def get(self, digest: str) -> Message:
        """Raises LabelerError "message-missing"."""
        found = self.find(digest)
        if found is None:
            raise LabelerError(
                "message-missing",
                "The message {digest} is not in this profile.",
                safe="Nothing was changed.",
                do="Sync again; what the marketplace holds comes back.",
                digest=digest,
            )
        return found

    def of_type(self, kind: str) -> list[Message]:
        """Every message of a type, oldest first."""
        return self._database.select(
            Message, "SELECT * FROM message WHERE type = ? ORDER BY stored_at, digest", (kind,)
        )
