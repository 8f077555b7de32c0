"""The hand on the window while slices still arrive: nothing of it is lost or taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from labeler.model.frames import Window
from tests.support.reader import RIGHT, SHIFT, Reader
from tests.support.reading_in_memory import chest_image, open_case

STEPS = 12
GAIN = 7.5
"""Values a pixel of a drag in this window."""
BONE = Qt.Key.Key_4


def arrive(reader: Reader) -> None:
    """The oldest answer that is still under way."""
    assert reader.port.late
    reader.port.late.pop(0)()
    reader.settle()


def test_a_drag_goes_on_through_slices_that_arrive(reader: Reader) -> None:
    reader.port.late = []
    began = reader.desk.active.view.window
    QTest.mousePress(reader.view, RIGHT, pos=QPoint(400, 400))
    for step in range(1, STEPS + 1):
        reader.wheel(-1)
        QTest.mouseMove(reader.view, QPoint(400 + 5 * step, 400 - 3 * step))
        moved = reader.desk.active.view.window
        arrive(reader)
        assert reader.desk.active.view.window == moved
        assert reader.desk.active.view.index == step
    end = QPoint(400 + 5 * STEPS, 400 - 3 * STEPS)
    QTest.mouseRelease(reader.view, RIGHT, pos=end)
    left = reader.desk.active.view.window
    assert left == Window(began.center - 3 * STEPS * GAIN, began.width + 5 * STEPS * GAIN)


def test_a_preset_before_the_first_slice_is_kept(reader: Reader) -> None:
    reader.port.late = []
    reader.port.show(replace(open_case(chest_image()), id="slow"))
    reader.settle()
    assert reader.desk.active.pixels is None
    reader.key(BONE, SHIFT)
    chosen = reader.desk.active.view.window
    while reader.port.late:
        arrive(reader)
    assert reader.desk.active.pixels is not None
    assert reader.desk.active.view.window == chosen


@pytest.mark.parametrize("windows", [(), (Window(0.0, 1.0),)])
def test_a_preset_is_kept_where_the_file_names_no_window(
    reader: Reader, windows: tuple[Window, ...]
) -> None:
    """The first slice decides the window of such a file, unless a hand was there before."""
    image = replace(chest_image(), windows=windows)
    reader.port.late = []
    reader.port.show(replace(open_case(image), id="slow"))
    reader.settle()
    reader.key(BONE, SHIFT)
    chosen = reader.desk.active.view.window
    while reader.port.late:
        arrive(reader)
    assert reader.desk.active.view.window == chosen
    assert reader.place.presets.text() != ""
