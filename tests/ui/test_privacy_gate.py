"""Answers that may name the patient: listed before signing, gone past only knowingly."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from labeler.app.screens import MayTell
from labeler.ui.components.text import Label
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.look import Look
from labeler.ui.window import Window
from tests.support.screen_reading import clipped
from tests.support.session_in_memory import NOW, SessionInMemory, summary

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def gate(window: Window, look: Look, session: SessionInMemory, qtbot: QtBot) -> SigningDialog:
    told = (
        MayTell("Anything else?", ("name", "telephone number")),
        MayTell("Comparison with the study before", ("date",)),
    )
    shown = replace(summary(), telling=told)
    dialog = SigningDialog(window, look, session, shown, NOW, lambda: None, lambda: None)
    dialog.open()
    qtbot.waitExposed(dialog)
    QTest.qWait(1)
    return dialog


def test_it_lists_what_may_name_and_never_the_words(gate: SigningDialog) -> None:
    said = [label.text() for label in gate.findChildren(Label) if label.isVisible()]
    assert "Anything else?: the patient's name, a telephone number" in said
    assert "Comparison with the study before: a date" in said
    assert clipped(gate) == []
    if folder := os.environ.get("LABELER_GRABS"):
        gate.grab().save(f"{folder}/gate.png")


def test_signing_waits_for_a_word(
    gate: SigningDialog, session: SessionInMemory, qtbot: QtBot
) -> None:
    QTest.keyClick(gate, Qt.Key.Key_Return, CTRL)
    QTest.mouseClick(gate.sign, Qt.MouseButton.LeftButton)
    assert not any(verb.startswith("sign") for verb in session.done)
    gate.read.click()
    QTest.keyClick(gate, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: "sign t1" in session.done)


def test_one_can_go_back(gate: SigningDialog, session: SessionInMemory) -> None:
    gate.back.click()
    assert session.done == ["withdraw t1"]
