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

BETWEEN = 8.0
"""Canvas pixels between words that stand side by side: more than a space of them, or two sizes read
as one."""

FURTHER = (1.0, 2.0)
"""Heights of the words that they may stand further off: still seen to be of that mark."""

ALONG = (1, 2, 3, -1, -2, -3)
"""Heights down or up the edge of the room."""


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
    `taken` is covered, and then least of other `marks`; a little further off where all that is near
    covers something. Where the mark leaves no side free, in the room's nearest corner, or along its
    edge where that is taken."""
    taken = [_spaced(one) for one in taken]
    near, far = _beside(wanted, (0.0,)), _beside(wanted, FURTHER)
    found = _best([one for one in near if _contains(room, one)], taken, marks)
    if found is not None and found[1] == (0.0, 0.0):
        return found[0]
    found = _best([one for one in (*near, *far) if _contains(room, one)], taken, marks)
    if found is None:
        held = [_held(one, room) for one in near]
        high = wanted.size[1]
        along = [_held(_moved(one, n * high), room) for n in ALONG for one in held]
        found = _best([*held, *along], taken, marks)
    assert found is not None
    return found[0]


def _best(
    places: Sequence[Rect], taken: Sequence[Rect], marks: Sequence[Rect]
) -> tuple[Rect, tuple[float, float]] | None:
    """The first of those that are as good, and the pixels that it covers of both."""
    if not places:
        return None
    asked = np.array(places)
    written, covered = _shared(asked, taken), _shared(asked, marks)
    at = int(np.lexsort((np.arange(len(places)), covered, written))[0])
    return places[at], (float(written[at]), float(covered[at]))


def _beside(wanted: Wanted, off: Sequence[float]) -> list[Rect]:
    """In the order in which they are liked, each so many times its height `off` the nearest."""
    (left, top, right, bottom), (wide, high) = wanted.around, wanted.size
    levels = top, bottom - high, (top + bottom - high) / 2
    columns = left, right - wide, (left + right - wide) / 2
    places = []
    for by in (n * high for n in off):
        ups = (0.0,) if by == 0 else (by, -by)
        places += [(x, y + up) for up in ups for y in levels for x in _sides(left, right, wide)]
        places += [(x, y) for x in columns for y in (bottom + GAP + by, top - GAP - high - by)]
    return [(x, y, x + wide, y + high) for x, y in places]


def _sides(left: float, right: float, wide: float) -> tuple[float, float]:
    return right + GAP, left - GAP - wide


def _spaced(one: Rect) -> Rect:
    left, top, right, bottom = one
    return left - BETWEEN, top, right + BETWEEN, bottom


def _moved(one: Rect, down: float) -> Rect:
    left, top, right, bottom = one
    return left, top + down, right, bottom + down


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
