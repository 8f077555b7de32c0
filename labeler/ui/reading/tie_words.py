"""How a viewport's corner says what holds it to others."""

from __future__ import annotations

from labeler.ui.reading.side_by_side import SideBySide, Tie
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.phrase import Phrase, phrase

_WORDS = {
    Tie.BY_PLACE: phrase("Linked"),
    Tie.LOCKED: phrase("Locked side by side"),
    Tie.SAME: phrase("Same series, not linked"),
}


def tie_words(beside: SideBySide, viewport: Viewport) -> tuple[Phrase, ...]:
    """A line where it scrolls with another view; none where it is alone."""
    words = _WORDS.get(beside.tie(viewport))
    return () if words is None else (words,)
