"""The journal of a document as a file for others."""

from __future__ import annotations

from labeler.app.services import Services
from labeler.proof import journal_file
from labeler.proof.codec import encode
from labeler.store.store import Store


def make_journal_file(services: Services, document_id: str) -> bytes:
    """Everything that was ever done to a document, with its strokes.

    Raises LabelerError of the journal where it does not fit together, "journal-too-large".
    """

    def read(store: Store) -> bytes:
        row = store.documents.get(document_id)
        # One spelling: an entry is written anew as the bytes that it was verified with.
        entries = [(encode(entry), entry.step) for entry in store.journal.read(document_id)]
        return journal_file.build(document_id, row.item, entries, store.blobs.get)

    return services.store.call(read)
