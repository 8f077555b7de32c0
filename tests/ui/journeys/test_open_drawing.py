"""What was not finished when the program ended, at the next opening of its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.model.shapes import Polygon
from labeler.ui.look import Look
from labeler.ui.reading.fields import TYPING_PAUSE_MS
from labeler.ui.reading.mark_details import LONGEST_NOTE
from labeler.ui.relay import Relay
from labeler.ui.translation import notice_words
from tests.support.dicom_files import write_stack
from tests.support.guard import Guard
from tests.support.sitting import CTRL, Sitting

NOW = 1_800_000_000


@pytest.fixture
def sit(tmp_path: Path, look: Look, relay: Relay) -> Iterator[Callable[..., Sitting]]:
    """The program anew on the same profile; the one before ends first."""
    sittings: list[Sitting] = []

    def sit_down(*named: Path) -> Sitting:
        for one in sittings:
            one.close()
        sittings[:] = [Sitting(tmp_path / "profile", look, relay, lambda: NOW, named)]
        return sittings[0]

    yield sit_down
    for one in sittings:
        one.close()


def said(person: Sitting) -> list[str]:
    return [notice_words(notice)[0] for notice in person.window.tidings.all()]


@pytest.mark.parametrize("at_start", [True, False])
def test_two_points_are_told_and_had_back_after_a_restart(
    sit: Callable[..., Sitting], tmp_path: Path, guard: Guard, at_start: bool
) -> None:
    """Also where the folder is named at the start, and is read before there is a window."""
    study = tmp_path / "study"
    write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(8)], size=(64, 64))
    person = sit()
    with guard.gui():
        person.show(study)
        person.window.commands["tool.polygon"].trigger()
        person.click_at((0.4, 0.4), (0.6, 0.4))
    person = sit(study) if at_start else sit()
    with guard.gui():
        if not at_start:
            person.show(study)
        person.until(person.is_seen)
        assert said(person) == ["Not finished: polygon of 2 points."]
        assert person.window.commands["edit.undo"].isEnabled()
        person.key(Qt.Key.Key_Z, CTRL)
        assert person.place.desk.tool.name == "polygon"
        person.click_at((0.6, 0.6))
        person.key(Qt.Key.Key_Return)
    (mark,) = person.marks
    assert isinstance(mark.shape, Polygon)
    assert len(mark.shape.points) == 3


@pytest.mark.parametrize("killed", ["", "elsewhere", "at it"])
def test_a_note_that_is_too_long_is_there_again_after_a_restart(
    sit: Callable[..., Sitting], tmp_path: Path, guard: Guard, killed: str
) -> None:
    """Put by while no mark is selected, or left in its field: told, and Check leads to it. It is in
    no document."""
    study, long = tmp_path / "study", "n" * (LONGEST_NOTE + 9)
    write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(8)], size=(64, 64))
    person = sit()
    with guard.gui():
        person.show(study)
        person.window.commands["tool.polygon"].trigger()
        person.click_at((0.4, 0.4), (0.6, 0.4), (0.6, 0.6))
        person.key(Qt.Key.Key_Return)
        (mark,) = person.marks
        desk, details = person.place.desk, person.place.panel.marks.details
        desk.select_mark(mark.id)
        person.until(details.isVisible)
        details.note.setFocus()
        QApplication.clipboard().setText(long)
        QTest.keyClick(details.note, Qt.Key.Key_V, CTRL)
        assert details.note.text() == long
        if killed == "elsewhere":
            desk.select_mark("")
            person.until(details.isHidden)
        if killed:
            QTest.qWait(TYPING_PAUSE_MS + 50)
            person.session.reading.keep_words = forget  # type: ignore[method-assign]  # no end
    person = sit()
    with guard.gui():
        person.show(study)
        person.until(person.is_seen)
        assert "Too long, and not taken yet: 1. Check leads there." in said(person)
        panel = person.place.panel
        QTest.mouseClick(panel.footer.check, Qt.MouseButton.LeftButton)
        person.until(panel.marks.details.isVisible)
        assert panel.marks.details.note.text() == long
        assert bool(panel.marks.details.note.property("refused"))
        panel.marks.details.note.setText("short")
        panel.marks.details.note.textEdited.emit("short")
        panel.marks.details.note.keep()
        person.until(lambda: person.marks[0].note == "short")
    person = sit()
    with guard.gui():
        person.show(study)
        person.until(person.is_seen)
        assert said(person) == []


def forget(_words: object) -> None:
    """As a program that is killed keeps nothing at its end."""
