"""What stands in the view's corners and in the pixel probe."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from labeler.model.affine import Vector
from labeler.model.image import Image, Pixels, Window
from labeler.model.manifest import ItemContext
from labeler.model.rasters import Place
from labeler.viewing.cuts import Projection
from labeler.viewing.layout import MICROSCOPY, Layout, Plane
from labeler.viewing.mammography import view_name
from labeler.viewing.phrase import Phrase, digits_of, number, phrase
from labeler.viewing.reformat import Reformat
from labeler.viewing.slide_point import PointValue
from labeler.viewing.stack_text import division_text, shown_number
from labeler.viewing.viewport import ViewState, table_of

PLANE_NAMES = {
    Plane.AXIAL: phrase("Axial"),
    Plane.CORONAL: phrase("Coronal"),
    Plane.SAGITTAL: phrase("Sagittal"),
    Plane.OBLIQUE: phrase("Oblique"),
    Plane.UNKNOWN: phrase("Plane unknown"),
}
FIGURE_SPACE = "\u2007"
_PLACES_MM, _PLACES = 6, 5
"""How many places the figures of the probe take: 1234.5 mm, −1024 HU."""

SLAB_NAMES = {
    Projection.MIP: phrase("MIP"),
    Projection.MINIP: phrase("MinIP"),
    Projection.MEAN: phrase("Mean"),
}
_STRAIGHT = 1 - 1e-6
"""The cosine beyond which a normal lies along an axis of the body."""

_NO_AGE = "000Y"
_AGE = re.compile(r"0*(\d+)([YMWD])\Z")


@dataclass(frozen=True)
class Corners:
    """Lines in each corner, from the top down."""

    top_left: tuple[Phrase, ...]
    top_right: tuple[Phrase, ...]
    bottom_left: tuple[Phrase, ...]
    bottom_right: tuple[Phrase, ...]


def slab_of(image: Image) -> Phrase | None:
    """What a slab shows of its depth; None for slices and planes."""
    cut = image.cut if isinstance(image, Reformat) else None
    return SLAB_NAMES[cut.projection] if cut is not None and cut.slab_mm else None


def corners(
    image: Image,
    layout: Layout,
    view: ViewState,
    case_number: int,
    context: ItemContext,
    life: float | None = None,
) -> Corners:
    """Case, series, window and position; never a name. `life` is how many times as large as the
    thing it is shown, where the monitor's size is known."""
    return Corners(
        top_left=_case_lines(image, case_number, context),
        top_right=(*_series_lines(image, layout), *_turn_lines(layout)),
        bottom_left=_window_lines(image, view, life),
        bottom_right=position_lines(image, view.index),
    )


def age_text(age: str) -> str:
    """DICOM's "064Y" as "64 y"; other spellings stay as they are.

    "000Y" is no age: it is what de-identified files hold instead of one, and newborns have days.
    """
    if age == _NO_AGE:
        return ""
    found = _AGE.match(age)
    return f"{found[1]} {found[2].lower()}" if found else age


def _case_lines(image: Image, case_number: int, context: ItemContext) -> tuple[Phrase, ...]:
    age = age_text(context.age or image.info.patient_age)
    who = " ".join(part for part in (age, context.sex or image.info.patient_sex) if part)
    first = (
        phrase("Case {number} · {who}", number=case_number, who=who)
        if who
        else phrase("Case {number}", number=case_number)
    )
    what = " ".join(part for part in (image.info.modality, image.info.body_part.lower()) if part)
    told = context.indication or what
    return (first, phrase("{indication}", indication=told)) if told else (first,)


def _series_lines(image: Image, layout: Layout) -> tuple[Phrase, ...]:
    info = image.info
    parts = (info.description,) if info.description else ()
    if info.number is None:
        first = phrase("{description}", description=parts[0]) if parts else phrase("Series")
    elif parts:
        first = phrase("Se {number} · {description}", number=info.number, description=parts[0])
    else:
        first = phrase("Se {number}", number=info.number)
    part = division_text(image.stack.division)
    lines = (first,) if part is None else (first, part)
    view = view_name(info.view, info.laterality)
    if view and not image.oriented:
        return *lines, phrase("{view}", view=view)
    if info.modality == MICROSCOPY or image.sides is not None:
        # Glass has no plane of a patient; an X-ray whose sides are told has none that is unknown.
        return lines
    plane = PLANE_NAMES[layout.plane]
    if isinstance(image, Reformat) and image.cut is not None and image.cut.slab_mm:
        slab, thick = SLAB_NAMES[image.cut.projection], number(image.cut.slab_mm)
        return *lines, phrase("{plane} · {slab} {thick} mm", plane=plane, slab=slab, thick=thick)
    if info.slice_thickness_mm is None:
        return *lines, plane
    thick = number(info.slice_thickness_mm, 1)
    return *lines, phrase("{plane} · {thick} mm", plane=plane, thick=thick)


def _turn_lines(layout: Layout) -> tuple[Phrase, ...]:
    """A mirror image is never shown without a word; a turn shows in the letters."""
    return (phrase("FLIPPED"),) if layout.flipped else ()


def _window_lines(image: Image, view: ViewState, life: float | None) -> tuple[Phrase, ...]:
    zoom = phrase("Zoom {percent} %", percent=number(view.zoom * 100))
    if life is not None:
        percent = number(life * 100, digits_of(round(life * 100, 1)) if life < 0.1 else 0)
        zoom = phrase("{zoom} · {percent} % of true size", zoom=zoom, percent=percent)
    if image.is_color:
        return (zoom,)
    return _window_line(image, view), zoom


def _window_line(image: Image, view: ViewState) -> Phrase:
    table = table_of(image, view)
    if table is not None:
        name = table.name
        return phrase("Table {name}", name=name) if name else phrase("Table of the file")
    return window_words(image, view.window)


def window_words(image: Image, window: Window) -> Phrase:
    """A window of an image, in SUV where it has that."""
    factor = image.suv_factor
    if factor is not None:
        low, high = (window.center + half * window.width for half in (-0.5, 0.5))
        return phrase(
            "SUV {low} to {high}", low=number(low * factor, 1), high=number(high * factor, 1)
        )
    digits = digits_of(window.width, window.center)
    return phrase(
        "W {width}  L {center}",
        width=number(window.width, digits),
        center=number(window.center, digits),
    )


def position_lines(image: Image, index: int) -> tuple[Phrase, ...]:
    """All that is told of one slice: which it is, and where it lies."""
    if isinstance(image, Reformat):
        # Its planes have no numbers that a report could cite.
        distance = _from_the_middle(image, index)
        if distance is not None:
            return (phrase("{distance} mm from the middle", distance=number(distance, 1)),)
        position = slice_position(image, index)
        return (phrase("{position} mm", position=position),) if position else ()
    count = len(image.refs)
    if image.pyramid is not None and count == 1:
        return ()  # the number is that of one of its parts
    cited = shown_number(image, index)
    if all(shown_number(image, i) == i + 1 for i in (0, index, count - 1)):
        place = phrase("Im {number} / {count}", number=cited, count=count)
    else:
        place = phrase(
            "Im {number} · {place} / {count}", number=cited, place=index + 1, count=count
        )
    position = slice_position(image, index)
    return (place, phrase("{position} mm", position=position)) if position else (place,)


def _from_the_middle(image: Reformat, index: int) -> float | None:
    """How far an oblique plane lies from the middle of its series, further on as more; one
    coordinate would say where only one of its pixels lies. None for a straight plane."""
    cut, base = image.cut, image.base
    if cut is None or base is None or float(abs(cut.normal).max()) > _STRAIGHT:
        return None
    half = (np.array(base.source.shape[::-1], np.float64) - 1) / 2
    plane = image.to_patient(np.array([0.0, 0.0, index]))
    return round(float((plane - base.to_patient(half)) @ cut.normal), 6)


def late_line(image: Image, wanted: int | None) -> Phrase:
    """Where a view is on the way to; None: to planes that lie otherwise."""
    lines = () if wanted is None else position_lines(image, wanted)
    return phrase("→ {place} …", place=lines[-1]) if lines else phrase("…")


def slice_position(image: Image, index: int) -> str:
    """Where a slice lies along the body axis it cuts, as "I 120.5"; "" where unknown."""
    if not image.oriented or len(image.refs) < 2:
        return ""
    _, rows, columns = image.source.shape
    (ax, bx), (ay, by), (az, bz) = image.affine.matrix[:3, :2].tolist()
    normal = abs(ay * bz - az * by), abs(az * bx - ax * bz), abs(ax * by - ay * bx)
    axis = normal.index(max(normal))
    middle = image.to_patient(np.array([(columns - 1) / 2, (rows - 1) / 2, index]))
    return along(middle, axis)


def along(p_patient: Vector, axis: int) -> str:
    """One coordinate as reports write it: the side, then the distance in mm.

    It is reckoned: what the arithmetic leaves behind the sixth decimal makes no half less."""
    value = float(p_patient[axis])
    return f"{('RL', 'AP', 'IS')[axis][int(value >= 0)]} {number(round(abs(value), 6), 1)}"


def probe_text(
    image: Image,
    index: int,
    p_voxel: Place,
    pixels: Pixels | None,
    point: PointValue | None = None,
) -> Phrase | None:
    """Position and value under the cursor; None beside the image. `point` is what tiles of a slide
    say of it.

    Every figure has a fixed width, so that nothing jumps while the pointer moves.
    """
    _, rows, columns = image.source.shape
    column, row = math.floor(p_voxel[0] + 0.5), math.floor(p_voxel[1] + 0.5)
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    value: str | Phrase = ""
    if row >= image.rows_there(index):
        value = "–"  # not in the file
    elif pixels is not None:
        value = _value(image, index, pixels[row, column])
    if not image.oriented or not image.measurable:
        finest = image.pyramid.levels[0] if image.pyramid is not None else None
        if finest is not None and finest.columns > columns:
            # The value at hand is a mean of many pixels: no pixel has it.
            column, columns = _finer(p_voxel[0], columns, finest.columns), finest.columns
            row, rows = _finer(p_voxel[1], rows, finest.rows), finest.rows
            value = "" if point is None else _point_text(image, index, point)
        return phrase(
            "Column {column}, row {row}  {value}",
            column=wide(str(column), len(str(columns))),
            row=wide(str(row), len(str(rows))),
            value=value,
        )
    p_patient = image.to_patient(np.array([p_voxel[0], p_voxel[1], float(index)]))
    where = "  ".join(_side(p_patient, axis) for axis in range(3))
    return phrase("{where}  {value}", where=where, value=value)


def _point_text(image: Image, index: int, point: PointValue) -> str | Phrase:
    """Of a level that is coarser it is said which: no pixel has that value."""
    value = _value(image, index, point.value)
    if not point.level:
        return value
    return phrase("{value} (mean, level {level})", value=value, level=point.level)


def _finer(p_voxel: float, count: int, finest: int) -> int:
    """Which pixel of the finest size lies there, of a slide whose voxels are coarser."""
    return min(finest - 1, math.floor((p_voxel + 0.5) * finest / count))


def wide(text: str, places: int) -> str:
    """Filled up in front with blanks as wide as digits; a minus sign is as wide as one, nearly."""
    return text.rjust(places, FIGURE_SPACE)


def _side(p_patient: Vector, axis: int) -> str:
    side, _, distance = along(p_patient, axis).partition(" ")
    return f"{side} {wide(distance, _PLACES_MM)}"


def _value(image: Image, index: int, stored: Pixels) -> str | Phrase:
    """The value with its unit, and the stored one where that is another."""
    if np.ndim(stored):
        return "RGB " + " ".join(wide(str(int(part)), 3) for part in stored)
    if isinstance(image, Reformat) and image.padding and float(stored) == image.padding[0]:
        return "–"  # beside the volume, or not here yet
    rescaled = float(stored) * image.slopes[index] + image.intercepts[index]
    if not math.isfinite(rescaled):
        return "–"
    told = f"{rescaled_text(image, rescaled)} {image.unit}".rstrip()
    if image.suv_factor is not None:
        told = f"SUV {wide(number(rescaled * image.suv_factor, 1), 4)}  {told}"
    if rescaled == float(stored) or isinstance(image, Reformat):
        return told
    raw = wide(_plain(float(stored)), _PLACES)
    return phrase("{value} (stored {stored})", value=told, stored=raw)


def rescaled_text(image: Image, rescaled: float) -> str:
    """A rescaled value of an image without its unit, as wide as others."""
    return wide(_figure(image, rescaled), _PLACES)


def _figure(image: Image, rescaled: float) -> str:
    return number(rescaled) if image.unit == "HU" else _plain(rescaled)


def _plain(value: float) -> str:
    return number(value, 0 if value == round(value) else max(2, digits_of(value)))
