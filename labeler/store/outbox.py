"""Submissions from signing to payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from labeler.errors import LabelerError
from labeler.model.outbox import OutboxState
from labeler.store.blobs import Blobs
from labeler.store.database import Database
from labeler.store.documents import Documents
from labeler.store.messages import Messages

NO_PREVIOUS = "0" * 64
_OPEN = (OutboxState.QUEUED, OutboxState.SENT)
_FROM: dict[OutboxState, tuple[OutboxState, ...]] = {
    OutboxState.SENT: (OutboxState.QUEUED, OutboxState.SENT),
    # An answer can be lost after the marketplace has stored what was sent.
    OutboxState.RECEIVED: (OutboxState.QUEUED, OutboxState.SENT, OutboxState.RECEIVED),
    OutboxState.ACCEPTED: (
        OutboxState.RECEIVED,
        OutboxState.ACCEPTED,
        OutboxState.REJECTED,
        OutboxState.PAID,
    ),
    OutboxState.REJECTED: (OutboxState.RECEIVED, OutboxState.REJECTED),
    OutboxState.PAID: (OutboxState.ACCEPTED, OutboxState.PAID),
}


@dataclass(frozen=True)
class Link:
    """The place of the next submission in a device's chain."""

    sequence: int
    previous: str


@dataclass(frozen=True)
class NewSubmission:
    """A signed submission: digests as 64 hex, addresses as 40 hex, `wire` its canonical bytes."""

    digest: str
    wire: bytes
    marketplace: str
    assignment: str
    item: str
    revision: int
    document: str
    worker: str
    device: str
    sequence: int
    previous: str
    signed_at: int


class SubmissionRow(msgspec.Struct, frozen=True):
    """Where a submission stands; times are UTC seconds, messages by digest."""

    digest: str
    marketplace: str
    assignment: str
    item: str
    revision: int
    document: str
    worker: str
    device: str
    sequence: int
    signed_at: int
    state: OutboxState
    sent_at: int | None
    attempts: int
    next_try: int
    last_error: str
    receipt: str | None
    decision: str | None
    statement: str | None


class Outbox:
    """Each change is one transaction; what is in here is sent until there is a receipt."""

    def __init__(
        self, database: Database, messages: Messages, blobs: Blobs, documents: Documents
    ) -> None:
        self._database = database
        self._messages = messages
        self._blobs = blobs
        self._documents = documents

    def next_link(self, worker: str, marketplace: str, device: str) -> Link:
        """What the next submission of this device must name as sequence (from 1) and previous."""
        row = self._database.row(
            "SELECT sequence, digest FROM device_link "
            "WHERE worker = ? AND marketplace = ? AND device = ? ORDER BY sequence DESC LIMIT 1",
            (worker, marketplace, device),
        )
        return Link(int(row[0] or 0) + 1, str(row[1])) if row else Link(1, NO_PREVIOUS)

    def next_revision(self, assignment: str, item: str) -> int:
        """The number of the next revision of this item, from 1."""
        row = self._database.row(
            "SELECT coalesce(max(revision), 0) + 1 FROM submission "
            "WHERE assignment = ? AND item = ?",
            (assignment, item),
        )
        return int(row[0] or 1) if row else 1

    def enqueue(self, new: NewSubmission, blobs: Sequence[bytes], now: int) -> SubmissionRow:
        """Store message, blobs, device link and the document's mark in one transaction.

        Doing it again with the same submission changes nothing. Raises LabelerError
        "submission-doubled" or "chain-forked".
        """
        with self._database.transaction():
            if self.find(new.digest) is None:
                self._refuse_doubled(new)
                self._take_link(new)
                self._messages.put(new.digest, "Submission", new.wire, now)
                self._insert(new)
                for position, blob in enumerate(blobs):
                    self._database.run(
                        "INSERT INTO submission_blob VALUES (?, ?, ?)",
                        (new.digest, position, self._blobs.put(blob)),
                    )
                self._documents.mark_submitted(new.document, new.digest)
        return self.get(new.digest)

    def begin_attempt(self, digest: str, now: int) -> SubmissionRow:
        """An attempt begins; whether anything arrives shows in the answer."""
        with self._database.transaction():
            self._set(digest, "sent_at = ?, attempts = attempts + 1", now)
        return self.get(digest)

    def mark_sent(self, digest: str) -> SubmissionRow:
        """The marketplace has answered: it heard of the submission, whatever it said."""
        with self._database.transaction():
            self._move(digest, OutboxState.SENT)
        return self.get(digest)

    def record_failure(self, digest: str, error: str, next_try: int) -> SubmissionRow:
        """An attempt failed with the stable code `error`; try again at UTC second `next_try`."""
        with self._database.transaction():
            self._set(digest, "last_error = ?, next_try = ?", error, next_try)
        return self.get(digest)

    def record_receipt(self, digest: str, receipt: str) -> SubmissionRow:
        """Link a verified Receipt, stored before in messages."""
        with self._database.transaction():
            if self.get(digest).state in _OPEN:
                self._move(digest, OutboxState.RECEIVED)
            self._set(digest, "receipt = ?, last_error = '', next_try = 0", receipt)
        return self.get(digest)

    def accept_silently(self, digest: str) -> SubmissionRow:
        """The deadline has passed with no decision that counts: there is none to link."""
        with self._database.transaction():
            self._move(digest, OutboxState.ACCEPTED)
        return self.get(digest)

    def record_decision(self, digest: str, decision: str, *, accepted: bool) -> SubmissionRow:
        """Link a verified Decision; it undoes what silence has accepted."""
        with self._database.transaction():
            before = self.get(digest)
            if before.state is OutboxState.ACCEPTED and before.decision is None:
                self._set(digest, "state = ?", OutboxState.RECEIVED.value)
            self._move(digest, OutboxState.ACCEPTED if accepted else OutboxState.REJECTED)
            self._set(digest, "decision = ?", decision)
        return self.get(digest)

    def mark_paid(self, digest: str, statement: str) -> SubmissionRow:
        """Link the verified AccountStatement whose claim has paid it."""
        with self._database.transaction():
            self._move(digest, OutboxState.PAID)
            self._set(digest, "statement = ?", statement)
        return self.get(digest)

    def mark_unpaid(self, digest: str) -> SubmissionRow:
        """The chain shows no such claim after all."""
        with self._database.transaction():
            self._move(digest, OutboxState.ACCEPTED)
            self._set(digest, "statement = NULL")
        return self.get(digest)

    def find(self, digest: str) -> SubmissionRow | None:
        rows = self._select("WHERE digest = ?", digest)
        return rows[0] if rows else None

    def get(self, digest: str) -> SubmissionRow:
        """Raises LabelerError "submission-missing"."""
        found = self.find(digest)
        if found is None:
            raise LabelerError(
                "submission-missing",
                "There is no submission {digest} in this profile.",
                safe="Nothing was changed.",
                do="Look in the outbox for its right digest.",
                digest=digest,
            )
        return found

    def rows(self) -> list[SubmissionRow]:
        """All, the newest first."""
        return self._select("ORDER BY signed_at DESC, sequence DESC, digest")

    def of_document(self, document: str) -> list[SubmissionRow]:
        """The revisions of one document, the newest first."""
        return self._select("WHERE document = ? ORDER BY revision DESC", document)

    def due(self, now: int) -> list[SubmissionRow]:
        """What should be sent now, in the order signed."""
        return self._select(
            "WHERE state IN ('queued', 'sent') AND next_try <= ? ORDER BY signed_at, sequence", now
        )

    def next_try(self) -> int | None:
        """When the earliest unsent submission is due; None where nothing waits."""
        row = self._database.row(
            "SELECT min(next_try) FROM submission WHERE state IN ('queued', 'sent')"
        )
        return row[0] if row and isinstance(row[0], int) else None

    def blobs_of(self, digest: str) -> list[bytes]:
        """The blobs of a submission in the order given, checked."""
        return [self._blobs.get(name) for name in self._blob_names(digest)]

    def blob_of(self, digest: str, blob: str) -> bytes:
        """One blob of a submission, checked: no other is anybody's to ask for.

        Raises LabelerError "blob-not-signed".
        """
        if blob not in self._blob_names(digest):
            raise LabelerError(
                "blob-not-signed",
                "The marketplace asks for something that this submission does not name.",
                safe="It was not sent. The signed case waits here.",
                do="Sync again; if it stays so, do not work for this marketplace.",
            )
        return self._blobs.get(blob)

    def _blob_names(self, digest: str) -> list[str]:
        rows = self._database.rows(
            "SELECT blob FROM submission_blob WHERE submission = ? ORDER BY position", (digest,)
        )
        return [str(row[0]) for row in rows]

    def _select(self, rest: str, *values: str | int) -> list[SubmissionRow]:
        return self._database.select(SubmissionRow, f"SELECT * FROM submission {rest}", values)  # noqa: S608  constants

    def _set(self, digest: str, what: str, *values: str | int) -> None:
        self._database.run(f"UPDATE submission SET {what} WHERE digest = ?", (*values, digest))  # noqa: S608  constants

    def _move(self, digest: str, state: OutboxState) -> None:
        before = self.get(digest).state
        if before not in _FROM[state]:
            raise LabelerError(
                "wrong-state",
                "A submission that is {before} cannot become {after}.",
                safe="Nothing was changed.",
                do="Sync again; if this stays, keep the evidence and ask the marketplace.",
                before=before.value,
                after=state.value,
            )
        self._set(digest, "state = ?", state.value)

    def _refuse_doubled(self, new: NewSubmission) -> None:
        rows = self._select(
            "WHERE assignment = ? AND item = ? AND revision = ?",
            new.assignment,
            new.item,
            new.revision,
        )
        if rows:
            raise LabelerError(
                "submission-doubled",
                "Revision {revision} of this case is signed already.",
                safe="The one signed before is in the outbox.",
                do="Sign again: the next revision is offered.",
                revision=new.revision,
            )

    def _take_link(self, new: NewSubmission) -> None:
        link = self.next_link(new.worker, new.marketplace, new.device)
        if (new.sequence, new.previous) != (link.sequence, link.previous):
            raise LabelerError(
                "chain-forked",
                "This submission does not follow the last one signed on this device.",
                safe="Nothing was stored or sent.",
                do="Sign again.",
            )
        self._database.run(
            "INSERT INTO device_link VALUES (?, ?, ?, ?, ?)",
            (new.worker, new.marketplace, new.device, new.sequence, new.digest),
        )

    def _insert(self, new: NewSubmission) -> None:
        self._database.run(
            "INSERT INTO submission (digest, marketplace, assignment, item, revision, document, "
            "worker, device, sequence, signed_at, state) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                new.digest,
                new.marketplace,
                new.assignment,
                new.item,
                new.revision,
                new.document,
                new.worker,
                new.device,
                new.sequence,
                new.signed_at,
                OutboxState.QUEUED.value,
            ),
        )
