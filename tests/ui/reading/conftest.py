"""The Reading screen in a real window, over a case in memory."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from labeler.app.open_case import OpenCase
from labeler.ui.frame import Frame
from labeler.ui.look import Look
from labeler.ui.reading.place import ReadingPlace, reading_place
from labeler.ui.window import Surroundings, Window
from tests.support.reader import Reader
from tests.support.reading_in_memory import ReadingInMemory, chest_image, open_case
from tests.support.screen_reading import framed
from tests.support.session_in_memory import NOW, SessionInMemory

ReaderMaker = Callable[..., Reader]


@pytest.fixture
def port(session: SessionInMemory) -> ReadingInMemory:
    return ReadingInMemory(session.change)


@pytest.fixture
def open_reader(
    look: Look, qtbot: QtBot, session: SessionInMemory, port: ReadingInMemory
) -> ReaderMaker:
    """Opens a window with a case in it: 1280x800 unless told otherwise."""
    frames: list[Frame] = []

    def opened(case: OpenCase | None = None, size: tuple[int, int] = (1280, 800)) -> Reader:
        around = Surroundings(lambda: NOW, random.Random(1), lambda: "0.1.0")
        window = Window(look, session, reading_place(port), around)
        frame = framed(look, window, size)
        frames.append(frame)
        qtbot.addWidget(frame)
        frame.show()
        qtbot.waitExposed(frame)
        window.go_to("reading")
        place = window.places["reading"]
        assert isinstance(place, ReadingPlace)
        reader = Reader(window, place, port, session, qtbot)
        reader.show(case or open_case(chest_image()))
        return reader

    return opened


@pytest.fixture
def reader(open_reader: ReaderMaker) -> Reader:
    """Case 7, its first slice on the screen, nothing marked."""
    return open_reader()
