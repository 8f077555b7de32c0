"""A case that comes is shown a piece a turn: the window answers in between."""

from __future__ import annotations

from dataclasses import replace

from labeler.app.open_case import SeriesTile
from labeler.app.screens import Change
from labeler.viewing.series_facts import SeriesFacts
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest_image, open_case


def test_slices_are_asked_for_first_then_the_view_is_shown_then_what_stands_beside_it(
    reader: Reader,
) -> None:
    tile = SeriesTile("other", 9, "Other", 24, facts=SeriesFacts("other"))
    before = open_case(chest_image())
    case = replace(before, id="next", series=(*before.series, tile))
    place, uids, told = reader.place, tuple(one.uid for one in case.series), list[object]()
    hear, refresh = place.hear, place.wall.refresh

    def state(step: str) -> None:
        told.append((step, place.desk.case is case, place.strip.uids == uids))

    def heard(change: Change) -> None:
        hear(change)
        if change is Change.READING:
            state("heard")

    def refreshed() -> None:
        refresh()
        state("view")

    place.hear, place.wall.refresh = heard, refreshed  # type: ignore[method-assign]
    reader.show(case)
    state("beside")
    assert told == [("heard", True, False), ("view", True, False), ("beside", True, True)]
