"""The tag browser by keys and mouse: it fills when the file is read, searches, copies values."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from labeler.errors import LabelerError
from labeler.model.listing import HeaderEntry, HeaderListing
from labeler.ui.dialogs.tags import TagsDialog
from labeler.ui.look import Look
from tests.support.screen_reading import clipped

CTRL = Qt.KeyboardModifier.ControlModifier
NAME = HeaderEntry(
    0, "(0010,0010)", "PatientName", "Patient's Name", "PN", 4, "A^B", names_person=True
)
ROWS = HeaderEntry(0, "(0028,0010)", "Rows", "Rows", "US", 2, "512")


class Reader:
    """Answers when the test says so, as a thread would."""

    def __init__(self) -> None:
        self.answer: Callable[[HeaderListing], None] = lambda _listing: None
        self.refused: Callable[[LabelerError], None] = lambda _error: None

    def ask(
        self, answer: Callable[[HeaderListing], None], refused: Callable[[LabelerError], None]
    ) -> None:
        self.answer, self.refused = answer, refused


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def dialog(reader: Reader, look: Look, qtbot: QtBot) -> Iterator[TagsDialog]:
    window = QWidget()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    made = TagsDialog(window, look, reader.ask)
    made.open()
    qtbot.waitExposed(made)
    QGuiApplication.clipboard().clear()
    yield made
    if isValid(made):
        made.reject()
    QTest.qWait(1)


def _names(dialog: TagsDialog) -> list[str]:
    return [dialog.rows.entry(row).keyword for row in range(dialog.rows.rowCount())]


def test_it_waits_for_the_file_and_then_lists_it(dialog: TagsDialog, reader: Reader) -> None:
    assert dialog.told.text() == "Reading the file…"
    reader.answer(HeaderListing("one.dcm", (NAME, ROWS)))
    assert _names(dialog) == ["PatientName", "Rows"]
    assert dialog.told.text() == "2 elements in one.dcm"
    QTest.qWait(1)
    assert clipped(dialog) == []


def test_typing_searches_and_arrows_steer(dialog: TagsDialog, reader: Reader) -> None:
    reader.answer(HeaderListing("one.dcm", (NAME, ROWS)))
    QTest.keyClicks(dialog.search, "0028,0010")
    assert _names(dialog) == ["Rows"]
    assert dialog.told.text() == "1 of 2 elements in one.dcm"
    dialog.search.clear()
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.table.currentIndex().row() == 1


def test_what_was_typed_before_the_answer_counts(dialog: TagsDialog, reader: Reader) -> None:
    QTest.keyClicks(dialog.search, "rows")
    reader.answer(HeaderListing("one.dcm", (NAME, ROWS)))
    assert _names(dialog) == ["Rows"]


def test_a_value_is_copied_by_key_and_button(dialog: TagsDialog, reader: Reader) -> None:
    reader.answer(HeaderListing("one.dcm", (ROWS,)))
    QTest.keyClick(dialog.table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "512"
    QGuiApplication.clipboard().clear()
    QTest.mouseClick(dialog.copying, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "512"


def test_what_names_the_person_is_never_copied(dialog: TagsDialog, reader: Reader) -> None:
    reader.answer(HeaderListing("one.dcm", (NAME, ROWS)))
    dialog.table.selectRow(0)
    assert not dialog.copying.isEnabled()
    assert "never copied" in dialog.copying.toolTip()
    QTest.keyClick(dialog.table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == ""


def test_a_refusal_is_said_here(dialog: TagsDialog, reader: Reader) -> None:
    reader.refused(LabelerError("no-header", "one.png has no header.", safe="It is fine.", do=""))
    assert dialog.trouble.isVisible()
    assert not dialog.told.isVisible()


def test_an_answer_after_closing_is_dropped(dialog: TagsDialog, reader: Reader) -> None:
    dialog.reject()
    reader.answer(HeaderListing("one.dcm", (ROWS,)))


def test_a_huge_header_makes_words_for_painted_rows_only(
    dialog: TagsDialog, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    data = dialog.rows.data
    monkeypatch.setattr(
        dialog.rows, "data", lambda index, role=0: (asked.append(index.row()), data(index, role))[1]
    )
    reader.answer(HeaderListing("one.dcm", (ROWS,) * 50_000))
    dialog.grab()
    assert dialog.rows.rowCount() == 50_000
    assert len(set(asked)) < 200
