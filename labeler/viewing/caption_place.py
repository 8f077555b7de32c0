"""Where the words beside marks stand, so that they cover neither these nor each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rect = tuple[float, float, float, float]
"""Left, top, right, bottom in canvas pixels."""

GAP = 12.0
"""Canvas pixels between a mark and its words: the lesion stays uncovered."""


@dataclass(frozen=True)
class Wanted:
    """Words of a `size` (width, height) beside a mark that lies in `around`."""

    around: Rect
    size: tuple[float, float]


class CaptionPlaces:
    """Those of one view; worked out when one of them, or what they leave free, is another."""

    def __init__(self) -> None:
        self._key: object = None
        self._found: tuple[Rect, ...] = ()

    def of(
        self, wanted: tuple[Wanted, ...], room: Rect, taken: tuple[Rect, ...]
    ) -> tuple[Rect, ...]:
        """One place each, in their order; the first is placed first."""
        key = wanted, room, taken
        if key != self._key:
            marks = [one.around for one in wanted]
            found: list[Rect] = []
            for one in wanted:
                found.append(caption_place(one, room, (*taken, *found), marks))
            self._key, self._found = key, tuple(found)
        return self._found


def caption_place(
    wanted: Wanted, room: Rect, taken: Sequence[Rect], marks: Sequence[Rect] = ()
) -> Rect:
    """Beside the mark: right, else left, below, above, wherever within the `room` least of what is
    `taken` is covered, and then least of other `marks`. Where the mark leaves no side free, in the
    room's nearest corner."""
    beside = _beside(wanted)
    inside = [one for one in beside if _contains(room, one)]
    if not inside:
        return _held(beside[0], room)
    places = np.array(inside)
    written, covered = _shared(places, taken), _shared(places, marks)
    # The first of those that are as good.
    return inside[int(np.lexsort((np.arange(len(inside)), covered, written))[0])]


def _beside(wanted: Wanted) -> list[Rect]:
    """In the order in which they are liked."""
    (left, top, right, bottom), (wide, high) = wanted.around, wanted.size
    levels = top, bottom - high, (top + bottom - high) / 2
    columns = left, right - wide, (left + right - wide) / 2
    places = [
        *((x, y) for y in levels for x in (right + GAP, left - GAP - wide)),
        *((x, y) for x in columns for y in (bottom + GAP, top - GAP - high)),
    ]
    return [(x, y, x + wide, y + high) for x, y in places]


def _contains(room: Rect, one: Rect) -> bool:
    return room[0] <= one[0] and room[1] <= one[1] and one[2] <= room[2] and one[3] <= room[3]


def _shared(places: NDArray[np.float64], others: Sequence[Rect]) -> NDArray[np.float64]:
    """Of each place the pixels that others cover too."""
    if not others:
        return np.zeros(len(places))
    them = np.array(others)[None]
    low = np.maximum(places[:, None, :2], them[..., :2])
    high = np.minimum(places[:, None, 2:], them[..., 2:])
    shared: NDArray[np.float64] = np.maximum(high - low, 0).prod(axis=2).sum(axis=1)
    return shared


def _held(one: Rect, room: Rect) -> Rect:
    left, top, right, bottom = one
    x = max(room[0], min(left, room[2] - (right - left)))
    y = max(room[1], min(top, room[3] - (bottom - top)))
    return x, y, x + right - left, y + bottom - top
