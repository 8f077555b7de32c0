"""Marks that are locked take no change; hiding is looking, and the lock itself can be opened. What
is painted is changed by painting alone, and no hand moves it. Paint that leaves one label a voxel
takes nothing from what is locked, and nothing from what is hidden: nobody would see it go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from labeler.model.document import Document, Mark
from labeler.model.measures import MASKS
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import Outcome

LOCKED = phrase("That mark is locked: unlock it in the list of marks first.")
HIDDEN_TOO = phrase(
    "That mark is hidden, and so is what was painted: show it in the list of marks."
)
LOCKED_SPARED = phrase("A locked mark lies there: it stays as it is.")
HIDDEN_SPARED = phrase("A hidden mark lies there: it stays as it is.")
BOTH_SPARED = phrase("Locked and hidden marks lie there: they stay as they are.")
NEW_ONE = phrase("That mark is locked: a new one was begun.")
ALL_LOCKED = phrase("These marks are locked: unlock them in the list of marks first.")
ONE_STAYS = phrase("One of these marks is locked and stays as it is.")
PAINTED = phrase("Painted marks are not moved by hand: copy and paste them, or paint.")
ONE_PAINTED_STAYS = phrase("One of these marks is painted and stays where it is.")
NONE_MOVES = phrase("These marks are painted or locked and stay where they are.")


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


def is_spared(mark: Mark) -> bool:
    """Whether paint over it takes nothing from a mark, also with one label a voxel."""
    return mark.locked or mark.hidden


def spared_words(marks: Iterable[Mark]) -> Phrase | None:
    """That paint went around these; None for none."""
    kinds = {mark.hidden for mark in marks}
    if len(kinds) > 1:
        return BOTH_SPARED
    return None if not kinds else HIDDEN_SPARED if kinds.pop() else LOCKED_SPARED


def told(outcome: Outcome, locked: int, free: int) -> Outcome:
    """What comes of the free ones, and that others stay."""
    return outcome if not locked else replace(outcome, say=refusal(locked, free))


def stuck(marks: Sequence[Mark]) -> Phrase | None:
    """Why these marks are not changed; None where no lock holds them."""
    locked = sum(mark.locked for mark in marks)
    return refusal(locked, len(marks) - locked)


def unmoved(marks: Sequence[Mark]) -> Phrase | None:
    """Why all or some of these marks stay where a hand would move them; None where none does."""
    painted = sum(isinstance(mark.shape, MASKS) for mark in marks)
    locked = sum(mark.locked and not isinstance(mark.shape, MASKS) for mark in marks)
    free = len(marks) - painted - locked
    if not painted:
        return refusal(locked, free)
    if not free:
        return NONE_MOVES if locked else PAINTED
    if locked:
        count = painted + locked
        return phrase("{count} of these marks are painted or locked and stay.", count=count)
    if painted == 1:
        return ONE_PAINTED_STAYS
    return phrase("{count} of these marks are painted and stay where they are.", count=painted)
