"""Cycles of objects go when the hand rests, not in the midst of work."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from labeler.ui.leftovers import RARELY, Leftovers, search_rarely


@pytest.fixture
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Cycle:
    def __init__(self) -> None:
        self.me = self


def test_what_only_the_collector_finds_goes_at_rest(qtbot: QtBot) -> None:
    owner = QObject()
    leftovers = Leftovers(owner, rest_ms=1)
    gone = weakref.ref(Cycle())
    leftovers.wait()
    qtbot.waitUntil(lambda: gone() is None)


def test_work_puts_the_search_off(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[None] = []
    monkeypatch.setattr(gc, "collect", lambda: searched.append(None))
    owner = QObject()
    leftovers = Leftovers(owner, rest_ms=60_000)
    for _ in range(3):
        leftovers.wait()
        qtbot.wait(1)
    assert searched == []


@pytest.mark.usefixtures("thresholds")
def test_the_young_are_searched_as_before() -> None:
    young = gc.get_threshold()[:2]
    search_rarely()
    assert gc.get_threshold() == (*young, RARELY)
