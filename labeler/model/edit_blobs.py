"""Which blobs an edit names: they go where its journal goes."""

from __future__ import annotations

from collections.abc import Iterator

from labeler.model.edit_rules import single_edits
from labeler.model.edits import AddMark, Edit, OneEdit, PaintMask, RemoveMark, ReplaceMark
from labeler.model.shapes import MaskRef, PaintedMask, Shape
from labeler.model.steps import Amend, Do, Step


def step_blobs(step: Step) -> tuple[str, ...]:
    """What a step brings along: the blobs that its edit names, if it does one."""
    return edit_blobs(step.edit) if isinstance(step, Do | Amend) else ()


def edit_blobs(edit: Edit) -> tuple[str, ...]:
    """Digests of masks, strokes and frame lists, each once, in the order they are met."""
    found: dict[str, None] = {}
    for one in single_edits(edit):
        if isinstance(one, PaintMask):
            found[one.delta] = None
        for shape in edit_shapes(one):
            found |= dict.fromkeys(_shape_blobs(shape))
    return tuple(found)


def edit_shapes(edit: OneEdit) -> tuple[Shape, ...]:
    """The shapes before and after a single edit."""
    match edit:
        case AddMark(_, mark) | RemoveMark(_, mark):
            return (mark.shape,)
        case ReplaceMark(before, after):
            return before.shape, after.shape
        case PaintMask(_, was, now):
            return was, now
    return ()


def _shape_blobs(shape: Shape) -> Iterator[str]:
    if isinstance(shape, MaskRef):
        yield shape.blob
    if isinstance(shape, MaskRef | PaintedMask) and isinstance(shape.through, str):
        yield shape.through
