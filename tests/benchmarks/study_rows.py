"""From the start of the process to a slice of a study on the screen."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from labeler.store.profile import Practice, create_profile
from tests.benchmarks.contest import CONTENDERS
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.start_rows import until_said_ms

SLICES = 512
ROUNDS = 5
LIMIT_MS = 1000.0
PAINTED = b"painted"


def study_rows(job: str) -> list[Row]:
    """Held against one second; the first start is thrown away."""
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as home:
        profile = Path(home) / "profile"
        create_profile(profile, Practice(), now=int(time.time()))
        opening = str(CONTENDERS / "study_window.py"), str(profile), str(ct_series(SLICES))
        command = (sys.executable, *opening)
        times = [until_said_ms(command, PAINTED, home) for _ in range(ROUNDS + 1)][1:]
    return [Row(job, median(times), "ms", "one second", LIMIT_MS, 1.0)]


BENCHMARKS = {
    "start-study": Benchmark(
        study_rows,
        "from the start of the process to a painted slice of an uncompressed CT series of "
        "512 x 512 x 512 (`labeler open FOLDER`), on a profile made before, held against one "
        "second; without a display, as Qt tells it, files in the page cache. A tenth is reading "
        "the study; most of it is Python making the classes that show it. No other program is "
        "held against it: for windows with nothing in them see `start-mapped`.",
    ),
}
