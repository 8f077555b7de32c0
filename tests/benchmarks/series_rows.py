"""Opening a CT series: all of its slices."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = {"whole-series": 9}
BARS = {"whole-series": 0.5}
SLICES = 256


def series_rows(job: str) -> list[Row]:
    """From a folder to the sorted, rescaled pixels; the page cache is warm for everybody."""
    folder = (str(ct_series(SLICES)),)
    ours, theirs = Path(sys.executable), peers_python()
    spent = medians(
        {
            "ours": (ours, "series_ours.py", folder),
            "SimpleITK": (theirs, "series_simpleitk.py", folder),
            "pydicom": (theirs, "series_pydicom.py", folder),
        },
        job,
        ROUNDS[job],
    )
    return [
        Row(job, spent["ours"], "ms", peer, spent[peer], BARS[job])
        for peer in ("SimpleITK", "pydicom")
    ]


BENCHMARKS = {
    "whole-series": Benchmark(
        series_rows,
        "from a folder with an uncompressed CT series of 512 x 512 x 256, file names in no order, "
        "to the sorted and rescaled volume (warm page cache). All contenders must arrive at the "
        "same voxels.",
    ),
}
