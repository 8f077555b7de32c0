"""What other files say: announced, hidden until asked for, under the person's own marks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from labeler.errors import LabelerError
from labeler.model.frames import FrameRef, Window
from labeler.model.layers import (
    Dose,
    Findings,
    Layer,
    LayerCaveat,
    LayerKind,
    Measured,
    Path,
    Presentation,
    Text,
)
from labeler.model.masks import mask_of
from labeler.ui.reading.toolbar import preset_menu
from labeler.viewing.reformat import Reformat
from tests.support.reader import Reader
from tests.support.reading_in_memory import chest_image, open_case

KEY = Qt.Key
GREEN, RED = (0, 255, 0), (255, 0, 0)
PROBLEM = LabelerError(
    "images-not-here", "{name} is not shown.", safe="Fine.", do="Go on.", name="far.dcm"
)


def block(ref: FrameRef, corner: tuple[int, int], key: str, color: tuple[int, int, int]) -> Layer:
    """A square of 40 voxels on one slice."""
    voxels = np.zeros((256, 256), dtype=bool)
    voxels[corner[1] : corner[1] + 40, corner[0] : corner[0] + 40] = True
    return Layer(
        key=key,
        kind=LayerKind.SEGMENTATION,
        source="seg.dcm",
        name=key,
        number=1,
        meaning="Liver",
        color=color,
        figures={ref: (mask_of(voxels),)},
        volume_mm3=4608.0,
        caveats=(LayerCaveat.RESAMPLED,),
    )


def dose_over(refs: int) -> Dose:
    return Dose(
        key="dose",
        source="rd.dcm",
        name="plan",
        unit="Gy",
        values=np.full((2, 2, 2), 40.0, dtype=np.float32),
        origin=np.array([-200.0, -200.0, 120.0 - 2.0 * refs]),
        right=np.array([600.0, 0.0, 0.0]),
        down=np.array([0.0, 600.0, 0.0]),
        normal=np.array([0.0, 0.0, 1.0]),
        offsets=np.array([0.0, 2.0 * refs]),
    )


@pytest.fixture
def findings(reader: Reader) -> Findings:
    assert reader.desk.active.image is not None
    refs = reader.desk.active.image.refs
    graphics = Layer(
        key="pr/ONE",
        kind=LayerKind.PRESENTATION,
        source="pr.dcm",
        name="ONE",
        number=0,
        meaning="",
        color=None,
        figures={refs[0]: (Text(("Here",), (60, 60)), Path(((60, 60), (90, 90)), closed=False))},
        measured=(Measured("Length", 12.5, "mm"),),
    )
    state = Presentation(
        key="pr",
        source="pr.dcm",
        name="REPORT",
        windows={refs[0]: Window(50.0, 350.0)},
        inverted=False,
        shut={refs[0]: mask_of(np.pad(np.ones((256, 20), dtype=bool), ((0, 0), (0, 236))))},
        layers=("pr/ONE",),
    )
    layers = (
        block(refs[0], (100, 100), "One", GREEN),
        block(refs[0], (160, 100), "Two", RED),
        graphics,
    )
    return Findings(layers, (state,), (dose_over(len(refs)),), (PROBLEM,))


def color_at(reader: Reader, column: float, row: float) -> QColor:
    reader.settle()
    image = reader.view.grab().toImage()
    at: QPoint = reader.at(column, row)
    return image.pixelColor(at)


def show(reader: Reader, findings: Findings) -> None:
    reader.port.show_findings(findings)
    reader.settle()


def is_grey(color: QColor) -> bool:
    return color.red() == color.green() == color.blue()


def test_findings_of_others_are_announced_and_hidden(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    assert reader.place.panel.layers.isVisible()
    assert any("4 layers" in words for words in told(reader))
    assert is_grey(color_at(reader, 120, 120))


def told(reader: Reader) -> list[str]:
    return [notice.happened.format(**dict(notice.facts)) for notice in reader.window.tidings.all()]


def test_one_key_shows_all_and_hides_all(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    reader.key(KEY.Key_G)
    assert reader.window.commands["view.layers"].isChecked()
    assert reader.desk.active.layers.is_seen("One")
    assert not reader.desk.active.layers.is_seen("pr/ONE")
    assert not is_grey(color_at(reader, 120, 120))
    reader.key(KEY.Key_H)
    assert is_grey(color_at(reader, 120, 120))
    reader.key(KEY.Key_H)
    reader.key(KEY.Key_G)
    assert is_grey(color_at(reader, 120, 120))


def test_a_row_shows_and_hides_its_own_layer(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    rows = reader.place.panel.layers.list
    rows.setFocus()
    rows.setCurrentRow(1)
    QTest.keyClick(rows, KEY.Key_Space)
    assert reader.desk.active.layers.is_seen("Two")
    assert not reader.desk.active.layers.is_seen("One")
    assert rows.item(1).checkState() is Qt.CheckState.Checked
    red = color_at(reader, 180, 120)
    assert red.red() > red.green() + 30
    assert is_grey(color_at(reader, 120, 120))
    QTest.keyClick(rows, KEY.Key_Space)
    assert not reader.desk.active.layers.is_seen("Two")


def test_rows_say_size_and_caveat(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    rows = reader.place.panel.layers.list
    words = [rows.item(at).text() for at in range(rows.count())]
    assert words == [
        "One  4.6 mL  ▲",
        "Two  4.6 mL  ▲",
        "ONE  Length 12.5 mm",
        "Dose, up to 40.0 Gy",
        "Presentation: REPORT",
        "▲ far.dcm is not shown.",
    ]
    assert "nearest" in rows.item(0).toolTip()


def test_a_presentation_sets_window_cover_and_graphics(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    assert reader.desk.active.image is not None
    actions = reader.window.commands
    menu = preset_menu(reader.view, reader.desk.active.image, reader.desk, actions)
    (action,) = [one for one in menu.actions() if one.text() == "Presentation: REPORT"]
    action.trigger()
    assert reader.desk.active.view.window == Window(50.0, 350.0)
    assert [layer.key for _, layer in reader.desk.active.layers.shown().layers] == ["pr/ONE"]
    assert color_at(reader, 5, 200).getRgb()[:3] == (0, 0, 0)
    reader.desk.active.present("pr")
    assert reader.desk.active.layers.shown().layers == ()
    menu.deleteLater()


def test_a_presentation_is_in_the_list_too(reader: Reader, findings: Findings) -> None:
    show(reader, Findings(presentations=findings.presentations))
    assert any("window presets" in words for words in told(reader))
    assert not reader.window.commands["view.layers"].isEnabled()
    rows = reader.place.panel.layers.list
    rows.setFocus()
    rows.setCurrentRow(0)
    QTest.keyClick(rows, KEY.Key_Space)
    assert reader.desk.active.view.window == Window(50.0, 350.0)
    assert rows.item(0).checkState() is Qt.CheckState.Checked


def test_the_probe_tells_the_dose_while_it_is_seen(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    probe = reader.window.status.probe
    QTest.mouseMove(reader.view, reader.at(100, 100))
    assert "HU" in probe.text()
    assert "Gy" not in probe.text()
    reader.desk.active.layers.toggle("dose")
    QTest.mouseMove(reader.view, reader.at(101, 100))
    assert probe.text().endswith("40.00 Gy")


def test_another_case_begins_hidden(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    reader.key(KEY.Key_G)
    show(reader, Findings())
    case = open_case(chest_image())
    reader.show(type(case)(**{**vars(case), "id": "case-8"}))
    assert not reader.desk.active.layers.any_seen
    assert reader.place.panel.layers.isHidden()
    assert not reader.window.commands["view.layers"].isEnabled()


def test_on_a_plane_regions_are_cut_and_words_are_said_to_be_elsewhere(
    reader: Reader, findings: Findings
) -> None:
    assert reader.desk.active.image is not None
    refs = reader.desk.active.image.refs
    voxels = np.zeros((256, 256), dtype=bool)
    voxels[100:160, 40:200] = True
    solid = replace(
        block(refs[0], (0, 0), "Solid", GREEN),
        figures=dict.fromkeys(refs[4:-4], (mask_of(voxels),)),
    )
    show(reader, replace(findings, layers=(solid, findings.layers[2]), doses=()))
    viewport, case = reader.desk.active, reader.desk.case
    viewport.layers.toggle("Solid")
    reader.key(KEY.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert isinstance(viewport.image, Reformat)
    assert case is not None

    def corner() -> str:
        scene = reader.desk.scene(viewport)
        assert scene is not None
        return reader.view._painter._told.of(scene, case).bottom_left[0].text

    at = viewport.cut_layers.at(viewport.image, viewport.view.index)["Solid"].mask
    amid = at.left + 40.0, at.top + 5.0  # beside the crosshair
    green = color_at(reader, *amid)
    assert green.green() > green.red()
    assert is_grey(color_at(reader, at.left - 6, amid[1]))
    assert corner().startswith("W ")
    viewport.scroll(1)
    assert viewport.cut_layers.at(viewport.image, viewport.view.index)["Solid"].mask.count
    viewport.layers.toggle("pr/ONE")
    assert corner() == "Some layers: on acquired slices only"
    viewport.layers.toggle("Solid")
    assert is_grey(color_at(reader, *amid))
    reader.key(KEY.Key_G)
    assert corner().startswith("W ")


def test_on_a_plane_doses_are_seen(reader: Reader, findings: Findings) -> None:
    show(reader, findings)
    reader.key(KEY.Key_G)
    reader.key(KEY.Key_C, Qt.KeyboardModifier.ShiftModifier)
    viewport = reader.desk.active
    assert isinstance(viewport.image, Reformat)
    assert viewport.layers.shown().dose is not None
    _, rows, columns = viewport.image.source.shape
    assert not is_grey(color_at(reader, columns / 2, rows / 2))
