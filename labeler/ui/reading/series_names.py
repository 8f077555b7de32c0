"""What a series is called where there is little room: no two of a case are called alike."""

from __future__ import annotations

from labeler.app.open_case import OpenCase, SeriesTile
from labeler.ui.reading.frame_search import parts_of
from labeler.viewing.phrase import Phrase, phrase

LONGEST = 16
"""Characters of a title."""


def short_name(case: OpenCase, series: str) -> Phrase | None:
    """Its number; its title where it has none, or others have the same; where that says nothing
    either, its place in the strip. None of a series that the case has not."""
    parts = parts_of(case, series)
    tile = next((tile for tile in case.series if tile.uid in parts), None)
    if tile is None:
        return None
    others = [other for other in case.series if other.uid not in parts]
    number, title = tile.number, _title(tile)
    if number is not None and all(other.number != number for other in others):
        return phrase("Se {number}", number=number)
    if not others:
        return None
    if any((other.number, _title(other)) == (number, title) for other in others):
        title = ""
    place = case.series.index(tile) + 1
    match number, title:
        case None, "":
            return phrase("no. {place} in the strip", place=place)
        case None, _:
            return phrase("{title}", title=title)
        case _, "":
            return phrase("Se {number}, no. {place}", number=number, place=place)
        case _:
            return phrase("Se {number} {title}", number=number, title=title)


def _title(tile: SeriesTile) -> str:
    title = tile.title
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"
