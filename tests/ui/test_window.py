"""The window as a person with a keyboard finds it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from labeler.app.screens import Activity, Change, Notice, SaveLight, SaveState
from labeler.errors import LabelerError
from labeler.ui.action_table import Need
from labeler.ui.components.notices import NoticeStack
from labeler.ui.dialogs.about import AboutDialog
from labeler.ui.dialogs.connect import ConnectDialog
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.dialogs.palette import CommandPalette
from labeler.ui.dialogs.settings import SettingsDialog
from labeler.ui.dialogs.shortcuts import ShortcutSheet
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.look import Look
from labeler.ui.pictures import grab
from labeler.ui.theme import NOTICE_MS
from labeler.ui.window import Surroundings, Window
from tests.support.bare_reading import BareReading
from tests.support.guard import Guard
from tests.support.screen_reading import Opener, clipped, dialog
from tests.support.session_in_memory import NOW, PASSPHRASE, SessionInMemory

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLACES = ("work", "reading", "outbox", "earnings")


def words_of(root: QWidget) -> str:
    """All visible words of a widget in one string."""
    texts = []
    for widget in root.findChildren(QWidget):
        text = getattr(widget, "text", None)
        if widget.isVisible() and callable(text):
            texts.append(str(text()))
    return "\n".join(texts)


@pytest.mark.parametrize(("key", "place"), list(zip("1234", PLACES, strict=True)))
def test_control_and_a_digit_lead_to_each_place(window: Window, key: str, place: str) -> None:
    QTest.keyClick(window, key, CTRL)
    assert window.place() is window.places[place]
    assert window.commands[f"place.{place}"].isChecked()


def test_the_rail_leads_to_each_place_by_mouse(window: Window) -> None:
    for button, place in zip(window.rail.buttons, PLACES, strict=True):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert window.place() is window.places[place]


def test_the_gui_thread_touches_nothing(
    window: Window, session: SessionInMemory, guard: Guard
) -> None:
    with guard.gui():
        for key in "1234":
            QTest.keyClick(window, key, CTRL)
        session.change(*Change)
        QTest.qWait(10)
        grab(window)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_clipped_on_a_laptop(window: Window, place: str) -> None:
    window.go_to(place)
    QTest.qWait(1)
    assert (window.width(), window.height()) == (1280, 800)
    assert clipped(window) == []


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_clipped_in_an_empty_profile(
    open_window: Opener, new_session: SessionInMemory, place: str
) -> None:
    window = open_window(new_session)
    window.go_to(place)
    QTest.qWait(1)
    assert clipped(window) == []


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("work", "No tasks yet. Connect a marketplace or open a folder."),
        ("reading", "Drop a study here, or press Ctrl+O."),
        ("outbox", "Nothing to send. Signed cases appear here."),
        ("earnings", "Your first accepted case will appear here."),
    ],
)
def test_empty_places_say_what_will_be_there(
    open_window: Opener, new_session: SessionInMemory, place: str, words: str
) -> None:
    window = open_window(new_session)
    window.go_to(place)
    assert words in words_of(window)


def test_f6_walks_the_panes_and_comes_back(window: Window) -> None:
    window.go_to("outbox")
    seen = []
    for _ in range(4):
        QTest.keyClick(window, Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen[0] is not seen[1]
    assert seen[3] is seen[0]
    assert window.rail.buttons[0] in seen
    QTest.keyClick(window, Qt.Key.Key_F6, SHIFT)
    assert QApplication.focusWidget() is seen[2]


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_every_button_and_returns(window: Window, place: str) -> None:
    window.go_to(place)
    reached: list[QWidget] = []
    for _ in range(60):
        focus = QApplication.focusWidget() or window
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        if now in reached:
            break
        reached.append(now)
    assert set(window.rail.buttons) <= set(reached)


def test_the_focus_ring_follows_the_keyboard_not_the_mouse(window: Window) -> None:
    button = window.rail.buttons[1]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    ring = window.findChildren(QWidget, "focus-ring")[0]
    assert ring.isVisible()
    assert ring.geometry().contains(button.mapTo(window, QPoint(5, 5)))
    assert ring.width() <= button.width() + 8
    window.places["work"].panes()[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.mouseClick(window.rail.buttons[2], Qt.MouseButton.LeftButton)
    assert not ring.isVisible()


@pytest.mark.parametrize(
    ("key", "modifier", "kind"),
    [
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, ShortcutSheet),
        (Qt.Key.Key_F1, SHIFT, AboutDialog),
        (Qt.Key.Key_K, CTRL, CommandPalette),
        (Qt.Key.Key_Comma, CTRL, SettingsDialog),
        (Qt.Key.Key_M, CTRL, ConnectDialog),
    ],
)
def test_dialogs_open_by_key_fit_and_leave_by_escape(
    window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier, kind: type[QWidget]
) -> None:
    QTest.keyClick(window, key, modifier)
    shown = dialog(kind)
    QTest.qWait(1)
    assert clipped(shown) == []
    assert shown.height() <= window.height()
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_about_says_what_it_is_not_for(window: Window) -> None:
    window.commands["app.about"].trigger()
    assert "Not for diagnosis." in words_of(dialog(AboutDialog))


class TestLock:
    def test_locking_blanks_everything_and_stops_every_key(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        window.go_to("outbox")
        QTest.keyClick(window, "l", CTRL)
        qtbot.waitUntil(window.locked.isVisible)
        assert "Chest CT nodules" not in words_of(window)
        assert not any(place.isVisible() for place in window.places.values())
        QTest.keyClick(window, "1", CTRL)
        QTest.keyClick(window, Qt.Key.Key_F5)
        assert "sync" not in session.done
        assert clipped(window) == []

    def test_who_is_locked_out_may_leave(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.lock()
        qtbot.waitUntil(window.locked.isVisible)
        QTest.keyClick(window.locked.passphrase.field, "q", CTRL)
        assert not window.window().isVisible()

    def test_a_wrong_passphrase_says_so_and_the_right_one_opens(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        window.go_to("earnings")
        session.lock()
        qtbot.waitUntil(window.locked.isVisible)
        field = window.locked.passphrase.field
        QTest.keyClicks(field, "wrong")
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(window.locked.trouble.isVisible)
        assert "This is not the passphrase." in words_of(window)
        QTest.qWait(1)
        assert clipped(window) == []
        QTest.keyClicks(field, PASSPHRASE)
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(window.places["earnings"].isVisible)
        assert field.text() == ""
        assert window.commands["app.lock"].isEnabled()

    def test_a_dialog_goes_when_the_screen_locks(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        window.signing.begin()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
        assert dialog(SigningDialog)
        session.lock()
        qtbot.waitUntil(window.locked.isVisible)
        assert QApplication.activeModalWidget() is None
        assert "withdraw t1" in session.done


class TestStatus:
    @pytest.mark.parametrize(
        ("light", "words"),
        [
            (SaveLight(SaveState.SAVED, NOW, 0), "Saved "),
            (SaveLight(SaveState.SAVING, NOW, 1), "Saving…"),
            (SaveLight(SaveState.SLOW, NOW, 65), "Saving: the disk is slow (65 waiting)"),
            (SaveLight(SaveState.FAILED, NOW, 3), "Not saved since 14:02:11 (3 held in memory)"),
        ],
    )
    def test_the_light_says_what_is_saved(
        self, window: Window, session: SessionInMemory, qtbot: QtBot, light: SaveLight, words: str
    ) -> None:
        session.now_saved = light
        session.change(Change.SAVED)
        qtbot.waitUntil(lambda: window.status.saved.words.text().startswith(words))
        qtbot.waitUntil(lambda: clipped(window.status) == [])

    def test_a_profile_without_protection_says_so(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        assert not window.status.practice.isVisible()
        lock = window.commands["app.lock"]
        assert lock.isEnabled()
        session.now_standing = replace(session.now_standing, practice=True)
        session.change(Change.STANDING)
        qtbot.waitUntil(window.status.practice.isVisible)
        assert "Practice profile, not protected" in words_of(window.status)
        assert clipped(window.status) == []
        assert not lock.isEnabled(), "there would be nothing to unlock with"
        assert "no passphrase" in lock.toolTip()

    def test_offline_says_how_many_wait(self, window: Window) -> None:
        assert window.status.reached.words.text() == "Offline · 1 queued"

    def test_a_long_job_shows_its_bar_and_can_be_cancelled(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        facts = (("task", "Chest CT nodules"),)
        session.now_activities = (Activity(4, "Downloading {task}", 420, True, facts, 75),)
        session.change(Change.ACTIVITY)
        qtbot.waitUntil(lambda: "75 s left" in words_of(window.status))
        assert clipped(window.status) == []
        cancel = next(
            b for b in window.status.findChildren(QWidget) if b.accessibleName() == "Cancel"
        )
        QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
        assert "cancel 4" in session.done
        session.now_activities = ()
        session.change(Change.ACTIVITY)
        qtbot.waitUntil(lambda: "75 s left" not in words_of(window.status))


class TestNotices:
    ERROR = Notice(
        1,
        "The marketplace does not answer.",
        "{n} signed cases wait here.",
        "Keep working; we retry in 5 min.",
        is_error=True,
        facts=(("n", 3),),
    )
    UNDOABLE = Notice(2, "Mark deleted.", "", "", is_error=False, undoable=True)

    def test_they_say_three_things_and_never_take_the_keyboard(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        window.go_to("outbox")
        before = QApplication.focusWidget()
        session.now_notices = (self.ERROR, self.UNDOABLE)
        session.change(Change.NOTICES)
        qtbot.waitUntil(window.notices.isVisible)
        said = words_of(window.notices)
        assert "The marketplace does not answer." in said
        assert "3 signed cases wait here." in said
        assert "Keep working; we retry in 5 min." in said
        assert QApplication.focusWidget() is before
        QTest.qWait(1)
        assert clipped(window.notices) == []
        assert window.notices.geometry().bottom() < window.height() - 28

    def test_undo_inside_takes_it_back(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        done: list[str] = []
        window.commands.allow(Need.UNDO, True)
        window.commands["edit.undo"].triggered.connect(lambda: done.append("undo"))
        session.now_notices = (self.UNDOABLE,)
        session.change(Change.NOTICES)
        qtbot.waitUntil(window.notices.isVisible)
        undo = next(
            b for b in window.notices.findChildren(QWidget) if getattr(b, "text", str)() == "Undo"
        )
        QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
        assert done == ["undo"]
        qtbot.waitUntil(lambda: not window.notices.isVisible())

    def test_a_key_dismisses_the_newest(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.now_notices = (self.ERROR, self.UNDOABLE)
        session.change(Change.NOTICES)
        qtbot.waitUntil(window.notices.isVisible)
        QTest.keyClick(window, Qt.Key.Key_Backspace, CTRL)
        qtbot.waitUntil(lambda: session.now_notices == (self.ERROR,))

    def test_of_the_windows_own_it_dismisses_the_newest_too(self, window: Window) -> None:
        for code in ("first", "second"):
            window.tidings.tell(LabelerError(code, f"The {code}.", safe="All.", do="Nothing."))
        QTest.keyClick(window, Qt.Key.Key_Backspace, CTRL)
        assert [notice.happened for notice in window.tidings.all()] == ["The first."]

    def test_what_tells_of_something_missing_stays_and_leaves_room(
        self, window: Window, look: Look, qtbot: QtBot
    ) -> None:
        missing = tuple(
            Notice(n, "Files without an image: {n}.", "", "", False, (("n", n),), stays=True)
            for n in range(1, 5)
        )
        gone: list[int] = []
        stack = NoticeStack(look, window, gone.append, lambda: None, passes_ms=20)
        for number, words in ((9, "Saved."), (10, "Locked.")):
            stack.show_notices((*missing, Notice(number, words, "", "", is_error=False)))
            qtbot.waitUntil(lambda number=number: gone[-1:] == [number])
        assert gone == [9, 10], "the others' time, were there one, was over before"
        stack.show_notices(missing)
        said = words_of(stack)
        seen = [f"Files without an image: {n}." in said for n in range(1, 5)]
        assert seen == [False, False, True, True], "the newest: nobody has seen it yet"
        stack.dismiss_newest()
        assert gone == [9, 10, 4]

    def test_the_same_again_is_counted_where_it_stands_and_goes_as_one(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        again = tuple(replace(self.ERROR, id=n) for n in (1, 4, 5))
        session.now_notices = (again[0], replace(self.UNDOABLE, id=3), *again[1:])
        session.change(Change.NOTICES)
        qtbot.waitUntil(window.notices.isVisible)
        said = words_of(window.notices)
        assert said.count("The marketplace does not answer.") == 1
        assert said.count("×3") == 1
        assert "Mark deleted." in said
        QTest.qWait(1)
        assert clipped(window.notices) == []
        QTest.keyClick(window, Qt.Key.Key_Backspace, CTRL)
        qtbot.waitUntil(lambda: [n.happened for n in session.now_notices] == ["Mark deleted."])

    def test_the_same_again_begins_its_time_anew(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        passing = Notice(1, "Saved.", "", "", is_error=False)
        session.now_notices = (passing,)
        session.change(Change.NOTICES)
        qtbot.waitUntil(window.notices.isVisible)
        (timer,) = (t for t in window.notices.findChildren(QTimer) if t.interval() == NOTICE_MS)
        timer.stop()
        other = Notice(2, "Locked.", "", "", is_error=False)
        session.now_notices = (passing, other)
        session.change(Change.NOTICES)
        qtbot.waitUntil(lambda: "Locked." in words_of(window.notices))
        assert not timer.isActive(), "another's coming renews nothing"
        session.now_notices = (passing, other, replace(passing, id=3))
        session.change(Change.NOTICES)
        qtbot.waitUntil(lambda: "×2" in words_of(window.notices))
        assert timer.isActive()

    def test_one_undo_of_two_leaves_the_other(
        self, window: Window, session: SessionInMemory, qtbot: QtBot
    ) -> None:
        session.now_notices = (self.UNDOABLE, replace(self.UNDOABLE, id=3))
        session.change(Change.NOTICES)
        qtbot.waitUntil(window.notices.isVisible)
        undo = next(
            b for b in window.notices.findChildren(QWidget) if getattr(b, "text", str)() == "Undo"
        )
        QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: session.now_notices == (self.UNDOABLE,))
        session.change(Change.NOTICES)
        qtbot.waitUntil(lambda: "×2" not in words_of(window.notices))
        assert "Mark deleted." in words_of(window.notices)

    def test_an_error_of_a_verb_is_told(self, window: Window) -> None:
        window.tidings.tell(
            LabelerError("x", "{file} is full.", safe="All is safe.", do="Free it.", file="Disk")
        )
        assert "Disk is full." in words_of(window.notices)
        QTest.keyClick(window, Qt.Key.Key_Backspace, CTRL)
        assert not window.notices.isVisible()


def test_a_new_profile_is_greeted_once(
    open_window: Opener, new_session: SessionInMemory, qtbot: QtBot
) -> None:
    new_session.now_standing = replace(new_session.now_standing, first_run=True)
    window = open_window(new_session)
    window.begin()
    greeting = dialog(FirstRun)
    QTest.qWait(1)
    assert clipped(greeting) == []
    QTest.keyClick(greeting.sample, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "sample" in new_session.done)
    assert window.place() is window.places["reading"]


def test_the_places_off_screen_are_made_one_at_a_time(
    look: Look, session: SessionInMemory, qtbot: QtBot
) -> None:
    around = Surroundings(lambda: NOW, random.Random(1), lambda: "0.1.0")
    window = Window(look, session, BareReading, around)
    qtbot.addWidget(window)
    assert len(window.places.made()) == 1
    for made, _step in enumerate(window.make_places(), start=2):
        assert len(window.places.made()) == made
    assert list(window.places) == list(PLACES)


def test_an_old_profile_is_asked_nothing(window: Window) -> None:
    window.begin()
    assert QApplication.activeModalWidget() is None


def test_what_is_dropped_together_is_opened_together(
    window: Window, session: SessionInMemory
) -> None:
    data = QMimeData()
    data.setUrls(
        [
            QUrl.fromLocalFile("/data/ct"),
            QUrl("https://example.org/mr.zip"),
            QUrl.fromLocalFile("/data/mr.zip"),
        ]
    )
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    drop = QDropEvent(QPoint(300, 300), action, data, button, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(drop)
    assert session.done == ["paths /data/ct /data/mr.zip"]
    assert window.place() is window.places["reading"]


def test_pictures_hold_the_dialog_too(window: Window) -> None:
    before = grab(window)
    window.commands["app.about"].trigger()
    QTest.qWait(1)
    assert before.startswith(b"\x89PNG")
    assert grab(window) != before
