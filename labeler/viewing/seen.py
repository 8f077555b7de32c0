"""Which slices were on the screen, and where they lie on the bar at a view's edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from labeler.model.stack import Gap


def spans(indices: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Runs of neighbouring slices as (first, last), in order."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return tuple(runs)


@dataclass(frozen=True)
class SeenBar:
    """Slices from the top down on a bar of `height` pixels; missing ones leave room where they
    would lie, together at most as much as all slices that are there."""

    slices: int
    height: int
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def _room(self) -> tuple[float, ...]:
        """The missing slices' room behind each slice, in slices."""
        room = [0.0] * self.slices
        for gap in self.gaps:
            if 0 <= gap.after < self.slices - 1:
                room[gap.after] += gap.missing
        total = sum(room)
        share = min(1.0, self.slices / total) if total else 1.0
        return tuple(share * part for part in room)

    @cached_property
    def _begins(self) -> tuple[float, ...]:
        """Where each slice begins, and where the last one ends, in slices."""
        widths = [1.0, *(1.0 + part for part in self._room[:-1])]
        begins = [begin - 1.0 for begin in accumulate(widths)]
        return (*begins, begins[-1] + 1.0)

    def rows(self, first: int, last: int) -> tuple[int, int]:
        """[top, bottom) of slices first to last, in pixels, one at least; no gap may lie amid."""
        whole = self._begins[-1]
        top = int(self._begins[first] * self.height / whole)
        bottom = int((self._begins[last] + 1.0) * self.height / whole)
        return min(top, self.height - 1), max(top + 1, bottom)

    def runs(self, indices: Iterable[int]) -> tuple[tuple[int, int], ...]:
        """Pixel rows of these slices, neighbours together, gaps left open."""
        cuts = {gap.after for gap in self.gaps}
        found = []
        for first, last in spans(indices):
            begin = first
            for index in range(first, last):
                if index in cuts:
                    found.append(self.rows(begin, index))
                    begin = index + 1
            found.append(self.rows(begin, last))
        return tuple(found)

    def gap_rows(self) -> tuple[tuple[int, int], ...]:
        """Pixel rows of the missing slices."""
        open_ends = (
            (self.rows(g.after, g.after)[1], g.after + 1)
            for g in self.gaps
            if 0 <= g.after < self.slices - 1
        )
        found = ((top, self.rows(behind, behind)[0]) for top, behind in open_ends)
        return tuple((top, max(top + 1, bottom)) for top, bottom in found)

    def index_at(self, y: float) -> int:
        """The slice at a height, or the nearest there is."""
        place = y * self._begins[-1] / max(1, self.height)
        return min(range(self.slices), key=lambda index: self._away(index, place))

    def _away(self, index: int, place: float) -> float:
        begin = self._begins[index]
        return max(begin - place, place - begin - 1.0, 0.0)
