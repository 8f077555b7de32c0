"""Many marks on one image: loaded, drawn, and under the pointer."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.viewers import viewer

ROUNDS = 3
"""labelme takes seconds for each."""

BARS = {
    "polygons-load": (1000.0, 1.0),
    "polygons-repaint": (20.0, 1 / 200),
    "polygons-hover": (1.0, 1 / 200),
}
"""Milliseconds at most, and the share of labelme's."""


def polygon_rows(job: str) -> list[Row]:
    """Ours beside labelme and beside what a hand takes for at once."""
    labelme = Path(viewer("labelme")).with_name("python")
    spent = medians(
        {
            "ours": (Path(sys.executable), "polygons_ours.py", ()),
            "labelme": (labelme, "polygons_labelme.py", ()),
        },
        job,
        ROUNDS,
    )
    most, share = BARS[job]
    ours = spent["ours"]
    return [
        Row(job, ours, "ms", "labelme", spent["labelme"], share),
        Row(job, ours, "ms", "what is wanted", most, 1.0),
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
        polygon_rows, _MANY + "all of it painted anew, ours with the image a pixel aside."
    ),
    "polygons-hover": Benchmark(
        polygon_rows, _MANY + "from the pointer's move to the painted pixels."
    ),
}
