"""A notice stands beside the words of the views, whatever these come to say while it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.app.open_case import SeriesTile
from labeler.model.image import Caveat
from labeler.ui.reading.caveat_card import CaveatCard
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

TILES = ("0", "1")


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Two series; a chip of caveats stands below the words of the second."""
    tiles = tuple(SeriesTile(uid, n, "Chest", 24 // (n + 1)) for n, uid in enumerate(TILES))
    reader = open_reader(replace(open_case(chest_image()), series=tiles, tile="0"))
    other = image_of(chest(12), matrix=axial((1.2, 1.2, 4.0)))
    reader.port.other_series = {"1": replace(other, caveats=(Caveat.FACE,))}
    return reader


def covered(reader: Reader) -> list[QRect]:
    """Words and chips at the lower edge that the notices lie over."""
    QApplication.processEvents()
    notices, found = reader.window.notices, []
    for viewport in reader.desk.arrangement.on_screen:
        widget = reader.place.wall.widget_of(viewport)
        assert widget is not None
        for rect in widget.written():
            there = QRect(widget.mapTo(reader.window, rect.topLeft()), rect.size())
            if rect.top() > widget.height() / 2 + 40 and there.intersects(notices.geometry()):
                found.append(there)
    assert notices.isVisible()
    return found


def test_words_of_a_series_that_comes_later_stay_free(reader: Reader) -> None:
    reader.window.tidings.say("Of the painted mark this one slice was pasted.")
    assert covered(reader) == []
    reader.desk.active.open("1")
    reader.settle()
    assert reader.view.chip.isVisible()
    assert covered(reader) == []


def test_the_lowest_views_words_stay_free_whichever_is_active(reader: Reader) -> None:
    reader.desk.arrangement.arrange(2, 2)
    reader.desk.arrangement.viewports[3].open("1")
    reader.settle()
    assert reader.desk.active is reader.desk.arrangement.viewports[0]
    reader.window.tidings.say("Of the painted mark this one slice was pasted.")
    assert covered(reader) == []


def test_a_card_that_a_person_opens_stands_over_a_notice(reader: Reader) -> None:
    """Also over one that comes while it stands."""
    reader.desk.active.open("1")
    reader.settle()
    stays = "Files without an image: 3. See Files of this case."
    for _ in range(2):
        reader.window.tidings.say(stays)
        QApplication.processEvents()
        if not reader.window.findChildren(CaveatCard):
            QTest.mouseClick(reader.view.chip, Qt.MouseButton.LeftButton)
        (card,) = reader.window.findChildren(CaveatCard)
        lies = QRect(card.mapTo(reader.window, QPoint()), card.size())
        both = lies.intersected(reader.window.notices.geometry())
        assert not both.isEmpty(), "a notice lies where the card does"
        top = reader.window.childAt(both.center())
        assert top is not None
        assert card.isAncestorOf(top) or top is card
        stays = "Not read to its end, it is shown only. Open it again to mark it."
    reader.window.go_to("work")
    reader.settle()
    assert not reader.window.findChildren(CaveatCard)
