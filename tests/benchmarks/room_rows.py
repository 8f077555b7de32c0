"""The whole program at work on a series: how long its window is deaf, and what memory it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from labeler.store.profile import Practice, create_profile
from tests.benchmarks.contest import CONTENDERS, BenchmarkError
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = 3
SLICES = 512
PARTS = ("load", "scroll", "window", "zoom")
FRAME_MS, EMPTY_MB, SHARE = 16.0, 150.0, 1.25
PATIENCE_S = 120.0


def busy_rows(job: str) -> list[Row]:
    """The longest of all parts; the median of some rounds."""
    spent = median(max(told["turns"][part] for part in PARTS) for told in _told())
    return [Row(job, spent, "ms", "one frame, 16 ms", FRAME_MS, 1.0)]


def empty_rows(job: str) -> list[Row]:
    return [Row(job, _median("empty"), "MB", "the limit", EMPTY_MB, 1.0)]


def volume_rows(job: str) -> list[Row]:
    """What came to the empty program, beside the bytes of the voxels."""
    taken = _median("full") - _median("empty")
    return [Row(job, taken, "MB", "the volume's bytes", _median("volume"), SHARE)]


def _median(figure: str) -> float:
    return median(told[figure] for told in _told())


@cache
def _told() -> tuple[dict[str, Any], ...]:
    """All three rows are of the same rounds."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise BenchmarkError("this system does not tell what memory a process shares")
    return tuple(_round() for _ in range(ROUNDS))


def _round() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as home:
        profile = Path(home) / "profile"
        create_profile(profile, Practice(), now=int(time.time()))
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
        script = str(CONTENDERS / "room_ours.py")
        done = subprocess.run(
            [sys.executable, script, str(profile), str(ct_series(SLICES))],
            env=os.environ | dict.fromkeys(names, home) | {"QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), "")
    if not line:
        raise BenchmarkError(f"the hand did not come to its end: {done.stderr[-300:]}")
    told: dict[str, Any] = json.loads(line)
    return told


_SERIES = "a CT series of 512 x 512 x 512 is dropped on the window"
BENCHMARKS = {
    "gui-busy": Benchmark(
        busy_rows,
        f"the longest time that the thread of the window was busy with one thing while {_SERIES}, "
        "scrolled through before it is loaded, windowed and zoomed by the events of a hand: how "
        "late a timer of a millisecond was. It counts what other threads and programs take away.",
    ),
    "memory-empty": Benchmark(
        empty_rows,
        "memory of the started program before any data, its share of libraries that others use as "
        "well (PSS).",
    ),
    "memory-volume": Benchmark(
        volume_rows,
        f"what memory comes to that when {_SERIES} and all of it is here.",
    ),
}
