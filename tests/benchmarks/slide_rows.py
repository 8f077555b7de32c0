"""Looking around in a whole slide: fields at places that nobody has read before, and panning."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.slide_file import SIDE, slide_file

ROUNDS = 15
PEERS = {
    "OpenSlide": ("slide_openslide.py", 1 / 3),
    "pyvips": ("slide_pyvips.py", 1 / 1.5),
    "tiffslide": ("slide_tiffslide.py", 1 / 1.5),
}


def uncached_rows(job: str) -> list[Row]:
    """One row a peer."""
    path, theirs = (str(slide_file()),), peers_python()
    spent = medians(
        {
            "ours": (Path(sys.executable), "slide_ours.py", path),
            **{peer: (theirs, script, path) for peer, (script, _bar) in PEERS.items()},
        },
        job,
        ROUNDS,
    )
    return [
        Row(job, spent["ours"], "ms", peer, spent[peer], bar)
        for peer, (_script, bar) in PEERS.items()
    ]


BENCHMARKS = {
    "slide-uncached": Benchmark(
        uncached_rows,
        f"four fields of 1000 x 800 pixels, one each of the levels 0, 1, 2 and 4 of a JPEG-tiled "
        f"pyramid of {SIDE} x {SIDE} pixels, at random places that were not read before (warm "
        "page cache), as arrays. All must arrive at the same pixels.",
    ),
}
