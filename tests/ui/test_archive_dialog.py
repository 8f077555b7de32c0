"""The dialog of image archives, with a real session and a real archive behind it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from labeler.app.session import Session
from labeler.app.session_core import Surroundings
from labeler.model.paths import resources_root
from labeler.pacs.archive import Archive, Kind, Login
from labeler.ui.dialogs.archive import EDIT, RECEIVED, SEARCH, ArchiveDialog
from labeler.ui.look import Look
from labeler.ui.relay import Relay
from tests.support.guard import Guard
from tests.support.screen_reading import clipped
from tests.support.studies import NAME, STUDY, Study, make_study
from tests.support.web_archive import Manners, web_archive


@pytest.fixture(scope="module")
def study() -> Study:
    return make_study(slices=3, size=16)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    relay = Relay()
    made = Session(
        Surroundings(
            tmp_path / "profile", resources_root(), relay.deliver, lambda _f: None, lambda: 0
        )
    )
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(1280, 800)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(window: QWidget, look: Look, session: Session, qtbot: QtBot) -> Iterator[ArchiveDialog]:
    made = opened(window, look, session, qtbot)
    yield made
    if isValid(made):
        made.close()


def opened(window: QWidget, look: Look, session: Session, qtbot: QtBot) -> ArchiveDialog:
    made = ArchiveDialog(window, look, session, lambda: int(time.time()), lambda: None)
    made.open()
    qtbot.waitExposed(made)
    return made


def type_in(dialog: ArchiveDialog, url: str) -> None:
    """As a person names their archive."""
    form = dialog.form
    QTest.keyClicks(form.name, "Main")
    QTest.keyClicks(form.url, url)
    QTest.mouseClick(form.login.chips()[1], Qt.MouseButton.LeftButton)
    QTest.keyClicks(form.user, "reader")


def test_from_the_address_to_the_study(
    dialog: ArchiveDialog,
    session: Session,
    study: Study,
    qtbot: QtBot,
    guard: Guard,
    window: QWidget,
    look: Look,
) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)  # there is no archive yet
    with web_archive(study, Manners(password="right")) as url:
        with guard.gui():
            type_in(dialog, url)
            QTest.keyClicks(dialog.form.secret.field, "right")
            assert clipped(dialog) == []
            dialog.test.click()
            qtbot.waitUntil(lambda: "answers" in dialog.test.text())
            dialog.save.click()
            qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
            QTest.keyClicks(dialog.search.name, "NO*")
            QTest.keyClick(dialog.search.name, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: dialog.search.study() is not None)
            found = dialog.search.study()
            assert found is not None
            assert found.uid == STUDY
            qtbot.waitUntil(lambda: len(dialog.search.series.rows.keys) == 4)
            assert clipped(dialog) == []
            dialog.get.click()
            qtbot.waitUntil(lambda: session.reading.case() is not None, timeout=20_000)
        case = session.reading.case()
        assert case is not None
        assert (case.task, len(case.series)) == ("CT · Main", 4)
    told = " ".join(note.happened.format(**dict(note.facts)) for note in session.notices())
    assert "is here, and open in Reading" in told
    assert NAME.partition("^")[0] not in told
    with guard.gui():
        again = opened(window, look, session, qtbot)
        qtbot.waitUntil(lambda: again.received.table.rows.keys != ())
        QTest.mouseClick(again.tabs.chips()[RECEIVED], Qt.MouseButton.LeftButton)
        assert clipped(again) == []
        again.received.table.select(again.received.table.rows.keys[0])
        assert again.open_it.isEnabled()
        again.remove.click()
        again.remove.click()  # as a double click
        assert "Press again" in again.remove.text()
        assert clipped(again) == []
        qtbot.wait(QApplication.doubleClickInterval() + 50)
        again.remove.click()
        qtbot.waitUntil(lambda: again.received.table.rows.keys == ())
        qtbot.waitUntil(lambda: session.reading.case() is None)
        again.close()


def test_a_line_that_is_cut_is_told_and_the_study_is_gone_on_with(
    dialog: ArchiveDialog,
    session: Session,
    study: Study,
    qtbot: QtBot,
    guard: Guard,
    window: QWidget,
    look: Look,
) -> None:
    """The whole way by hand: what came stays, and to get the study again asks for the rest."""

    def get(shown: ArchiveDialog) -> None:
        QTest.keyClick(shown.search.name, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: shown.search.study() is not None)
        shown.get.click()

    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    manners = Manners(password="right", drop_after=900, drops=9)
    with web_archive(study, manners) as url, guard.gui():
        type_in(dialog, url)
        QTest.keyClicks(dialog.form.secret.field, "right")
        dialog.save.click()
        qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
        get(dialog)
        qtbot.waitUntil(lambda: session.notices() != (), timeout=20_000)
        (note,) = session.notices()
        assert note.happened.startswith("The line to {archive} broke")
        assert dict(note.facts)["total"] == 12
        assert session.reading.case() is None
        manners.drops = 0
        again = opened(window, look, session, qtbot)
        qtbot.waitUntil(lambda: again.choice.count() == 1)
        get(again)
        qtbot.waitUntil(lambda: session.reading.case() is not None, timeout=20_000)
    case = session.reading.case()
    assert case is not None
    assert len(case.series) == 4


def test_a_password_that_no_keyring_has_is_asked_for(
    dialog: ArchiveDialog, session: Session, study: Study, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    with web_archive(study, Manners(password="right")) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url, login=Login.PASSWORD, user="reader")
        session.save_archive(archive, None, lambda _kept: dialog._saved("a1"), dialog.refuse)
        qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
        for typed in ("wrong", "right"):
            if typed == "wrong":
                dialog.search.go.click()
            qtbot.waitUntil(dialog.ask.isVisible)
            assert dialog.trouble.isVisible()
            assert clipped(dialog) == []
            QTest.keyClicks(dialog.secret.field, typed)
            QTest.keyClick(dialog.secret.field, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: not dialog.ask.isVisible() or dialog.trouble.isHidden())
        qtbot.waitUntil(lambda: dialog.search.study() is not None)
        assert not dialog.ask.isVisible()


def test_what_was_found_is_gone_with_another_archive_or_an_error(
    dialog: ArchiveDialog, session: Session, study: Study, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    manners = Manners()
    with web_archive(study, manners) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        session.save_archive(archive, None, lambda _kept: dialog._saved("a1"), dialog.refuse)
        qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
        dialog.search.go.click()
        qtbot.waitUntil(lambda: dialog.search.study() is not None)
        manners.status = 500
        dialog.search.go.click()
        qtbot.waitUntil(dialog.trouble.isVisible)
    assert dialog.search.study() is None
    assert not dialog.get.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_line_that_is_open_says_so(dialog: ArchiveDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    QTest.keyClicks(dialog.form.url, "http://pacs.hospital.lan/rs")
    assert dialog.form.note.isVisible()
    dialog.form.url.clear()
    QTest.keyClicks(dialog.form.url, "https://pacs.hospital.lan/rs")
    assert not dialog.form.note.isVisible()
    QTest.mouseClick(dialog.form.kind.chips()[1], Qt.MouseButton.LeftButton)
    QTest.keyClicks(dialog.form.host, "pacs")
    assert dialog.form.note.isVisible()
    assert clipped(dialog) == []


def test_an_answer_after_it_was_closed_harms_nobody(
    dialog: ArchiveDialog, session: Session, study: Study, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    with web_archive(study, Manners()) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        session.save_archive(archive, None, lambda _kept: dialog._saved("a1"), dialog.refuse)
        qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
        dialog.search.go.click()
        dialog.close()
        qtbot.waitUntil(lambda: not isValid(dialog))
        qtbot.wait(600)


def test_answers_are_shown_under_the_archive_that_gave_them(
    dialog: ArchiveDialog, session: Session, study: Study, qtbot: QtBot
) -> None:
    """Two archives; the person turns to the other one while the first still searches."""
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    manners = Manners(list_s=0.5)
    with web_archive(study, manners) as url, web_archive(study, Manners(status=500)) as other:
        saved: list[bool] = []
        for name, at in (("First", url), ("Second", other)):
            archive = Archive(session.new_archive_id(), name, Kind.DICOMWEB, url=at)
            session.save_archive(archive, None, saved.append, lambda _error: None)
        qtbot.waitUntil(lambda: len(saved) == 2)
        dialog._leave_form("")
        qtbot.waitUntil(lambda: dialog.choice.count() == 2)
        QTest.keyClick(dialog.search.name, Qt.Key.Key_Return)
        dialog.choice.setCurrentIndex(1)
        qtbot.wait(1200)
        assert dialog.search.study() is None
        assert not dialog.get.isEnabled()
        # The other way round: the refusal of the second is not told under the first.
        QTest.keyClick(dialog.search.name, Qt.Key.Key_Return)
        dialog.choice.setCurrentIndex(0)
        qtbot.wait(600)
        assert not dialog.trouble.isVisible()


def test_what_was_tested_is_what_stands_there(
    dialog: ArchiveDialog, study: Study, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    with web_archive(study, Manners(list_s=0.3)) as url:
        QTest.keyClicks(dialog.form.name, "Main")
        QTest.keyClicks(dialog.form.url, url)
        dialog.test.click()
        qtbot.waitUntil(lambda: "answers" in dialog.test.text())
        QTest.keyClicks(dialog.form.url, "/elsewhere")
        assert dialog.test.text() == "Test"
        dialog.form.url.setText(url)
        dialog.test.click()
        QTest.keyClicks(dialog.form.url, "/elsewhere")
        qtbot.wait(800)
        assert dialog.test.text() == "Test"
        assert dialog.test.isEnabled()


def test_an_archive_kept_without_a_login_that_wants_one_is_told(
    dialog: ArchiveDialog, study: Study, qtbot: QtBot
) -> None:
    """A password that is never sent is not asked for."""
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    with web_archive(study, Manners(password="right")) as url:
        QTest.keyClicks(dialog.form.name, "Main")
        QTest.keyClicks(dialog.form.url, url)
        dialog.save.click()
        qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
        QTest.keyClick(dialog.search.name, Qt.Key.Key_Return)
        qtbot.waitUntil(dialog.trouble.isVisible)
        assert not dialog.ask.isVisible()


def test_removing_an_archive_is_asked_twice(
    dialog: ArchiveDialog, session: Session, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog.page() == EDIT)
    archive = Archive("a1", "Main", Kind.DICOMWEB, url="https://pacs.example/rs")
    session.save_archive(archive, None, lambda _kept: dialog._saved("a1"), dialog.refuse)
    qtbot.waitUntil(lambda: dialog.page() == SEARCH and dialog.choice.count() == 1)
    dialog.edit.click()
    assert clipped(dialog) == []
    dialog.forget.click()
    assert "Press again" in dialog.forget.text()
    assert clipped(dialog) == []
    QTest.keyClicks(dialog.form.name, "!")  # the person turned to something else
    assert dialog.forget.text() == "Remove this archive"
    dialog.forget.click()
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    dialog.forget.click()
    qtbot.waitUntil(lambda: dialog.choice.count() == 0)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Doe", "Doe"),
        ("Doe, Jane", "Doe^Jane"),
        ("Doe,Jane", "Doe^Jane"),
        ("Müller Jürgen", "Müller*Jürgen*"),
        ("van der Berg^A*", "van der Berg^A*"),
    ],
)
def test_a_name_is_typed_as_people_write_it(dialog: ArchiveDialog, typed: str, asked: str) -> None:
    dialog.search.name.setText(typed)
    assert dialog.search.query().name == asked
