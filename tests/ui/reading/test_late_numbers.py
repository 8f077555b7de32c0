from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from labeler.model.tiled_masks import empty, of_voxels
from labeler.ui.reading.late_numbers import LateNumbers
from labeler.viewing.late_numbers import Lost
from labeler.viewing.overlay import Caption, Overlay
from labeler.viewing.paint_edits import Target, paint_outcome
from labeler.viewing.paint_ground import ground_of
from labeler.viewing.scene import Preview
from tests.support.images import axial, image_of
from tests.support.reader import CTRL, Reader
from tests.support.reading_in_memory import ReadingInMemory, chest_image, open_case
from tests.support.scenes import stacked
from tests.ui.reading.conftest import ReaderMaker

LARGE = (49, 528, 528)
"""Slices, rows, columns: their voxels are more than are counted, and the pixels of one more than
are gathered, while the hand waits."""
MATRIX = axial((1.0, 1.0, 1.0))


def test_a_number_is_reckoned_once_and_an_old_answer_is_dropped() -> None:
    port = ReadingInMemory(lambda _change: None, open_case(chest_image()))
    heard: list[str] = []
    numbers = LateNumbers(port, lambda: heard.append("ready"))
    port.late = []
    assert numbers.number("volume/m1", "before", lambda: 1) is None
    assert numbers.number("volume/m1", "now", lambda: 2) is None
    assert numbers.number("volume/m1", "now", lambda: 3) is None
    first, second = port.late
    first()
    assert (heard, numbers.number("volume/m1", "now", lambda: 3)) == ([], None)
    second()
    assert (heard, numbers.number("volume/m1", "now", lambda: 3)) == (["ready"], 2)
    assert len(port.late) == 2
    port.late = None
    assert numbers.number("volume/m2", "now", lambda: 4) == 4
    assert heard == ["ready"], "who asks has the answer already"


def test_a_number_that_failed_is_lost_until_things_stand_otherwise() -> None:
    port = ReadingInMemory(lambda _change: None, open_case(chest_image()))
    heard: list[str] = []
    numbers = LateNumbers(port, lambda: heard.append("ready"))
    port.late = []
    assert numbers.number("volume/m1", "before", fail) is None
    port.late.pop()()
    assert heard == ["ready"]
    for _ in range(2):
        assert numbers.number("volume/m1", "before", fail) is Lost.LOST
    assert port.late == [], "asked once"
    assert numbers.number("volume/m1", "now", lambda: 2) is None
    port.late.pop()()
    assert numbers.number("volume/m1", "now", lambda: 2) == 2


def test_a_list_of_a_thousand_marks_asks_for_each_once() -> None:
    port = ReadingInMemory(lambda _change: None, open_case(chest_image()))
    numbers = LateNumbers(port, lambda: None)
    port.late = []
    for _ in range(3):
        for n in range(1000):
            numbers.number(f"volume/m{n}", "now", lambda: 1)
    assert len(port.late) == 1000


def fail() -> int:
    raise ZeroDivisionError


def test_what_takes_long_is_three_dots_and_what_failed_says_so(open_reader: ReaderMaker) -> None:
    """Beside the mark and in the list."""
    reader = open_reader(open_case(stacked(image_of(np.zeros(LARGE, np.int16), matrix=MATRIX))))
    late: list[Callable[[], None]] = []
    reader.port.late = late
    paint_all(reader)
    assert listed(reader) == told(reader)[0] == "…"
    assert told(reader)[-1] == "This slice: …"
    reader.port.late, reader.port.mistaken = None, True
    answer_all(reader, late)
    assert listed(reader) == told(reader)[0] == "Volume unknown: measuring failed"
    assert told(reader)[-1] == "This slice: Values unknown: measuring failed"
    reader.port.late, reader.port.mistaken = late, False
    reader.take("brush")
    reader.drag([(2, 2), (4, 2)], modifiers=CTRL)
    assert listed(reader) == told(reader)[0] == "…", "asked again as it changed"
    reader.port.late = None
    answer_all(reader, late)
    assert listed(reader) == told(reader)[0]
    assert listed(reader).endswith(" mL")
    assert "Mean" in told(reader)[-1]


def answer_all(reader: Reader, late: list[Callable[[], None]]) -> None:
    asked, late[:] = tuple(late), []
    for answer in asked:
        answer()
    reader.settle()


def paint_all(reader: Reader) -> None:
    """A mark that is all of the volume."""
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    whole = of_voxels(LARGE, (0, 0, 0), np.ones(LARGE, np.bool_))
    target = Target(None, empty(LARGE), scene.frame)
    reader.desk.take(paint_outcome(scene, ground_of(scene), target, whole), reader.desk.active)
    reader.settle()


def told(reader: Reader) -> list[str]:
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    found = Overlay().commands(scene, Preview(), reader.desk.active.pixels)
    return [line.text for one in found if isinstance(one, Caption) for line in one.lines]


def listed(reader: Reader) -> str:
    (row,) = reader.place.panel.marks.list.rows()
    return row.text


def test_another_case_asks_anew(open_reader: ReaderMaker) -> None:
    case = open_case(chest_image())
    reader = open_reader(case)
    reader.port.late = []
    assert reader.desk.late.number("volume/m1", "now", lambda: 1) is None
    reader.port.late = None  # what was asked of a case that is gone never comes
    reader.show(replace(case, id="case-8"))
    assert reader.desk.late.number("volume/m1", "now", lambda: 2) == 2
