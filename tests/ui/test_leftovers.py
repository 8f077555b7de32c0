"""Cycles of objects go when the hand rests, not in the midst of work."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from labeler.ui.leftovers import MANY, Leftovers, YoungSearch


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


def test_the_young_are_searched_in_this_thread_alone(qtbot: QtBot) -> None:
    """Another thread makes as many objects as it likes, and finds nothing of Qt's."""
    ended_in: list[int] = []

    class Ending(Cycle):
        def __del__(self) -> None:
            ended_in.append(threading.get_ident())

    kept: list[list[int]] = []

    def make_many() -> None:
        kept.extend([number] for number in range(MANY // 2))

    owner = QObject()
    YoungSearch(owner, beat_ms=1)
    Ending()
    thread = threading.Thread(target=make_many)
    thread.start()
    thread.join()
    assert ended_in == []
    qtbot.waitUntil(lambda: bool(ended_in))
    assert ended_in == [threading.get_ident()]


def test_very_many_young_ones_are_left_to_the_full_search(qtbot: QtBot) -> None:
    owner = QObject()
    YoungSearch(owner, beat_ms=1)
    qtbot.waitUntil(lambda: gc.get_count()[0] < MANY)
    gone = weakref.ref(Cycle())
    kept = [[number] for number in range(2 * MANY)]
    searches: list[str] = []

    def hear(phase: str, _facts: dict[str, int]) -> None:
        searches.append(phase)

    gc.callbacks.append(hear)
    qtbot.wait(50)
    gc.callbacks.remove(hear)
    assert searches == []
    assert gone() is not None
    Leftovers(owner, rest_ms=1).wait()
    qtbot.waitUntil(lambda: gone() is None)
    assert len(kept) == 2 * MANY


def test_what_was_put_by_for_good_is_not_searched_again(qtbot: QtBot) -> None:
    """Whatever the burst: a full search would look through the whole program at every rest."""
    put_by = [object()]
    gc.freeze()
    try:
        owner = QObject()
        YoungSearch(owner, beat_ms=1)
        kept = [[number] for number in range(2 * MANY)]
        qtbot.wait(50)
        assert not any(one is put_by for one in gc.get_objects())
        Leftovers(owner, rest_ms=1).wait()
        qtbot.waitUntil(lambda: gc.get_count()[0] < MANY)
        assert not any(one is put_by for one in gc.get_objects())
        assert len(kept) == 2 * MANY
    finally:
        gc.unfreeze()
