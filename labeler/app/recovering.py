"""Journals that the disk did not give back whole: what is left, and going on from there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.app.screens import DamagedCase
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.history import replay
from labeler.model.manifest import Item
from labeler.proof.codec import decode
from labeler.store.inspection import keep_aside
from labeler.store.store import Store

DAMAGED = frozenset({"journal-lost-entries", "journal-damaged"})
"""Codes of what can be gone on from."""


@dataclass(frozen=True)
class JournalsFound:
    """The journals of a profile: those that do not fit together, and by the names of their cases
    those of a later program and those that fit together."""

    damaged: tuple[DamagedCase, ...]
    newer: tuple[str, ...]
    whole: tuple[str, ...]


def every_journal(services: Services) -> JournalsFound:
    """Reads all of them."""

    def read(store: Store) -> JournalsFound:
        damaged, newer, whole = list[DamagedCase](), list[str](), list[str]()
        rows = (row.id for row in store.documents.rows())
        for name in dict.fromkeys((*rows, *store.journal.lost())):
            error = _trouble(store, name)
            if error is None:
                whole.append(name)
            elif error.code in DAMAGED:
                damaged.append(_what_is_left(store, name, error))
            else:
                newer.append(name)
        return JournalsFound(tuple(damaged), tuple(newer), tuple(whole))

    return services.store.call(read)


def last_good(services: Services, case_id: str) -> DamagedCase | None:
    """What is left of a damaged document; None where it is whole. Changes nothing."""
    return services.store.call(lambda store: _look(store, case_id))


def go_on(services: Services, case_id: str) -> DamagedCase | None:
    """Take the last good state for the document, once copies of the files are kept aside.

    Answers with what was accepted; None where the document is whole, and nothing is done.
    """

    def accept(store: Store) -> DamagedCase | None:
        case = _look(store, case_id)
        if case is None:
            return None
        kept = case.kept or str(keep_aside(store.profile, services.clock()))
        store.documents.accept_loss(case_id)
        return replace(case, kept=kept)

    return services.store.call(accept)


def _look(store: Store, case_id: str) -> DamagedCase | None:
    error = _trouble(store, case_id)
    if error is None or error.code not in DAMAGED:
        return None  # of a later program: whole, and not for this one to touch
    return _what_is_left(store, case_id, error)


def _trouble(store: Store, case_id: str) -> LabelerError | None:
    try:
        store.journal.read(case_id)
    except LabelerError as error:
        if error.code == "journal-newer" or error.code in DAMAGED:
            return error
        raise
    return None


def _what_is_left(store: Store, case_id: str, error: LabelerError) -> DamagedCase:
    entries = store.journal.valid_prefix(case_id)
    # A document is named by its case; its own row may be among what was lost.
    steps = ((entry.at, entry.step) for entry in entries)
    document = replay(empty_document(case_id), steps).document
    item = store.tasks.find_item(case_id)
    return DamagedCase(
        id=case_id,
        title=decode(item.content, Item).title if item else "",
        expected=int(error.facts["expected"]),
        good=len(entries),
        marks=len(document.marks),
        answers=len(document.answers),
        at=entries[-1].at if entries else None,
        kept=str(error.facts.get("kept", "")),
    )
