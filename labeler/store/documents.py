"""Documents: which item each is about, its history from the journal, and whether it was sent."""

from __future__ import annotations

import msgspec

from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.history import History, replay
from labeler.store.database import Database
from labeler.store.heads import Head
from labeler.store.journal import Journal


class DocumentRow(msgspec.Struct, frozen=True):
    """`steps` counts journal entries; `submission` was signed after entry `submitted_seq`."""

    id: str
    item: str
    created_at: int
    submission: str | None
    submitted_seq: int
    steps: int


_ROWS = """SELECT document.id, item, created_at, submission, submitted_seq,
    (SELECT count(*) FROM journal WHERE journal.document = document.id) AS steps FROM document"""


class Documents:
    """A document is the replay of its journal; nothing else is stored of it."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def ensure(self, document_id: str, item: str, at: int) -> DocumentRow:
        """The document, created empty where it is new. `item` is the item's digest."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO document (id, item, created_at) VALUES (?, ?, ?)",
                (document_id, item, at),
            )
        return self.get(document_id)

    def get(self, document_id: str) -> DocumentRow:
        """Raises LabelerError "document-missing"."""
        rows = self._database.select(DocumentRow, _ROWS + " WHERE document.id = ?", (document_id,))
        if not rows:
            raise LabelerError(
                "document-missing",
                "There is no document {document} in this profile.",
                safe="Nothing was changed.",
                do="Open the case again.",
                document=document_id,
            )
        return rows[0]

    def rows(self) -> list[DocumentRow]:
        return self._database.select(DocumentRow, _ROWS + " ORDER BY created_at, document.id")

    def history(self, document_id: str) -> History:
        """The document with its whole undo and redo, from the verified journal."""
        row = self.get(document_id)
        steps = ((entry.at, entry.step) for entry in self._journal.read(document_id))
        return replay(empty_document(row.item), steps)

    def last_good(self, document_id: str) -> History:
        """The same from the longest prefix of the journal that fits together."""
        row = self.get(document_id)
        steps = ((entry.at, entry.step) for entry in self._journal.valid_prefix(document_id))
        return replay(empty_document(row.item), steps)

    def accept_loss(self, document_id: str) -> Head:
        """Go on from the last good state; copies of the files must have been kept aside.

        What was signed of the lost part stays in the outbox, but is not this document any more.
        """
        with self._database.transaction():
            head = self._journal.accept_loss(document_id)
            self._database.run(
                "UPDATE document SET submission = NULL, submitted_seq = 0"
                " WHERE id = ? AND submitted_seq > ?",
                (document_id, head.seq),
            )
        return head

    def mark_submitted(self, document_id: str, submission: str) -> None:
        """Note the submission that carries this document as it stands."""
        seq = self._journal.head(document_id).seq
        with self._database.transaction():
            self._database.run(
                "UPDATE document SET submission = ?, submitted_seq = ? WHERE id = ?",
                (submission, seq, document_id),
            )
