"""About how long something still takes."""

from __future__ import annotations

SURE_AFTER_S = 3.0
SURE_FROM_PERMILLE = 20
LEAST_S = 1.0


def seconds_left(permille: int | None, elapsed_s: float) -> int | None:
    """At the pace so far; None while that would be guessing, and for the last second: a job that
    is at its end and goes on would say "0 s" for as long as it does."""
    if permille is None or permille < SURE_FROM_PERMILLE or elapsed_s < SURE_AFTER_S:
        return None
    left = elapsed_s * (1000 - permille) / permille
    return round(left) if left >= LEAST_S else None
