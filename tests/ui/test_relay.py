"""Calls from other threads run on the GUI thread, in order."""

from __future__ import annotations

import itertools
import threading

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from labeler.ui.relay import Relay


def test_calls_hop_to_the_thread_of_the_relay(relay: Relay, qtbot: QtBot) -> None:
    ran: list[tuple[int, int]] = []

    def work() -> None:
        for number in range(100):
            relay.deliver(lambda n=number: ran.append((n, threading.get_ident())))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [], "nothing runs in the thread that hands over"
    qtbot.waitUntil(lambda: len(ran) == 100)
    assert ran == [(n, threading.get_ident()) for n in range(100)]


def test_a_call_from_the_gui_thread_waits_its_turn_too(relay: Relay, qtbot: QtBot) -> None:
    ran: list[str] = []
    relay.deliver(lambda: ran.append("later"))
    ran.append("now")
    qtbot.waitUntil(lambda: ran == ["now", "later"])


def test_many_calls_leave_turns_to_the_hand(
    relay: Relay, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call takes more than its share here: what the hand did comes between them."""
    clock = itertools.count()
    monkeypatch.setattr("labeler.ui.relay.perf_counter", lambda: float(next(clock)))
    ran: list[str] = []

    def first() -> None:
        ran.append("first")
        QTimer.singleShot(0, lambda: ran.append("hand"))

    for call in (first, lambda: ran.append("second"), lambda: ran.append("third")):
        relay.deliver(call)
    qtbot.waitUntil(lambda: len(ran) == 4)
    assert ran == ["first", "hand", "second", "third"]


def test_a_call_that_fails_takes_none_with_it(relay: Relay, qtbot: QtBot) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise ValueError("of this call alone")

    with qtbot.captureExceptions() as caught:
        relay.deliver(fail)
        relay.deliver(lambda: ran.append("next"))
        qtbot.waitUntil(lambda: ran == ["next"])
    assert [kind for kind, _, _ in caught] == [ValueError]
