"""Many marks on one image: loaded, drawn, and under the pointer."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.viewers import viewer

ROUNDS = 3
"""The others take seconds for each."""

MOST_MS = {
    "polygons-load": 1000.0,
    "polygons-repaint": 20.0,
    "polygons-pan": 20.0,
    "polygons-hover": 1.0,
}
SHARES = {
    "polygons-load": {"labelme": 1.0},
    "polygons-repaint": {"labelme": 1 / 200, "xanylabeling": 1 / 130},
    "polygons-pan": {},
    "polygons-hover": {"labelme": 1 / 200, "xanylabeling": 1 / 200},
}
"""Of the others' time, at most. X-AnyLabeling loads them once in a process: to let go of ten
thousand marks takes it minutes."""


def polygon_rows(job: str) -> list[Row]:
    """Ours beside other programs and beside what a hand takes for at once."""
    shares = SHARES[job]
    others = {name: Path(viewer(name)).with_name("python") for name in shares}
    spent = medians(
        {
            "ours": (Path(sys.executable), "polygons_ours.py", ()),
            **{name: (python, f"polygons_{name}.py", ()) for name, python in others.items()},
        },
        job,
        ROUNDS,
    )
    ours = spent["ours"]
    return [
        *(Row(job, ours, "ms", name, spent[name], share) for name, share in shares.items()),
        Row(job, ours, "ms", "what is wanted", MOST_MS[job], 1.0),
    ]


_MANY = (
    "10,000 polygons of 20 vertices on an image of 4000 x 4000, the whole of it in a view of about "
    "1000 x 800, off-screen: "
)
BENCHMARKS = {
    "polygons-load": Benchmark(
        polygon_rows, _MANY + "from their bytes to the painted view; labelme reads its image too."
    ),
    "polygons-repaint": Benchmark(
        polygon_rows,
        _MANY + "all of it painted anew over the image, which all three keep as they show it.",
    ),
    "polygons-pan": Benchmark(
        polygon_rows, _MANY + "the image a pixel aside, so that it is rendered anew as well."
    ),
    "polygons-hover": Benchmark(
        polygon_rows,
        _MANY
        + "from the pointer's move to the painted pixels; ours the median of twenty moves one "
        "after the other, as a hand makes them.",
    ),
}
