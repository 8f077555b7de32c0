"""A mark's size is one text: beside it, in the list, in the panel, and in what is exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from labeler.app.measuring import measured_mark
from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.image import Caveat, Image
from labeler.model.measures import MASKS
from labeler.model.regions import Region
from labeler.model.shapes import (
    Angle,
    Bidirectional,
    Box,
    CobbAngle,
    Cuboid,
    Ellipse,
    Landmark,
    Length,
    OnPlane,
    Plane,
    Polygon,
    Polyline,
    Shape,
    Spline,
)
from labeler.viewing.overlay import Caption, Overlay
from labeler.viewing.scene import Preview
from labeler.viewing.shape_words import shape_name
from tests.support.images import axial, image_of
from tests.support.reader import CTRL, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker

KEY = Qt.Key
BIG = 1_000_000_000
CORNERS = ((80_000, 90_000), (120_000, 95_000), (110_000, 140_000))
PLANE = Plane("", (50_000, -40_000, 120_000), (BIG, 0, 0), (0, BIG, 0))
SHAPES: dict[str, Shape] = {
    "length": Length((80_000, 90_000), (120_000, 91_000)),
    "box": Box((80_000, 90_000), (120_000, 130_000)),
    "ellipse": Ellipse((100_000, 100_000), (20_000, 3_000), (-2_000, 9_000)),
    "polygon": Polygon(CORNERS),
    "crossed": Polygon((*CORNERS[:2], (80_000, 130_000), (120_000, 130_000))),
    "polyline": Polyline(CORNERS),
    "spline": Spline(CORNERS, closed=True),
    "angle": Angle(*CORNERS),
    "cobb": CobbAngle(CORNERS[:2], CORNERS[1:]),
    "axes": Bidirectional(CORNERS[:2], ((100_000, 80_000), (101_000, 100_000))),
    "place": Landmark("", (30_000, 20_000, 120_000)),
    "cuboid": Cuboid("", (40_000, 40_000, 120_000), (9_000, 0, 0), (0, 8_000, 0), (0, 0, 7_000)),
    "on-plane": OnPlane(PLANE, Length((0, 0), (12_000, 3_000))),
}  # fmt: skip

IMAGES: dict[str, Callable[[], Image]] = {
    "ct": chest_image,
    "no-spacing": lambda: replace(chest_image(), caveats=(Caveat.SPACING_UNKNOWN,)),
    "projection": lambda: replace(chest_image(), caveats=(Caveat.SPACING_PROJECTED,)),
    "regions": lambda: replace(
        chest_image(),
        caveats=(Caveat.SPACING_REGIONAL,),
        regions=(Region(0, 0, 105, 255, (0.3, 0.2)), Region(106, 0, 255, 255, (0.1, 0.1))),
    ),
    "slide": lambda: image_of(
        np.full((1, 256, 256), 200, np.uint8), matrix=axial((0.0005, 0.0005, 1.0)), modality="SM"
    ),
}


def beside(reader: Reader) -> Caption:
    """The words beside the selected mark."""
    reader.settle()
    scene = reader.desk.scene(reader.desk.active)
    assert scene is not None
    found = Overlay().commands(scene, Preview(), reader.desk.active.pixels)
    return next(one for one in found if isinstance(one, Caption))


def in_list(reader: Reader, number: int = 0) -> str:
    return reader.place.panel.marks.list.rows()[number].text


def exported(reader: Reader, mark: Mark) -> str:
    image = reader.desk.active.base
    shape = mark.shape
    content = reader.port.painted.content(shape) if isinstance(shape, MASKS) else None
    return measured_mark(image, mark, content, lambda _done, _total: None).size


def in_panel(reader: Reader) -> set[str]:
    reader.wait_count()
    panel = reader.place.panel.measures
    return {*(value for _, value in panel.told), *panel.reasons.text().splitlines()}


def one_text(reader: Reader) -> str:
    """The size of the selected mark, after it was found the same everywhere."""
    (mark,) = reader.document.marks
    size = beside(reader).lines[0].text
    assert exported(reader, mark) == size
    kind = shape_name(mark.shape).text
    listed = f"{kind[:1].upper()}{kind[1:]}. {size}" if "unknown" in size else size
    # A reason is the same for every mark: the list tells a box from a polygon all the same.
    assert in_list(reader) == (size if isinstance(mark.shape, MASKS) else listed)
    panel = in_panel(reader)
    assert size in panel or set(size.split(", ")) <= panel
    return size


@pytest.mark.parametrize("image", IMAGES)
def test_a_shape_has_one_size(open_reader: ReaderMaker, image: str) -> None:
    reader = open_reader(open_case(IMAGES[image]()))
    reader.key(KEY.Key_N, CTRL)
    active = reader.desk.active
    assert active.image is not None
    for name, shape in SHAPES.items():
        if image == "slide" and isinstance(shape, Landmark | Cuboid | OnPlane):
            continue
        frame = active.image.refs[active.view.index]
        reader.port.apply(AddMark(0, Mark("m1", reader.desk.label, frame, shape)), {})
        reader.desk.select_mark("m1")
        size = one_text(reader)
        expected = {
            ("no-spacing", "length"): "Size unknown: no pixel spacing",
            ("regions", "box"): "Size unknown: not in one region",
            ("ct", "crossed"): "Area unknown: crosses itself",
            ("slide", "length"): "20.0 µm",
        }
        assert size == expected.get((image, name), size)
        reader.desk.delete_mark()


@pytest.mark.parametrize("image", IMAGES)
def test_a_painted_region_has_one_size(open_reader: ReaderMaker, image: str) -> None:
    reader = open_reader(open_case(IMAGES[image]()))
    reader.key(KEY.Key_N, CTRL)
    if image == "slide":
        reader.desk.brush_mm = 0.01
    reader.key(KEY.Key_B)
    reader.drag([(80, 90), (85, 90), (90, 90)])
    size = one_text(reader)
    assert size == {"no-spacing": "Size unknown: no pixel spacing"}.get(image, size)
