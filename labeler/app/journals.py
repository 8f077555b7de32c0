"""The documents of a profile by their titles, and the journal of one as a file for others."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.app.own_cases import recall
from labeler.app.services import Services
from labeler.model.manifest import Item
from labeler.proof import journal_file
from labeler.proof.codec import decode, encode
from labeler.store.documents import DocumentRow
from labeler.store.store import Store


@dataclass(frozen=True)
class TitledDocument:
    """`title` is what its case is called; "" where nothing in the profile says so. `former` are
    titles that it had."""

    row: DocumentRow
    title: str
    former: tuple[str, ...] = ()


def documents(services: Services) -> tuple[TitledDocument, ...]:
    """All of the profile, in the order in which they were begun."""
    return services.store.call(
        lambda store: tuple(
            TitledDocument(row, *_titles(store, row.id)) for row in store.documents.rows()
        )
    )


def _titles(store: Store, case_id: str) -> tuple[str, tuple[str, ...]]:
    """The one that it has, and those that it had."""
    item = store.tasks.find_item(case_id)
    if item is not None:
        return decode(item.content, Item).title, ()
    own = recall(store, case_id)
    return ("", ()) if own is None else (own.title, own.former)


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
