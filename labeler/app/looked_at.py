"""What of each series of a case was looked at, and what is told of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from labeler.app.cases import Case, series_id
from labeler.model.checks import Check
from labeler.model.form_rules import Shown, not_looked_at, series_never_shown
from labeler.model.frames import FrameRef

TOLD_SINGLY = 12
"""Of more series that nobody turned to their number is told: a person reads no longer list."""


@dataclass(frozen=True)
class NumberedSeries:
    """A series as checks name it: its tile, its name, and the number of each image on screen."""

    tile: str
    name: str
    numbers: tuple[int, ...]


def number_series(case: Case, names: Mapping[str, str]) -> tuple[NumberedSeries, ...]:
    """Of every series of the case, with the `names` of their tiles; a case's only one has none."""
    only = len(case.scan.series) == 1
    found = []
    for series in case.scan.series:
        known = [frame.file.instance_number for frame in series.frames]
        numbers = tuple(at if n is None else n for at, n in enumerate(known, start=1))
        tile = series_id(series)
        found.append(NumberedSeries(tile, "" if only else names[tile], numbers))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class LookedAt:
    """`seen` and `failed` give slices by tile; its cost follows what was looked at."""

    series: Sequence[NumberedSeries]
    frames: tuple[FrameRef, ...]
    seen: Mapping[str, AbstractSet[int]]
    failed: Callable[[str], AbstractSet[int]]

    def first(self) -> Shown:
        """Of the first series."""
        return self._shown(self.series[0])

    def others(self) -> Iterator[Check]:
        """What is told of all others."""
        untouched = [
            one
            for one in self.series[1:]
            if not self.seen.get(one.tile) and not self.failed(one.tile)
        ]
        together = {one.tile for one in untouched} if len(untouched) > TOLD_SINGLY else set()
        for one in self.series[1:]:
            if one.tile not in together:
                yield from not_looked_at(self._shown(one))
        if together:
            yield series_never_shown(len(together), untouched[0].tile)

    def _shown(self, one: NumberedSeries) -> Shown:
        place = one.tile if len(self.series) > 1 else ""
        seen = frozenset(self.seen.get(one.tile, ()))
        failed = self.failed(one.tile)
        return Shown(self.frames, one.numbers, seen, one.name, place, failed)
