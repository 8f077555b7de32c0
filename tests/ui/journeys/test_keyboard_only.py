"""The whole job with the hands on the keyboard: no pointer is moved, no button clicked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from labeler.demo.beside import Ready
from labeler.demo.hands import CTRL, Gallery, Hands
from labeler.demo.journey import _read_words
from labeler.model.forms import Choice, Scale
from labeler.model.outbox import OutboxState
from labeler.ui.dialogs.connect import ConnectDialog
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.dialogs.instructions import InstructionsDialog
from labeler.ui.dialogs.key import KeyDialog
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.places.outbox import STATES, OutboxPlace
from labeler.ui.places.work import WorkPlace
from labeler.ui.reading.place import ReadingPlace
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.window import Window

PASSPHRASE = "correct horse battery staple"
KEY = Qt.Key
POINTER = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
)


class NoPointer(QObject):
    """Remembers every event of a pointer."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QEvent.Type] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() in POINTER and event.spontaneous():
            self.seen.append(event.type())
        return False


@pytest.fixture
def no_pointer(qapp: QApplication) -> Iterator[NoPointer]:
    watch = NoPointer()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)


class Typist:
    """Keys for whatever has the keyboard; Tab until something is reached."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.key, self.until = hands.key, hands.until

    def tab_to(self, target: QWidget) -> None:
        for _ in range(40):
            if QApplication.focusWidget() is target:
                return
            self.key(KEY.Key_Tab)
        raise AssertionError(f"Tab does not reach {target}; it is at {QApplication.focusWidget()}")

    def fill(self, field: QLineEdit, text: str) -> None:
        self.tab_to(field)
        self.key(KEY.Key_A, CTRL)
        self.hands.type(text)

    def has_keys(self, target: QWidget) -> None:
        """Wait until a window manager that knows this window would give it the keys."""
        self.until(
            lambda: target.isEnabled() and target.window().focusWidget() is target,
            f"the keys at {target}",
        )

    def at(self, kind: type[QWidget]) -> None:
        window = self.hands.window.window()
        self.until(lambda: isinstance(window.focusWidget(), kind), f"the keys in {kind}")


def connect(typist: Typist, url: str) -> None:
    first = typist.hands.dialog(FirstRun)
    typist.tab_to(first.connect_)
    typist.key(KEY.Key_Return)
    asked = typist.hands.dialog(ConnectDialog)
    typist.fill(asked.address, url)
    typist.tab_to(asked.go)
    typist.key(KEY.Key_Return)
    typist.until(lambda: asked._found is not None, "an answer")
    typist.has_keys(asked.go)
    typist.key(KEY.Key_Return)
    typist.hands.until_closed(asked)


def make_key(typist: Typist) -> None:
    dialog = typist.hands.dialog(KeyDialog)
    words = typist.until(lambda: _read_words(dialog.words_page), "24 words")
    typist.tab_to(dialog.go)
    typist.key(KEY.Key_Return)
    typist.until(dialog.check_page.isVisible, "the words to be asked back")
    for place, field in zip(dialog.check_page._places, dialog.check_page.asked, strict=True):
        typist.fill(field, words[place + 1])
    for passphrase in (dialog.check_page.first, dialog.check_page.second):
        typist.fill(passphrase.field, PASSPHRASE)
    typist.key(KEY.Key_Return)
    typist.hands.until_closed(dialog, 60)


def read_case(typist: Typist, reading: ReadingPlace) -> None:
    """Look at every slice, say that there is nothing, answer the form."""
    desk = reading.desk
    typist.at(ViewportWidget)
    typist.until(lambda: 0 in desk.active.seen(), "the first slice")
    assert desk.active.image is not None
    last = len(desk.active.image.refs) - 1
    for index in range(1, last + 1):
        typist.key(KEY.Key_Down)
        typist.until(lambda index=index: desk.active.view.index == index, f"slice {index}")  # type: ignore[misc]
        typist.hands.rest(1)
    typist.key(KEY.Key_I, CTRL)
    shown = typist.hands.dialog(InstructionsDialog)
    assert "Pulmonary nodules" in shown.words.toPlainText()
    typist.key(KEY.Key_Escape)
    typist.key(KEY.Key_N)
    for view in reading.panel.findings.views:
        if view.question.required:
            focus = QApplication.focusWidget()
            if focus is None or not view.isAncestorOf(focus):
                typist.key(KEY.Key_Q)
            typist.until(view.body.isVisible, view.question.text)
            match view.question:
                case Scale(low=low):
                    typist.hands.type(str(low))
                    typist.key(KEY.Key_Return)
                case Choice():
                    typist.key(KEY.Key_1)
    assert reading._port.problems() == ()
    typist.key(KEY.Key_F6)
    typist.has_keys(reading.panel.footer.sign)


def sign(typist: Typist, reading: ReadingPlace) -> None:
    """Enter alone signs nothing; Ctrl+Enter does. F6 finds the way on."""
    typist.key(KEY.Key_Return, CTRL)
    summary = typist.hands.dialog(SigningDialog, 60)
    typist.key(KEY.Key_Return)
    typist.hands.until_closed(summary)
    assert not reading.desk.case or not reading.desk.case.signed
    typist.key(KEY.Key_Return, CTRL)
    summary = typist.hands.dialog(SigningDialog, 60)
    typist.key(KEY.Key_Return, CTRL)
    typist.hands.until_closed(summary)
    typist.until(reading.panel.footer.outbox.isVisible, "the way on")
    for _ in range(len(reading.panes()) + 1):
        if reading.panel.footer.outbox.hasFocus():
            break
        typist.key(KEY.Key_F6)
    typist.has_keys(reading.panel.footer.outbox)


@pytest.mark.timeout(180)
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_job_without_a_pointer(
    world: Ready, program: Window, no_pointer: NoPointer, tmp_path: Path
) -> None:
    typist = Typist(Hands(program, Gallery(tmp_path / "pictures")))
    work, reading, outbox = (program.places[name] for name in ("work", "reading", "outbox"))
    assert isinstance(work, WorkPlace)
    assert isinstance(reading, ReadingPlace)
    assert isinstance(outbox, OutboxPlace)
    connect(typist, world.url)
    typist.has_keys(work.panel.go)
    typist.key(KEY.Key_Return)
    make_key(typist)
    typist.until(lambda: bool(work.panel.cases.rows.keys), "the cases", 60)
    typist.has_keys(work.panel.go)
    assert work.panel.go.text() == "Open Case 1"
    typist.key(KEY.Key_Return)
    read_case(typist, reading)
    sign(typist, reading)
    typist.key(KEY.Key_Return)
    typist.until(outbox.isVisible, "the Outbox")
    words = {STATES[state][1] for state in (OutboxState.RECEIVED, OutboxState.REJECTED)}
    typist.until(
        lambda: any(row[0].text in words for row in outbox.table.rows.cells),
        "a receipt",
        60,
        lambda: typist.key(KEY.Key_F5),
    )
    typist.key(KEY.Key_P, CTRL)
    dialog = typist.hands.dialog(QFileDialog)
    name = dialog.findChild(QLineEdit)
    assert name is not None
    typist.fill(name, str(tmp_path / "case.labeler"))
    typist.key(KEY.Key_Return)
    typist.until((tmp_path / "case.labeler").exists, "the proof")
    typist.key(KEY.Key_L, CTRL)
    typist.until(program.locked.isVisible, "the locked screen")
    typist.hands.type(PASSPHRASE)
    typist.key(KEY.Key_Return)
    typist.until(outbox.isVisible, "the Outbox again")
    assert no_pointer.seen == []
