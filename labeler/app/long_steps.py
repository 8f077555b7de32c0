"""Steps that change very many marks at once: worked out on another thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from labeler.app.painted_masks import is_about_paint
from labeler.errors import LabelerError
from labeler.model.document import Document, Mark
from labeler.model.edit_rules import apply_edit, inverse, single_edits
from labeler.model.edits import AddMark, Edit, RemoveMark, ReplaceMark
from labeler.model.handles import Outline
from labeler.model.history import History, advance, walked
from labeler.model.shapes import OnPlane
from labeler.model.steps import Amend, Do, Go, Undo, Walk

LONG = 256
"""Changes at once from which a step is worked out on another thread."""

MOST_POINTS = 8_000_000
"""Of all marks of an edit, before and after: an entry of a journal has a greatest size."""

Land = Callable[[], None]
Ahead = Callable[[], Callable[[Document], Land]]
"""Asked on the main thread; what it gives is told on another one how a document will be, and gives
back what is to be done on the main thread once it is so."""


Taken = Callable[[Edit], None]
"""Hears which edit was taken back, or done again."""


def taken_unheard(_edit: Edit) -> None:
    """Nobody wants to know."""


def look_nowhere() -> Callable[[Document], Land]:
    """Nobody wants to know."""
    return lambda _document: lambda: None


@dataclass(frozen=True, eq=False)
class Worked:
    """A step with its edit, and the document that it leads to; `paints` is what it does to what
    painted marks hold, if it does anything."""

    step: Walk
    edit: Edit
    document: Document
    paints: Edit | None
    land: Land


def worked_out(
    history: History, make: Callable[[], Walk | None], look: Callable[[Document], Land]
) -> Worked | None:
    """What comes of a step that `make` gives, if it gives one; takes long."""
    step = make()
    if step is None:
        return None
    if isinstance(step, Do | Amend) and (points := _points(step.edit)) > MOST_POINTS:
        raise too_large(points)
    if isinstance(step, Do | Amend):
        edit = done = step.edit
        try:
            document = advance(history, step).document
        except ValueError:  # it was made before it had to wait
            raise overtaken() from None
    else:
        edit, done, document = _walked(history, step)
    paints = done if is_about_paint(edit) else None
    return Worked(step, edit, document, paints, look(document))


def _walked(history: History, step: Walk) -> tuple[Edit, Edit, Document]:
    """What an undo or redo is about, decoded once, what it does, and the document after it."""
    (node,) = itertools.chain(*walked(history, step))
    edit = node.edit
    done = inverse(edit) if isinstance(step, Undo) else edit
    return edit, done, apply_edit(history.document, done)


def is_long(step: Walk, history: History) -> bool:
    """Whether it changes very many marks; of a jump that is seen elsewhere."""
    if isinstance(step, Do | Amend):
        return len(single_edits(step.edit)) >= LONG
    if isinstance(step, Go):
        return False
    return sum(node.weight for node in itertools.chain(*walked(history, step))) >= LONG


def _points(edit: Edit) -> int:
    found = 0
    for one in single_edits(edit):
        match one:
            case AddMark(_, mark) | RemoveMark(_, mark):
                found += _corners(mark)
            case ReplaceMark(before, after):
                found += _corners(before) + _corners(after)
            case _:
                pass
    return found


def _corners(mark: Mark) -> int:
    shape = mark.shape.shape if isinstance(mark.shape, OnPlane) else mark.shape
    return len(shape.points) if isinstance(shape, Outline) else 1


def too_large(points: int) -> LabelerError:
    """More than one entry of a journal may hold."""
    return LabelerError(
        "edit-too-large",
        "These marks have {points} points: that is too much for one change.",
        safe="Nothing was changed.",
        do="Choose fewer of them, and change those first.",
        points=points,
    )


def left_behind() -> LabelerError:
    """The journal that it was made for is another now."""
    return LabelerError(
        "edit-left-behind",
        "What was under way when you went on from the last good state was left out.",
        safe="Nothing was added to the last good state.",
        do="Look at the marks, and do it again where it is missing.",
    )


def left_unsure() -> LabelerError:
    """Whether its journal becomes another one was not known yet when the case was put down."""
    return LabelerError(
        "edit-left-unsure",
        "What was under way was left out: the case was closed before it was known whether it goes"
        " on from its last good state.",
        safe="All that was saved before is kept.",
        do="Open it again, look at the marks, and do it again where it is missing.",
    )


def overtaken() -> LabelerError:
    """What was done while very many marks were being changed was about one of them."""
    return LabelerError(
        "edit-overtaken",
        "A mark was changed while very many were being changed: the last change was not done.",
        safe="All else that you did is there.",
        do="Change it again.",
    )


def went_on() -> LabelerError:
    """Something else was done than the undo, or redo, whose strokes were on their way."""
    return LabelerError(
        "undo-given-up",
        "Undo or redo was given up: you went on working.",
        safe="What you did is there.",
        do="Undo or redo again, if you still want it.",
    )
