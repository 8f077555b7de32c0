"""Arrangements and hanging on the real screen: keys, the layout button, double-click, protocols."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from labeler.app.hanging_protocols import load_protocols
from labeler.app.open_case import OpenCase, SeriesTile
from labeler.model.image import Image
from labeler.model.paths import resources_root
from labeler.ui.dialogs.tags import TagsDialog
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.viewing.hanging import hangings
from labeler.viewing.layout import Plane
from labeler.viewing.links import middle
from labeler.viewing.reformat import Reformat
from labeler.viewing.series_facts import SeriesFacts
from labeler.viewing.viewport import canvas_map, invert
from tests.support.images import axial, image_of
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest, chest_image, open_case
from tests.support.screen_reading import opened
from tests.ui.reading.conftest import ReaderMaker

KEY, NONE, LEFT = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
PROTOCOLS = load_protocols(resources_root() / "hanging")


def widget(reader: Reader, number: int) -> ViewportWidget:
    found = reader.place.wall.widget_of(reader.desk.arrangement.viewports[number])
    assert found is not None
    return found


def several(count: int) -> OpenCase:
    tiles = tuple(SeriesTile(f"s{n}", n, f"Series {n}", 12) for n in range(count))
    return replace(open_case(chest_image()), series=tiles, tile="s0")


def mammogram(side: str, view: str, columns: int) -> Image:
    """A breast of `columns` tenths of a millimetre, bright at its chest wall."""
    pixels = np.zeros((1, 300, columns), np.uint16)
    fade = np.linspace(900, 0, columns // 2).astype(np.uint16)
    pixels[0, 60:240, : columns // 2] = fade
    if side == "R":
        pixels = pixels[:, :, ::-1].copy()
    image = image_of(
        pixels, matrix=axial((0.1, 0.1, 1.0)), modality="MG", oriented=False, windows=()
    )
    lead = ("P", "L") if side == "R" else ("A", "R")
    info = replace(image.info, view=view, laterality=side)
    return replace(image, info=info, sides=lead if view == "CC" else (lead[0], "F"))


def screening() -> tuple[OpenCase, dict[str, Image]]:
    images = {
        f"{side}{view}": mammogram(side, view, 240 if side == "R" else 200)
        for view in ("MLO", "CC")
        for side in "LR"
    }
    facts = tuple(SeriesFacts(tile, "MG", view=tile[1:], laterality=tile[0]) for tile in images)
    tiles = tuple(SeriesTile(one.tile, n, one.tile, 1, facts=one) for n, one in enumerate(facts))
    first = next(iter(images))
    case = replace(
        open_case(images[first]), series=tiles, tile=first, hangings=hangings(PROTOCOLS, facts)
    )
    return case, images


def screened(open_reader: ReaderMaker, **changes: object) -> Reader:
    reader = open_reader()
    case, images = screening()
    reader.port.other_series = images
    reader.show(replace(case, id="screening", **changes))  # type: ignore[arg-type]
    reader.settle()
    return reader


class TestArrangements:
    def test_keys_arrange_and_empty_places_take_the_next_series(
        self, open_reader: ReaderMaker
    ) -> None:
        reader = open_reader(several(5))
        reader.key(KEY.Key_F4)
        reader.settle()
        assert reader.desk.arrangement.grid == (2, 2)
        assert [v.tile for v in reader.desk.arrangement.on_screen] == ["s0", "s1", "s2", "s3"]
        assert reader.place.layouts.text() == "2×2"
        reader.key(KEY.Key_F2)
        assert reader.desk.arrangement.grid == (1, 1)
        assert reader.window.commands["view.layout-1x1"].isChecked()

    def test_a_double_click_maximises_and_restores(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(several(4))
        reader.key(KEY.Key_F4)
        reader.settle()
        before = widget(reader, 3).geometry()
        QTest.mouseDClick(widget(reader, 3), LEFT, NONE, widget(reader, 3).rect().center())
        reader.settle()
        assert reader.desk.arrangement.on_screen == (reader.desk.arrangement.viewports[3],)
        assert reader.place.layouts.text() == "1×1"
        assert widget(reader, 3).width() > before.width() * 1.9
        QTest.mouseDClick(widget(reader, 3), LEFT, NONE, widget(reader, 3).rect().center())
        reader.settle()
        assert reader.desk.arrangement.grid == (2, 2)
        assert widget(reader, 3).geometry() == before
        assert reader.desk.active is reader.desk.arrangement.viewports[3]

    def test_a_double_click_that_draws_does_not_maximise(self, open_reader: ReaderMaker) -> None:
        reader = open_reader(several(2))
        reader.key(KEY.Key_F3)
        reader.settle()
        reader.key(KEY.Key_P)
        QTest.mouseDClick(widget(reader, 0), LEFT, NONE, widget(reader, 0).rect().center())
        assert reader.desk.arrangement.grid == (1, 2)

    def test_one_viewport_alone_has_nothing_to_maximise(self, reader: Reader) -> None:
        assert not reader.window.commands["view.maximise"].isEnabled()

    def test_the_menu_lists_arrangements_and_protocols(self, open_reader: ReaderMaker) -> None:
        reader = screened(open_reader)
        words = [action.text() for action in reader.place.layouts.menu_of_layouts().actions()]
        assert words[0].startswith("1×1")
        assert "Mammography, craniocaudal" in words
        assert words[-1].startswith("Maximise")


class TestHanging:
    def test_a_case_opens_as_its_protocol_says(self, open_reader: ReaderMaker) -> None:
        reader = screened(open_reader)
        assert reader.desk.arrangement.grid == (2, 2)
        assert [v.tile for v in reader.desk.arrangement.on_screen] == ["RCC", "LCC", "RMLO", "LMLO"]

    def test_a_task_that_pins_its_opening_is_not_hung(self, open_reader: ReaderMaker) -> None:
        reader = screened(open_reader, pinned=True)
        assert reader.desk.arrangement.grid == (1, 1)
        assert reader.desk.active.tile == "LMLO"
        reader.place.hanger.hang(reader.place.hanger.choices()[0])
        assert reader.desk.arrangement.grid == (2, 2)

    def test_hang_again_brings_everything_back(self, open_reader: ReaderMaker) -> None:
        reader = screened(open_reader)
        reader.desk.arrangement.viewports[0].open("LMLO")
        reader.desk.arrangement.arrange(1, 1)
        reader.key(KEY.Key_F7)
        reader.settle()
        assert [v.tile for v in reader.desk.arrangement.on_screen] == ["RCC", "LCC", "RMLO", "LMLO"]

    def test_another_case_without_a_protocol_has_one_viewport(
        self, open_reader: ReaderMaker
    ) -> None:
        reader = screened(open_reader)
        reader.show(open_case(chest_image()))
        reader.settle()
        assert reader.desk.arrangement.grid == (1, 1)

    def test_a_preset_of_the_protocol_is_in_the_view(self, open_reader: ReaderMaker) -> None:
        plane = Plane.AXIAL
        facts = (SeriesFacts("s0", "CT", body_part="CHEST", slices=24, plane=plane),)
        found = hangings(PROTOCOLS, facts)
        reader = open_reader(replace(several(1), hangings=found))
        reader.settle()
        window = reader.desk.active.view.window
        assert (window.center, window.width) == (-600, 1500)
        two = next(one for one in found if one.protocol.code == "chest-ct-windows")
        reader.place.hanger.hang(two)
        reader.settle()
        assert [v.view.window.width for v in reader.desk.arrangement.on_screen] == [1500, 350]
        assert [v.tile for v in reader.desk.arrangement.on_screen] == ["s0", "s0"]


class TestChest:
    """A chest CT of today, and one of before in coordinates of its own."""

    @pytest.fixture
    def reader(self, open_reader: ReaderMaker) -> Reader:
        now = image_of(chest(24, 64), matrix=axial((4.8, 4.8, 2.0)), modality="CT")
        then = image_of(chest(12, 64), matrix=axial((4.8, 4.8, 4.0)), modality="CT")
        images = {
            uid: replace(one, info=replace(one.info, uid=uid, frame_of_reference=frame))
            for uid, one, frame in (("now", now, "1.2.3"), ("then", then, "1.2.4"))
        }
        facts = tuple(
            SeriesFacts(
                uid,
                "CT",
                "Lung",
                body_part="CHEST",
                plane=Plane.AXIAL,
                slices=len(images[uid].refs),
                study=uid,
                study_day=day,
                patient="a",
            )
            for uid, day in (("now", 900), ("then", 500))
        )
        tiles = tuple(
            SeriesTile(f.tile, n, "Chest", f.slices, facts=f) for n, f in enumerate(facts)
        )
        reader = open_reader()
        reader.port.other_series = images
        found = hangings(PROTOCOLS, facts, "now")
        case = replace(open_case(images["now"]), id="chest", series=tiles, tile="now")
        reader.show(replace(case, hangings=found))
        reader.settle()
        return reader

    def _hang(self, reader: Reader, code: str) -> None:
        choices = reader.place.hanger.choices()
        reader.place.hanger.hang(next(one for one in choices if one.protocol.code == code))
        reader.settle()

    def test_a_prior_of_other_coordinates_is_locked_to_the_study(self, reader: Reader) -> None:
        now, then = reader.desk.arrangement.on_screen
        assert (now.tile, then.tile) == ("now", "then")
        assert reader.window.commands["link.lock"].isChecked()
        for _ in range(6):
            reader.key(KEY.Key_Down)
        assert (now.view.index, then.view.index) == (6, 3)
        self._hang(reader, "chest-ct-windows")
        assert not reader.window.commands["link.lock"].isChecked()

    def test_planes_and_a_slab_hang_through_one_place(self, reader: Reader) -> None:
        self._hang(reader, "chest-ct-planes")
        axial_one, coronal, sagittal, slab = reader.desk.arrangement.on_screen
        assert not isinstance(axial_one.image, Reformat)
        assert [v.layout.plane.value for v in (coronal, sagittal, slab) if v.layout] == [
            "coronal",
            "sagittal",
            "axial",
        ]
        assert isinstance(slab.image, Reformat)
        assert slab.image.cut is not None
        assert (slab.image.cut.slab_mm, slab.image.cut.projection.value) == (10.0, "mip")
        assert all(v.pixels is not None for v in reader.desk.arrangement.on_screen)
        assert {v.view.window.width for v in reader.desk.arrangement.on_screen} == {1500}
        assert reader.desk.active is axial_one
        axial_one.go_to(12)
        reader.settle()
        depth = [float(middle(v.image, v.view.index)[2]) for v in (axial_one, slab) if v.image]
        assert depth[0] == pytest.approx(depth[1], abs=2.0)


class TestMammograms:
    @pytest.fixture
    def reader(self, open_reader: ReaderMaker) -> Reader:
        return screened(open_reader)

    def _edges(self, reader: Reader, number: int) -> tuple[float, float, float]:
        viewport = reader.desk.arrangement.viewports[number]
        assert viewport.layout is not None
        where = canvas_map(viewport.layout, viewport.view, viewport.canvas)
        right = where.left + viewport.layout.shown_size[0] * where.scale_x
        return where.left, viewport.canvas.width - right, where.pixels_per_mm

    def _hangs_right(self, reader: Reader) -> None:
        edges = [self._edges(reader, number) for number in range(4)]
        assert len({round(scale, 9) for _, _, scale in edges}) == 1
        for number, (left, right, _) in enumerate(edges):
            touching = right if number % 2 == 0 else left
            assert abs(touching) <= 1.0

    def test_chest_walls_touch_at_one_scale(self, reader: Reader) -> None:
        self._hangs_right(reader)

    def test_they_do_so_after_the_window_took_another_size(self, reader: Reader) -> None:
        reader.window.window().resize(1440, 900)
        reader.settle()
        QTest.qWait(20)
        self._hangs_right(reader)

    def test_zoom_by_hand_leaves_the_others_and_fit_brings_it_back(self, reader: Reader) -> None:
        viewport = reader.desk.arrangement.viewports[0]
        viewport.look(replace(viewport.view, zoom=9.0, fitted=False))
        assert self._edges(reader, 1)[2] != pytest.approx(self._edges(reader, 0)[2])
        reader.desk.arrangement.activate(viewport)
        reader.key(KEY.Key_0, Qt.KeyboardModifier.ControlModifier)
        self._hangs_right(reader)

    def test_the_air_around_a_breast_is_black_even_inverted(self, reader: Reader) -> None:
        shown, viewport = widget(reader, 0), reader.desk.arrangement.viewports[0]
        assert viewport.layout is not None
        where = canvas_map(viewport.layout, viewport.view, viewport.canvas)
        air, dim = (where.to_canvas(place) for place in ((40.0, 30.0), (200.0, 150.0)))
        viewport.look(invert(viewport.view))
        reader.settle()
        picture = shown.grab().toImage()
        black, tissue = (picture.pixelColor(round(x), round(y)) for x, y in (air, dim))
        assert black.lightness() == 0
        assert tissue.lightness() > 0
        viewport.go_to(0)
        viewport.look(invert(viewport.view))
        reader.settle()
        assert shown.grab().toImage().pixelColor(round(dim[0]), round(dim[1])).lightness() > 0

    def test_inverting_never_flashes_white_air(self, reader: Reader) -> None:
        shown, viewport = widget(reader, 0), reader.desk.arrangement.viewports[0]
        assert viewport.layout is not None
        where = canvas_map(viewport.layout, viewport.view, viewport.canvas)
        x, y = where.to_canvas((40.0, 30.0))
        shown.grab()
        reader.port.late = []
        viewport.look(invert(viewport.view))
        assert shown.grab().toImage().pixelColor(round(x), round(y)).lightness() == 0

    def test_so_it_is_under_the_magnifier(self, reader: Reader) -> None:
        shown, viewport = widget(reader, 0), reader.desk.arrangement.viewports[0]
        assert viewport.layout is not None
        where = canvas_map(viewport.layout, viewport.view, viewport.canvas)
        viewport.look(invert(viewport.view))
        reader.desk.choose_tool("magnifier")
        x, y = where.to_canvas((40.0, 40.0))
        QTest.mouseMove(shown, QPoint(round(x), round(y)))
        reader.settle()
        picture = shown.grab().toImage()
        around = [picture.pixelColor(round(x) + step, round(y)).lightness() for step in (-9, 0, 9)]
        assert around == [0, 0, 0]

    def test_around_the_image_it_is_black_even_inverted(self, reader: Reader) -> None:
        for viewport in reader.desk.arrangement.on_screen:
            viewport.look(invert(viewport.view))
        reader.settle()
        shown = widget(reader, 0)
        corner = shown.grab().toImage().pixelColor(2, shown.height() // 2)
        assert (corner.red(), corner.green(), corner.blue()) == (0, 0, 0)


def test_the_header_of_the_active_viewport_is_shown_by_its_key(
    open_reader: ReaderMaker, qtbot: QtBot
) -> None:
    reader = open_reader(several(2))
    reader.key(KEY.Key_F3)
    reader.settle()
    reader.desk.arrangement.activate(reader.desk.arrangement.viewports[1])
    reader.desk.active.go_to(4)
    reader.settle()
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    reader.key(KEY.Key_H, shift)
    dialog = opened(qtbot, TagsDialog)
    assert reader.session.done[-1] == "header s1 4"
    dialog.reject()


def test_a_prior_says_so_in_its_corner(open_reader: ReaderMaker) -> None:
    facts = (
        SeriesFacts("s0", study="now", study_day=300, patient="a"),
        SeriesFacts("s1", study="then", study_day=118, patient="a"),
    )
    case = several(2)
    tiles = tuple(replace(t, facts=f) for t, f in zip(case.series, facts, strict=True))
    reader = open_reader(replace(case, series=tiles))
    reader.key(KEY.Key_F3)
    reader.settle()
    told = []
    for number in range(2):
        scene = reader.desk.scene(reader.desk.arrangement.viewports[number])
        assert scene is not None
        assert reader.desk.case is not None
        corners = widget(reader, number)._painter._told.of(scene, reader.desk.case)
        told.append([line.text for line in corners.top_left])
    assert "Prior · 182 days" not in told[0]
    assert told[1][-1] == "Prior · 182 days"
