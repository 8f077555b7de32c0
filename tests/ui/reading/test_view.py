"""The view under hands: slices, window, zoom, what is painted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from labeler.app.open_case import OpenCase
from labeler.app.screens import Change
from labeler.errors import LabelerError
from labeler.model.checks import Check
from labeler.model.frames import Window
from labeler.model.image import Caveat, Image, Voi, VoiFunction, VoiLut
from labeler.model.overlays import OverlayBits
from labeler.model.stack import Double, Gap, Stack
from labeler.model.volume import Volume
from labeler.ui.components.text import Label
from labeler.ui.reading.caveat_card import CaveatCard
from labeler.ui.reading.layout_button import LayoutButton
from labeler.ui.reading.view_actions import use_preset
from labeler.ui.reading.view_painter import grey_of
from labeler.viewing.render import FrameRenderer
from tests.support.guard import Guard
from tests.support.images import image_of
from tests.support.reader import CTRL, LEFT, MIDDLE, NONE, RIGHT, SHIFT, Reader
from tests.support.reading_in_memory import SLICES, chest_image, open_case
from tests.support.screen_reading import clipped
from tests.support.screens import greys_of
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key

# Without a screen Qt cannot grab the keyboard for a menu, and says so.
opens_menu = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_case_opens_fitted_at_its_first_slice(reader: Reader) -> None:
    assert reader.desk.active.view.index == 0
    assert reader.desk.active.view.fitted
    assert reader.desk.active.view.window == Window(-600, 1500)
    assert reader.port.seen(reader.desk.active.tile) == {0}
    assert reader.window.commands["tool.select"].isChecked()


def test_what_is_painted_is_what_is_rendered(reader: Reader) -> None:
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    assert reader.desk.active.pixels is not None
    size = reader.view.width(), reader.view.height()
    grey = grey_of(scene.image, 0, False, scene)
    expected = FrameRenderer().paint(reader.desk.active.pixels, scene.where, size, grey)
    grabbed = reader.view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    shown = np.frombuffer(grabbed.constBits(), np.uint8).reshape(-1, grabbed.bytesPerLine())
    clear = np.s_[size[1] // 4 : size[1] // 2 - 20, size[0] // 4 : size[0] // 2 - 20]
    assert np.array_equal(shown[:, : size[0]][clear], greys_of(expected)[clear])


def test_the_wheel_and_the_keys_turn_slices(reader: Reader) -> None:
    reader.wheel(-2)
    assert reader.desk.active.view.index == 2
    reader.wheel(1)
    assert reader.desk.active.view.index == 1
    for _ in range(4):
        reader.wheel(-0.25)
    assert reader.desk.active.view.index == 2
    for key, index in (
        (KEY.Key_Down, 3),
        (KEY.Key_Up, 2),
        (KEY.Key_PageDown, 12),
        (KEY.Key_PageUp, 2),
        (KEY.Key_End, SLICES - 1),
        (KEY.Key_Right, SLICES - 1),
        (KEY.Key_Home, 0),
    ):
        reader.key(key)
        assert reader.desk.active.view.index == index
    assert {0, 1, 2, 3, 12, SLICES - 1} == reader.port.seen(reader.desk.active.tile)


def test_zoom_keeps_the_place_under_the_cursor_and_survives_scrolling(reader: Reader) -> None:
    before = reader.at(80, 90)
    reader.wheel(3, CTRL, at=before)
    assert (reader.at(80, 90) - before).manhattanLength() <= 1
    zoom = reader.desk.active.view.zoom
    reader.wheel(-1)
    assert reader.desk.active.view.zoom == zoom
    reader.key(KEY.Key_0, CTRL)
    assert reader.desk.active.view.fitted


@opens_menu
def test_right_drag_is_the_window_and_right_click_a_menu(reader: Reader) -> None:
    reader.drag_canvas([QPoint(400, 400), QPoint(450, 380), QPoint(500, 350)], RIGHT)
    assert reader.desk.active.view.window == Window(-600 - 50 * 7.5, 1500 + 100 * 7.5)
    assert QApplication.activePopupWidget() is None
    before = reader.desk.active.view
    reader.click(50, 50, RIGHT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert reader.window.commands["view.fit"] in menu.actions()
    menu.close()
    assert reader.desk.active.view == before


def test_middle_drag_moves_the_image(reader: Reader) -> None:
    before = reader.at(80, 90)
    reader.drag_canvas([QPoint(400, 400), QPoint(420, 390)], MIDDLE)
    assert reader.at(80, 90) - before == QPoint(20, -10)


def test_tools_of_looking_need_no_edit(reader: Reader) -> None:
    reader.key(KEY.Key_W)
    reader.drag_canvas([QPoint(400, 400), QPoint(500, 400)])
    assert reader.desk.active.view.window.width == 2250
    reader.key(KEY.Key_S)
    reader.drag_canvas([QPoint(400, 100), QPoint(400, 100 + round(0.8 * reader.view.height()))])
    assert reader.desk.active.view.index == SLICES - 1
    reader.key(KEY.Key_Z)
    zoom = reader.desk.active.view.zoom
    reader.drag_canvas([QPoint(400, 400), QPoint(400, 300)])
    assert reader.desk.active.view.zoom == pytest.approx(2 * zoom)
    assert reader.port.steps == []
    reader.key(KEY.Key_Space)
    assert reader.desk.tool.name == "scroll"


@opens_menu
def test_presets_have_keys_and_names(reader: Reader) -> None:
    reader.key(KEY.Key_6, SHIFT)
    assert reader.desk.active.view.window == Window(400, 1800)
    assert reader.place.presets.text() == "Bone"
    reader.key(KEY.Key_1, SHIFT)
    assert reader.desk.active.view.window == Window(-600, 1500)
    QTest.mouseClick(reader.place.presets, LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[2].trigger()
    menu.close()
    assert reader.desk.active.view.window == Window(50, 350)


@pytest.mark.parametrize(
    ("modality", "unit", "said"),
    [("CT", "", "Rescale Type"), ("MR", "", "Only the values of CT"), ("CT", "HU", "")],
)
def test_a_preset_that_does_not_fit_says_why(
    open_reader: ReaderMaker, modality: str, unit: str, said: str
) -> None:
    pixels = np.arange(4096, dtype=np.int16).reshape(1, 64, 64)
    reader = open_reader(open_case(image_of(pixels, modality=modality, unit=unit)))
    before = reader.desk.active.view.window
    reader.key(KEY.Key_3, SHIFT)
    told = " ".join(notice.happened for notice in reader.window.tidings.all())
    assert said in told
    assert bool(told) == bool(said)
    assert (reader.desk.active.view.window == before) == bool(said)


def test_invert_is_a_toggle_with_a_light(reader: Reader) -> None:
    reader.key(KEY.Key_I)
    assert reader.desk.active.view.inverted
    assert reader.window.commands["view.invert"].isChecked()
    reader.key(KEY.Key_I)
    assert not reader.window.commands["view.invert"].isChecked()


def test_the_probe_is_in_the_status_bar(reader: Reader) -> None:
    QTest.mouseMove(reader.view, reader.at(128, 128))
    QApplication.processEvents()
    assert " HU (stored" in reader.window.status.probe.text()
    QTest.mouseMove(reader.view, QPoint(20, 300))
    QApplication.processEvents()
    assert reader.window.status.probe.text() == ""


def test_a_slice_is_shown_with_its_own_marks_when_it_arrives(reader: Reader) -> None:
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    reader.port.late = []
    reader.wheel(-1)
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    assert scene.frame == reader.document.marks[0].frame, "still the slice that is painted"
    reader.wheel(-1)
    late, reader.port.late = reader.port.late, None
    for answer in late:
        answer()
    assert reader.desk.active.view.index == 2


def test_an_image_that_cannot_be_decoded_says_so_and_harms_nothing(reader: Reader) -> None:
    reader.port.broken[1] = LabelerError(
        "undecodable",
        "Image {number} cannot be decoded.",
        safe="Other images and your marks are fine.",
        do="Continue, or report it.",
        number=2,
    )
    reader.wheel(-1)
    assert reader.desk.active.pixels is None
    assert reader.port.seen(reader.desk.active.tile) == {0}
    reader.key(KEY.Key_L)
    QTest.mousePress(reader.view, LEFT, NONE, QPoint(300, 300))
    QTest.mouseMove(reader.view, QPoint(400, 300))
    QTest.mouseRelease(reader.view, LEFT, NONE, QPoint(400, 300))
    assert reader.port.steps == []
    blank = reader.view.grab().toImage()
    bar = [blank.pixelColor(blank.width() - 4, y) for y in range(blank.height())]
    hatched = [y for y, one in enumerate(bar) if one.red() > one.blue() + 60]
    assert not hatched, "the accent of the slice that is shown lies over it"
    lit = sum(blank.pixelColor(x, 362).lightness() > 100 for x in range(200, 700))
    assert lit > 10, "the words are there"
    reader.wheel(-1)
    assert reader.desk.active.pixels is not None
    shown = reader.view.grab().toImage()
    bar = [shown.pixelColor(shown.width() - x, y) for x in (3, 4) for y in range(shown.height())]
    hatched = [n % shown.height() for n, one in enumerate(bar) if one.red() > one.blue() + 60]
    step = shown.height() / SLICES
    assert hatched
    assert all(step - 1 <= y <= 2 * step + 1 for y in hatched)
    told = {problem.code: problem for problem in reader.port.problems()}
    assert dict(told["slices-undecodable"].facts)["ranges"] == "2"


def test_rows_that_are_not_in_the_file_are_hatched_and_named(open_reader: ReaderMaker) -> None:
    def grabbed(image: Image) -> tuple[Reader, QImage]:
        reader = open_reader(open_case(image))
        return reader, reader.view.grab().toImage()

    def warm(shown: QImage, at: QPoint) -> int:
        found = 0
        for dx in range(-20, 21):
            for dy in range(-20, 21):
                color = shown.pixelColor(at.x() + dx, at.y() + dy)
                found += color.red() > color.blue() + 60
        return found

    def breaks(shown: QImage, y: int) -> int:
        """Where the hatching does not go on: words."""
        across = range(reader.at(60, 0).x(), reader.at(196, 0).x())
        return sum(shown.pixel(x, y) != shown.pixel(x + 8, y) for x in across)

    caveats = (Caveat.CUT_SHORT,)
    reader, shown = grabbed(replace(chest_image(), caveats=caveats, cut_short={0: 128, 3: 255}))
    below, above, amid = reader.at(60, 215), reader.at(60, 60), reader.at(60, 192).y()
    assert warm(shown, below) > 100
    assert warm(shown, above) == 0
    assert breaks(shown, below.y()) == 0
    assert max(breaks(shown, y) for y in range(amid - 20, amid + 20)) > 40
    tip = reader.view.chip.toolTip()
    assert "Image 1: rows 129 to 256 are missing in its file." in tip
    assert "Image 4: row 256 is missing in its file." in tip
    QTest.mouseMove(reader.view, below)
    QApplication.processEvents()
    assert reader.window.status.probe.text().endswith("–")
    reader.wheel(-1)
    assert warm(reader.view.grab().toImage(), below) == 0, "the next image is whole"


def card_words(reader: Reader) -> str:
    (card,) = reader.window.findChildren(CaveatCard)
    assert card.isVisible()
    return " ".join(label.text() for label in card.findChildren(Label))


def test_caveats_are_a_chip_that_explains(open_reader: ReaderMaker) -> None:
    image = replace(chest_image(), caveats=(Caveat.SPACING_UNEVEN,))
    reader = open_reader(open_case(image))
    assert reader.view.chip.isVisible()
    assert reader.view.chip.text() == "▲ Uneven slices"
    QTest.mouseClick(reader.view.chip, LEFT)
    said = card_words(reader)
    assert "not equally far apart" in said
    assert "volumes and distances from slice to slice" in said
    assert "Measure in the slice" in said


def test_that_marks_are_of_other_images_stands_on_the_image_itself(
    open_reader: ReaderMaker,
) -> None:
    """Before the caveats, in every view, from when it is known and as long as the case is open;
    a signed document does not name it."""
    image = replace(chest_image(), caveats=(Caveat.SPACING_UNEVEN,))
    reader = open_reader(open_case(image))
    text = "“{title}” holds other images than those that the marks were drawn on."
    reader.port.others = (Check("other-images", text, blocks=False, facts={"title": "knee"}),)
    reader.port._tell(Change.LAYERS)
    reader.settle()
    chip = reader.view.chip
    assert chip.accessibleName() == "▲ Other images · Uneven slices"
    assert chip.toolTip().startswith("“knee” holds other images")
    QTest.mouseClick(chip, LEFT)
    said = card_words(reader)
    assert said.index("“knee” holds other images") < said.index("not equally far apart")
    assert "look at every mark before you go on" in said
    reader.port.others = ()
    reader.show(replace(open_case(chest_image()), id="another"))
    assert not reader.view.chip.isVisible()


def test_two_files_that_are_one_image_stand_there_too(open_reader: ReaderMaker) -> None:
    reader = open_reader(open_case(chest_image()))
    text = "Two files claim to be the same image. “{shown}” is shown."
    facts: dict[str, str | int] = {"shown": "b"}
    reader.port.unlike = (Check("unlike-copies", text, blocks=False, facts=facts),)
    reader.port._tell(Change.LAYERS)
    reader.settle()
    chip = reader.view.chip
    assert chip.accessibleName().startswith("▲ Two files, one image")
    QTest.mouseClick(chip, LEFT)
    said = card_words(reader)
    assert "“b” is shown." in said
    assert "Find out which file is right" in said


def test_the_chip_says_where_slices_are_missing_and_doubled(open_reader: ReaderMaker) -> None:
    image = replace(
        chest_image(),
        caveats=(Caveat.MISSING_SLICES, Caveat.DOUBLED_SLICES),
        stack=Stack(gaps=(Gap(0, 2, 3.0),), doubles=(Double(0, (9,)),), copies=1),
    )
    reader = open_reader(open_case(image))
    gaps, doubles = reader.view.chip.toolTip().split("\n")
    assert gaps.endswith(" others. 2 are missing between Im 1 and Im 2, 3.0 mm apart.")
    assert doubles.endswith(" All of them are shown. Im 1 lies where Im 9 lies.")


def test_a_file_without_a_window_gets_one_from_its_values(open_reader: ReaderMaker) -> None:
    image = image_of(np.arange(4096, dtype=np.int16).reshape(1, 64, 64), windows=())
    reader = open_reader(open_case(image))
    assert reader.desk.active.view.window.width == pytest.approx(4095 * 0.98, rel=0.01)


def test_colour_is_shown_without_presets(open_reader: ReaderMaker) -> None:
    pixels = np.full((1, 64, 64, 3), (200, 30, 10), np.uint8)
    reader = open_reader(open_case(image_of(pixels, photometric="RGB", unit="", windows=())))
    color = reader.view.grab().toImage().pixelColor(reader.at(20, 20))
    assert (color.red(), color.green(), color.blue()) == (200, 30, 10)
    assert not reader.place.presets.isVisible()


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (1024, 640)])
def test_nothing_is_clipped(open_reader: ReaderMaker, size: tuple[int, int]) -> None:
    reader = open_reader(size=size)
    reader.key(KEY.Key_L)
    reader.drag([(80, 90), (120, 100)])
    reader.place.panel.check()
    reader.wait_count()
    reader.settle()
    reader.wait_count()
    reader.settle()
    assert (reader.window.width(), reader.window.height()) == size
    assert clipped(reader.window) == []


def test_the_gui_thread_opens_no_file(reader: Reader, guard: Guard) -> None:
    with guard.gui():
        for key in (KEY.Key_B, KEY.Key_I, KEY.Key_Down, KEY.Key_Q):
            reader.key(key)
        reader.view.setFocus()
        reader.drag([(80, 90), (120, 100)])
        reader.wheel(-1)
        reader.window.grab()


def test_every_action_of_reading_is_bound(reader: Reader) -> None:
    ours = ("tool.", "view.", "edit.", "brush.", "mark.", "slice.", "label.", "answer.", "preset.")
    others = [n for n in reader.window.commands.unbound() if n.startswith(ours)]
    assert others == []
    assert not {"case.no-finding", "case.sign", "question.next"} & set(
        reader.window.commands.unbound()
    )


@dataclass(frozen=True)
class Cross:
    """An overlay of one full row and one full column, on the first slice only."""

    label: str = "Cross"
    description: str = ""

    def at(self, index: int) -> OverlayBits | None:
        bits = np.zeros((64, 64), np.bool_)
        bits[20], bits[:, 40] = True, True
        return OverlayBits(0, 0, bits) if index == 0 else None


def grey_case() -> OpenCase:
    image = image_of(np.full((2, 64, 64), -600, np.int16), intercept=0.0)
    return open_case(replace(image, overlays=(Cross(),)))


def inked(reader: Reader) -> int:
    """How many pixels amid the view have the overlay's colour."""
    color = reader.place.view._painter._look.theme.color("overlay").rgb()
    grabbed = reader.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shown = np.frombuffer(grabbed.constBits(), np.uint32).reshape(grabbed.height(), -1)
    size = reader.view.width(), reader.view.height()
    clear = shown[size[1] // 4 : size[1] * 3 // 4, size[0] // 4 : size[0] * 3 // 4]
    return int(np.count_nonzero(clear == color))


def test_overlays_of_the_file_are_drawn_until_hidden(open_reader: ReaderMaker) -> None:
    reader = open_reader(grey_case())
    assert inked(reader) > 1000
    assert reader.window.commands["view.overlays"].isChecked()
    reader.key(KEY.Key_H, SHIFT)
    assert inked(reader) == 0
    assert not reader.window.commands["view.overlays"].isChecked()
    reader.key(KEY.Key_H, SHIFT)
    reader.wheel(-1)
    assert reader.desk.active.view.index == 1
    assert inked(reader) == 0, "the second slice has none"
    reader.wheel(1)
    assert inked(reader) > 1000


@dataclass(frozen=True)
class Rows:
    """On each slice as many rows as it has slices before it, and ten more."""

    label: str = "Rows"
    description: str = ""

    def at(self, index: int) -> OverlayBits | None:
        bits = np.zeros((64, 64), np.bool_)
        bits[25 : 35 + index] = True
        return OverlayBits(0, 0, bits)


def test_each_slice_has_its_own_overlay(open_reader: ReaderMaker) -> None:
    image = image_of(np.full((8, 64, 64), -600, np.int16), intercept=0.0)
    reader = open_reader(open_case(replace(image, overlays=(Rows(),))))
    shown = []
    for index in range(8):
        reader.desk.active.go_to(index)
        shown.append(inked(reader))
    assert len(set(shown)) == 8


def test_no_overlay_of_another_series_stays_where_a_slice_fails(open_reader: ReaderMaker) -> None:
    reader = open_reader(grey_case())
    reader.port.other_series["other"] = image_of(np.zeros((2, 64, 64), np.int16))
    reader.port.broken[0] = LabelerError("undecodable-image", "It is broken.", safe="", do="")
    assert inked(reader) > 1000
    reader.desk.active.open("other")
    assert reader.desk.active.error is not None
    assert inked(reader) == 0
    assert reader.desk.active.overlays.at(0) == ()


def test_a_table_of_the_file_opens_and_makes_way_for_a_drag(open_reader: ReaderMaker) -> None:
    table = VoiLut("HARD", -700, 255, np.arange(256, dtype=np.uint16))
    image = image_of(np.full((1, 64, 64), -600, np.int16), intercept=0.0, modality="DX", unit="")
    voi = Voi(VoiFunction.SIGMOID, ("NORMAL",), (table,))
    reader = open_reader(open_case(replace(image, voi=voi)))
    assert reader.place.presets.text() == "HARD"
    use_preset(reader.desk.active, 2)
    assert reader.place.presets.text() == "NORMAL"
    use_preset(reader.desk.active, 1)
    assert reader.desk.active.view.lut == 0
    middle = reader.view.rect().center()
    reader.drag_canvas([middle, middle + QPoint(40, 0)], RIGHT)
    assert reader.desk.active.view.lut is None
    assert reader.place.presets.text() == "W/L by hand"
    dragged = reader.desk.scene(reader.desk.active)
    assert dragged is not None
    assert grey_of(dragged.image, 0, False, dragged).function is VoiFunction.SIGMOID


@pytest.mark.parametrize("touched", [False, True])
def test_an_mr_window_of_the_first_slice_is_refined_unless_a_hand_has_it(
    open_reader: ReaderMaker, *, touched: bool
) -> None:
    stack = np.random.default_rng(3).integers(0, 30, (9, 64, 64)).astype(np.int16)
    stack[:, 16:48, 16:48] += 400
    stack[4:, 16:48, 16:48] += 600
    image = image_of(stack, intercept=0.0, unit="", modality="MR", windows=())
    reader = open_reader()
    case = open_case(image)
    late = Volume(np.zeros_like(stack), np.zeros(9, bool), np.zeros(9, bool))
    reader.port.late = waiting = []
    reader.show(case)
    reader.port.volumes[case.tile], reader.port.late = late, None
    for answer in waiting:
        answer()
    viewport = reader.desk.active
    first = viewport.view.window
    assert first.center == pytest.approx(415, abs=5)
    if touched:
        reader.drag_canvas([QPoint(400, 400), QPoint(420, 400)], RIGHT)
    before = viewport.view.window
    late.values[:], late.here[:] = stack, True
    for listener in reader.port.volume_listeners:
        listener()
    if touched:
        assert viewport.view.window == before
    else:
        assert viewport.view.window == viewport.opens_in.header
        assert viewport.view.window.center > 600


def test_pet_opens_in_suv_dark_on_light(open_reader: ReaderMaker) -> None:
    image = image_of(np.full((1, 64, 64), 3400, np.int16), intercept=0.0, unit="Bq/mL")
    reader = open_reader(open_case(replace(image, suv_factor=0.001)))
    assert reader.desk.active.view.inverted
    assert reader.place.presets.text() == "SUV 0–6"


def test_a_series_without_a_description_is_called_by_its_modality(
    open_reader: ReaderMaker,
) -> None:
    case = open_case(chest_image())
    (tile,) = case.series
    tiles = tuple(
        replace(tile, uid=str(n), number=n, description=text, modality=modality)
        for n, (text, modality) in enumerate((("Thorax", "CT"), ("", "MR"), ("", "")))
    )
    reader = open_reader(replace(case, series=tiles, tile="0"))
    names = [one.accessibleName() for one in reader.place.strip.tiles]
    assert names == ["0  Thorax", "1  MR", "2  Series"]


def test_a_case_that_comes_is_shown_in_one_go(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening and hanging change much: lists and buttons are made up once."""
    shown: list[str] = []
    heard = LayoutButton.refresh
    monkeypatch.setattr(LayoutButton, "refresh", lambda one: (shown.append("layout"), heard(one)))
    reader.show(replace(open_case(chest_image()), id="another"))
    assert shown == ["layout"]
    assert reader.desk.active.pixels is not None
