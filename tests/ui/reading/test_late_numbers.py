from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from labeler.app.open_case import OpenCase
from labeler.model.stack import Stack
from labeler.ui.reading.late_numbers import LateNumbers
from labeler.viewing import mark_size, mark_words
from labeler.viewing.late_numbers import Lost
from labeler.viewing.overlay import Caption, Overlay
from labeler.viewing.scene import Preview
from tests.support.reader import Reader
from tests.support.reading_in_memory import ReadingInMemory, chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker


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


def test_what_failed_says_so_beside_the_mark_and_in_the_list(
    open_reader: ReaderMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mark_size, "MANY_TILES", 0)
    monkeypatch.setattr(mark_words, "MANY_PIXELS", 0)
    reader = open_reader(through_slices())
    reader.key(Qt.Key.Key_B)
    reader.port.mistaken = True
    reader.drag([(80, 90), (100, 90)])
    reader.settle()
    assert listed(reader) == told(reader)[0] == "Volume unknown: measuring failed"
    assert told(reader)[-1] == "This slice: Values unknown: measuring failed"
    reader.port.mistaken = False
    reader.drag([(90, 110), (110, 110)])
    reader.settle()
    assert listed(reader) == told(reader)[0]
    assert listed(reader).endswith((" mL", " mm³")), "asked again as it changed"


def through_slices() -> OpenCase:
    image = chest_image()
    places = image.affine.to_patient(np.array([(0, 0, n) for n in range(len(image.refs))]))
    origins = tuple((x, y, z) for x, y, z in places.tolist())
    return open_case(replace(image, stack=Stack(origins=origins)))


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


def test_what_takes_long_is_three_dots_until_it_is_there(
    open_reader: ReaderMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mark_size, "MANY_TILES", 0)
    monkeypatch.setattr(mark_words, "MANY_PIXELS", 0)
    reader = open_reader(through_slices())
    late: list[Callable[[], None]] = []
    reader.port.late = late
    reader.key(Qt.Key.Key_B)
    reader.drag([(80, 90), (100, 90)])
    assert listed(reader) == told(reader)[0] == "…"
    assert told(reader)[-1] == "This slice: …"
    reader.port.late = None
    for answer in late:
        answer()
    reader.settle()
    assert listed(reader) == told(reader)[0]
    assert listed(reader).endswith((" mL", " mm³"))
    assert "Mean" in told(reader)[-1]
