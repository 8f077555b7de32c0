"""The history of a case at a real window: over slices, views, series, a restart and thousands of
edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from labeler.app import checkpointing
from labeler.model.frames import FrameRef
from labeler.model.history import point_of
from labeler.ui.look import Look
from labeler.ui.relay import Relay
from labeler.viewing.reformat import Reformat
from tests.support.dicom_files import write_stack
from tests.support.guard import Guard
from tests.support.sitting import Sitting, changed_boxes

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key
NOW = 1_800_000_000


@pytest.fixture
def sit(tmp_path: Path, look: Look, relay: Relay) -> Iterator[Callable[[], Sitting]]:
    """The program anew on the same profile; the one before ends first."""
    sittings: list[Sitting] = []

    def sit_down() -> Sitting:
        for one in sittings:
            one.close()
        sittings[:] = [Sitting(tmp_path / "profile", look, relay, lambda: NOW)]
        return sittings[0]

    yield sit_down
    for one in sittings:
        one.close()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two series of one study."""
    folder = tmp_path / "study"
    write_stack(folder / "a", [(0.0, 0.0, 2.5 * k) for k in range(8)], size=(64, 64))
    write_stack(folder / "b", [(0.0, 0.0, 2.5 * k) for k in range(6)], size=(64, 64), series=2)
    return folder


def test_undo_over_slices_views_series_and_a_restart(
    sit: Callable[[], Sitting], study: Path, guard: Guard
) -> None:
    """What was drawn on two slices, on a plane and in another series is taken back by the next
    sitting, edit by edit, each where it was; and put back again."""
    person = sit()
    with guard.gui():
        person.show(study)
        first = person.place.desk.active.tile
        person.key(KEY.Key_R)
        person.until(person.is_seen)
        person.drag((0.3, 0.3), (0.5, 0.5))
        person.key(KEY.Key_Down)
        person.key(KEY.Key_Down)
        person.key(KEY.Key_B)
        person.until(person.is_seen)
        person.drag((0.4, 0.6), (0.5, 0.6), (0.6, 0.62))
        person.key(KEY.Key_C, SHIFT)
        person.until(lambda: isinstance(person.place.desk.active.image, Reformat))
        person.key(KEY.Key_R)
        person.until(person.is_seen)
        person.drag((0.4, 0.45), (0.6, 0.55))
        person.key(KEY.Key_A, SHIFT)
        other = next(t for t in person.place.desk.case.series if t.uid != first)
        person.place.strip.tiles[1].click()
        person.until(lambda: person.place.desk.active.tile == other.uid)
        person.until(lambda: person.place.desk.active.pixels is not None)
        person.place.view.setFocus()
        person.key(KEY.Key_L)
        person.until(person.is_seen)
        person.drag((0.3, 0.3), (0.6, 0.6))
        drawn = person.marks
        assert len(drawn) == 4
        assert len({mark.frame.series for mark in drawn}) == 2
    person = sit()
    with guard.gui():
        person.show(study)
        assert person.marks == drawn
        for left in (3, 2, 1, 0):
            person.key(KEY.Key_Z, CTRL)
            person.until(lambda left=left: len(person.marks) == left)
            assert seen(person, drawn[left].frame), "one is shown what goes"
        for there in (1, 2, 3, 4):
            person.key(KEY.Key_Z, CTRL | SHIFT)
            person.until(lambda there=there: len(person.marks) == there)
            assert seen(person, drawn[there - 1].frame)
        assert person.marks == drawn


def seen(person: Sitting, frame: FrameRef) -> bool:
    """Whether the active view comes to show a frame."""
    shown = person.place.desk.active

    def is_seen() -> bool:
        if shown.base is None or frame not in shown.base.refs or shown.pixels is None:
            return False
        return isinstance(shown.image, Reformat) or shown.base.refs[shown.wanted] == frame

    person.until(is_seen)
    return True


def test_every_press_of_undo_and_redo_counts_while_strokes_are_fetched(
    sit: Callable[[], Sitting], study: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "AHEAD", 0)
    monkeypatch.setattr(checkpointing, "_LOOK_EVERY", 1000)
    monkeypatch.setattr("labeler.app.case_on_screen.AT_CLOSING", 5)
    person = sit()
    with guard.gui():
        person.show(study)
        person.key(KEY.Key_B)
        for number in range(12):
            person.drag((0.3, 0.3 + number / 40), (0.6, 0.3 + number / 40))
    person = sit()
    with guard.gui():
        person.show(study)
        assert depth(person) == 12
        view = person.place.view
        for _ in range(8):  # as fast as a key repeats: nothing is answered between
            QTest.keyClick(view, KEY.Key_Z, CTRL)
        assert depth(person) == 12, "none of its strokes are at hand"
        QTest.keyClick(view, KEY.Key_Z, CTRL | SHIFT)
        person.until(lambda: person.session.reading.is_settled)
        assert depth(person) == 12 - 8 + 1
        for _ in range(2):
            QTest.keyClick(view, KEY.Key_Z, CTRL)
        waits = depth(person)
        QTest.keyClick(view, KEY.Key_Escape)
        person.until(lambda: person.session.reading.is_settled)
        QTest.qWait(100)
        assert depth(person) == waits, "Escape stopped what was not there yet"
        assert person.window.tidings.all() == ()


def test_fills_under_way_at_the_end_are_there_after_a_restart(
    sit: Callable[[], Sitting], study: Path, guard: Guard
) -> None:
    person = sit()
    with guard.gui():
        person.show(study)
        person.window.commands["paint.deep"].trigger()
        person.key(KEY.Key_F)
        person.until(person.is_seen)
        view = person.place.view
        for number in (KEY.Key_1, KEY.Key_2, KEY.Key_3):  # faster than they are worked out
            QTest.keyClick(view, number)
            QTest.mouseClick(view, Qt.MouseButton.LeftButton)
        assert person.place.desk.painting.is_working
    person = sit()
    with guard.gui():
        person.show(study)
        assert len(person.marks) == 3


def depth(person: Sitting) -> int:
    """How many edits stand."""
    at = person.history.at
    return at.depth if at else 0


EDITS = 4000


def test_a_jump_over_thousands_of_edits_keeps_the_hand_free(
    sit: Callable[[], Sitting], study: Path, guard: Guard
) -> None:
    person = sit()
    with guard.gui():
        person.show(study)
    person.write(changed_boxes(person, EDITS), NOW - 9000)
    person = sit()
    with guard.gui():
        person.show(study)
        assert len(person.marks) == 50
        listed = person.open_history()
        end = point_of(person.history)
        person.click(listed, 0)
        assert point_of(person.history) == end, "it is worked out beside the hand"
        person.until(lambda: point_of(person.history) == 0)
        assert not person.marks
        person.click(listed, EDITS)
        person.key(KEY.Key_Escape)
        assert person.session.reading.going() is None
        QTest.qWait(200)
        assert not person.marks, "Escape stopped it"
        person.click(listed, EDITS)
        person.place.view.setFocus()
        person.key(KEY.Key_R)
        person.drag((0.3, 0.3), (0.5, 0.5))
        QTest.qWait(200)
        assert len(person.marks) == 1, "what is drawn meanwhile is there, and goes first"
        said = [notice.happened for notice in person.window.tidings.all()]
        assert said == ["The jump was given up: you went on working."]
        branch = next(n for n in range(5) if "Branch" in listed.told(n).text)
        person.click(listed, branch)
        person.until(lambda: len(person.marks) == 50)
        assert point_of(person.history) == end
        person.click(listed, 0)
    person = sit()  # closed in the midst of a jump
    with guard.gui():
        person.show(study)
        assert point_of(person.history) == end
        assert len(person.marks) == 50
