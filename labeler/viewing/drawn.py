"""What becomes of a shape that was drawn: a mark of the slice, or one in the patient."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.cuboids import cuboid_on
from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.frames import FrameRef
from labeler.model.lying import in_um, middle_mm, nearest_frame, on_plane, slice_at
from labeler.model.shapes import (
    Box,
    Cuboid,
    FlatShape,
    Landmark,
    OnPlane,
    PointMark,
    Shape,
)
from labeler.viewing.phrase import phrase
from labeler.viewing.scene import NOTHING, Outcome, Scene

NOT_IN_PATIENT = phrase("This image does not say where it lies in the patient.")

BESIDE = phrase("That is beside the image: nothing can be drawn there.")

Lay = Callable[[Scene, FlatShape], Shape | None]
"""What a mark becomes of what was drawn on a slice."""


def flat(scene: Scene, shape: FlatShape) -> Shape:
    """As it was drawn; on a plane cut out of a series it keeps that plane."""
    return shape if scene.base is None else on_plane(scene.image, scene.view.index, shape)


def landmark(scene: Scene, shape: FlatShape) -> Shape | None:
    """The place of a point in the patient."""
    if not isinstance(shape, PointMark):
        return None
    here = slice_at(scene.image, scene.view.index)
    at = in_um(here.to_patient(shape.at[0] / 1000, shape.at[1] / 1000))
    return Landmark(scene.image.info.frame_of_reference, at)


def cuboid(scene: Scene, shape: FlatShape) -> Shape | None:
    """The box in the patient around a rectangle."""
    if not isinstance(shape, Box):
        return None
    here = slice_at(scene.image, scene.view.index)
    return cuboid_on(here, scene.image.info.frame_of_reference, shape)


def frame_of(scene: Scene, shape: Shape, otherwise: FrameRef) -> FrameRef:
    """The frame that a mark belongs to: of what lies in the patient the acquired one nearest to
    its middle, if it is of the series on show."""
    base = scene.base or scene.image
    if not isinstance(shape, OnPlane | Landmark | Cuboid) or otherwise.series != base.info.uid:
        return otherwise
    return nearest_frame(base, middle_mm(shape), otherwise)


def some_frame(scene: Scene) -> FrameRef:
    """The frame on show, or any of those that the plane on show is cut out of."""
    return scene.frame if scene.base is None else scene.base.refs[0]


def add(scene: Scene, drawn: FlatShape, lay: Lay = flat) -> Outcome:
    """A new mark of the current label, selected."""
    if lay is not flat and not scene.image.in_patient:
        return Outcome(say=NOT_IN_PATIENT)
    shape = lay(scene, drawn)
    if shape is None:
        return NOTHING
    frame = frame_of(scene, shape, some_frame(scene))
    mark = Mark(scene.new_id(), scene.label, frame, shape)
    return Outcome(edit=AddMark(len(scene.document.marks), mark), select=mark.id)
