"""About how long something still takes."""

from __future__ import annotations

SURE_AFTER_S = 3.0
SURE_FROM_PERMILLE = 20


def seconds_left(permille: int | None, elapsed_s: float) -> int | None:
    """At the pace so far; None while that would be guessing."""
    if permille is None or permille < SURE_FROM_PERMILLE or elapsed_s < SURE_AFTER_S:
        return None
    return round(elapsed_s * (1000 - permille) / permille)
