"""Documents: which item each is about, its history from the journal, and whether it was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.history import History, Replay, replay
from labeler.model.steps import Step
from labeler.proof.journal_chain import believe
from labeler.store.checkpoints import Checkpoints, Paint
from labeler.store.database import Database
from labeler.store.heads import Head
from labeler.store.journal import Journal, damaged, unheard


class DocumentRow(msgspec.Struct, frozen=True):
    """`steps` counts journal entries; `submission` was signed after entry `submitted_seq`."""

    id: str
    item: str
    created_at: int
    submission: str | None
    submitted_seq: int
    steps: int


@dataclass(frozen=True, eq=False)
class Stood:
    """A document's history; `start` is where its checkpoint stood, and `paint` what its painted
    marks held there. None where all was read from the journal."""

    history: History
    start: History | None
    paint: Paint | None


_ROWS = """SELECT document.id, item, created_at, submission, submitted_seq,
    (SELECT count(*) FROM journal WHERE journal.document = document.id) AS steps FROM document"""


_EDITS = b'"step":{"edit":'
"""What an entry has that does an edit, and none that does not, in canonical JSON."""


class Documents:
    """A document is the replay of its journal; what else is stored of it only saves time."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._checkpoints = Checkpoints(database)

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

    def is_begun(self, document_id: str) -> bool:
        """Whether anything was ever marked or answered; that somebody was there is nothing."""
        sql = "SELECT 1 FROM journal WHERE document = ? AND instr(entry, ?) ORDER BY seq LIMIT 1"
        return self._database.row(sql, (document_id, _EDITS)) is not None

    def history(self, document_id: str, tick: Callable[[int, int], None] = unheard) -> History:
        """The document with its whole undo and redo, from the verified journal; `tick` hears how
        far that is, and may raise."""
        row = self.get(document_id)
        entries = self._journal.read(document_id, lambda done, total: tick(done, 2 * total))

        def steps() -> Iterator[tuple[int, Step]]:
            for done, entry in enumerate(entries, len(entries)):
                tick(done, 2 * len(entries))
                yield entry.at, entry.step

        return replay(empty_document(row.item), steps())

    def opened(self, document_id: str) -> Stood:
        """The same sooner, from the newest checkpoint; the whole chain is verified all the same."""
        chain = self._journal.chain(document_id)
        kept = self._checkpoints.read(document_id, chain.entries, chain.hashes)
        if kept is None:
            return Stood(self.history(document_id), None, None)
        start, paint = kept
        taken = Replay(start)
        for seq in range(start.taken + 1, len(chain.entries) + 1):
            previous = chain.hashes[seq - 2]
            entry = believe(
                chain.entries[seq - 1],
                chain.hashes[seq - 1],
                document=document_id,
                seq=seq,
                previous=previous,
            )
            if entry is None:
                raise damaged(document_id, len(chain.entries), seq - 1)
            taken.take(entry.step, entry.at)
        return Stood(taken.history, start, paint)

    def keep(self, document_id: str, history: History, paint: Paint) -> None:
        """Make a checkpoint of how it stood; all entries of the history are in the journal."""
        head = self._journal.head_at(document_id, history.taken)
        self._checkpoints.write(document_id, history, head.digest, paint)

    def forget(self, document_id: str) -> None:
        """Drop its checkpoint: the journal is read whole next time."""
        with self._database.transaction():
            self._checkpoints.drop(document_id)

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
