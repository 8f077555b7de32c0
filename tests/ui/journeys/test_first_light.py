"""The whole job at a real window over a real marketplace, by pointer and keys alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from labeler.app.screens import Change, Notice
from labeler.demo.beside import Ready, Word
from labeler.demo.hands import CTRL, Gallery, Hands, Stuck
from labeler.demo.journey import Errand, Journey
from labeler.demo.phantom import load_truth
from labeler.demo.reviewer import Told
from labeler.model.answer_rules import answers_of
from labeler.model.document import Document
from labeler.model.forms import Answer
from labeler.proof import bundle
from labeler.ui.dialogs.connect import ConnectDialog
from labeler.ui.dialogs.palette import CommandPalette
from labeler.ui.window import Window
from tests.support.guard import Guard
from tests.support.session_in_memory import SessionInMemory

PASSPHRASE = "correct horse battery staple"


def _errand(world: Ready, proof: Path) -> Errand:
    return Errand(world.url, world.identity, load_truth(Path(world.truth)), PASSPHRASE, proof)


@pytest.mark.timeout(180)
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_from_an_empty_profile_to_a_paid_provable_label(
    world: Ready, program: Window, heard: list[Word], guard: Guard, tmp_path: Path
) -> None:
    proof, said = tmp_path / "case.labeler", list[str]()
    gallery = Gallery(tmp_path / "pictures", guard.aside)
    journey = Journey(Hands(program, gallery), _errand(world, proof), said.append)
    with guard.gui():
        journey.walk()
    assert [line.partition(":")[0] for line in said] == [f"step {n}" for n in range(1, 14)]
    assert len(list((tmp_path / "pictures").glob("*.png"))) >= 20
    (decided,) = [word for word in heard if isinstance(word, Told)]
    assert decided.accepted
    assert decided.compared
    assert decided.quality >= 700_000
    told = bundle.verify(proof.read_bytes(), bytes.fromhex(world.identity))
    assert (told.stage, told.compared, told.owed) == ("settled", True, "25000000")
    signed = msgspec.json.decode(zipfile.ZipFile(proof).read("payload.json"), type=Document)
    (said_of,) = [answers_of(mark) for mark in signed.marks if answers_of(mark)]
    assert said_of == (Answer("attenuation", "solid"),)


def test_the_hands_reach_only_what_a_person_could(window: Window, tmp_path: Path) -> None:
    hands = Hands(window, Gallery(tmp_path))
    hands.click(window.rail.buttons[2])
    assert window.place() is window.places["outbox"]
    hands.key(Qt.Key.Key_K, CTRL)
    hands.dialog(CommandPalette)
    with pytest.raises(Stuck, match="behind CommandPalette"):
        hands.click(window.rail.buttons[1])
    hands.key(Qt.Key.Key_Escape)
    cover = QWidget(window)
    cover.resize(window.size())
    cover.show()
    with pytest.raises(Stuck, match="covered"):
        hands.click(window.rail.buttons[1])
    assert window.place() is window.places["outbox"]


def test_the_hands_give_up_and_say_on_what(window: Window, tmp_path: Path) -> None:
    hands = Hands(window, Gallery(tmp_path))
    with pytest.raises(Stuck, match="waited 0 s for the sun"):
        hands.until(lambda: False, "the sun", seconds=0.05)


def test_the_hands_stop_at_the_windows_first_error(
    window: Window, session: SessionInMemory, tmp_path: Path
) -> None:
    session.now_notices = (Notice(1, "The disk is full.", "Nothing is lost.", "", is_error=True),)
    session.change(Change.NOTICES)
    with pytest.raises(Stuck, match="The disk is full"):
        Hands(window, Gallery(tmp_path)).until(lambda: False, "anything", seconds=5)


def test_a_suggested_marketplace_is_filled_in(window: Window, tmp_path: Path) -> None:
    hands = Hands(window, Gallery(tmp_path))
    window.suggest_marketplace("http://127.0.0.1:8321")
    hands.key(Qt.Key.Key_M, CTRL)
    asked = hands.dialog(ConnectDialog)
    assert asked.address.text() == "http://127.0.0.1:8321"
    assert asked.go.isEnabled()


def test_a_dialog_stays_in_the_middle_of_a_window_that_grows(
    window: Window, tmp_path: Path
) -> None:
    hands = Hands(window, Gallery(tmp_path))
    hands.key(Qt.Key.Key_M, CTRL)
    asked = hands.dialog(ConnectDialog)
    window.resize(1600, 1000)
    hands.rest()
    middle = window.mapToGlobal(window.rect().center())
    assert (asked.geometry().center() - middle).manhattanLength() <= 2
