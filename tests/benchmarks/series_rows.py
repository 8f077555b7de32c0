"""Opening a CT series: the first slice, and all of them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = {"first-slice": 15, "whole-series": 9}
BARS = {"first-slice": 1.0, "whole-series": 0.5}


def series_rows(job: str) -> list[Row]:
    """From a folder to the sorted, rescaled pixels; the page cache is warm for everybody."""
    folder = (str(ct_series()),)
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


_FROM = (
    "from a folder with an uncompressed CT series of 512 x 512 x 256, file names in no order, to "
    "the sorted and rescaled {} (warm page cache). All contenders must arrive at the same voxels."
)
BENCHMARKS = {
    "first-slice": Benchmark(
        series_rows,
        _FROM.format("middle slice")
        + " What limits it is that every header is read for all it says: nine tenths of the time.",
    ),
    "whole-series": Benchmark(series_rows, _FROM.format("volume")),
}
