"""Seconds that nobody sets, and that go on while the machine sleeps where the system has them."""

from __future__ import annotations

import time

# Linux counts sleep here alone; macOS in CLOCK_MONOTONIC, and not in Python's monotonic clock.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def steady_s() -> float:
    """Only differences mean something."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
