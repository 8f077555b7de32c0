"""Calls from other threads run on the GUI thread, in order."""

from __future__ import annotations

import threading

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
