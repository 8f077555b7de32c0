"""How large a document may be, and about how large one is while it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import is_

from msgspec import UNSET

from labeler.model.answer_rules import answers_of
from labeler.model.checks import Check
from labeler.model.document import MOST_BYTES, Mark
from labeler.model.shapes import OnPlane

NEARLY = MOST_BYTES * 3 // 4
"""From here on it is told while there is time."""

SIZE_CHECKS = NEARLY_TOO_LARGE, TOO_LARGE = ("nearly-too-large", "too-large-to-sign")

_MARK = 110
"""Bytes of a mark beside the names of its image and its numbers."""
_FEW = 64
"""Points of which the first tells how many digits they have."""
_ANSWER = 40
_SHAPE = 60
"""Of a shape that is no outline."""
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Weighed:
    """Marks, and about how many bytes they are when they are signed."""

    marks: tuple[Mark, ...] = ()
    bytes: int = 0


def weigh(marks: tuple[Mark, ...], before: Weighed) -> Weighed:
    """Marks of which those that stood in `before` at the front or at the end are not looked at."""
    if marks is before.marks:
        return before
    front = _same(marks, before.marks)
    most = min(len(marks), len(before.marks)) - front
    back = min(most, _same(reversed(marks), reversed(before.marks)))
    gone = before.marks[front : len(before.marks) - back]
    come = marks[front : len(marks) - back]
    return Weighed(marks, before.bytes - _sum(gone) + _sum(come))


def size_checks(weighed: Weighed) -> tuple[Check, ...]:
    """Told while there is time to put it right; what does not fit is refused when it is signed."""
    if weighed.bytes <= NEARLY:
        return ()
    facts: dict[str, str | int] = {
        "size": -(-weighed.bytes // _MEGABYTE),
        "most": MOST_BYTES // _MEGABYTE,
        "count": len(weighed.marks),
    }
    if weighed.bytes <= MOST_BYTES:
        words = "The {count} marks take about {size} of the {most} MB that a signed case may hold."
        return (Check(NEARLY_TOO_LARGE, words, blocks=False, facts=facts),)
    words = (
        "The {count} marks take about {size} MB, and a signed case may hold {most}: take some out, "
        "or paint them, since a painted region is one small mark."
    )
    return (Check(TOO_LARGE, words, blocks=False, facts=facts),)


def about_bytes(mark: Mark) -> int:
    """Of one mark in canonical JSON, within a sixth where it is an outline."""
    frame, shape = mark.frame, mark.shape
    found = _MARK + len(frame.series) + len(frame.instance)
    if type(shape) is OnPlane:
        shape = shape.shape
    points = getattr(shape, "points", None)
    if not points:
        found += _SHAPE
    elif len(points) <= _FEW:
        found += len(points) * len(repr(points[0]))
    else:
        three = points[0], points[len(points) // 2], points[-1]
        found += len(points) * (len(repr(three)) - 2) // 3
    if mark.note is not UNSET:
        found += len(mark.note.encode())
    for answer in answers_of(mark):
        found += _ANSWER + len(answer.question) + len(str(answer.value).encode())
    return found


def _sum(marks: Sequence[Mark]) -> int:
    return sum(map(about_bytes, marks))


def _same(one: Iterable[Mark], other: Iterable[Mark]) -> int:
    """How many at the front are the very same objects; asked of all in one pass."""
    same = [*map(is_, one, other)]
    return same.index(False) if False in same else len(same)
