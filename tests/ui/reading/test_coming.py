"""A case that comes is shown a piece a turn: the window answers in between."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

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


def test_what_reads_ahead_stands_back_until_the_case_is_shown(reader: Reader) -> None:
    place, foreground = reader.place, reader.port.foreground
    assert not foreground.is_busy
    for name in ("next", "after"):  # the second comes while the first is still being shown
        case = replace(open_case(chest_image()), id=name)
        reader.port.show(case)
        while place.desk.case is not case or (place.is_coming and not foreground.is_busy):
            QApplication.processEvents()
        assert foreground.is_busy
    while place.is_coming:
        QApplication.processEvents()
    assert not foreground.is_busy
