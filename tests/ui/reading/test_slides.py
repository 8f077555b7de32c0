"""A whole slide under hands: every level, the overview map, what cannot be decoded."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.errors import LabelerError
from labeler.model.image import Image, Pixels, PyramidLevel
from labeler.model.shapes import PaintedMask
from labeler.ui.reading.phrases import words
from labeler.ui.reading.slide_probe import REST_MS
from labeler.viewing.corner_text import probe_text
from labeler.viewing.overview import Overview
from labeler.viewing.scene import Scene
from labeler.viewing.viewport import zoom_at
from tests.support.images import image_of
from tests.support.reader import LEFT, NONE, Reader
from tests.support.reading_in_memory import open_case
from tests.ui.reading.conftest import ReaderMaker

SIDE, TILE = 4096, 256


@dataclass(eq=False)
class Levels:
    """Three sizes, a quarter each; `broken` tiles have no pixels."""

    pictures: tuple[Pixels, ...]
    broken: set[tuple[int, int, int]] = field(default_factory=set)

    @property
    def levels(self) -> tuple[PyramidLevel, ...]:
        return tuple(
            PyramidLevel(*one.shape[:2], 4.0**n, (0.25 * 4**n, 0.25 * 4**n), (TILE, TILE))
            for n, one in enumerate(self.pictures)
        )

    def region(self, level: int, row: int, column: int, rows: int, columns: int) -> Pixels:
        return self.pictures[level][row : row + rows, column : column + columns]

    def tiles(
        self,
        level: int,
        places: Sequence[tuple[int, int]],
        take: Callable[[Pixels], Pixels],
    ) -> list[Pixels | LabelerError]:
        return [
            LabelerError("undecodable-image", "It is broken.", safe="Yes.", do="Nothing.")
            if (level, *place) in self.broken
            else take(self.region(level, place[0] * TILE, place[1] * TILE, TILE, TILE))
            for place in places
        ]


def slide(*, gray: bool = False) -> tuple[Image, Levels]:
    """The middle level is the one that marks lie on."""
    random = np.random.default_rng(8)
    coarse = random.integers(0, 256, (SIDE // 16, SIDE // 16, 3), np.uint8)
    coarse = coarse[..., 0].astype(np.uint16) * 200 if gray else coarse
    pictures = tuple(coarse.repeat(n, axis=0).repeat(n, axis=1) for n in (16, 4, 1))
    # Of the finest level every pixel is its own.
    pictures[0][...] = random.integers(0, 50000 if gray else 256, pictures[0].shape)
    levels = Levels(pictures)
    image = image_of(
        pictures[1][np.newaxis],
        matrix=np.diag([0.001, 0.001, 1.0, 1.0]),
        photometric="MONOCHROME2" if gray else "RGB",
        modality="SM",
        unit="",
        intercept=0.0,
        oriented=False,
    )
    return replace(image, pyramid=levels), levels


@pytest.fixture
def glass(open_reader: ReaderMaker) -> tuple[Reader, Levels]:
    image, levels = slide()
    return open_reader(open_case(image)), levels


def scene_of(reader: Reader) -> Scene:
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    return scene


def look_closely(reader: Reader, zoom: float) -> None:
    """`zoom` is canvas pixels per pixel of the finest level."""
    scene, viewport = scene_of(reader), reader.desk.active
    middle = scene.canvas.width / 2, scene.canvas.height / 2
    viewport.look(
        zoom_at(scene.view, scene.layout, scene.canvas, middle, 4 * zoom / scene.view.zoom)
    )
    settle(reader)


def settle(reader: Reader) -> None:
    for _ in range(4):
        reader.view.grab()
        QApplication.processEvents()


def color_at(reader: Reader, x: int, y: int) -> tuple[int, int, int]:
    seen = QColor(reader.view.grab().toImage().pixel(x, y))
    return seen.red(), seen.green(), seen.blue()


def told(reader: Reader) -> list[str]:
    lines = reader.view._painter.slide.lines()
    assert lines is not None
    return [words(line) for line in lines]


def map_of(reader: Reader) -> Overview | None:
    return reader.view._painter.slide.overview(scene_of(reader))


def test_a_slide_says_why_it_is_not_cut(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    reader.port.volumes["1.2.3"] = None
    reader.key(Qt.Key.Key_Y)
    happened = reader.window.tidings.all()[-1].happened
    assert happened.startswith("A slide is one picture, so there is nothing to cut.")
    assert "memory" not in happened


def test_a_slide_has_no_number_of_an_image(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    settle(reader)
    assert not any(line.startswith("Im") for line in reader.view._painter._words.lines)


def test_a_slide_opens_whole_and_says_its_level(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    settle(reader)
    assert reader.desk.active.view.fitted
    assert told(reader)[0] == "Level 2 of 3 · 1.00 µm/px"
    assert map_of(reader) is None


def test_closer_than_the_level_of_the_marks_the_finest_pixels_are_shown(
    glass: tuple[Reader, Levels],
) -> None:
    reader, levels = glass
    look_closely(reader, 1.0)
    assert told(reader) == ["Level 1 of 3 · 0.25 µm/px", "40×"]
    where = scene_of(reader).where
    left, top = round(where.left), round(where.top)
    for x, y in ((200, 300), (201, 300), (317, 411), (250, 222)):
        assert color_at(reader, x, y) == tuple(levels.pictures[0][y - top, x - left])


def test_the_corner_tells_of_the_picture_that_it_stands_in(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    settle(reader)
    whole = reader.view._painter._words.lines
    look_closely(reader, 1.0)
    assert "40×" in reader.view._painter._words.lines
    reader.window.commands["view.fit"].trigger()
    reader.view.grab()
    assert reader.view._painter._words.lines == whole


def test_one_pixel_for_one_is_of_the_finest_level(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    reader.window.commands["view.pixel-size"].trigger()
    settle(reader)
    assert told(reader)[0] == "Level 1 of 3 · 0.25 µm/px"
    assert scene_of(reader).where.scale_x == pytest.approx(4.0 / reader.view.devicePixelRatioF())


def test_the_probe_counts_pixels_of_the_finest_level(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    image = scene_of(reader).image
    rows, columns = scene_of(reader).size
    last = probe_text(image, 0, (columns - 0.6, rows - 0.6), image.source.frame(0))
    assert last is not None
    assert words(last).split() == ["Column", str(SIDE - 1) + ",", "row", str(SIDE - 1)]


def wait_for(true: Callable[[], bool]) -> None:
    late = time.monotonic() + 60
    while not true():
        QTest.qWait(10)
        assert time.monotonic() < late, "waited in vain"


class Pointer:
    """Over the view; it stands when it is told to, however long its moves take."""

    def __init__(self, reader: Reader) -> None:
        self._view = reader.view
        timers = reader.view.findChildren(QTimer)
        (self._rest,) = (timer for timer in timers if timer.interval() == REST_MS)
        self._rest.setInterval(3_600_000)

    def move(self, x: int, y: int) -> None:
        QTest.mouseMove(self._view, QPoint(x, y))
        QApplication.processEvents()

    @property
    def asks_soon(self) -> bool:
        return self._rest.isActive()

    def stand(self) -> None:
        wait_for(self._rest.isActive)
        self._rest.stop()
        self._rest.timeout.emit()


def under(reader: Reader, x: int, y: int) -> tuple[int, int]:
    """Row and column of the finest level there."""
    column, row = scene_of(reader).where.to_voxel((float(x), float(y)))
    return int((row + 0.5) * 4), int((column + 0.5) * 4)


def rgb(value: Pixels) -> list[str]:
    return ["RGB", *(str(int(part)) for part in value)]


def probed(reader: Reader) -> list[str]:
    return reader.window.status.probe.text().split()


def test_the_probe_says_the_level_on_show_then_the_finest_pixel(
    glass: tuple[Reader, Levels],
) -> None:
    """Nobody waits: what is at hand is told at once, and named; the rest comes when the pointer
    stands."""
    reader, levels = glass
    settle(reader)
    row, column = under(reader, 300, 310)
    pointer = Pointer(reader)
    pointer.move(300, 310)
    wait_for(lambda: probed(reader)[:4] == ["Column", f"{column},", "row", str(row)])
    shown = levels.pictures[1][row // 4, column // 4]
    assert probed(reader)[4:] == [*rgb(shown), "(mean,", "level", "2)"]
    pointer.stand()
    wait_for(lambda: probed(reader)[4:] == rgb(levels.pictures[0][row, column]))


def test_a_pointer_on_its_way_asks_for_no_tile(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    settle(reader)
    feed = reader.desk.active.tiles
    assert feed is not None
    before, pointer = feed.arrivals, Pointer(reader)
    for step in range(20):
        pointer.move(200 + 10 * step, 300)
    assert feed.arrivals == before
    assert pointer.asks_soon, "if it stood"
    reader.view._line.tell(None)
    assert not pointer.asks_soon
    assert feed.arrivals == before


def test_a_finest_tile_that_is_broken_leaves_the_level_on_show(
    open_reader: ReaderMaker,
) -> None:
    image, levels = slide(gray=True)
    levels.broken |= {(0, row, column) for row in range(16) for column in range(16)}
    reader = open_reader(open_case(image))
    settle(reader)
    row, column = under(reader, 300, 310)
    pointer, feed = Pointer(reader), reader.desk.active.tiles
    assert feed is not None
    pointer.move(300, 310)
    pointer.stand()
    wait_for(lambda: feed.broken)
    told = [str(int(levels.pictures[1][row // 4, column // 4])), "(mean,", "level", "2)"]
    assert probed(reader)[4:] == told


def test_beyond_one_to_one_the_pixels_themselves(glass: tuple[Reader, Levels]) -> None:
    reader, levels = glass
    look_closely(reader, 40.0)
    assert scene_of(reader).view.zoom == pytest.approx(160.0)
    x, y = 300, 300
    column, row = scene_of(reader).where.to_voxel((x + 0.5, y + 0.5))
    at = int((row + 0.5) * 4), int((column + 0.5) * 4)
    assert color_at(reader, x, y) == tuple(levels.pictures[0][at])


def test_a_turn_of_the_wheel_zooms_at_the_cursor(glass: tuple[Reader, Levels]) -> None:
    reader, _levels = glass
    before = scene_of(reader)
    at = QPointF(300.0, 200.0)
    under = before.where.to_voxel((at.x(), at.y()))
    event = QWheelEvent(
        at,
        reader.view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(reader.view, event)
    after = scene_of(reader)
    assert after.view.zoom == pytest.approx(before.view.zoom * 1.15)
    assert after.where.to_voxel((at.x(), at.y())) == pytest.approx(under, abs=1.0)


def test_the_overview_map_leads_where_it_is_pressed_and_dragged(
    glass: tuple[Reader, Levels],
) -> None:
    reader, _levels = glass
    look_closely(reader, 1.0)
    there = map_of(reader)
    assert there is not None
    press = QPoint(round(there.left + there.width / 4), round(there.top + there.height / 2))
    QTest.mousePress(reader.view, LEFT, NONE, press)
    quarter, half = SIDE / 16, SIDE / 8
    assert scene_of(reader).view.center == pytest.approx((quarter, half), abs=8)
    QTest.mouseMove(reader.view, QPoint(press.x() + round(there.width / 2), press.y()))
    QApplication.processEvents()
    assert scene_of(reader).view.center == pytest.approx((3 * quarter, half), abs=8)
    QTest.mouseRelease(reader.view, LEFT, NONE, press)
    assert not reader.port.document().marks
    there = map_of(reader)
    assert there is not None
    x, _y, width, _height = there.field
    assert x + width / 2 == pytest.approx(there.left + 0.75 * there.width, abs=1.5)


def test_a_tile_that_cannot_be_decoded_is_a_named_gap(glass: tuple[Reader, Levels]) -> None:
    reader, levels = glass
    middle = SIDE // TILE // 2
    levels.broken.add((0, middle, middle))
    look_closely(reader, 1.0)
    assert told(reader)[0] == "Tiles that cannot be decoded: 1"
    where = scene_of(reader).where
    x, y = (round(edge) + middle * TILE + 40 for edge in (where.left, where.top))
    assert color_at(reader, x, y) in ((96, 96, 96), (48, 48, 48))
    good = color_at(reader, x - 60, y)
    assert good == tuple(
        levels.pictures[0][middle * TILE + 40, middle * TILE - 20],
    )


def test_sixteen_bits_are_windowed_at_every_level(open_reader: ReaderMaker) -> None:
    image, levels = slide(gray=True)
    reader = open_reader(open_case(image))
    look_closely(reader, 1.0)
    assert told(reader)[0].startswith("Level 1 of 3")
    window = scene_of(reader).view.window
    where = scene_of(reader).where
    x, y = 300, 300
    value = int(levels.pictures[0][y - round(where.top), x - round(where.left)])
    share = (value - (window.center - 0.5)) / (window.width - 1) + 0.5
    wanted = min(255, max(0, share * 255))
    assert color_at(reader, x, y)[0] == pytest.approx(wanted, abs=1)


@pytest.mark.parametrize(("zoom", "level"), [(0.0, "Level 2"), (1.0, "Level 1"), (0.06, "Level 3")])
def test_sizes_hold_whatever_level_is_shown(
    glass: tuple[Reader, Levels], zoom: float, level: str
) -> None:
    """The finest pixel is 0.25 µm: so many of them under the hand are so long."""
    reader, _levels = glass
    if zoom:
        look_closely(reader, zoom)
    settle(reader)
    assert told(reader)[0].startswith(level)
    finest = scene_of(reader).where.scale_x / 4
    middle = reader.view.rect().center()
    reader.key(Qt.Key.Key_L)
    reader.drag_canvas([middle, middle + QPoint(40, 0), middle + QPoint(100, 0)])
    (row,) = reader.place.panel.marks.list.rows()
    number, unit = row.text.split()
    assert unit == "µm"
    assert float(number) == pytest.approx(100 / finest * 0.25, rel=0.01)


def test_a_slide_is_painted_in_micrometres_on_the_level_of_its_marks(
    glass: tuple[Reader, Levels],
) -> None:
    reader, levels = glass
    reader.key(Qt.Key.Key_B)
    assert reader.place.panel.paint.size_words.text() == "160 µm"
    assert scene_of(reader).brush_mm == pytest.approx(0.16)
    look_closely(reader, 1.0)
    x, y = scene_of(reader).view.center
    reader.drag([(x, y), (x + 5, y)])
    marked = levels.levels[1]
    (mark,) = reader.document.marks
    assert isinstance(mark.shape, PaintedMask)
    assert mark.shape.size == (1, marked.rows, marked.columns)
    content = reader.port.painted.content(mark.shape)
    assert content is not None
    # A pixel is a µm: a disc of 160 on its way of 5, as far as it lies on the slide.
    bits = content.crop((0, 0, 0), content.size)[0]
    assert bits[round(y), round(x) : round(x) + 6].all()
    reader.desk.returning.undo()
    assert reader.document.marks == ()
