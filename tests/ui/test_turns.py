"""Work that has turns of the event loop of its own."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from labeler.ui.turns import Soon


def test_steps_are_taken_one_a_turn_afresh_when_asked_again(qapp: QApplication) -> None:
    done: list[str] = []

    def steps() -> Iterator[int]:
        done.append("first")
        yield 0
        done.append("second")

    owner = QObject()
    soon = Soon(owner, steps)
    soon.ask()
    assert not done
    assert soon.is_under_way
    soon.ask()
    seen = []
    while soon.is_under_way:
        qapp.processEvents()
        seen.append(list(done))
    assert seen == [["first"], ["first", "second"]]
    soon.ask()
    qapp.processEvents()
    soon.ask()
    while soon.is_under_way:
        qapp.processEvents()
    assert done[2:] == ["first", "first", "second"]
