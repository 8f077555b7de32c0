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
SLAB_ROUNDS = 21
SLAB_BAR = 1.0
FRAME_MS = 16.0


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


def slab_rows(job: str) -> list[Row]:
    ours, theirs = Path(sys.executable), peers_python()
    spent = medians(
        {
            "ours": (ours, "slab_ours.py", ()),
            "SimpleITK": (theirs, "slab_simpleitk.py", ()),
        },
        "slab",
        SLAB_ROUNDS,
    )
    return [Row(job, spent["ours"], "ms", "SimpleITK", spent["SimpleITK"], SLAB_BAR)]


def slab_scroll_rows(job: str) -> list[Row]:
    ours = {"ours": (Path(sys.executable), "slab_ours.py", ())}
    return [Row(job, medians(ours, job, SLAB_ROUNDS)["ours"], "ms", "limit", FRAME_MS, 1.0)]


BENCHMARKS = {
    "slab": Benchmark(
        slab_rows,
        "a slab of 20 mm along the slices, the highest values, 512 x 512 pixels out of 512 x 512 x "
        "512 voxels of int16 of 1 mm, each time another one, sharp. Both give the same values. "
        "Ours on one thread, SimpleITK on all.",
    ),
    "slab-scroll": Benchmark(
        slab_scroll_rows,
        "the same slab as it is shown while it is scrolled, against a frame of the screen.",
    ),
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
