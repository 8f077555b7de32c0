"""Marks that are locked take no change; hiding is looking, and the lock itself can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeler.model.document import Document, Mark
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import Outcome

LOCKED = phrase("That mark is locked: unlock it in the list of marks first.")
ALL_LOCKED = phrase("These marks are locked: unlock them in the list of marks first.")
ONE_STAYS = phrase("One of these marks is locked and stays as it is.")


def parted(document: Document, names: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Of these marks those that may be changed, and those that are locked."""
    locked = frozenset(mark.id for mark in document.marks if mark.id in names and mark.locked)
    return names - locked, locked


def refusal(locked: int, free: int) -> Phrase | None:
    """Why so many marks stay as they are, beside some that do not."""
    if not locked:
        return None
    if not free:
        return LOCKED if locked == 1 else ALL_LOCKED
    if locked == 1:
        return ONE_STAYS
    return phrase("{count} of these marks are locked and stay as they are.", count=locked)


def told(outcome: Outcome, locked: int, free: int) -> Outcome:
    """What comes of the free ones, and that others stay."""
    return outcome if not locked else replace(outcome, say=refusal(locked, free))


def stuck(marks: Sequence[Mark]) -> Phrase | None:
    """Why none of these marks can be moved by hand; None where no lock holds them."""
    locked = sum(mark.locked for mark in marks)
    return refusal(locked, len(marks) - locked)
