"""The reason why something was refused goes with its cause, and is in nobody's way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect
from PySide6.QtGui import QEnterEvent, QFontMetrics, QMouseEvent, QPointingDevice, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.forms import Scale
from labeler.model.manifest import Label
from labeler.model.shapes import Box
from labeler.ui.components import beside as beside_file
from labeler.ui.components.beside import Beside
from labeler.ui.reading.mark_details import MarkDetails
from labeler.ui.reading.paint_bar import PaintBar
from labeler.ui.reading.range_fields import RangeFields
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
LABELS = (Label("nodule", "Nodule", (Scale("part", "Percent", 0, 100, required=False),)),)


@pytest.fixture
def details(open_reader: ReaderMaker) -> MarkDetails:
    reader = open_reader(replace(open_case(chest_image()), labels=LABELS))
    image = reader.desk.active.image
    assert image is not None
    box = Box((0, 0), (20_000, 9000))
    reader.port.apply(AddMark(0, Mark("b0", "nodule", image.refs[0], box)), {})
    reader.desk.select_mark("b0")
    reader.settle()
    return reader.place.panel.marks.details


@pytest.fixture
def range_fields(reader: Reader) -> RangeFields:
    reader.key(KEY.Key_T)
    (found,) = reader.place.findChildren(PaintBar)
    return found.range


def reason(widget: QWidget) -> str:
    (found,) = widget.window().findChildren(Beside) or (None,)
    return found.text() if found is not None and found.isVisible() else ""


def refuse(field: QWidget, typed: str, leave: Qt.Key = KEY.Key_Tab) -> None:
    field.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, leave)
    QApplication.processEvents()


def is_covered(control: QWidget) -> bool:
    (words,) = control.window().findChildren(Beside)
    place = QRect(control.mapTo(control.window(), QPoint(0, 0)), control.size())
    return words.isVisible() and words.geometry().intersects(place)


def test_it_goes_with_the_first_key_and_does_not_outlive_what_is_taken(
    details: MarkDetails,
) -> None:
    refuse(details.sure, "9,5")
    assert reason(details) == "“9,5” is no whole number from 0 to 100. It stays as it was."
    details.sure.setFocus()
    QTest.keyClicks(details.sure, "8")
    assert reason(details) == ""
    QTest.keyClicks(details.sure, "5")
    QTest.keyClick(details.sure, KEY.Key_Return)
    assert (details.sure.text(), reason(details)) == ("85", "")


def test_a_control_that_gets_the_keyboard_is_not_covered(details: MarkDetails) -> None:
    field = details.answers[0].field
    assert field is not None
    refuse(field, "500")
    assert reason(details).startswith("“500”")
    assert details.note.hasFocus()
    assert not is_covered(details.note), "told elsewhere, or no more"
    details.sure.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not is_covered(details.sure)


def test_it_gives_way_to_the_pointer(details: MarkDetails) -> None:
    refuse(details.sure, "9,5")
    (words,) = details.window().findChildren(Beside)
    middle = QPointF(words.rect().center())
    at = words.mapToGlobal(middle)
    QApplication.sendEvent(words, QEnterEvent(middle, at, at))
    assert not words.isVisible()


class Below(QWidget):
    """A control that the words lie over, and what comes to it."""

    def __init__(self, words: QWidget) -> None:
        super().__init__(words.window())
        self.came: list[tuple[QEvent.Type, QPointF]] = []
        self.devices: list[QPointingDevice] = []
        self.setGeometry(words.geometry())
        self.show()
        words.raise_()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and not isinstance(event, QEnterEvent):
            self.came.append((event.type(), event.position()))
            self.devices.append(event.pointingDevice())
            return True
        return super().event(event)


@pytest.mark.parametrize("through_window", [False, True])
def test_a_finger_that_comes_without_hover_presses_what_lies_below(
    details: MarkDetails, through_window: bool
) -> None:
    refuse(details.sure, "9,5")
    (words,) = details.window().findChildren(Beside)
    below = Below(words)
    at = QPoint(7, 5)
    if through_window:
        handle, there = words.window().windowHandle(), words.mapTo(words.window(), at)
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, there)
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, there)
        QApplication.processEvents()
    else:
        QTest.mouseClick(words, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert reason(details) == ""
    buttons = [one for one in below.came if one[0] != QEvent.Type.MouseMove]
    assert buttons == [
        (QEvent.Type.MouseButtonPress, QPointF(at)),
        (QEvent.Type.MouseButtonRelease, QPointF(at)),
    ]


def test_what_it_hands_on_comes_from_the_same_hand(details: MarkDetails) -> None:
    """A pen stays a pen, and a double click is one."""
    refuse(details.sure, "9,5")
    (words,) = details.window().findChildren(Beside)
    below, at = Below(words), QPointF(7, 5)
    pen = QPointingDevice()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    there = words.mapToGlobal(at)
    kinds = [QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonDblClick]
    for kind in kinds:
        QApplication.sendEvent(words, QMouseEvent(kind, at, there, left, left, none, pen))
    assert [kind for kind, _ in below.came] == kinds
    assert [one is pen for one in below.devices] == [True, True, True]


def test_it_goes_when_the_field_shows_something_else(
    reader: Reader, range_fields: RangeFields, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside_file, "READ_MS", 0)
    low = range_fields.low
    low.selectAll()
    refuse(low, "1e-4")
    assert reason(low).startswith("“1e-4”")
    image = chest_image()
    dose = replace(image, unit="Gy", info=replace(image.info, uid="1.2.8"))
    reader.show(replace(open_case(dose), id="case-8"))
    reader.key(KEY.Key_T)
    assert reason(low) == ""


def test_it_goes_with_its_field(
    reader: Reader, range_fields: RangeFields, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside_file, "READ_MS", 0)
    refuse(range_fields.low, "1e-4")
    reader.view.setFocus()
    reader.key(KEY.Key_V)
    assert (range_fields.low.isVisible(), reason(range_fields.low)) == (False, "")


def test_an_end_of_the_range_shows_its_beginning(range_fields: RangeFields) -> None:
    high = range_fields.high
    high.setFocus()
    high.selectAll()
    QTest.keyClicks(high, "0.0300001")
    QTest.keyClick(high, KEY.Key_Return)
    assert (high.text(), high.cursorPosition(), high.hasFocus()) == ("0.0300001", 0, False)
    assert high.toolTip().endswith("\n0.0300001")
    room = high.width() - 16 - QFontMetrics(high.font()).horizontalAdvance("0.03000")
    assert room >= 0
