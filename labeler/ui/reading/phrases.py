"""Phrases of the rings below, in the person's language."""

from __future__ import annotations

from labeler.ui.translation import tr
from labeler.viewing.phrase import Phrase, said


def words(phrase: Phrase) -> str:
    """The phrase translated, its parts too."""
    return said(phrase, tr)
