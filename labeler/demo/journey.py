"""The whole job at the window, step by step: from an empty profile to a paid, provable label."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit

from labeler.demo.hands import CTRL, SHIFT, Hands, Stuck
from labeler.demo.phantom import Truth
from labeler.demo.reading_hands import ReadingHands
from labeler.demo.world import cases
from labeler.model.outbox import OutboxState
from labeler.ui.dialogs.about import AboutDialog
from labeler.ui.dialogs.connect import ConnectDialog
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.dialogs.key import KeyDialog, WordsPage
from labeler.ui.dialogs.palette import CommandPalette
from labeler.ui.dialogs.settings import SettingsDialog
from labeler.ui.dialogs.shortcuts import ShortcutSheet
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.dialogs.unlock import UnlockKey
from labeler.ui.formats import grouped
from labeler.ui.places.earnings import EarningsPlace
from labeler.ui.places.outbox import STATES, OutboxPlace
from labeler.ui.places.work import WorkPlace
from labeler.ui.reading.place import ReadingPlace
from labeler.ui.translation import tr
from labeler.ui.window import Window

P = TypeVar("P")

HEADER, LUNG = 1, 2
"""The presets' numbers."""

DIGITS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)


@dataclass(frozen=True)
class Errand:
    """What the hands need to know: where to connect, what to expect, what is in the images."""

    url: str
    identity: str
    truth: Truth | None
    passphrase: str
    proof: Path
    """Where the proof is to be saved."""


class Journey:
    """Walks once through everything; `say` hears one line a step."""

    def __init__(self, hands: Hands, errand: Errand, say: Callable[[str], None]) -> None:
        self._hands, self._errand, self._say = hands, errand, say
        self._window: Window = hands.window
        self._work = _place(hands.window, "work", WorkPlace)
        self._reading = _place(hands.window, "reading", ReadingPlace)
        self._outbox = _place(hands.window, "outbox", OutboxPlace)
        self._earnings = _place(hands.window, "earnings", EarningsPlace)
        self._eyes = ReadingHands(hands, self._reading)
        self.steps = 0

    def walk(self) -> None:
        """All of it. Raises Stuck where the window does not do as it should."""
        for step in (
            self._greet,
            self._connect,
            self._make_key,
            self._download,
            self._look_around,
            self._open_case,
            self._mark,
            self._answer,
            self._check,
            self._sign,
            self._send,
            self._claim,
            self._prove,
        ):
            began = time.monotonic()
            words = step()
            self.steps += 1
            self._say(f"step {self.steps}: {words} ({time.monotonic() - began:.1f} s)")

    # --- getting work -------------------------------------------------------------------------

    def _greet(self) -> str:
        first = self._hands.dialog(FirstRun)
        self._hands.shot("first-run")
        self._hands.click(first.connect_)
        return "opened the program on an empty profile"

    def _connect(self) -> str:
        hands, asked = self._hands, self._hands.dialog(ConnectDialog)
        hands.type_into(asked.address, self._errand.url)
        hands.click(asked.go)
        told = grouped("0x" + self._errand.identity), grouped(self._errand.identity)
        hands.until(
            lambda: any(label.text() in told for label in asked.findChildren(QLabel)),
            "the fingerprint that the marketplace published",
        )
        hands.shot("connect")
        hands.click(asked.go)
        hands.until_closed(asked)
        hands.until(self._work.panel.go.isVisible, "the task")
        hands.shot("work-offered")
        return "connected to the marketplace; its fingerprint is the published one"

    def _make_key(self) -> str:
        hands = self._hands
        hands.click(self._work.panel.go)
        dialog = hands.dialog(KeyDialog)
        words = hands.until(lambda: _read_words(dialog.words_page), "24 words")
        hands.shot("key-words")
        hands.click(dialog.go)
        hands.until(dialog.check_page.isVisible, "the words to be asked back")
        for field in dialog.check_page.asked:
            hands.type_into(field, words[_number(field)])
        for passphrase in (dialog.check_page.first, dialog.check_page.second):
            hands.type_into(passphrase.field, self._errand.passphrase)
        hands.shot("key-check")
        hands.click(dialog.go)
        hands.until_closed(dialog, 60)
        return "made a signing key: read 24 words, typed three of them back"

    def _download(self) -> str:
        listed = self._work.panel.cases
        self._hands.until(lambda: bool(listed.rows.keys), "the cases", 60)
        self._hands.shot("work-downloaded")
        return f"downloaded the task: {cases(len(listed.rows.keys))}, sealed"

    # --- around -------------------------------------------------------------------------------

    def _look_around(self) -> str:
        """The screens that the job itself does not pass."""
        hands = self._hands
        sheets: tuple[tuple[str, Qt.Key, Qt.KeyboardModifier, type[QDialog]], ...] = (
            ("shortcuts", Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, ShortcutSheet),
            ("commands", Qt.Key.Key_K, CTRL, CommandPalette),
            ("settings", Qt.Key.Key_Comma, CTRL, SettingsDialog),
            ("about", Qt.Key.Key_F1, SHIFT, AboutDialog),
        )
        for name, key, modifier, kind in sheets:
            hands.key(key, modifier)
            dialog = hands.dialog(kind)
            hands.shot(name)
            hands.key(Qt.Key.Key_Escape)
            hands.until_closed(dialog)
        hands.key(Qt.Key.Key_L, CTRL)
        hands.until(self._window.locked.isVisible, "the locked screen")
        hands.shot("locked")
        hands.type_into(self._window.locked.passphrase.field, self._errand.passphrase)
        hands.key(Qt.Key.Key_Return)
        hands.until(lambda: not self._window.locked.isVisible(), "the screen to unlock")
        return "looked at keys, commands, settings; locked the screen and came back"

    # --- reading ------------------------------------------------------------------------------

    def _open_case(self) -> str:
        hands, eyes = self._hands, self._eyes
        self._go_to("work")
        hands.click(self._work.panel.go)
        eyes.wait_for_slice()
        hands.shot("reading-opened")
        seen = eyes.see_every_series()
        eyes.drag_window()
        eyes.preset(HEADER if self._errand.truth is None else LUNG)
        hands.shot("reading-last-slice")
        return f"opened the case and saw all its {seen} slices"

    def _mark(self) -> str:
        if self._errand.truth is None:
            return self._mark_middle()
        hands, eyes, truth = self._hands, self._eyes, self._errand.truth
        *others, largest = sorted(truth.nodules, key=lambda nodule: nodule.radius_um)
        painted = [eyes.paint_nodule(truth, nodule) for nodule in others]
        eyes.zoom_to(truth, largest)
        painted.append(eyes.paint_nodule(truth, largest))
        eyes.say_of_mark(1)
        hands.shot("reading-painted")
        eyes.measure(truth, largest)
        hands.shot("reading-measured")
        eyes.undo()
        eyes.redo()
        eyes.fit()
        return (
            f"painted {len(painted)} nodules on {sum(painted)} slices, said of the largest what it "
            "is like, measured it; undid, redid"
        )

    def _mark_middle(self) -> str:
        """Something to sign in images whose content is not known."""
        hands, eyes, desk = self._hands, self._eyes, self._reading.desk
        eyes.scroll_to(eyes.slices // 2)
        layout = desk.active.layout
        if layout is None:
            raise Stuck("no image is open")
        wide, high = layout.columns, layout.rows
        eyes.box((wide * 0.4, high * 0.4), (wide * 0.6, high * 0.6))
        eyes.undo()
        eyes.redo()
        eyes.length((wide * 0.42, high * 0.5), (wide * 0.58, high * 0.5))
        eyes.say_of_mark(1)
        hands.shot("reading-marked")
        return "drew a box and a length on the middle slice, said what it is like; undid, redid"

    def _answer(self) -> str:
        truth = self._errand.truth
        answered = self._eyes.answer_all(len(truth.nodules) if truth else 1)
        self._hands.shot("reading-answered")
        return f"answered {answered} questions by keyboard"

    def _check(self) -> str:
        reading = self._reading
        self._hands.click(reading.panel.footer.check)
        self._hands.shot("reading-checked")
        if reading.panel.findings.card.isVisible():
            raise Stuck("the check finds something missing")
        self._hands.key(Qt.Key.Key_Backspace, CTRL)
        return "checked the case: nothing is missing"

    # --- signing and money --------------------------------------------------------------------

    def _sign(self) -> str:
        hands = self._hands
        hands.key(Qt.Key.Key_Return, CTRL)
        unlock = hands.dialog(UnlockKey)
        hands.type_into(unlock.passphrase.field, self._errand.passphrase)
        hands.shot("unlock-key")
        hands.key(Qt.Key.Key_Return)
        summary = hands.dialog(SigningDialog, 60)
        hands.shot("signing")
        hands.key(Qt.Key.Key_Return, CTRL)
        hands.until_closed(summary)
        hands.until(self._reading.panel.footer.signed.isVisible, "“Signed”")
        hands.shot("reading-signed")
        return "unlocked the key, read the summary, signed"

    def _send(self) -> str:
        self._go_to("outbox")
        self._until_state(OutboxState.RECEIVED)
        self._hands.shot("outbox-received")
        self._until_state(OutboxState.ACCEPTED)
        self._hands.shot("outbox-accepted")
        return "sent it; a receipt came, then the reviewer accepted"

    def _claim(self) -> str:
        hands, place = self._hands, self._earnings
        self._go_to("earnings")
        hands.until(place.claim.go.isEnabled, "something to claim", 60, self._sync)
        recomputed = [row[-1].text for row in place.table.rows.cells]
        if recomputed != [tr("agrees")]:
            raise Stuck(f"the statement was recomputed as {recomputed}")
        hands.shot("earnings-ready")
        amount = place.sums["ready"].number.text()
        hands.click(place.claim.go)
        claimed = place.sums["claimed"].number
        hands.until(lambda: claimed.text() == amount, "the money", 60)
        hands.shot("earnings-claimed")
        return f"the statement agrees; claimed {amount} {place.sums['claimed'].currency.text()}"

    def _prove(self) -> str:
        hands, proof = self._hands, self._errand.proof
        self._go_to("outbox")
        self._until_state(OutboxState.PAID)
        hands.click(self._outbox.evidence.proof)
        dialog = hands.dialog(QFileDialog)
        name = dialog.findChild(QLineEdit)
        if name is None:
            raise Stuck("the dialog asks no name")
        hands.type_into(name, str(proof))
        hands.shot("save-proof")
        hands.key(Qt.Key.Key_Return)
        said = tr("The proof is saved. Anybody can verify it without a network.")
        hands.until(
            lambda: any(n.happened == said for n in self._window.tidings.all()), "the proof"
        )
        hands.shot("outbox-paid")
        return "it is paid; saved the proof"

    def _until_state(self, state: OutboxState) -> None:
        word = tr(STATES[state][1])
        self._hands.until(
            lambda: bool([row for row in self._outbox.table.rows.cells if row[0].text == word]),
            f"“{word}” in the Outbox",
            60,
            self._sync,
        )

    def _sync(self) -> None:
        self._hands.key(Qt.Key.Key_F5)

    def _go_to(self, name: str) -> None:
        at = list(self._window.places).index(name)
        self._hands.key(DIGITS[at], CTRL)
        self._hands.until(
            lambda: self._window.place() is self._window.places[name], f"the place {name}"
        )


def _place(window: Window, name: str, kind: type[P]) -> P:
    found = window.places[name]
    if not isinstance(found, kind):
        raise TypeError(name)
    return found


def _read_words(page: WordsPage) -> dict[int, str]:
    """The recovery words by their numbers, as they stand on the screen."""
    texts = [label.text() for label in page.findChildren(QLabel)]
    found = {
        int(number): word
        for number, word in pairwise(texts)
        if number.isdigit() and word and not word.isdigit()
    }
    return found if len(found) == 24 else {}


def _number(field: QLineEdit) -> int:
    """Which word a field asks for."""
    return int("".join(filter(str.isdigit, field.accessibleName())))
