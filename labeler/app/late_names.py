"""A case that was shown before its large files were read for their digests, and the same one under
its own names: which series is which."""

from __future__ import annotations

from collections.abc import Mapping

from labeler.app.cases import Case, series_id
from labeler.imaging.series import Series

_Place = tuple[str, int, int, str]


def tiles_before(shown: Case, named: Case) -> Mapping[str, str]:
    """The tiles of the named case by what they were called; none where the files are others now,
    or it cannot be told."""
    if named.shown_as != shown.id:
        return {}
    before = {_place(series): series_id(series) for series in shown.scan.series}
    now = {_place(series): series_id(series) for series in named.scan.series}
    sure = len(before) == len(shown.scan.series) == len(named.scan.series)
    if not sure or before.keys() != now.keys():
        return {}
    return {before[place]: now[place] for place in before}


def _place(series: Series) -> _Place:
    """Where its first frame lies: its file, and which picture of it."""
    first = series.frames[0]
    return first.file.source.name, first.number, series.header.part, first.traits.stack_id
