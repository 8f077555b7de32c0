"""From a folder with a CT series to its middle slice, sorted and rescaled."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.benchmarks.contest import BenchmarkError, medians
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row

SLICES = 512
ROUNDS = {"first-slice": 11, "first-slice-cold": 5}
BARS = {"first-slice": 0.1, "first-slice-cold": 0.286}
PEERS = {
    "SimpleITK": ("first_simpleitk.py",),
    "pydicom": ("first_pydicom.py", "loop"),
    "pydicom defer_size": ("first_pydicom.py", "deferred"),
    "pydicom specific_tags": ("first_pydicom.py", "middle-first"),
}


def first_slice_rows(job: str) -> list[Row]:
    """One row a peer; the best of them is the one that counts. "-cold": out of the page cache."""
    if job.endswith("-cold") and not hasattr(os, "posix_fadvise"):
        raise BenchmarkError("this system cannot be told to forget files")
    folder = str(ct_series(SLICES))
    theirs = peers_python()
    spent = medians(
        {
            "ours": (Path(sys.executable), "first_ours.py", (folder,)),
            **{peer: (theirs, script, (folder, *way)) for peer, (script, *way) in PEERS.items()},
        },
        job,
        ROUNDS[job],
    )
    return [Row(job, spent["ours"], "ms", peer, spent[peer], BARS[job]) for peer in PEERS]


_FROM = (
    "from a folder with an uncompressed CT series of 512 x 512 x 512, file names in no order, to "
    "the sorted and rescaled middle slice{}. All must arrive at the same pixels; the best peer is "
    "the one that counts."
)
BENCHMARKS = {
    "first-slice": Benchmark(first_slice_rows, _FROM.format(" (warm page cache)")),
    "first-slice-cold": Benchmark(
        first_slice_rows, _FROM.format(", after the system has dropped the files' bytes")
    ),
}
