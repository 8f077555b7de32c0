"""What keys do to all marks that are selected, each as one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from labeler.model.answer_rules import with_label
from labeler.model.document import Document, Mark
from labeler.model.edit_rules import goes_on, single_edits
from labeler.model.edits import MOST, Edit, OneEdit, RemoveMark, ReplaceMark, Together
from labeler.model.manifest import Label
from labeler.model.shapes import Point
from labeler.model.steps import Amend, Do, Undo, Walk
from labeler.viewing.grips import movable, settled, shifted_all, way_inside
from labeler.viewing.locks import parted, told
from labeler.viewing.scene import NOTHING, Lying, Outcome, Scene


def removed(document: Document, names: frozenset[str]) -> Outcome:
    """Without these marks; locked ones stay, and stay selected."""
    free, locked = parted(document, names)
    # From the last on, so that each is still at its place when its turn comes.
    found = [(n, mark) for n, mark in enumerate(document.marks) if mark.id in free][::-1]
    stay = selected(sorted(locked))
    gone = together("remove-marks", [RemoveMark(*one) for one in found], select=stay.select)
    return told(replace(gone, also=stay.also), len(locked), len(found))


Under = Callable[[Mark, Label], Mark]
"""Makes the mark that stands under another label."""


def relabelled(
    document: Document, names: frozenset[str], label: Label, under: Under = with_label
) -> Outcome:
    """These marks under another label; answers that do not fit it go in the same edit."""
    others = [m for m in document.marks if m.id in names and m.label != label.code]
    edits = [ReplaceMark(mark, under(mark, label)) for mark in others if not mark.locked]
    return told(together("label-marks", edits), len(others) - len(edits), len(edits))


def nudge(scene: Scene, right: int, down: int) -> tuple[tuple[Lying, ...], Point]:
    """The selected marks on this slice that may be moved, and the way of whole pixels of the image
    as it is shown; on a slide, whose pixels are too fine or too coarse for that, of the screen."""
    marks = movable(scene.chosen_here())
    return marks, way_inside(scene, marks, _way(scene, right, down))


def move(
    scene: Scene, marks: tuple[Lying, ...], by: Point, last: Edit | None = None
) -> Walk | None:
    """The step that moves marks; where they go on from a `last` edit that moved the same ones, it
    takes that one's place, and where they are back at its beginning, it takes it back. None where
    there is no way on. May be made on another thread."""
    edit = left_where_brought(scene, marks, shifted_all(scene, marks, by)).edit
    if edit is None or last is None:
        return None if edit is None else Do(edit)
    after = {mark.id: mark for mark in _afters(edit)}
    befores = {mark.id: mark for mark in _befores(last)}
    if after.keys() != befores.keys():
        return Do(edit)
    pairs = [(before, after[name]) for name, before in befores.items()]
    moved = [ReplaceMark(before, now) for before, now in pairs if before != now]
    if not moved:
        return Undo()
    further = together("move-marks", moved).edit
    return Amend(further) if further is not None and goes_on(last, further) else Do(edit)


def _afters(edit: Edit) -> list[Mark]:
    return [one.after for one in single_edits(edit) if isinstance(one, ReplaceMark)]


def _befores(edit: Edit) -> list[Mark]:
    return [one.before for one in single_edits(edit) if isinstance(one, ReplaceMark)]


def selected(names: Sequence[str]) -> Outcome:
    """These marks, the last of them with its handles; no more than one edit can change."""
    kept = names[-MOST:]
    return Outcome(select="".join(kept[-1:]), also=frozenset(kept[:-1]))


def left_where_brought(
    scene: Scene, before: tuple[Lying, ...], after: tuple[Lying, ...]
) -> Outcome:
    """Marks moved or reshaped by a hand, as they were and as they are."""
    pairs = zip(before, after, strict=True)
    edits = [edit for one, other in pairs if (edit := settled(scene, one, other)) is not None]
    return together("move-marks", edits)


def _way(scene: Scene, right: int, down: int) -> Point:
    shown = scene.layout if scene.image.pyramid is None else scene.where
    zero, at = shown.to_voxel((0.0, 0.0)), shown.to_voxel((float(right), float(down)))
    return round(1000 * (at[0] - zero[0])), round(1000 * (at[1] - zero[1]))


def together(name: str, edits: Sequence[OneEdit], select: str | None = None) -> Outcome:
    """One edit for several; nothing for none."""
    if not edits:
        return NOTHING
    edit = edits[0] if len(edits) == 1 else Together(name, tuple(edits))
    return Outcome(edit=edit, select=select)
