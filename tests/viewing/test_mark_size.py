from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.document import Mark
from labeler.model.image import Caveat, Image
from labeler.model.masks import Mask
from labeler.model.regions import Region
from labeler.model.shapes import Length, MaskShape, PaintedMask, Shape
from labeler.model.stack import Stack
from labeler.model.tiled_masks import TiledMask, of_voxels
from labeler.viewing.late_numbers import LATE, AtOnce
from labeler.viewing.mark_size import KnownSizes, told_size
from tests.support.images import axial, image_of

SIZE = (6, 20, 30)
MATRIX = axial((0.5, 2.0, 3.0))
ORIGINS = tuple((-60.0, -80.0, 120.0 - 3.0 * n) for n in range(SIZE[0]))
IMAGE = replace(image_of(np.zeros(SIZE, np.int16), matrix=MATRIX), stack=Stack(origins=ORIGINS))
BITS = np.zeros(SIZE, np.bool_)
BITS[1:4, 3:13, 5:25] = True
THROUGH = PaintedMask("1" * 64, SIZE, IMAGE.frame_list)
FLAT = PaintedMask("2" * 64, (1, *SIZE[1:]))


class Held:
    """What is painted, and how often it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def content(self, shape: MaskShape) -> TiledMask | None:
        self.asked += 1
        if shape == THROUGH:
            return of_voxels(SIZE, (0, 0, 0), BITS)
        return of_voxels((1, *SIZE[1:]), (0, 0, 0), BITS[2:3]) if shape == FLAT else None

    def region(self, shape: MaskShape, index: int) -> Mask | None:  # noqa: ARG002
        raise AssertionError("sizes are told of the whole")


class Never:
    def number(self, of: str, at: object, work: object) -> None:
        """Always under way."""


def told(image: Image, shape: Shape) -> str | None:
    size = told_size(image, Mark("m1", "scar", IMAGE.refs[2], shape), Held(), AtOnce())
    return None if size is None else size.text


def without(caveat: Caveat) -> Image:
    return replace(IMAGE, caveats=(caveat,))


def test_a_region_through_slices_has_a_volume_and_one_on_a_frame_an_area() -> None:
    assert told(IMAGE, THROUGH) == "1.8 mL"
    assert told(IMAGE, FLAT) == "2.00 cm²"
    assert told(without(Caveat.SPACING_PROJECTED), FLAT) == "2.00 cm² at detector"


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (without(Caveat.SPACING_UNKNOWN), "Size unknown: no pixel spacing"),
        (without(Caveat.MOSAIC), "Size unknown: a mosaic of slices"),
        (without(Caveat.SPACING_UNEVEN), "Volume unknown: uneven slices"),
        (without(Caveat.MISSING_SLICES), "Volume unknown: slices missing"),
        (without(Caveat.ORIENTATION_UNKNOWN), "Volume unknown: no orientation"),
        (replace(IMAGE, stack=Stack()), "Volume unknown: no slice spacing"),
        (replace(IMAGE, refs=IMAGE.refs[:4]), "Volume unknown: other slices"),
        (
            replace(without(Caveat.SPACING_REGIONAL), regions=(Region(0, 0, 29, 19, (0.1, 0.1)),)),
            "Volume unknown: scaled in regions",
        ),
    ],
)
def test_why_there_is_no_volume(image: Image, reason: str) -> None:
    assert told(image, THROUGH) == reason


def test_within_the_regions_of_a_picture_their_scale_holds() -> None:
    regions = Region(0, 0, 3, 19, (0.1, 0.1)), Region(4, 0, 29, 19, (0.2, 0.2))
    image = replace(without(Caveat.SPACING_REGIONAL), regions=regions)
    assert told(image, FLAT) == "8.0 mm²"
    image = replace(without(Caveat.SPACING_REGIONAL), regions=regions[:1])
    assert told(image, FLAT) == "Size unknown: not in one region"


def test_a_size_is_reckoned_once_for_a_mark_as_it_stands() -> None:
    held, sizes = Held(), KnownSizes()
    mark = Mark("m1", "scar", IMAGE.refs[2], THROUGH)
    for _ in range(3):
        assert sizes.of(IMAGE, mark, held, AtOnce()) == told_size(IMAGE, mark, Held(), AtOnce())
    assert held.asked == 1
    line = Mark("m1", "scar", IMAGE.refs[2], Length((0, 0), (9_000, 0)))
    size = sizes.of(IMAGE, line, held, AtOnce())
    assert size is not None
    assert size.text == "4.5 mm"
    unknown = Mark("m1", "scar", IMAGE.refs[2], PaintedMask("3" * 64, SIZE))
    assert [sizes.of(IMAGE, unknown, held, AtOnce()) for _ in range(2)] == [None, None]
    assert held.asked == 3, "it may come yet"


def test_what_is_under_way_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeler.viewing.mark_size.MANY_TILES", 0)
    mark, sizes = Mark("m1", "scar", IMAGE.refs[2], THROUGH), KnownSizes()
    assert sizes.of(IMAGE, mark, Held(), Never()) is LATE
    size = sizes.of(IMAGE, mark, Held(), AtOnce())
    assert size is not None
    assert size.text == "1.8 mL"
