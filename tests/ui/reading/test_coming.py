"""A case that comes is shown a piece a turn: the window answers in between."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from labeler.app.open_case import SeriesTile
from labeler.viewing.series_facts import SeriesFacts
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest_image, open_case


def test_slices_are_asked_for_first_then_the_view_is_shown_then_what_stands_beside_it(
    reader: Reader,
) -> None:
    tile = SeriesTile("other", 9, "Other", 24, facts=SeriesFacts("other"))
    before = open_case(chest_image())
    case = replace(before, id="next", series=(*before.series, tile))
    place, uids = reader.place, tuple(one.uid for one in case.series)
    seen = []
    view = place.wall.refresh
    place.wall.refresh = lambda: (seen.append("view"), view())[1]  # type: ignore[method-assign]
    reader.port.show(case)
    turns = set()
    for _ in range(20):
        turns.add((place.desk.case is case, "view" in seen, place.strip.uids == uids))
        QApplication.processEvents()
    assert turns >= {(True, False, False), (True, True, False), (True, True, True)}
    assert (True, False, True) not in turns
