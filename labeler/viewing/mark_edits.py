"""What keys do to all marks that are selected, each as one edit."""

from __future__ import annotations

from collections.abc import Sequence

from labeler.model.answer_rules import with_label
from labeler.model.document import Document
from labeler.model.edit_rules import find_mark
from labeler.model.edits import MOST, OneEdit, RemoveMark, ReplaceMark, Together
from labeler.model.manifest import Label
from labeler.model.shapes import Point
from labeler.viewing.grips import movable, settled, shifted_by
from labeler.viewing.scene import NOTHING, Lying, Outcome, Scene


def removed(document: Document, names: frozenset[str]) -> Outcome:
    """Without these marks."""
    found = [found for name in names if (found := find_mark(document, name)) is not None]
    # From the last on, so that each is still at its place when its turn comes.
    found.sort(key=lambda one: -one[0])
    return together("remove-marks", [RemoveMark(*one) for one in found], select="")


def relabelled(document: Document, names: frozenset[str], label: Label) -> Outcome:
    """These marks under another label; answers that do not fit it go in the same edit."""
    edits = [
        ReplaceMark(mark, with_label(mark, label))
        for mark in document.marks
        if mark.id in names and mark.label != label.code
    ]
    return together("label-marks", edits)


def nudged(scene: Scene, right: int, down: int) -> Outcome:
    """The selected marks on this slice moved by whole pixels of the image as it is shown; on a
    slide, whose pixels are too fine or too coarse for that, by pixels of the screen."""
    before = movable(scene.chosen_here())
    after = shifted_by(scene, before, _way(scene, right, down))
    return left_where_brought(scene, before, after)


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
