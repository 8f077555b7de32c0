"""Oblique planes out of a CT volume."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = 41
BARS = {"SimpleITK": 0.5, "scipy": 1 / 4.5}
DRAG_LIMIT_MS = 2.0


def oblique_rows(job: str) -> list[Row]:
    """One after the other, each plane another: nobody finds its voxels at hand."""
    ours, theirs = Path(sys.executable), peers_python()
    spent = medians(
        {
            "ours": (ours, "oblique_ours.py", ()),
            "SimpleITK": (theirs, "oblique_simpleitk.py", ()),
            "scipy": (theirs, "oblique_scipy.py", ()),
        },
        job,
        ROUNDS,
    )
    return [Row(job, spent["ours"], "ms", peer, spent[peer], bar) for peer, bar in BARS.items()]


def drag_rows(job: str) -> list[Row]:
    ours = {"ours": (Path(sys.executable), "oblique_ours.py", ())}
    return [Row(job, medians(ours, job, ROUNDS)["ours"], "ms", "limit", DRAG_LIMIT_MS, 1.0)]


BENCHMARKS = {
    "oblique": Benchmark(
        oblique_rows,
        "one oblique plane of 512 x 512 pixels out of 512 x 512 x 512 voxels of int16 in memory, "
        "linear, each time another plane. All contenders must be right to 1 HU. Ours on one "
        "thread, SimpleITK on all.",
    ),
    "oblique-drag": Benchmark(
        drag_rows,
        "the same plane while its crosshair is turned: a quarter of the samples, against a fixed "
        "limit.",
    ),
}
