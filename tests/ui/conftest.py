"""A real window over a session in memory."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from labeler.model.paths import resources_root
from labeler.ui.frame import Frame
from labeler.ui.look import Look, dress, load_look, prime
from labeler.ui.relay import Relay
from labeler.ui.window import Surroundings, Window
from tests.support.bare_reading import BareReading
from tests.support.screen_reading import Opener, framed
from tests.support.session_in_memory import NOW, SessionInMemory, busy

LAPTOP = (1280, 800)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture(autouse=True)
def _search_in_this_thread() -> Iterator[None]:
    """As the program does: a thread of a session must not find, and end, what is Qt's."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(scope="session")
def resources() -> Path:
    return resources_root()


@pytest.fixture(scope="session")
def look(qapp: QApplication, resources: Path) -> Look:
    loaded = load_look(resources, reduced_motion=True)
    prime(qapp, loaded)
    dress(qapp, loaded)
    return loaded


@pytest.fixture
def relay(qapp: QApplication) -> Relay:  # noqa: ARG001  a QObject needs its application
    return Relay()


@pytest.fixture
def session(relay: Relay) -> SessionInMemory:
    """A profile in the middle of its work."""
    return busy(relay.deliver)


@pytest.fixture
def new_session(relay: Relay) -> SessionInMemory:
    """A profile nobody has used."""
    return SessionInMemory(relay.deliver)


@pytest.fixture
def open_window(look: Look, qtbot: QtBot) -> Iterator[Opener]:
    """Opens windows in frames of 1280x800; closes their dialogs at the end."""
    frames: list[Frame] = []

    def opened(session: SessionInMemory) -> Window:
        around = Surroundings(lambda: NOW, random.Random(1), lambda: "0.1.0")
        window = Window(look, session, BareReading, around)
        frame = framed(look, window, LAPTOP)
        frames.append(frame)
        qtbot.addWidget(frame)
        frame.show()
        qtbot.waitExposed(frame)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        assert len(list(window.make_places())) == len(window.places) - 1
        return window

    yield opened
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        dialog.reject()
    QTest.qWait(1)


@pytest.fixture
def window(open_window: Opener, session: SessionInMemory) -> Window:
    return open_window(session)
