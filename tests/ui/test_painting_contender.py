"""What is measured of painting can be: the viewport's own contender does all its jobs."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import Contender


def test_the_viewport_performs_for_the_rows_of_painting() -> None:
    with Contender(Path(sys.executable), "view_ours.py") as ours:
        told = ours.do("scroll")
    assert 0 < told["ms"] <= told["p95"]
    assert len(told["check"]) == 6
