"""Marks taken from one slice and laid on another: by their place in the patient where both share
one, else as large as they were in mm, amid the view."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from labeler.model.document import Mark
from labeler.model.edits import AddMark, OneEdit
from labeler.model.flat_maps import FlatMap, carried
from labeler.model.frames import FrameRef
from labeler.model.handles import moved
from labeler.model.image import Caveat, Image
from labeler.model.lying import SLANT, Slice, in_um, map_between, slice_at
from labeler.model.measures import MASKS, blocked_by
from labeler.model.outlines import bounds
from labeler.model.shapes import Cuboid, FlatShape, Landmark, Point, Shape
from labeler.model.tiled_masks import TiledMask
from labeler.viewing.drawn import flat, frame_of, landmark, some_frame
from labeler.viewing.edit_words import PASTED
from labeler.viewing.grips import held_inside
from labeler.viewing.mark_edits import selected
from labeler.viewing.paint_edits import as_one
from labeler.viewing.painted_copies import (
    OUTSIDE,
    PaintTaken,
    copies,
    lay,
    left_behind,
    paint_taken,
)
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import NOTHING, Later, Lying, Outcome, Scene

COPYING = phrase("Copying")
NO_MM = phrase("How large a pixel is, is not known in both series: the copy keeps its pixels.")
AMID = phrase(
    "These series share no place in the patient: the copy keeps its mm, and lies amid the view."
)
BEYOND = phrase(
    "That place lies beside this series: the copy keeps its mm, and lies amid the view."
)

BESIDE = 12.0
"""Canvas pixels that a copy lies off its original, where it would hide it."""


@dataclass(frozen=True, eq=False)
class Copied:
    """Marks as they lay on a slice, and where that was."""

    lyings: tuple[Lying, ...]
    there: Slice
    frame_of_reference: str
    series: str
    frame: FrameRef
    size: tuple[int, int]
    has_mm: bool
    painted: PaintTaken | None = None

    def shares_space(self, image: Image) -> bool:
        """Whether places in the patient mean the same in an image."""
        if image.info.uid == self.series:
            return True
        return bool(self.frame_of_reference) and (
            self.frame_of_reference == image.info.frame_of_reference
        )


def copied(scene: Scene) -> Copied | None:
    """The marks that are selected on this slice."""
    found = tuple(lying for lying in scene.chosen_here() if not isinstance(lying.shape, MASKS))
    paint = paint_taken(scene)
    if not found and paint is None:
        return None
    info = scene.image.info
    there = slice_at(scene.image, scene.view.index)
    known = info.frame_of_reference, info.uid, scene.frame, scene.size, _has_mm(scene)
    return Copied(found, there, *known, paint)


def pasted(scene: Scene, taken: Copied) -> Outcome:
    """One edit that lays copies on this slice; they are selected."""
    paint = taken.painted
    if paint is None:
        return _laid_down(scene, taken, ())
    found = lay(scene, paint, _beside(scene, taken, slice_at(scene.image, scene.view.index)))
    if isinstance(found, tuple):
        return _laid_down(scene, taken, found)
    if isinstance(found, Phrase):
        return replace(_laid_down(scene, taken, ()), say=found)  # of paint, which made nothing

    def on_it(now: Scene) -> Scene:
        """This slice, also where another one was on show before the work could begin."""
        return replace(scene, document=now.document, painted=now.painted)

    def then(now: Scene, contents: tuple[TiledMask, ...]) -> Outcome:
        return _laid_down(on_it(now), taken, contents)

    return Outcome(later=Later(COPYING, found, then, lambda now: pasted(on_it(now), taken)))


def _laid_down(scene: Scene, taken: Copied, contents: tuple[TiledMask, ...]) -> Outcome:
    """The edit, with what painted copies hold here."""
    adds, said = _shapes(scene, taken)
    edits: list[OneEdit] = list(adds)
    names = [one.mark.id for one in edits if isinstance(one, AddMark)]
    blobs: dict[str, bytes] = {}
    if taken.painted is not None and contents:
        first = len(scene.document.marks) + len(edits)
        strokes, blobs, more = copies(scene, taken.painted, contents, first)
        if not more and not edits:
            return Outcome(say=OUTSIDE)
        edits, names = [*edits, *strokes], [*names, *more]
        said = said or (left_behind(scene, taken.painted) if more else None)
    if not edits:
        return NOTHING
    return replace(selected(names), edit=as_one(PASTED, edits), blobs=blobs, say=said)


def _shapes(scene: Scene, taken: Copied) -> tuple[list[AddMark], Phrase | None]:
    """The marks on this slice, and where they lie if that is not where they were."""
    here = slice_at(scene.image, scene.view.index)
    beside = _beside(scene, taken, here)
    first = len(scene.document.marks)
    adds: list[AddMark] = []
    flats = [lying for lying in taken.lyings if not isinstance(lying.shape, MASKS)]
    shapes = [lying.shape for lying in flats if not isinstance(lying.shape, MASKS)]
    laid, said = _places(scene, taken, shapes, here)
    for lying, found in zip(flats, laid, strict=True):
        shape = moved(found, held_inside(scene, found, beside))
        mark = _copy(scene, lying, shape, here)
        if mark is not None:
            adds.append(AddMark(first + len(adds), mark))
    return adds, said if adds else None


def _places(
    scene: Scene, taken: Copied, shapes: list[FlatShape], here: Slice
) -> tuple[list[FlatShape], Phrase | None]:
    """Shapes where they lie in the patient; where that says nothing as large as they were in mm,
    amid the view, together as they lay; else in their voxels."""
    same, has_mm = scene.image.info.uid == taken.series, taken.has_mm and _has_mm(scene)
    if taken.shares_space(scene.image):
        laid = [_laid(shape, taken.there, here) for shape in shapes]
        if same or not laid or not has_mm or _is_inside(scene, laid):
            return laid, None
        return _amid(scene, taken.there, here, shapes), BEYOND
    if not has_mm:
        return shapes, NO_MM
    if scene.size == taken.size and np.allclose(_steps(taken.there), _steps(here), rtol=1e-3):
        return shapes, None  # pictures of one kind: voxel for voxel
    return _amid(scene, taken.there, here, shapes), AMID


def _has_mm(scene: Scene) -> bool:
    """Whether pixels have a size everywhere."""
    image = scene.base or scene.image
    return blocked_by(image) is None and Caveat.SPACING_REGIONAL not in image.caveats


def _around(shapes: list[FlatShape]) -> tuple[float, float]:
    """The middle of all of them, in voxels."""
    left, top, right, bottom = np.array([bounds(shape) for shape in shapes]).T
    return float(left.min() + right.max()) / 2, float(top.min() + bottom.max()) / 2


def _is_inside(scene: Scene, shapes: list[FlatShape]) -> bool:
    rows, columns = scene.size
    column, row = _around(shapes)
    return -0.5 <= column <= columns - 0.5 and -0.5 <= row <= rows - 0.5


def _amid(scene: Scene, there: Slice, here: Slice, shapes: list[FlatShape]) -> list[FlatShape]:
    if not shapes:
        return []
    turn, canvas = _scale(there, here), scene.canvas
    middle = np.array(scene.inside((canvas.width / 2, canvas.height / 2)))
    by = FlatMap(turn, middle - turn @ np.array(_around(shapes)))
    return [carried(shape, by) for shape in shapes]


def _steps(of: Slice) -> list[float]:
    """How far the next column and the next row are, in mm."""
    return [float(np.linalg.norm(way)) for way in (of.across, of.down)]


def _scale(there: Slice, here: Slice) -> NDArray[np.float64]:
    """Voxels of one slice as voxels of the other, as large in mm."""
    return np.diag(np.divide(_steps(there), _steps(here)))


def _copy(scene: Scene, lying: Lying, shape: FlatShape, here: Slice) -> Mark | None:
    original = lying.mark
    placed: Shape | None
    match original.shape:
        case Landmark():
            placed = landmark(scene, shape)
        case Cuboid() as box:
            left, top, right, bottom = bounds(shape)
            middle = here.to_patient((left + right) / 2, (top + bottom) / 2)
            placed = msgspec.structs.replace(
                box,
                frame_of_reference=scene.image.info.frame_of_reference,
                center=in_um(middle),
            )
        case _:
            placed = flat(scene, shape)
    if placed is None:
        return None
    frame = frame_of(scene, placed, some_frame(scene))
    return msgspec.structs.replace(
        original, id=scene.new_id(), frame=frame, shape=placed, flags=UNSET
    )


def _beside(scene: Scene, taken: Copied, here: Slice) -> Point:
    """Nothing, or on the slice the marks are from a little down and to the right."""
    there = taken.there
    same = scene.image.info.uid == taken.series and scene.frame == taken.frame
    same = same and np.allclose(there.origin, here.origin)
    if not same or abs(float(there.normal @ here.normal)) < SLANT:
        return 0, 0
    where = scene.where
    zero, far = where.to_voxel((0.0, 0.0)), where.to_voxel((BESIDE, BESIDE))
    return round(1000 * (far[0] - zero[0])), round(1000 * (far[1] - zero[1]))


def _laid(shape: FlatShape, there: Slice, here: Slice) -> FlatShape:
    """The shape on a slice, looked at along its normal; on one that leans as large as it was,
    with its middle where that lies."""
    if abs(float(there.normal @ here.normal)) >= SLANT:
        return carried(shape, map_between(there, here))
    turn = _scale(there, here)
    left, top, right, bottom = bounds(shape)
    middle = np.array(((left + right) / 2, (top + bottom) / 2))
    at = np.array(here.to_voxel(there.to_patient(*middle.tolist())))
    return carried(shape, FlatMap(turn, at - turn @ middle))
