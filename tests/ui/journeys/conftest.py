"""The program at a real window over a real marketplace, beside it in processes of their own."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from labeler.app.session import Session
from labeler.app.session_core import Surroundings as SessionSurroundings
from labeler.demo.beside import Beside, Ready, Word
from labeler.demo.world import Plan
from labeler.ui.look import Look
from labeler.ui.reading.place import reading_place
from labeler.ui.relay import Relay
from labeler.ui.window import Surroundings, Window

SMALL = Plan(slices=40, size=128)
USUAL = (1440, 900)


@pytest.fixture
def heard() -> list[Word]:
    return []


@pytest.fixture
def world(heard: list[Word]) -> Iterator[Ready]:
    with Beside(SMALL, heard.append) as beside:
        yield beside.ready()


@pytest.fixture
def program(
    world: Ready, look: Look, relay: Relay, resources: Path, qtbot: QtBot
) -> Iterator[Window]:
    """The program as it is furnished for a person, on a profile nobody has used."""
    yield from _furnished(Path(world.folder) / "profile", look, relay, resources, qtbot)


@pytest.fixture
def practice(
    tmp_path: Path, look: Look, relay: Relay, resources: Path, qtbot: QtBot
) -> Iterator[Window]:
    """The same with no marketplace near."""
    yield from _furnished(tmp_path / "profile", look, relay, resources, qtbot)


def _furnished(
    root: Path, look: Look, relay: Relay, resources: Path, qtbot: QtBot
) -> Iterator[Window]:
    around = SessionSurroundings(root, resources, relay.deliver, _no_sample, _now)
    session = Session(around)
    made = Window(
        look,
        session,
        reading_place(session.reading),
        Surroundings(_now, random.Random(1), lambda: "0.1.0"),
    )
    qtbot.addWidget(made)
    made.resize(*USUAL)
    made.show()
    qtbot.waitExposed(made)
    made.begin()
    yield made
    # As the program ends: what a case that is put down tells is heard by a window that is there.
    assert session.close() == 0
    made.close()
    QTest.qWait(1)


def _now() -> int:
    return int(time.time())


def _no_sample(_folder: Path) -> None:
    raise AssertionError("the job needs no sample")
