"""From the start of the process to a slice of a study on the screen."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from labeler.store.profile import Practice, create_profile
from tests.benchmarks.contest import CONTENDERS
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.start_rows import until_said_ms
from tests.benchmarks.viewers import VIEWERS, viewer

SLICES = 512
ROUNDS = 5
LIMIT_MS = 1000.0
BARS = {"anylabeling": 1 / 7, "labelme": 1 / 13, "napari": 1 / 15}
PAINTED, FLUSHED = b"painted", b"Flushing"


def study_rows(job: str) -> list[Row]:
    """Ours with the images on the screen, the others with nothing in their windows; in turns."""
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as home:
        profile = Path(home) / "profile"
        create_profile(profile, Practice(), now=int(time.time()))
        opening = str(CONTENDERS / "study_window.py"), str(profile), str(ct_series(SLICES))
        ours = (sys.executable, *opening)
        commands: dict[str, tuple[Sequence[str], bytes]] = {
            "ours": (ours, PAINTED),
            **{name: ((viewer(name),), FLUSHED) for name in VIEWERS},
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(ROUNDS + 1):
            for name, (command, said) in commands.items():
                spent = until_said_ms(command, said, home)
                if turn:
                    times[name].append(spent)
    mine = median(times["ours"])
    windows = (
        Row(job, mine, "ms", f"{name}'s empty window", median(times[name]), bar)
        for name, bar in BARS.items()
    )
    return [Row(job, mine, "ms", "one second", LIMIT_MS, 1.0), *windows]


BENCHMARKS = {
    "start-study": Benchmark(
        study_rows,
        "from the start of the process to a painted slice of an uncompressed CT series of "
        "512 x 512 x 512 (`labeler open FOLDER`), on a profile made before, beside what other "
        "programs need for the first picture of a window with nothing in it; all without a "
        "display, as Qt tells it, files in the page cache. Most of it is Python making classes.",
    ),
}
