"""Painted marks taken from one slice and laid on another, or carried into another series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
from msgspec import UNSET

from labeler.errors import LabelerError
from labeler.kernels.painting import Mm
from labeler.model.document import Mark
from labeler.model.edits import AddMark, OneEdit
from labeler.model.frame_lists import encode_frames
from labeler.model.frames import FrameRef
from labeler.model.mask_blocks import Tick
from labeler.model.mask_states import unpainted
from labeler.model.measures import MASKS
from labeler.model.tiled_masks import TiledMask, Triple, of_voxels
from labeler.viewing.carried_masks import carried
from labeler.viewing.lattice import Lattice, lattice_of
from labeler.viewing.paint_edits import stroke_edit
from labeler.viewing.paint_ground import Ground, ground_of
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import Scene

ON_SLICES = phrase("Painted marks are copied and laid down on acquired slices.")
NO_PLACE = phrase(
    "The series share no frame of reference and their voxels differ: the painted mark has no"
    " place here."
)
NOT_A_VOLUME = phrase("Painted marks go to another series only where both are volumes.")
ONE_SLICE = phrase("Of the painted mark this one slice was pasted, not the others.")
ONE_SLICE_EACH = phrase("Of the painted marks this one slice was pasted, not the others.")
OUTSIDE = phrase("The painted mark lies outside this series.")

ALIKE = 1e-3
"""Voxels are as large where their sides differ by less than this share."""

Work = Callable[[Tick], tuple[TiledMask, ...]]


@dataclass(frozen=True, eq=False)
class PaintTaken:
    """Painted marks with what they hold, and where that lies: the voxels of a series, and the slice
    they were copied on, None for a plane."""

    marks: tuple[tuple[Mark, TiledMask], ...]
    series: str
    frame_of_reference: str
    spacing_mm: Mm
    lattice: Lattice | None
    layer: int | None


def paint_taken(scene: Scene) -> PaintTaken | None:
    """The painted marks that are selected on this slice."""
    marks = []
    for lying in scene.chosen_here():
        shape = lying.mark.shape
        content = scene.painted.content(shape) if isinstance(shape, MASKS) else None
        if content is not None:
            marks.append((lying.mark, content))
    if not marks:
        return None
    ground = ground_of(scene)
    info = ground.image.info
    layer = None if ground.cut is not None else ground.layer
    found = tuple(marks)
    return PaintTaken(
        found, info.uid, info.frame_of_reference, ground.spacing_mm, _lattice(ground), layer
    )


def lay(
    scene: Scene, taken: PaintTaken, beside: tuple[int, int]
) -> tuple[TiledMask, ...] | Work | Phrase:
    """What the copies hold on what is on show: at once, after work, or why there are none. On
    slices of its own series it is what the slice held that was copied on, `beside` thousandths of
    a voxel away; in another one it is the whole."""
    ground = ground_of(scene)
    if ground.cut is not None:
        return ON_SLICES
    sizes = {content.size for _, content in taken.marks}
    if _is_at_home(taken, ground):
        if taken.layer is None:
            return ON_SLICES
        steps = round(beside[0] / 1000), round(beside[1] / 1000)
        return tuple(_on_slice(mask, taken.layer, ground, steps) for _, mask in taken.marks)
    shared = taken.frame_of_reference and (
        taken.frame_of_reference == ground.image.info.frame_of_reference
    )
    if not shared:
        return _by_voxels(taken, ground, sizes)
    here, there = _lattice(ground), taken.lattice
    if here is None or there is None:
        return NOT_A_VOLUME

    def work(tick: Tick) -> tuple[TiledMask, ...]:
        return tuple(carried(mask, there, here, ground.size, tick) for _, mask in taken.marks)

    return work


def copies(
    scene: Scene, taken: PaintTaken, contents: tuple[TiledMask, ...], first: int
) -> tuple[list[OneEdit], dict[str, bytes], list[str]]:
    """The edits that add a mark for each content that holds anything, from place `first` of the
    document on; the blobs they name, and the new marks."""
    ground, edits = ground_of(scene), list[OneEdit]()
    blobs, names = dict[str, bytes](), list[str]()
    for (original, _), content in zip(taken.marks, contents, strict=True):
        if not content.tiles:
            continue
        through = None
        if content.size[0] > 1:
            through = ground.image.frame_list
            blobs[through] = encode_frames(ground.image.refs)
        shape = unpainted(content.size, through)
        frame = _frame(scene, ground, content)
        mark = msgspec.structs.replace(
            original, id=scene.new_id(), frame=frame, shape=shape, flags=UNSET
        )
        stroke, delta = stroke_edit(mark.id, shape, replace(content, tiles={}), content)
        edits += (AddMark(first + len(names), mark), stroke)
        blobs |= delta
        names.append(mark.id)
    return edits, blobs, names


def left_behind(scene: Scene, taken: PaintTaken) -> Phrase | None:
    """That copies are less than what was copied: one slice of a mark through several."""
    if not _is_at_home(taken, ground_of(scene)):
        return None
    ends = [content.ends for _, content in taken.marks]
    several = sum(found is not None and found[0] < found[1] for found in ends)
    if not several:
        return None
    return ONE_SLICE if several == 1 else ONE_SLICE_EACH


def _is_at_home(taken: PaintTaken, ground: Ground) -> bool:
    """Whether copies go to slices of the series they are from."""
    sizes = {content.size for _, content in taken.marks}
    return ground.image.info.uid == taken.series and sizes == {ground.size}


def _on_slice(mask: TiledMask, layer: int, ground: Ground, steps: tuple[int, int]) -> TiledMask:
    """What one slice holds on another, so many columns and rows away, as far as that is inside."""
    region = mask.region(layer if mask.size[0] > 1 else 0)
    _, rows, columns = ground.size
    height, width = region.crop.shape
    top, left = region.top + steps[1], region.left + steps[0]
    a, b = max(0, -top), max(0, -left)
    part = region.crop[a : max(a, rows - top), b : max(b, columns - left)]
    if not part.size or not height * width:
        return TiledMask(mask.grid)
    low: Triple = ground.layer, top + a, left + b
    return of_voxels(ground.size, low, part[None])


def _by_voxels(
    taken: PaintTaken, ground: Ground, sizes: set[Triple]
) -> tuple[TiledMask, ...] | Phrase:
    """Without a common space voxel for voxel, where both have as many and as large ones."""
    alike = all(
        abs(a - b) <= ALIKE * max(a, b)
        for a, b in zip(taken.spacing_mm, ground.spacing_mm, strict=True)
    )
    if not alike or sizes != {ground.size}:
        return NO_PLACE
    return tuple(content for _, content in taken.marks)


def _frame(scene: Scene, ground: Ground, content: TiledMask) -> FrameRef:
    """The slice on show where the copy is on it, else the middle one of its slices."""
    bounds = content.tile_bounds
    assert bounds is not None, "it holds something"
    low, high = bounds[0][0], bounds[1][0]
    if content.size[0] == 1 or content.region(ground.layer).count:
        return scene.frame
    return ground.image.refs[(low + high - 1) // 2]


def _lattice(ground: Ground) -> Lattice | None:
    """None where the series is no volume that can be cut."""
    if ground.size[0] == 1:
        return None
    try:
        return lattice_of(ground.image)
    except LabelerError:
        return None
