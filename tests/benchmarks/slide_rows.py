"""A whole slide: opened, looked at where nobody has read before, and panned."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.slide_file import SIDE, slide_file

ROUNDS, PAN_ROUNDS = 15, 5
PAN_BAR, WORST_MS, OPEN_BAR = 1 / 40, 5.0, 2.0
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


def open_rows(job: str) -> list[Row]:
    """The program as it runs against the library alone."""
    path = (str(slide_file()),)
    both = {
        "ours": (Path(sys.executable), "open_ours.py", path),
        "OpenSlide": (peers_python(), "open_openslide.py", path),
    }
    spent = medians(both, job, ROUNDS)
    return [Row(job, spent["ours"], "ms", "OpenSlide", spent["OpenSlide"], OPEN_BAR)]


def pan_rows(job: str) -> list[Row]:
    """The median step against OpenSlide's, or the slowest against what may never be missed."""
    path = (str(slide_file()),)
    both = {
        "ours": (Path(sys.executable), "pan_ours.py", path),
        "OpenSlide": (peers_python(), "pan_openslide.py", path),
    }
    spent = medians(both, job, PAN_ROUNDS)
    if job == "slide-pan":
        return [Row(job, spent["ours"], "ms", "OpenSlide", spent["OpenSlide"], PAN_BAR)]
    return [Row(job, spent["ours"], "ms", "limit", WORST_MS, 1.0)]


_PAN = (
    "a field of 1000 x 800 pixels of the finest level moved on by 40 pixels and 12 down, 120 "
    "times, each time painted whole: the program 60 times a second, with what its threads fetch "
    "on the way, OpenSlide as fast as it can. {} All must arrive at the same pixels."
)
BENCHMARKS = {
    "slide-open": Benchmark(
        open_rows,
        "a slide of 450 MB opened by the running program, until a field of 1000 x 800 pixels of "
        "its finest level is painted from sharp tiles; OpenSlide opens the file and reads the "
        "field. The program also asks whether the file is anything else it knows, and reads all "
        "of it for its digest afterwards. Both must arrive at the same pixels.",
    ),
    "slide-pan": Benchmark(pan_rows, _PAN.format("The median step.")),
    "slide-pan-worst": Benchmark(
        pan_rows, _PAN.format("The slowest step of the 120, which may never take the limit.")
    ),
    "slide-uncached": Benchmark(
        uncached_rows,
        f"four fields of 1000 x 800 pixels, one each of the levels 0, 1, 2 and 4 of a JPEG-tiled "
        f"pyramid of {SIDE} x {SIDE} pixels, at random places that were not read before (warm "
        "page cache), as arrays. All must arrive at the same pixels.",
    ),
}
