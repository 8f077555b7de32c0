"""Segmented palette tables unfolded (PS3.3 C.7.9.2): runs, lines, and parts said again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_RUN, _LINE, _AGAIN = 0, 1, 2
_MOST_SEGMENTS = 1 << 18
"""More than a table of 65,536 entries can need: empty ones could go on for hours."""


class _Table:
    """One table while it is unfolded; `ok` is False once a segment makes no sense."""

    def __init__(self, words: Sequence[int], count: int) -> None:
        self.words, self.count = words, count
        self.made: list[float] = []
        self.left = _MOST_SEGMENTS

    def unfold(self, at: int, segments: int, *, again: bool) -> bool:
        """Unfold `segments` from word `at` on; with `again` none of them may point anew."""
        while segments and at + 2 <= len(self.words) and len(self.made) < self.count:
            segments -= 1
            self.left -= 1
            kind, length = self.words[at], self.words[at + 1]
            held = self.words[at + 2 : at + 4]
            if self.left < 0:
                return False
            if kind == _RUN:
                self.made += self.words[at + 2 : at + 2 + length]
                at += 2 + length
            elif kind == _LINE and self.made and held:
                self.made += list(np.linspace(self.made[-1], held[0], length + 1)[1:])
                at += 3
            elif kind == _AGAIN and len(held) == 2 and not again:
                # The place is told in bytes, its lower word first.
                if not self.unfold((held[0] | held[1] << 16) // 2, length, again=True):
                    return False
                at += 4
            else:
                return False
        return not again or not segments or len(self.made) >= self.count


def unfold_table(words: Sequence[int], count: int) -> NDArray[np.uint16] | None:
    """At most `count` entries; None where a segment makes no sense."""
    table = _Table(words, count)
    if not table.unfold(0, _MOST_SEGMENTS, again=False) or not table.made:
        return None
    entries: NDArray[np.uint16] = np.rint(np.array(table.made[:count])).astype(np.uint16)
    return entries
