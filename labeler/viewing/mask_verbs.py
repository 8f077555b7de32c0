"""What can be done to the selected painted mark as a whole; long work is done beside the hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from labeler.kernels.painting import Mm
from labeler.model.affine import Affine
from labeler.model.document import Mark
from labeler.model.edit_rules import apply_edit, find_mark, removal, single_edits
from labeler.model.edits import OneEdit
from labeler.model.frames import FrameRef
from labeler.model.mask_blocks import Tick
from labeler.model.mask_copies import mirrored, mirrors_whole, on_slice
from labeler.model.mask_growth import grown, median, shrunk, smoothed
from labeler.model.mask_islands import filled, largest, without_small
from labeler.model.measures import blocked_by
from labeler.model.thin_parts import Reshape, closed, reshaped, spanned
from labeler.model.tiled_masks import (
    INTERSECTION,
    UNION,
    TiledMask,
    combined,
    difference,
    empty,
)
from labeler.viewing.edit_words import sized_name
from labeler.viewing.locks import LOCKED, stuck
from labeler.viewing.paint_edits import Target, as_one, new_mark, paint_outcome, replaced
from labeler.viewing.paint_ground import Ground, ground_of
from labeler.viewing.paint_rules import painted_on
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import Later, Outcome, Scene

SELECT = phrase("Select a painted mark first.")
SELECT_TWO = phrase("Select two painted marks first: Shift and a click adds one.")
CHANGED = phrase("The mark was changed meanwhile: nothing was done.")
NO_CHANGE = phrase("There was nothing to change: the mark is as it was.")
NOTHING_LEFT = phrase("Nothing would be left: the mark is as it was.")
NO_HOLE = phrase(
    "Nothing is closed in on all sides: “Fill holes slice by slice” fills what is open above."
)
NO_OTHER_SIDE = phrase("The other side is beside the image: no mark was made.")
NOT_WHOLE = phrase("Thin paint does not mirror whole on slanted slices: look at it and mend it.")
WHOLE = 0.95
"""Of the voxels of a mask those that mirroring twice gives back: of bulk it is more."""
NO_NEXT = phrase("There is no further slice.")
ON_SLICES = phrase("Go to an acquired slice first.")

Work = Callable[[TiledMask, Mm, Tick], TiledMask]
Verb = Callable[[Scene], Outcome]
Span = Callable[[float, Mm], int]
"""Over how many slices so many mm reach."""


def _chosen(scene: Scene, ground: Ground) -> tuple[Mark, TiledMask] | None:
    """The selected mark and what it holds, where it is painted here."""
    for mark, content in painted_on(scene, ground):
        if mark.id == scene.selected:
            return mark, content
    return None


def _why_not(found: tuple[Mark, TiledMask] | None) -> Phrase | None:
    """Why the selected mark is not changed."""
    if found is None:
        return SELECT
    return LOCKED if found[0].locked else None


def _changed(
    name: str,
    text: Phrase,
    work: Work,
    idle: Phrase = NO_CHANGE,
    by_mm: Callable[[Mm], float] | None = None,
) -> Verb:
    """A verb that makes the mark hold something else; `name` is the edit's, which tells `by_mm`
    too where millimetres are known. Where it is as it was, `idle` is told."""

    def verb(scene: Scene) -> Outcome:
        ground = ground_of(scene)
        found = _chosen(scene, ground)
        if found is None or found[0].locked:
            return Outcome(say=_why_not(found))
        mark, content = found

        def do(tick: Tick) -> TiledMask:
            return work(content, ground.spacing_mm, tick)

        def then(now: Scene, after: TiledMask) -> Outcome:
            there = find_mark(now.document, mark.id)
            if there is None or there[1].shape != mark.shape:
                return Outcome(say=CHANGED)
            if there[1].locked:
                return Outcome(say=LOCKED)
            if after == content:
                return Outcome(say=idle)
            if not after.tiles:
                return Outcome(say=NOTHING_LEFT)
            called = name
            if by_mm is not None and blocked_by(ground.image) is None:
                called = sized_name(name, by_mm(ground.spacing_mm))
            return paint_outcome(now, ground, Target(there[1], content, mark.frame), after, called)

        return Outcome(later=Later(text, do, then))

    return verb


def _step(by_mm: float, spacing_mm: Mm) -> float:
    """At least one voxel of a slice."""
    return max(by_mm, *spacing_mm[1:])


def keep_largest() -> Verb:
    """The largest island alone."""
    return _changed(
        "largest",
        phrase("Largest part"),
        lambda mask, _mm, tick: largest(mask, flat=False, tick=tick),
    )


def drop_small(least_ml: float) -> Verb:
    """Islands under `least_ml` go; on one slice under as many cm²."""

    def work(mask: TiledMask, spacing_mm: Mm, tick: Tick) -> TiledMask:
        one = math.prod(spacing_mm) if mask.size[0] > 1 else 10 * math.prod(spacing_mm[1:])
        least = math.ceil(least_ml * 1000 / one - 1e-9)
        return without_small(mask, least, flat=False, tick=tick)

    return _changed("small-parts", phrase("Small parts"), work)


def fill_holes(*, flat: bool) -> Verb:
    """What it encloses on all sides, `flat` on each slice."""

    def work(mask: TiledMask, _mm: Mm, tick: Tick) -> TiledMask:
        return filled(mask, flat=True, tick=tick) if flat else closed(mask, tick)

    return _changed("holes", phrase("Holes"), work, NO_CHANGE if flat else NO_HOLE)


def _reshaped(name: str, text: Phrase, how: Reshape, by_mm: float, span: Span) -> Verb:
    """A verb that moves the border by so many mm; islands through fewer slices than `span` says
    within their slices."""

    def work(mask: TiledMask, mm: Mm, tick: Tick) -> TiledMask:
        step = _step(by_mm, mm)
        return reshaped(mask, how, step, mm, span(step, mm), tick)

    return _changed(name, text, work, by_mm=lambda mm: _step(by_mm, mm))


def smooth(by_mm: float) -> Verb:
    """By a gaussian of that sigma."""
    return _reshaped(
        "smooth", phrase("Smoothing"), smoothed, by_mm, lambda mm, of: spanned(3 * mm, of)
    )


def vote(by_mm: float) -> Verb:
    """By the median of a box; journals from before call that edit "smooth" too."""
    return _reshaped("median", phrase("Smoothing"), median, by_mm, spanned)


def grow(by_mm: float) -> Verb:
    """One slice says nothing of how deep a thing is; two do."""
    return _reshaped(
        "grow", phrase("Growing"), grown, by_mm, lambda mm, of: min(2, spanned(mm, of))
    )


def shrink(by_mm: float) -> Verb:
    return _reshaped("shrink", phrase("Shrinking"), shrunk, by_mm, spanned)


def copy_to_slice(step: int) -> Verb:
    """What the slice on show holds goes to the one after it (or before), which is shown then."""
    name = "copy-next" if step > 0 else "copy-previous"

    def verb(scene: Scene) -> Outcome:
        ground = ground_of(scene)
        found, onto = _chosen(scene, ground), scene.view.index + step
        if ground.cut is not None:
            return Outcome(say=ON_SLICES)
        if found is None or (found[0].locked and ground.size[0] > 1):
            return Outcome(say=_why_not(found))
        if not 0 <= onto < len(scene.image.refs):
            return Outcome(say=NO_NEXT)
        mark, content = found
        if ground.size[0] == 1:
            made = scene.image.refs[onto], onto
            return _copied(scene, ground, mark, content, *made, name)
        target = Target(mark, content, mark.frame)
        after = on_slice(content, scene.view.index, onto)
        return replace(paint_outcome(scene, ground, target, after, name), index=onto)

    return verb


def _copied(
    scene: Scene,
    ground: Ground,
    mark: Mark,
    content: TiledMask,
    frame: FrameRef,
    index: int | None,
    name: str,
) -> Outcome:
    """A new mark of the same label that holds the same, or is on another frame."""
    labelled = replace(scene, label=mark.label)
    target = Target(None, empty(ground.size), frame)
    edits, blobs, made = new_mark(labelled, ground, target, content)
    return Outcome(edit=as_one(name, edits), blobs=blobs, select=made, index=index)


def mirror() -> Verb:
    """A new mark on the other side of the patient: see `mirrored`."""

    def verb(scene: Scene) -> Outcome:
        ground = ground_of(scene)
        found = _chosen(scene, ground)
        if found is None:
            return Outcome(say=SELECT)
        mark, content = found
        image = ground.image
        affine = image.affine if image.oriented else Affine(np.eye(4))

        def do(tick: Tick) -> tuple[TiledMask, float]:
            after = mirrored(content, affine, tick=tick)
            return after, mirrors_whole(content, after, affine, tick=tick)

        def then(now: Scene, found: tuple[TiledMask, float]) -> Outcome:
            after, whole = found
            if find_mark(now.document, mark.id) is None:
                return Outcome(say=CHANGED)
            if not after.tiles:
                return Outcome(say=NO_OTHER_SIDE)
            where = _where_seen(now, after)
            outcome = _copied(now, ground, mark, after, mark.frame, where, "mirror")
            return outcome if whole >= WHOLE else replace(outcome, say=NOT_WHOLE)

        return Outcome(later=Later(phrase("The other side"), do, then))

    return verb


def _where_seen(scene: Scene, mask: TiledMask) -> int | None:
    """The slice to go to where the one on show holds nothing of a mask; None where it does."""
    ends, here = mask.ends, scene.view.index
    if ends is None or scene.base is not None or mask.size[0] != len(scene.image.refs):
        return None
    return None if ends[0] <= here <= ends[1] else (ends[0] + ends[1]) // 2


def _several(
    scene: Scene, ground: Ground
) -> tuple[tuple[Mark, TiledMask], list[tuple[Mark, TiledMask]]] | None:
    """The selected mark, and the painted ones selected beside it."""
    first = _chosen(scene, ground)
    others = [
        (mark, content)
        for mark, content in painted_on(scene, ground)
        if mark.id in scene.also and mark.id != scene.selected
    ]
    return None if first is None or not others else (first, others)


def join() -> Verb:
    """The marks that are selected become the first one of them."""

    def verb(scene: Scene) -> Outcome:
        ground = ground_of(scene)
        found = _several(scene, ground)
        if found is None:
            return Outcome(say=SELECT_TWO)
        if (why := stuck([found[0][0], *(mark for mark, _ in found[1])])) is not None:
            return Outcome(say=why)
        (mark, content), others = found
        after = content
        for _, other in others:
            after = combined(after, other, UNION)
        changed, blobs = replaced(scene.document, mark, content, after)
        edits: list[OneEdit] = list(changed)
        document = scene.document
        for edit in edits:
            document = apply_edit(document, edit)
        for other_mark, _ in others:
            gone = removal(document, other_mark.id)
            document = apply_edit(document, gone)
            edits += single_edits(gone)
        return Outcome(edit=as_one("join", edits), blobs=blobs, select=mark.id)

    return verb


def _with_others(name: str, how: Callable[[TiledMask, TiledMask], TiledMask]) -> Verb:
    def verb(scene: Scene) -> Outcome:
        ground = ground_of(scene)
        found = _several(scene, ground)
        if found is None:
            return Outcome(say=SELECT_TWO)
        (mark, content), others = found
        if mark.locked:
            return Outcome(say=LOCKED)
        after = content
        for _, other in others:
            after = how(after, other)
        if after == content or not after.tiles:
            return Outcome(say=NO_CHANGE if after.tiles else NOTHING_LEFT)
        plain = replace(scene, paint=replace(scene.paint, alone=False))
        return paint_outcome(plain, ground, Target(mark, content, mark.frame), after, name)

    return verb


def subtract() -> Verb:
    """The first selected mark without the others, which stay."""
    return _with_others("subtract", difference)


def intersect() -> Verb:
    """What the first selected mark has in common with the others, which stay."""
    return _with_others("intersect", lambda a, b: combined(a, b, INTERSECTION))
