"""What is said of marks beside their shape and label, each as one edit."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from labeler.model.document import Document, Flag, Mark, with_flag
from labeler.model.edits import ReplaceMark
from labeler.viewing.mark_edits import together
from labeler.viewing.scene import NOTHING, Outcome


def flagged(document: Document, names: frozenset[str], flag: Flag) -> Outcome:
    """These marks with a flag; without it where all of them have it."""
    marks = [mark for mark in document.marks if mark.id in names]
    on = not all(_has(mark, flag) for mark in marks)
    edits = [
        ReplaceMark(mark, with_flag(mark, flag, on=on)) for mark in marks if _has(mark, flag) != on
    ]
    return together("flag-marks", edits)


def with_note(mark: Mark, note: str) -> Outcome:
    """The mark with a note; "" takes it away."""
    return _changed(mark, msgspec.structs.replace(mark, note=note or UNSET))


def with_confidence(mark: Mark, percent: int | None) -> Outcome:
    """The mark with how sure the person is; None says nothing."""
    return _changed(
        mark, msgspec.structs.replace(mark, confidence=UNSET if percent is None else percent)
    )


def _changed(mark: Mark, after: Mark) -> Outcome:
    return NOTHING if after == mark else Outcome(edit=ReplaceMark(mark, after))


def _has(mark: Mark, flag: Flag) -> bool:
    return mark.hidden if flag == "hidden" else mark.locked
