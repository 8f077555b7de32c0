"""When to try a marketplace again: sooner first, then ever more patiently."""

from __future__ import annotations

from labeler.errors import LabelerError

FIRST_S = 5.0
LONGEST_S = 15 * 60.0
JITTER = 0.2

_PASSING = frozenset(
    {
        "marketplace-unreachable",
        "marketplace-busy",
        "marketplace-redirects",
        "not-a-marketplace",
        "download-cut",
    }
)


def delay_s(failures: int, random: float) -> float:
    """Seconds to wait after `failures` failures in a row (at least 1).

    5 s, doubling up to 15 min; `random` from 0 to 1 spreads it by a fifth either way, so that many
    clients do not come back in the same second.
    """
    doublings = min(max(failures, 1) - 1, 16)
    steady: float = min(FIRST_S * 2**doublings, LONGEST_S)
    return min(steady * (1 - JITTER + 2 * JITTER * random), LONGEST_S)


def may_pass(error: LabelerError) -> bool:
    """Whether the same request may succeed later without anybody doing anything."""
    return error.code in _PASSING
