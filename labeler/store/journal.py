"""The durable log of every step taken on a document: one hash chain each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from labeler.errors import LabelerError
from labeler.model.steps import Step
from labeler.proof.codec import decode, digest, encode
from labeler.proof.journal_chain import MOST_BYTES, NO_DIGEST, JournalEntry, believe, entry_bytes
from labeler.store.blobs import Blobs
from labeler.store.database import Database, Row
from labeler.store.heads import Head, Heads


class StoredEntry(msgspec.Struct, frozen=True):
    """An entry as its row: canonical bytes and their SHA-256."""

    seq: int
    entry: bytes
    hash: str


@dataclass(frozen=True, eq=False)
class Chain:
    """Entries as their bytes, and the SHA-256 of each."""

    entries: Sequence[bytes]
    hashes: Sequence[str]


PREFIX = "document:"


def subject(document_id: str) -> str:
    """The name under which a document's head is acknowledged."""
    return PREFIX + document_id


def unheard(_done: int, _total: int) -> None:
    """Nobody wants to know."""


class Journal:
    """Appending and reading; what `append` has returned survives a power cut."""

    def __init__(self, database: Database, heads: Heads, blobs: Blobs) -> None:
        self._database = database
        self._heads = heads
        self._blobs = blobs
        self._lost: dict[str, LabelerError] = {}
        self._ends: dict[str, Head] = {}
        """The last entries, where this connection has just written them: no need to ask."""

    def append(
        self,
        document_id: str,
        steps: Sequence[Step],
        *,
        after: int,
        at: int,
        blobs: Sequence[bytes] = (),
    ) -> Head:
        """Store `steps` behind entry number `after`, with their mask blobs, and acknowledge.

        Repeating a call whose answer was lost stores nothing twice. Raises ValueError where the
        journal has other entries behind `after`, and LabelerError where it is known as damaged.
        """
        self._refuse_lost(document_id)
        if after == 0:
            self._heads.begin(subject(document_id))
        # Until this has been committed and acknowledged, only the database knows.
        end = self._ends.pop(document_id, None)
        with self._database.transaction():
            for blob in blobs:
                self._blobs.put(blob)
            if end is not None and end.seq == after:
                for step in steps:
                    end = self._insert(document_id, end, step, at)
                last = end
            else:
                last = self._append_or_compare(document_id, steps, after, at)
            self._database.after_commit(lambda: self._appended(document_id, last))
        return last

    def _append_or_compare(
        self, document_id: str, steps: Sequence[Step], after: int, at: int
    ) -> Head:
        """Insert what is not there yet; what is must be the same."""
        head = self.head_at(document_id, after)
        for step in steps:
            head = self._append_one(document_id, head, step, at)
        if self._last_seq(document_id) != head.seq:
            raise ValueError("the journal has entries that this writer has not seen")
        return head

    def _appended(self, document_id: str, last: Head) -> None:
        self._heads.acknowledge(last)
        self._ends[document_id] = last

    def head(self, document_id: str) -> Head:
        """The last entry; seq 0 where there is none."""
        self._refuse_lost(document_id)
        return self.head_at(document_id, self._last_seq(document_id))

    def read(
        self, document_id: str, tick: Callable[[int, int], None] = unheard
    ) -> tuple[JournalEntry, ...]:
        """Every entry, the chain and the acknowledged head verified. `tick` hears how many of how
        many were, and may raise.

        Raises LabelerError "journal-lost-entries", "journal-damaged" or "journal-newer".
        """
        self._refuse_lost(document_id)
        rows = self._rows(document_id)
        entries = _valid_prefix(document_id, rows, tick)
        acknowledged = self._heads.read(subject(document_id)).head
        if len(entries) < len(rows):
            expected = max(len(rows), acknowledged.seq if acknowledged else 0)
            raise damaged(document_id, expected, len(entries))
        if acknowledged and acknowledged.seq > len(rows):
            raise lost_entries(document_id, acknowledged.seq, len(rows))
        if acknowledged and _hash_at(rows, acknowledged.seq) != acknowledged.digest:
            raise damaged(document_id, acknowledged.seq, acknowledged.seq - 1)
        return entries

    def chain(self, document_id: str) -> Chain:
        """Every entry as it lies on the disk, the chain and the acknowledged head verified.

        What the steps say is not looked at: that takes ten times as long. Raises as `read`.
        """
        self._refuse_lost(document_id)
        rows = self._database.rows(
            "SELECT entry, hash FROM journal WHERE document = ? ORDER BY seq", (document_id,)
        )
        chain = _linked(document_id, rows)
        acknowledged = self._heads.read(subject(document_id)).head
        at = acknowledged.seq if acknowledged else 0
        found = chain.hashes[at - 1] if chain and 0 < at <= len(rows) else NO_DIGEST
        if chain is not None and (acknowledged is None or found == acknowledged.digest):
            return chain
        self.read(document_id)  # names what is wrong
        raise damaged(document_id, max(len(rows), at), len(rows))

    def valid_prefix(self, document_id: str) -> tuple[JournalEntry, ...]:
        """The last good state: the entries before the first that is missing or does not fit."""
        return _valid_prefix(document_id, self._rows(document_id), unheard)

    def mark_lost(self, document_id: str, error: LabelerError) -> None:
        """Refuse to read or append until the person has accepted what is left."""
        self._lost[document_id] = error

    def is_lost(self, document_id: str) -> bool:
        return document_id in self._lost

    def lost(self) -> tuple[str, ...]:
        """The documents that opening found damaged, and that nobody has gone on with yet."""
        return tuple(self._lost)

    def accept_loss(self, document_id: str) -> Head:
        """Go on from the last good state: what does not fit is removed for good."""
        good = len(self.valid_prefix(document_id))
        self._ends.pop(document_id, None)
        with self._database.transaction():
            self._database.run(
                "DELETE FROM journal WHERE document = ? AND seq > ?", (document_id, good)
            )
            head = self.head_at(document_id, good)
            self._database.after_commit(lambda: self._accepted(document_id, head))
        return head

    def _accepted(self, document_id: str, head: Head) -> None:
        self._heads.acknowledge(head)
        self._lost.pop(document_id, None)

    def compare(self, document_id: str, acknowledged: Head) -> LabelerError | None:
        """What is wrong with the end of a journal, without reading all of it."""
        last = self._last_seq(document_id)
        if last < acknowledged.seq:
            return lost_entries(document_id, acknowledged.seq, last)
        if self.head_at(document_id, acknowledged.seq).digest != acknowledged.digest:
            return damaged(document_id, acknowledged.seq, acknowledged.seq - 1)
        return None

    def _append_one(self, document_id: str, head: Head, step: Step, at: int) -> Head:
        seq = head.seq + 1
        row = self._database.row(
            "SELECT entry, hash FROM journal WHERE document = ? AND seq = ?", (document_id, seq)
        )
        if row is not None:  # a repeated call
            if _step_of(row[0]) != step:
                raise ValueError("the journal has other entries at this place")
            return Head(head.subject, seq, str(row[1]))
        return self._insert(document_id, head, step, at)

    def _insert(self, document_id: str, head: Head, step: Step, at: int) -> Head:
        seq = head.seq + 1
        data = entry_bytes(JournalEntry(document_id, seq, at, step, head.digest))
        hashed = digest(data)
        self._database.run(
            "INSERT INTO journal (document, seq, entry, hash) VALUES (?, ?, ?, ?)",
            (document_id, seq, data, hashed),
        )
        return Head(head.subject, seq, hashed)

    def head_at(self, document_id: str, seq: int) -> Head:
        """The entry `seq`; ValueError where there is none."""
        if seq == 0:
            return Head(subject(document_id), 0, NO_DIGEST)
        row = self._database.row(
            "SELECT hash FROM journal WHERE document = ? AND seq = ?", (document_id, seq)
        )
        if row is None:
            raise ValueError("the journal is shorter than its writer believes")
        return Head(subject(document_id), seq, str(row[0]))

    def _last_seq(self, document_id: str) -> int:
        row = self._database.row(
            "SELECT coalesce(max(seq), 0) FROM journal WHERE document = ?", (document_id,)
        )
        return int(row[0] or 0) if row else 0

    def _rows(self, document_id: str) -> list[StoredEntry]:
        return self._database.select(
            StoredEntry,
            "SELECT seq, entry, hash FROM journal WHERE document = ? ORDER BY seq",
            (document_id,),
        )

    def _refuse_lost(self, document_id: str) -> None:
        if document_id in self._lost:
            raise self._lost[document_id]


def _valid_prefix(
    document_id: str, rows: Sequence[StoredEntry], tick: Callable[[int, int], None]
) -> tuple[JournalEntry, ...]:
    entries: list[JournalEntry] = []
    previous = NO_DIGEST
    for row in rows:
        tick(len(entries), len(rows))
        seq = len(entries) + 1
        if row.seq != seq:
            break
        entry = believe(row.entry, row.hash, document=document_id, seq=seq, previous=previous)
        if entry is None:
            break
        entries.append(entry)
        previous = row.hash
    return tuple(entries)


def _step_of(entry: object) -> Step | None:
    """None for what this program cannot read."""
    if not isinstance(entry, bytes):
        return None
    try:
        return decode(entry, JournalEntry, max_bytes=MOST_BYTES).step
    except LabelerError:
        return None


def _linked(document_id: str, rows: Sequence[Row]) -> Chain | None:
    """None where an entry does not stand behind the one before it, or is not what it is named."""
    name = encode(document_id).decode()
    entries: list[bytes] = []
    hashes: list[str] = []
    previous = NO_DIGEST
    for seq, (entry, hashed) in enumerate(rows, 1):
        if not isinstance(entry, bytes) or not isinstance(hashed, str):
            return None
        begins = f'"document":{name},"previous":"{previous}","seq":{seq},"step":{{'.encode()
        stands = entry.startswith(begins, entry.find(b",") + 1)
        if not stands or sha256(entry).hexdigest() != hashed:
            return None
        entries.append(entry)
        hashes.append(hashed)
        previous = hashed
    return Chain(entries, hashes)


def _hash_at(rows: Sequence[StoredEntry], seq: int) -> str:
    return rows[seq - 1].hash if seq else NO_DIGEST


def lost_entries(document_id: str, expected: int, found: int) -> LabelerError:
    """The journal came back shorter than what was acknowledged."""
    return LabelerError(
        "journal-lost-entries",
        "The journal of case {case} has {found} of {expected} saved steps: the disk lost {lost}.",
        safe="The first {found} steps are safe; the damaged files are copied before any change."
        if found
        else "None of them can be read; the damaged files are copied before any change.",
        do="Open the case to go on from its last good state (in a shell: labeler doctor --go-on "
        "{case}), or restore a backup.",
        document=document_id,
        case=document_id[:12],
        expected=expected,
        found=found,
        lost=expected - found,
    )


def damaged(document_id: str, expected: int, good: int) -> LabelerError:
    """The chain is broken, or does not end as acknowledged."""
    return LabelerError(
        "journal-damaged",
        "The journal of case {case} does not fit together after step {good} of {expected}.",
        safe="The first {good} steps are safe; the damaged files are copied before any change."
        if good
        else "None of them can be read; the damaged files are copied before any change.",
        do="Open the case to go on from its last good state (in a shell: labeler doctor --go-on "
        "{case}), or restore a backup.",
        document=document_id,
        case=document_id[:12],
        expected=expected,
        good=good,
        found=good,
        lost=expected - good,
    )
