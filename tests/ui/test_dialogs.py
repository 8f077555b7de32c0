"""Dialogs driven by keys and mouse, as a person drives them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from labeler.errors import LabelerError
from labeler.signing.requests import MIN_PASSPHRASE
from labeler.ui.components.buttons import IconButton
from labeler.ui.components.text import Label
from labeler.ui.dialogs.connect import ConnectDialog
from labeler.ui.dialogs.crash import CrashDialog
from labeler.ui.dialogs.key import KeyDialog
from labeler.ui.dialogs.palette import CommandPalette
from labeler.ui.dialogs.settings import SettingsDialog
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.dialogs.unlock import UnlockKey
from labeler.ui.window import Window
from tests.support.screen_reading import clipped, dialog, opened
from tests.support.session_in_memory import ADDRESS, PASSPHRASE, WORDS, SessionInMemory

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class TestSigning:
    @pytest.fixture
    def signing(self, window: Window, qtbot: QtBot) -> SigningDialog:
        window.signing.begin()
        return opened(qtbot, SigningDialog)

    def test_it_says_what_is_signed(self, signing: SigningDialog) -> None:
        said = [label.text() for label in signing.findChildren(Label) if label.isVisible()]
        for words in ("You are signing case 7", "3", "5", "25.00 USDC", "2 %", "12 Dec",
                      "Unchanged since download",
                      "At work 17 min 23 s; idle 5 min 10 s"):  # fmt: skip
            assert words in said
        assert not any("3f9a51c0" in words for words in said), "the fingerprint stays folded"
        assert clipped(signing) == []

    def test_the_key_that_signs_stands_beside_the_button_that_does(
        self, signing: SigningDialog
    ) -> None:
        (hint,) = [label for label in signing.findChildren(Label) if "Ctrl" in label.text()]
        assert signing.sign.x() < hint.x() < signing.back.x()

    @pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
    @pytest.mark.parametrize("modifier", [NONE, SHIFT])
    def test_enter_alone_never_signs(
        self,
        signing: SigningDialog,
        session: SessionInMemory,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier,
    ) -> None:
        signing.sign.setFocus()
        QTest.keyClick(signing.sign, key, modifier)
        QTest.keyClick(signing, key, modifier)
        QTest.qWait(1)
        assert not any(verb.startswith("sign") for verb in session.done)

    @pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
    def test_control_and_enter_signs_once(
        self, signing: SigningDialog, session: SessionInMemory, qtbot: QtBot, key: Qt.Key
    ) -> None:
        QTest.keyClick(signing, key, CTRL)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        assert session.done == ["propose", "sign t1"]

    def test_the_button_signs_by_mouse(
        self, signing: SigningDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.mouseClick(signing.sign, LEFT)
        qtbot.waitUntil(lambda: "sign t1" in session.done)

    def test_escape_withdraws(self, signing: SigningDialog, session: SessionInMemory) -> None:
        QTest.keyClick(signing, Qt.Key.Key_Escape)
        assert session.done == ["propose", "withdraw t1"]

    def test_a_refusal_is_said_here_and_can_be_tried_again(
        self, signing: SigningDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.fails = LabelerError(
            "disk-full", "The disk is full.", safe="The case is not signed.", do="Free 200 MB."
        )
        QTest.keyClick(signing, Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(signing.trouble.isVisible)
        QTest.qWait(1)
        assert clipped(signing) == []
        session.fails = None
        QTest.keyClick(signing, Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        assert session.done[-1] == "sign t1"

    def test_the_time_can_be_made_less_and_only_less(
        self, signing: SigningDialog, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        corrected: list[bool] = []
        window.commands["history.time"].triggered.connect(lambda: corrected.append(True))
        window.commands["history.time"].setEnabled(True)
        QTest.mouseClick(signing.less, LEFT)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        assert session.done == ["propose", "withdraw t1"], "what was shown is not signed"
        assert corrected == [True]

    def test_the_fingerprint_unfolds(self, signing: SigningDialog) -> None:
        QTest.mouseClick(signing._unfold, LEFT)
        QTest.qWait(1)
        assert "3f9a51c0" in "".join(label.text() for label in signing.findChildren(Label))
        assert clipped(signing) == []

    def test_pressed_twice_it_asks_once(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        window.signing.begin()
        window.signing.begin()
        opened(qtbot, SigningDialog)
        assert session.done == ["propose"]

    def test_nobody_makes_a_key_for_what_cannot_be_signed(
        self, window: Window, session: SessionInMemory
    ) -> None:
        session.now_standing = replace(session.now_standing, key_address=None)
        session.no_signing = LabelerError("practice-case", "No.", safe="All.", do="Nothing.")
        window.signing.begin()
        QTest.qWait(1)
        assert QApplication.activeModalWidget() is None
        assert session.done == []
        assert [notice.happened for notice in window.tidings.all()] == ["No."]


class TestUnlock:
    @pytest.fixture
    def unlock(self, window: Window, session: SessionInMemory, qtbot: QtBot) -> UnlockKey:
        session.now_standing = replace(session.now_standing, key_unlocked=False)
        window.signing.begin()
        return opened(qtbot, UnlockKey)

    def test_the_right_passphrase_leads_to_the_summary(
        self, unlock: UnlockKey, qtbot: QtBot
    ) -> None:
        QTest.keyClicks(unlock.passphrase.field, PASSPHRASE)
        QTest.keyClick(unlock.passphrase.field, Qt.Key.Key_Return)
        opened(qtbot, SigningDialog)

    def test_a_wrong_one_stays_and_says_so(self, unlock: UnlockKey, qtbot: QtBot) -> None:
        QTest.keyClicks(unlock.passphrase.field, "wrong")
        QTest.mouseClick(unlock.unlock, LEFT)
        qtbot.waitUntil(unlock.trouble.isVisible)
        QTest.qWait(1)
        assert clipped(unlock) == []
        assert dialog(UnlockKey) is unlock

    def test_the_passphrase_is_hidden_until_asked(self, unlock: UnlockKey) -> None:
        field = unlock.passphrase.field
        assert field.echoMode() is QLineEdit.EchoMode.Password
        QTest.mouseClick(unlock.passphrase._eye, LEFT)
        assert field.echoMode() is QLineEdit.EchoMode.Normal
        QTest.mouseClick(unlock.passphrase._eye, LEFT)
        assert field.echoMode() is QLineEdit.EchoMode.Password

    def test_caps_lock_is_noticed(self, unlock: UnlockKey) -> None:
        field = unlock.passphrase.field
        QTest.keyClicks(field, "a")
        assert not unlock.passphrase.caps_shown()
        QTest.keyClick(field, "B", NONE)
        assert unlock.passphrase.caps_shown()
        QTest.keyClick(field, "C", SHIFT)
        assert not unlock.passphrase.caps_shown()

    def test_the_dialog_grows_with_the_notice_and_the_caps_key_ends_it(
        self, unlock: UnlockKey, qtbot: QtBot
    ) -> None:
        field, low = unlock.passphrase.field, unlock.height()
        height = field.height()
        QTest.keyClick(field, "B", NONE)
        qtbot.waitUntil(lambda: unlock.height() > low)
        QTest.qWait(1)
        assert clipped(unlock) == []
        assert field.height() == height, "the field is whole"
        QTest.keyClick(field, Qt.Key.Key_CapsLock)
        assert not unlock.passphrase.caps_shown()
        qtbot.waitUntil(lambda: unlock.height() == low)
        QTest.keyClick(field, Qt.Key.Key_CapsLock)
        assert unlock.passphrase.caps_shown()
        unlock.unlock.setFocus()
        assert not unlock.passphrase.caps_shown(), "elsewhere it may be turned unseen"

    def test_the_caps_key_alone_says_nothing(self, unlock: UnlockKey) -> None:
        QTest.keyClick(unlock.passphrase.field, Qt.Key.Key_CapsLock)
        assert not unlock.passphrase.caps_shown(), "it may have been on before"

    def test_an_empty_passphrase_is_not_tried(self, unlock: UnlockKey) -> None:
        QTest.keyClick(unlock.passphrase.field, Qt.Key.Key_Return)
        assert not unlock.unlock.isEnabled()


class TestKey:
    @pytest.fixture
    def key(self, window: Window, session: SessionInMemory, qtbot: QtBot) -> KeyDialog:
        session.now_standing = replace(session.now_standing, key_address=None, key_unlocked=False)
        window.signing.begin()
        made = opened(qtbot, KeyDialog)
        qtbot.waitUntil(made.go.isEnabled)
        return made

    @staticmethod
    def places() -> list[int]:
        return sorted(random.Random(1).sample(range(24), 3))

    def test_the_words_are_shown_once_then_three_are_asked(
        self, key: KeyDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        shown = [label.text() for label in key.findChildren(Label)]
        assert all(word in shown for word in WORDS)
        QTest.qWait(1)
        assert clipped(key) == []
        QTest.keyClick(key.go, Qt.Key.Key_Return)
        QTest.qWait(1)
        left = [label.text() for label in key.findChildren(Label)]
        assert not any(word in left for word in WORDS), "gone from the screen and its widgets"
        assert clipped(key) == []
        for field, place in zip(key.check_page.asked, self.places(), strict=True):
            QTest.keyClicks(field, WORDS[place])
        for entry in (key.check_page.first, key.check_page.second):
            QTest.keyClicks(entry.field, PASSPHRASE)
        QTest.mouseClick(key.go, LEFT)
        opened(qtbot, SigningDialog)
        assert session.done[0] == f"key 24 {len(PASSPHRASE)}"
        assert session.standing().key_address == ADDRESS

    @pytest.mark.parametrize(
        ("words", "first", "second", "said"),
        [
            ("zoo zoo zoo", PASSPHRASE, PASSPHRASE, "These words are not the ones shown."),
            ("", "short", "short", "The passphrase is too short."),
            ("", PASSPHRASE, PASSPHRASE + "x", "The two passphrases differ."),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_made(
        self, key: KeyDialog, words: str, first: str, second: str, said: str
    ) -> None:
        QTest.mouseClick(key.go, LEFT)
        right = [WORDS[place] for place in self.places()]
        typed = words.split() or right
        for field, word in zip(key.check_page.asked, typed, strict=True):
            QTest.keyClicks(field, word)
        QTest.keyClicks(key.check_page.first.field, first)
        QTest.keyClicks(key.check_page.second.field, second)
        assert key.check_page.said.text().startswith(said)
        assert not key.go.isEnabled()
        assert len(PASSPHRASE) >= MIN_PASSPHRASE

    def test_enter_leads_from_field_to_field_and_makes_the_key(
        self, key: KeyDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.mouseClick(key.go, LEFT)
        texts = [*(WORDS[place] for place in self.places()), PASSPHRASE, PASSPHRASE]
        session.late = []
        for text in texts:
            focus = QApplication.focusWidget()
            QTest.keyClicks(focus, text)
            assert not any(verb.startswith("key") for verb in session.done)
            QTest.keyClick(focus, Qt.Key.Key_Return)
        assert not key.go.isEnabled()
        assert not key.back.isEnabled()
        assert key.go.text() == "Making the key…"
        assert clipped(key) == []
        QTest.keyClick(key, Qt.Key.Key_Escape)
        assert key.isVisible(), "a key that is being made is not left"
        (made,), session.late = session.late, None
        made()
        opened(qtbot, SigningDialog)
        assert session.done[0] == f"key 24 {len(PASSPHRASE)}"

    def test_a_key_that_was_refused_can_be_made_again(
        self, key: KeyDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.mouseClick(key.go, LEFT)
        texts = [*(WORDS[place] for place in self.places()), PASSPHRASE, PASSPHRASE]
        for field, text in zip(key.check_page.fields, texts, strict=True):
            QTest.keyClicks(field, text)
        session.fails = LabelerError("disk", "The disk is full.", safe="None.", do="Free it.")
        QTest.keyClick(key.check_page.fields[-1], Qt.Key.Key_Return)
        qtbot.waitUntil(key.trouble.isVisible)
        assert key.go.text() == "Make the key"
        session.fails = None
        QTest.keyClick(key.check_page.fields[-1], Qt.Key.Key_Return)
        opened(qtbot, SigningDialog)

    def test_leaving_forgets_the_words(self, key: KeyDialog) -> None:
        QTest.keyClick(key, Qt.Key.Key_Escape)
        assert key._words == ()

    def test_no_signer_is_said(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.now_standing = replace(session.now_standing, key_address=None)
        session.fails = LabelerError("signer", "The signer stopped.", safe="Nothing.", do="Again.")
        window.signing.begin()
        key = opened(qtbot, KeyDialog)
        qtbot.waitUntil(key.trouble.isVisible)
        assert not key.go.isEnabled()


class TestConnect:
    @pytest.fixture
    def connect(self, window: Window, qtbot: QtBot) -> ConnectDialog:
        QTest.keyClick(window, "m", CTRL)
        return opened(qtbot, ConnectDialog)

    def test_nothing_is_kept_before_the_fingerprint_was_seen(
        self, connect: ConnectDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.keyClicks(connect.address, "https://labels.example.org")
        QTest.keyClick(connect.address, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: connect.go.text() == "Connect")
        QTest.qWait(1)
        said = "\n".join(label.text() for label in connect.findChildren(Label))
        assert "Open Chest Project" in said
        assert "3f9a51c0 7e2b84d6" in said
        assert clipped(connect) == []
        assert session.done == ["find https://labels.example.org"]
        QTest.keyClick(connect.address, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        assert session.done[-1] == "connect https://labels.example.org"

    def test_the_keyboard_goes_from_find_to_connect(
        self, connect: ConnectDialog, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.keyClicks(connect.address, "https://labels.example.org")
        QTest.mouseClick(connect.go, LEFT)
        assert not connect.go.isEnabled()
        assert QApplication.focusWidget() is connect.address
        qtbot.waitUntil(lambda: connect.go.text() == "Connect")
        assert QApplication.focusWidget() is connect.go
        QTest.keyClick(connect.go, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        assert session.done[-1] == "connect https://labels.example.org"

    def test_another_address_asks_anew(self, connect: ConnectDialog, qtbot: QtBot) -> None:
        QTest.keyClicks(connect.address, "https://labels.example.org")
        QTest.mouseClick(connect.go, LEFT)
        qtbot.waitUntil(lambda: connect.go.text() == "Connect")
        QTest.keyClicks(connect.address, "/other")
        assert connect.go.text() == "Find"

    def test_what_is_no_address_is_said(self, connect: ConnectDialog, qtbot: QtBot) -> None:
        QTest.keyClicks(connect.address, "nonsense")
        QTest.mouseClick(connect.go, LEFT)
        qtbot.waitUntil(connect.trouble.isVisible)
        said = "\n".join(label.text() for label in connect.trouble.findChildren(Label))
        assert "nonsense is not an address." in said
        QTest.qWait(1)
        assert clipped(connect) == []


class TestPalette:
    @pytest.fixture
    def palette(self, window: Window, qtbot: QtBot) -> CommandPalette:
        QTest.keyClick(window, "k", CTRL)
        return opened(qtbot, CommandPalette)

    def test_it_lists_every_action(self, palette: CommandPalette, window: Window) -> None:
        assert set(palette.table.rows.keys) == set(window.commands.plans)

    def test_a_few_letters_and_enter_do_it(
        self, palette: CommandPalette, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        QTest.keyClicks(palette.search, "sync")
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: session.done == ["sync"])
        assert QApplication.activeModalWidget() is None

    def test_arrows_choose(self, palette: CommandPalette, window: Window, qtbot: QtBot) -> None:
        QTest.keyClick(palette.search, Qt.Key.Key_Down)
        QTest.keyClick(palette.search, Qt.Key.Key_Down)
        assert palette.table.current_key() == "place.outbox"
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.place() is window.places["outbox"])

    def test_what_cannot_be_done_says_why_and_is_not_done(self, palette: CommandPalette) -> None:
        QTest.keyClicks(palette.search, "polygon")
        assert (
            palette.table.rows.cells[0][0].text == "Polygon · Open a case that is not signed yet."
        )
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
        assert dialog(CommandPalette) is palette


def test_settings_show_where_things_are_and_copy_the_address(window: Window) -> None:
    window.commands["app.settings"].trigger()
    settings = dialog(SettingsDialog)
    copy = next(
        button
        for button in settings.findChildren(IconButton)
        if button.accessibleName() == "Copy Address"
    )
    QTest.mouseClick(copy, LEFT)
    assert QGuiApplication.clipboard().text() == ADDRESS


def test_after_a_crash_work_goes_on(window: Window, qtbot: QtBot) -> None:
    left: list[str] = []
    crash = CrashDialog(window, window._look, "line 1\nline 2", lambda: left.append("quit"))
    crash.open()
    opened(qtbot, CrashDialog)
    QTest.qWait(1)
    assert clipped(crash) == []
    QTest.keyClick(crash.go_on, Qt.Key.Key_Return)
    assert QApplication.activeModalWidget() is None
    assert left == []
