"""Where a bar stands over a view: on no word, letter or scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize

FOOT = 40
"""Above the letter at the view's lower edge."""

GAP = 6
EDGE = 14
"""Beside the bar of slices at the right."""


def free_place(size: QSize, room: QSize, taken: Sequence[QRect]) -> QPoint:
    """The lowest place in a view that covers nothing `taken`; amid it, else at a side. Where there
    is none, the one that covers least."""
    middle = (room.width() - size.width()) // 2
    lefts = [max(GAP, left) for left in (middle, GAP, room.width() - size.width() - EDGE)]
    lowest = room.height() - FOOT - size.height()
    best, least = QPoint(lefts[0], lowest), math.inf
    for top in range(lowest, 0, -GAP):
        for left in lefts:
            place = QRect(QPoint(left, top), size)
            around = place.adjusted(-2, -2, 2, 2)
            shared = [around.intersected(one) for one in taken]
            covered = sum(one.width() * one.height() for one in shared if not one.isEmpty())
            if covered < least:
                best, least = place.topLeft(), covered
            if not covered:
                return best
    return best
