"""Marks taken from one slice and laid on another: by their place in the patient where both share
one, else by the voxels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np
from msgspec import UNSET

from labeler.model.document import Mark
from labeler.model.edits import AddMark, OneEdit, Together
from labeler.model.flat_maps import FlatMap, carried
from labeler.model.frames import FrameRef
from labeler.model.handles import moved
from labeler.model.image import Image
from labeler.model.lying import SLANT, Slice, in_um, map_between, slice_at
from labeler.model.measures import MASKS
from labeler.model.outlines import bounds
from labeler.model.shapes import Cuboid, FlatShape, Landmark, Point, Shape
from labeler.model.tiled_masks import TiledMask
from labeler.viewing.drawn import flat, frame_of, landmark, some_frame
from labeler.viewing.grips import held_inside
from labeler.viewing.mark_edits import selected
from labeler.viewing.painted_copies import OUTSIDE, PaintTaken, copies, lay, paint_taken
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import NOTHING, Later, Lying, Outcome, Scene

COPYING = phrase("Copying")

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
    return Copied(found, there, info.frame_of_reference, info.uid, scene.frame, paint)


def pasted(scene: Scene, taken: Copied) -> Outcome:
    """One edit that lays copies on this slice; they are selected."""
    paint = taken.painted
    if paint is None:
        return _laid_down(scene, taken, ())
    found = lay(scene, paint, _beside(scene, taken, slice_at(scene.image, scene.view.index)))
    if isinstance(found, tuple):
        return _laid_down(scene, taken, found)
    if isinstance(found, Phrase):
        return replace(_laid_down(scene, taken, ()), say=found)

    def then(now: Scene, contents: tuple[TiledMask, ...]) -> Outcome:
        return _laid_down(now, taken, contents)

    return Outcome(later=Later(COPYING, found, then))


def _laid_down(scene: Scene, taken: Copied, contents: tuple[TiledMask, ...]) -> Outcome:
    """The edit, with what painted copies hold here."""
    edits: list[OneEdit] = list(_shapes(scene, taken))
    names = [one.mark.id for one in edits if isinstance(one, AddMark)]
    blobs: dict[str, bytes] = {}
    if taken.painted is not None and contents:
        first = len(scene.document.marks) + len(edits)
        strokes, blobs, more = copies(scene, taken.painted, contents, first)
        if not more and not edits:
            return Outcome(say=OUTSIDE)
        edits, names = [*edits, *strokes], [*names, *more]
    if not edits:
        return NOTHING
    edit = edits[0] if len(edits) == 1 else Together("paste-marks", tuple(edits))
    return replace(selected(names), edit=edit, blobs=blobs)


def _shapes(scene: Scene, taken: Copied) -> list[AddMark]:
    here = slice_at(scene.image, scene.view.index)
    by_place = taken.shares_space(scene.image)
    beside = _beside(scene, taken, here)
    first = len(scene.document.marks)
    adds: list[AddMark] = []
    for lying in taken.lyings:
        if isinstance(lying.shape, MASKS):
            continue
        shape = _laid(lying.shape, taken.there, here) if by_place else lying.shape
        shape = moved(shape, held_inside(scene, shape, beside))
        mark = _copy(scene, lying, shape, here)
        if mark is not None:
            adds.append(AddMark(first + len(adds), mark))
    return adds


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
    sizes = [float(np.linalg.norm(way)) for way in (there.across, there.down)]
    steps = [float(np.linalg.norm(way)) for way in (here.across, here.down)]
    turn = np.diag([sizes[0] / steps[0], sizes[1] / steps[1]])
    left, top, right, bottom = bounds(shape)
    middle = np.array(((left + right) / 2, (top + bottom) / 2))
    at = np.array(here.to_voxel(there.to_patient(*middle.tolist())))
    return carried(shape, FlatMap(turn, at - turn @ middle))
