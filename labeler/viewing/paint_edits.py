"""Which mark a tool paints, and the edit that it comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from labeler.model.document import Document, Mark
from labeler.model.edit_rules import apply_edit, find_mark, removal, single_edits
from labeler.model.edits import AddMark, Edit, OneEdit, PaintMask, Together
from labeler.model.frame_lists import encode_frames
from labeler.model.frames import FrameRef
from labeler.model.mask_blobs import encode_delta
from labeler.model.mask_states import painted, unpainted
from labeler.model.masks import Bits
from labeler.model.measures import MASKS
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import (
    INTERSECTION,
    UNION,
    TiledMask,
    Triple,
    combined,
    difference,
    empty,
)
from labeler.viewing.locks import HIDDEN_TOO, NEW_ONE, is_spared, spared_words
from labeler.viewing.paint_ground import Ground
from labeler.viewing.paint_rules import painted_on
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.reformat import ReformatSource
from labeler.viewing.scene import NOTHING, Outcome, Scene

PAINT = "paint"
"""The name of what the brush does."""

ON_SLAB = phrase("On a slab: paint lies on its middle plane.")


@dataclass(frozen=True, eq=False)
class Target:
    """What is painted: a mark and what it holds, or one that is yet to be made on `frame`; `beside`
    tells that it is made because a lock holds the one that was meant."""

    mark: Mark | None
    before: TiledMask
    frame: FrameRef
    beside: bool = False

    @property
    def id(self) -> str:
        return self.mark.id if self.mark else ""


Meets = Callable[[TiledMask], bool]
"""Whether what a tool does touches a mask."""


def touching(low: Triple, bits: Bits) -> Meets:
    """Whether a mask has any of these voxels, whose first lies at `low`."""
    high = low[0] + bits.shape[0], low[1] + bits.shape[1], low[2] + bits.shape[2]
    return lambda mask: bool((mask.crop(low, high) & bits).any())


def holding(voxels: Iterable[Triple]) -> Meets:
    """Whether a mask has any of these (slice, row, column)."""
    places = tuple(voxels)
    return lambda mask: any(mask.holds(x, y, z) for z, y, x in places)


def overlap(one: TiledMask, other: TiledMask) -> bool:
    """Whether two masks have a voxel in common."""
    return bool(combined(one, other, INTERSECTION).tiles)


def find_target(
    scene: Scene,
    ground: Ground,
    frame: FrameRef,
    meets: Meets,
    *,
    erases: bool,
    reaches_on: bool = False,
) -> Target | None:
    """The selected mark, else the one of this label that is met, else a new one to paint.

    The eraser takes any label. It takes from what it meets, the selected mark first, and finds
    nothing where there is no paint, or where the selected mark is met and locked. What `reaches_on`
    meets the selected mark perhaps elsewhere.
    """
    known = [(m, c) for m, c in painted_on(scene, ground) if erases or m.label == scene.label]
    known.sort(key=lambda found: found[0].id == scene.selected)
    held = False
    for mark, content in reversed(known):
        chosen = mark.id == scene.selected
        if mark.hidden and (erases or not chosen):
            continue
        if not ((chosen and (reaches_on or not erases)) or meets(content)):
            continue
        if not mark.locked:
            return Target(mark, content, frame)
        if erases and chosen and meets(content):
            return None
        held = True
    return None if erases else Target(None, empty(ground.size), frame, beside=held)


def paint_outcome(
    scene: Scene, ground: Ground, target: Target, after: TiledMask, name: str = PAINT
) -> Outcome:
    """The edit that makes a mark hold `after`: a new mark, a stroke, or its removal. `name` says
    for the history what was done. With one label a voxel, what is new in it is taken out of all
    others but those that are spared: there nothing is put in, and that is told. Where the mark
    was changed meanwhile, what was painted goes on with it as it stands.
    """
    target, after = _standing(scene, target, after)
    after, spared = _around_spared(scene, ground, target, after)
    if after == target.before and spared is not None:
        return Outcome(say=spared)
    if after == target.before:
        return Outcome(select=target.id) if target.mark else NOTHING
    if target.mark is not None and not after.tiles:
        return Outcome(edit=as_one(name, [removal(scene.document, target.id)]), select="")
    edits, blobs, chosen = _painted(scene, ground, target, after)
    if scene.paint.alone:
        document = scene.document
        for edit in edits:
            document = apply_edit(document, edit)
        new = difference(after, target.before)
        others, more = _pushed_aside(scene, ground, document, chosen, new)
        edits, blobs = [*edits, *others], {**blobs, **more}
    say = NEW_ONE if target.beside else _said_of(scene, target) or spared
    return Outcome(edit=as_one(name, edits), blobs=blobs, select=chosen, say=say)


def _said_of(scene: Scene, target: Target) -> Phrase | None:
    """What cannot be seen of paint that lies now; of a slab once a mark."""
    if target.mark is not None:
        return HIDDEN_TOO if target.mark.hidden else None
    source = scene.image.source
    return ON_SLAB if isinstance(source, ReformatSource) and source.is_slab else None


def _standing(scene: Scene, target: Target, after: TiledMask) -> tuple[Target, TiledMask]:
    """Work that came to its end, or an undo, may have changed a mark while the button was held."""
    if target.mark is None:
        return target, after
    found = find_mark(scene.document, target.mark.id)
    if found is not None and found[1].shape == target.mark.shape:
        return target, after
    put_in, taken_out = difference(after, target.before), difference(target.before, after)
    if found is None:
        nothing = TiledMask(after.grid)
        return Target(None, nothing, target.frame), put_in
    mark = found[1]
    content = scene.painted.content(mark.shape) if isinstance(mark.shape, MASKS) else None
    if content is None:
        return target, after
    now = difference(combined(content, put_in, UNION), taken_out)
    return Target(mark, content, target.frame), now


def as_one(name: str, edits: Iterable[OneEdit]) -> Edit:
    """Several edits done, taken back and named as one; a stroke alone names itself."""
    first, *rest = edits
    return Together(name, (first, *rest)) if rest or name != PAINT else first


def stroke_edit(
    mark_id: str, shape: MaskShape, before: TiledMask, after: TiledMask
) -> tuple[PaintMask, Mapping[str, bytes]]:
    """The edit of one stroke on a painted mark, and the blob that it names."""
    delta = encode_delta(before, after)
    name = hashlib.sha256(delta).hexdigest()
    return PaintMask(mark_id, shape, painted(shape, before.size, name), name), {name: delta}


def replaced(
    document: Document, mark: Mark, before: TiledMask, after: TiledMask
) -> tuple[tuple[OneEdit, ...], Mapping[str, bytes]]:
    """The edits that make a mark of a document hold something else; it goes where it holds
    nothing."""
    if after == before:
        return (), {}
    if not after.tiles:
        return single_edits(removal(document, mark.id)), {}
    assert isinstance(mark.shape, MASKS), "only painted marks are painted on"
    edit, blobs = stroke_edit(mark.id, mark.shape, before, after)
    return (edit,), blobs


def _painted(
    scene: Scene, ground: Ground, target: Target, after: TiledMask
) -> tuple[list[OneEdit], Mapping[str, bytes], str]:
    if target.mark is not None:
        edits, blobs = replaced(scene.document, target.mark, target.before, after)
        return list(edits), blobs, target.id
    return new_mark(scene, ground, target, after)


def new_mark(
    scene: Scene, ground: Ground, target: Target, after: TiledMask
) -> tuple[list[OneEdit], Mapping[str, bytes], str]:
    blobs: dict[str, bytes] = {}
    through = None
    if after.size[0] > 1:
        through = ground.image.frame_list
        blobs[through] = encode_frames(ground.image.refs)
    shape = unpainted(after.size, through)
    mark = Mark(scene.new_id(), scene.label, target.frame, shape)
    stroke, delta = stroke_edit(mark.id, shape, target.before, after)
    added = AddMark(len(scene.document.marks), mark)
    return [added, stroke], {**blobs, **delta}, mark.id


def _around_spared(
    scene: Scene, ground: Ground, target: Target, after: TiledMask
) -> tuple[TiledMask, Phrase | None]:
    """A mask without what would be new in it where marks lie that stay as they are."""
    met: list[Mark] = []
    for mark, content in painted_on(scene, ground) if scene.paint.alone else ():
        if mark.id != target.id and is_spared(mark):
            held = combined(difference(after, target.before), content, INTERSECTION)
            if held.tiles:
                met.append(mark)
                after = difference(after, held)
    return after, spared_words(met)


def _pushed_aside(
    scene: Scene, ground: Ground, document: Document, own: str, new: TiledMask
) -> tuple[list[OneEdit], Mapping[str, bytes]]:
    """What is new in one mark taken out of the others, which it leaves where they are spared."""
    edits: list[OneEdit] = []
    blobs: dict[str, bytes] = {}
    for mark, content in painted_on(scene, ground):
        if mark.id == own or is_spared(mark) or not overlap(content, new):
            continue
        found, more = replaced(document, mark, content, difference(content, new))
        for edit in found:
            document = apply_edit(document, edit)
        edits += found
        blobs |= more
    return edits, blobs
