"""Which slices were on the screen."""

from __future__ import annotations

from collections.abc import Iterable


def spans(indices: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Runs of neighbouring slices as (first, last), in order."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return tuple(runs)


def bar_rows(first: int, last: int, slices: int, height: int) -> tuple[int, int]:
    """Where slices first to last lie on a bar: [top, bottom) in pixels, one at least."""
    top = first * height // slices
    return top, max(top + 1, (last + 1) * height // slices)
