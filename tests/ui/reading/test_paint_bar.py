from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.model.edits import Together
from labeler.model.image import Caveat, Image
from labeler.model.shapes import PaintedMask
from labeler.model.stack import Stack
from labeler.model.steps import Do
from labeler.ui.components.menu import Menu
from labeler.ui.reading.paint_bar import PaintBar
from labeler.viewing.paint_options import Cutting
from labeler.viewing.paint_reasons import DISC_BUT_ON_PLANES
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.support.scenes import stacked
from tests.ui.reading.conftest import ReaderMaker

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def bar(reader: Reader) -> PaintBar:
    (found,) = reader.place.findChildren(PaintBar)
    return found


def uneven() -> Image:
    """Slices 2 mm apart, then 5."""
    image = chest_image()
    places = [(0.0, 0.0, 2.0 * n + 3.0 * max(0, n - 2)) for n in range(len(image.refs))]
    stack = Stack(origins=tuple(places))
    return replace(image, stack=stack, caveats=(Caveat.SPACING_UNEVEN,))


def test_a_ball_that_cannot_be_says_why_it_is_a_disc(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(uneven()))
    reader.key(KEY.Key_B)
    reader.key(KEY.Key_G, SHIFT)
    assert bar(reader).tip.text() == "Disc: uneven slices"
    assert [notice.happened for notice in reader.window.tidings.all()] == [DISC_BUT_ON_PLANES.text]
    reader.key(KEY.Key_F)
    reader.desk.painting.change(lambda options: replace(options, deep=True))
    reader.settle()
    assert bar(reader).through.text() == "This slice: uneven slices"
    reader.key(KEY.Key_B)
    reader.desk.painting.change(lambda options: replace(options, ball=False))
    assert bar(reader).tip.text() == "Disc"


def test_without_pixel_spacing_nothing_is_told_in_mm(open_reader: ReaderMaker) -> None:
    image = replace(chest_image(), caveats=(Caveat.SPACING_UNKNOWN,))
    one_mm = image.affine.spacing_mm[0]
    reader = open_reader(open_case(image))
    reader.key(KEY.Key_B)
    assert bar(reader).size_words.text() == f"{8 / one_mm:.1f} px"
    reader.drag([(100, 100), (120, 100)])
    reader.window.commands["mask.grow"].trigger()
    reader.settle()
    (step,) = (one for one in reader.port.steps[1:] if isinstance(one, Do))
    assert isinstance(step.edit, Together)
    assert step.edit.name == "grow"
    menu = bar(reader)._verbs(bar(reader))
    steps, least = (one.menu() for one in menu.actions() if one.menu() is not None)
    told = [one.text() for sub in (steps, least) for one in sub.actions()]  # type: ignore[attr-defined]
    assert len(told) == 9
    assert all(text.endswith(" px") for text in told), told


def test_the_bar_is_there_with_a_tool_that_paints_and_says_what_it_does(
    open_reader: ReaderMaker,
) -> None:
    reader = open_reader(open_case(stacked(chest_image())))
    assert not bar(reader).isVisible()
    reader.key(KEY.Key_B)
    assert bar(reader).isVisible()
    assert bar(reader).tip.text() == "Disc"
    assert not bar(reader).range.low.isVisible()
    reader.key(KEY.Key_G, SHIFT)
    assert reader.desk.painting.options.ball
    assert bar(reader).tip.text() == "Ball"
    reader.key(KEY.Key_T)
    assert bar(reader).range.low.isVisible()
    type_range(reader, "-700", "300")
    assert reader.view.hasFocus(), "after Enter the image has the keyboard"
    options = reader.desk.painting.options
    assert (options.low, options.high) == (-700.0, 300.0)
    reader.key(KEY.Key_F)
    assert bar(reader).reach.text() == "± 10 % ▾"
    assert bar(reader).through.text() == "This slice"
    reader.key(KEY.Key_E, SHIFT)
    assert bar(reader).cutting.text() == "Cut inside out ▾"
    reader.key(KEY.Key_V)
    assert not bar(reader).isVisible()


def type_range(reader: Reader, low: str, high: str) -> None:
    fields = bar(reader).range
    for field, typed in ((fields.low, low), (fields.high, high)):
        field.setFocus()
        field.selectAll()
        QApplication.clipboard().setText(typed)
        reader.key(KEY.Key_V, CTRL)
        reader.key(KEY.Key_Return)


@pytest.mark.parametrize(
    ("low", "high", "taken"),
    [("-5.5", "1.05", (-5.5, 1.05)), ("−5,5", "0,25", (-5.5, 0.25)), ("40", "40", (40.0, 40.0))],
)
def test_the_range_has_decimals_with_point_and_comma(
    reader: Reader, low: str, high: str, taken: tuple[float, float]
) -> None:
    reader.key(KEY.Key_T)
    type_range(reader, low, high)
    options = reader.desk.painting.options
    assert (options.low, options.high) == taken
    assert bar(reader).range.unit.text() == "HU"


def test_an_end_of_the_range_that_is_no_number_is_refused_and_changes_nothing(
    reader: Reader,
) -> None:
    reader.key(KEY.Key_T)
    before = reader.desk.painting.options
    low = bar(reader).range.low
    low.setFocus()
    low.selectAll()
    QTest.keyClicks(low, "1.2.3")
    reader.key(KEY.Key_Return)
    assert (low.text(), low.hasFocus()) == ("1.2.3", True)
    assert low.accessibleDescription() == "“1.2.3” is no number as 12 or 1.5."
    reader.click(20, 20)
    assert reader.desk.painting.options == before
    assert "It stays" in low.accessibleDescription()


def test_a_range_that_ends_below_its_beginning_says_so(reader: Reader) -> None:
    reader.key(KEY.Key_T)
    type_range(reader, "-100", "100")
    low = bar(reader).range.low
    low.setFocus()
    low.selectAll()
    QTest.keyClicks(low, "500")
    reader.key(KEY.Key_Return)
    assert "nothing lies in it yet" in low.accessibleDescription()
    type_range(reader, "500", "800")
    options = reader.desk.painting.options
    assert (options.low, options.high) == (500.0, 800.0)


def test_of_pet_the_range_is_in_suv(open_reader: ReaderMaker) -> None:
    image = replace(chest_image(), unit="Bq/mL", suv_factor=1 / 4000)
    reader = open_reader(open_case(image))
    reader.key(KEY.Key_T)
    fields = bar(reader).range
    assert fields.unit.text() == "SUV"
    type_range(reader, "2.5", "7,5")
    options = reader.desk.painting.options
    assert (options.low, options.high) == (10_000.0, 30_000.0)
    assert (fields.low.text(), fields.high.text()) == ("2.5", "7.5")


def list_tops(reader: Reader) -> list[int]:
    panel = reader.place.panel
    QApplication.processEvents()
    return [one.geometry().top() for one in (panel.labels, panel.marks, panel.measures)]


def test_no_view_is_covered_and_an_end_of_the_range_is_never_empty(reader: Reader) -> None:
    reader.key(KEY.Key_T)
    found, wall = bar(reader), reader.place.wall
    origin = found.mapTo(reader.place, QPoint(0, 0))
    views = QRect(wall.mapTo(reader.place, QPoint(0, 0)), wall.size())
    assert not views.intersects(QRect(origin, found.size()))
    before, heads = reader.desk.painting.options, list_tops(reader)
    reader.key(KEY.Key_V)
    assert list_tops(reader) == heads, "what stands above does not move"
    reader.key(KEY.Key_T)
    low = found.range.low
    told = low.text()
    low.setFocus()
    low.selectAll()
    reader.key(KEY.Key_Delete)
    found.range.high.setFocus()
    assert low.text() == told
    assert reader.desk.painting.options == before


def test_choices_of_the_menus_are_options(reader: Reader) -> None:
    reader.key(KEY.Key_B, SHIFT)
    found = bar(reader)
    menu = found._cuttings(found)
    menu.actions()[1].trigger()
    assert reader.desk.painting.options.cutting is Cutting.ERASE
    places = found._places(found)
    texts = [action.text() for action in places.actions()]
    assert texts[:2] == ["Everywhere", "Outside all others"]
    places.actions()[2].trigger()
    assert reader.desk.painting.options.of
    assert found.where.text().startswith("Inside")
    assert any(one.text().startswith("Fill holes") for one in found._verbs(found).actions())


def test_a_mask_is_grown_by_its_key_and_that_is_one_step_back(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    reader.drag([(10, 10), (20, 10)])
    (mark,) = reader.document.marks
    before = reader.painted().count
    reader.key(KEY.Key_Up, CTRL)
    assert reader.painted().count > before
    reader.desk.returning.undo()
    assert reader.painted().count == before
    assert isinstance(reader.document.marks[0].shape, PaintedMask)
    assert reader.document.marks[0] == mark


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_an_open_menu_has_the_keys(reader: Reader) -> None:
    reader.key(KEY.Key_B)
    QTest.mouseClick(bar(reader).whole, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, Menu)
    steps = menu.findChildren(Menu)
    assert len(steps) == 2, "what opens out of it is one too"
    for typed in "nl1zq":
        QTest.keyClick(menu, typed)
        QTest.keyClick(steps[0], typed)
    reader.settle()
    assert not reader.document.no_finding
    assert reader.desk.tool.name == "brush"
    QTest.keyClick(menu, KEY.Key_Escape)
    reader.settle()
    assert QApplication.activePopupWidget() is None
    reader.key(KEY.Key_L)
    assert reader.desk.tool.name == "length"
