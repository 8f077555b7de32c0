"""Brush and eraser: one stroke is one edit, and costs what the brush covers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from labeler.model.document import Mark
from labeler.model.edit_rules import removal
from labeler.model.edits import AddMark, Edit, PaintMask, Together
from labeler.model.frame_lists import encode_frames
from labeler.model.frames import FrameRef
from labeler.model.mask_blobs import encode_delta
from labeler.model.mask_states import painted, unpainted
from labeler.model.mask_strokes import Stroke, swept
from labeler.model.masks import Bits, Mask, cropped
from labeler.model.measures import MASKS
from labeler.model.rasters import Place
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import TiledMask, Triple, empty
from labeler.viewing.scene import NOTHING, Cursor, Ghost, Idle, Outcome, Pointer, Preview, Scene

DEFAULT_BRUSH_MM = 8.0
BRUSH_STEP = 1.2
MIN_BRUSH_MM, MAX_BRUSH_MM = 0.5, 200.0


def resized_brush(diameter_mm: float, steps: int) -> float:
    """The brush 20 % wider (or narrower) a step."""
    wider: float = diameter_mm * BRUSH_STEP**steps
    return max(MIN_BRUSH_MM, min(MAX_BRUSH_MM, wider))


def canvas_size(scene: Scene) -> Triple:
    """The grid that a new mask on this frame is painted on: its volume, or the frame alone."""
    rows, columns = scene.size
    return (len(scene.image.refs) if scene.image.is_volume else 1), rows, columns


def layer(scene: Scene, mask: TiledMask) -> int:
    """The slice of a mask that lies on this frame."""
    return scene.view.index if mask.size[0] > 1 else 0


@dataclass(frozen=True, eq=False)
class Target:
    """What is painted: a mark and what it holds, or a mark that is yet to be made."""

    mark: Mark | None
    before: TiledMask


class BrushStroke:
    """What the brush has done since press, on one frame."""

    def __init__(self, scene: Scene, p_voxel: Place, *, erases: bool) -> None:
        self.frame: FrameRef = scene.frame
        self.erases = erases
        self.last = p_voxel
        self.target: Target | None = None
        self._paint: Stroke | None = None

    def reach(self, scene: Scene, p_voxel: Place) -> None:
        """Go on in a straight line to `p_voxel`."""
        start, self.last = self.last, p_voxel
        covered = disc_between(scene, start, p_voxel)
        if covered is None:
            return
        place, bits = covered
        if self.target is None:
            self.target = find_target(scene, place, bits, erases=self.erases)
            if self.target is None:
                return
        if self._paint is None:
            self._paint = Stroke(self.target.before)
        low = layer(scene, self.target.before), *place
        self._paint.paint(low, bits[None], on=not self.erases)

    @property
    def after(self) -> TiledMask | None:
        """The mask as it is now; None where nothing was met yet."""
        return self._paint.after if self._paint else None

    def region(self, scene: Scene) -> Mask | None:
        """This frame of the mask as it is now."""
        if self._paint is None or self.target is None:
            return None
        box = self._paint.bounds
        rows, columns = scene.size
        if box is None:
            return None
        index = layer(scene, self.target.before)
        (_, top, left), (_, bottom, right) = box
        bits = self._paint.crop((index, top, left), (index + 1, bottom, right))[0]
        return cropped(rows, columns, top, left, bits)


def disc_between(scene: Scene, start: Place, end: Place) -> tuple[tuple[int, int], Bits] | None:
    """What the brush covers of this frame on its way: row and column of the first voxel, and the
    voxels; None where it is beside the image."""
    column_mm, row_mm = scene.spacing_mm
    # Never so small that it falls between voxel centres and paints nothing.
    radius = max(scene.brush_mm, math.hypot(column_mm, row_mm)) / 2
    found = swept(
        (1, *scene.size),
        (0.0, start[1], start[0]),
        (0.0, end[1], end[0]),
        radius,
        (1.0, row_mm, column_mm),
    )
    if found is None:
        return None
    (_, top, left), bits = found
    return (top, left), bits[0]


def find_target(scene: Scene, place: tuple[int, int], bits: Bits, *, erases: bool) -> Target | None:
    """The selected mark, else the one of this label that `bits` touch, else a new one to paint.

    The eraser takes any label, and finds nothing where there is no paint.
    """
    chosen = scene.selected_mark()
    if chosen is not None and isinstance(chosen.shape, MASKS) and not chosen.mark.locked:
        content = scene.painted.content(chosen.shape)
        if content is not None and (erases or chosen.mark.label == scene.label):
            return Target(chosen.mark, content)
    for lying in reversed(scene.lying()):
        if not isinstance(lying.shape, MASKS) or lying.mark.locked:
            continue
        content = scene.painted.content(lying.shape)
        fits = erases or lying.mark.label == scene.label
        if content is not None and fits and _touches(scene, content, place, bits):
            return Target(lying.mark, content)
    return None if erases else Target(None, empty(canvas_size(scene)))


def _touches(scene: Scene, mask: TiledMask, place: tuple[int, int], bits: Bits) -> bool:
    index, (top, left) = layer(scene, mask), place
    high = index + 1, top + bits.shape[0], left + bits.shape[1]
    return bool((mask.crop((index, top, left), high)[0] & bits).any())


def paint_outcome(scene: Scene, target: Target, after: TiledMask) -> Outcome:
    """The edit that makes a mark hold `after`: a new mark, a stroke, or its removal."""
    if after == target.before:
        return Outcome(select=target.mark.id) if target.mark else NOTHING
    if target.mark is None:
        return _new_mark(scene, target, after)
    if not after.tiles:
        return Outcome(edit=removal(scene.document, target.mark.id), select="")
    shape = target.mark.shape
    assert isinstance(shape, MASKS), "only painted marks are painted on"
    edit, blobs = stroke_edit(target.mark.id, shape, target.before, after)
    return Outcome(edit=edit, blobs=blobs, select=target.mark.id)


def stroke_edit(
    mark_id: str, shape: MaskShape, before: TiledMask, after: TiledMask
) -> tuple[PaintMask, Mapping[str, bytes]]:
    """The edit of one stroke on a painted mark, and the blob that it names."""
    delta = encode_delta(before, after)
    name = hashlib.sha256(delta).hexdigest()
    return PaintMask(mark_id, shape, painted(shape, before.size, name), name), {name: delta}


def _new_mark(scene: Scene, target: Target, after: TiledMask) -> Outcome:
    blobs: dict[str, bytes] = {}
    through = None
    if after.size[0] > 1:
        through = scene.image.frame_list
        blobs[through] = encode_frames(scene.image.refs)
    shape = unpainted(after.size, through)
    mark = Mark(scene.new_id(), scene.label, scene.frame, shape)
    stroke, delta = stroke_edit(mark.id, shape, target.before, after)
    edit: Edit = Together("paint", (AddMark(len(scene.document.marks), mark), stroke))
    return Outcome(edit=edit, blobs={**blobs, **delta}, select=mark.id)


class BrushTool(Idle):
    """Paints the current label; Ctrl erases.

    A stroke goes on with the selected mark, else with the mark of this label that it begins on,
    else it makes a new one.
    """

    name = "brush"
    erases = False
    cursor = Cursor.CROSS

    def __init__(self) -> None:
        self._stroke: BrushStroke | None = None
        self._hover: Place | None = None

    @property
    def busy(self) -> bool:
        return self._stroke is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._hover = pointer.p_canvas
        at = scene.where.to_voxel(pointer.p_canvas)
        self._stroke = BrushStroke(scene, at, erases=self.erases or pointer.ctrl)
        self._stroke.reach(scene, at)
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._hover = pointer.p_canvas
        if self._stroke is not None and self._stroke.frame == scene.frame:
            self._stroke.reach(scene, scene.where.to_voxel(pointer.p_canvas))
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        stroke, self._stroke = self._stroke, None
        if stroke is None or stroke.frame != scene.frame or stroke.target is None:
            return NOTHING
        after = stroke.after
        return NOTHING if after is None else paint_outcome(scene, stroke.target, after)

    def cancel(self) -> None:
        self._stroke = None

    def preview(self, scene: Scene) -> Preview:
        ring = None if self._hover is None else (self._hover, scene.brush_mm)
        stroke = self._stroke
        if stroke is None or stroke.frame != scene.frame or stroke.target is None:
            return Preview(ring=ring)
        region, mark = stroke.region(scene), stroke.target.mark
        if region is None:
            return Preview(ring=ring, hidden=mark.id if mark else "")
        ghost = Ghost(mark.label if mark else scene.label, region)
        return Preview((ghost,), hidden=mark.id if mark else "", ring=ring)

    def leave(self) -> None:
        """The pointer is gone: no ring."""
        self._hover = None


class EraserTool(BrushTool):
    """Takes away from the selected mark, else from the first painted one it meets."""

    name = "eraser"
    erases = True
