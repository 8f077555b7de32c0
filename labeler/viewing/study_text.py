"""Which study something is of, in words: days apart and never a date."""

from __future__ import annotations

from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.series_facts import Person, StudyGroup


def study_text(group: StudyGroup) -> Phrase | None:
    """None for the current study: a reader must only be told what is not it."""
    if group.is_current:
        return None
    if group.person is Person.OTHER:
        return phrase("Another person")
    if group.person is Person.UNKNOWN:
        return phrase("Person unknown")
    if group.days_before is None:
        return phrase("Prior")
    if group.days_before == 1:
        return phrase("Prior · 1 day")
    return phrase("Prior · {days} days", days=group.days_before)
