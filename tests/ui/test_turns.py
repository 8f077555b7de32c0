"""Work that has a turn of the event loop of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from labeler.ui.turns import Soon


def test_what_is_asked_for_soon_is_done_once_and_not_at_once(qapp: QApplication) -> None:
    done: list[str] = []
    owner = QObject()
    soon = Soon(owner, lambda: done.append("done"))
    soon.ask()
    soon.ask()
    assert not done
    for _ in range(3):
        qapp.processEvents()
    assert done == ["done"]
    soon.ask()
    qapp.processEvents()
    assert done == ["done"] * 2
