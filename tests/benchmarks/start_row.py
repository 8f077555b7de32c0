"""From the start of the process to the first painted window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.contest import CONTENDERS, BenchmarkError
from tests.benchmarks.rows import Row

ROUNDS = 11
BAR = 1.5
PATIENCE_S = 60.0
FLUSHED = b"qt.widgets.painting: Flushing"


def start_window(_job: str) -> list[Row]:
    """Both without a display, each on an empty profile; a throw-away start warms the cache."""
    bare = (str(CONTENDERS / "bare_window.py"),)
    ours = ("-m", "labeler")
    times: dict[Sequence[str], list[float]] = {bare: [], ours: []}
    for turn in range(ROUNDS + 1):
        for command, spent in times.items():
            milliseconds = _first_paint_ms(command)
            if turn:
                spent.append(milliseconds)
    return [
        Row(
            "start-window",
            median(times[ours]),
            "ms",
            "bare PySide6 window",
            median(times[bare]),
            BAR,
        )
    ]


def _first_paint_ms(command: Sequence[str]) -> float:
    """Qt itself says when it hands the first painted pixels on: nothing in the program helps."""
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as home:
        environment = os.environ | {
            "HOME": home,
            "XDG_CONFIG_HOME": home,
            "XDG_DATA_HOME": home,
            "XDG_RUNTIME_DIR": home,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_LOGGING_RULES": "qt.widgets.painting=true",
            "QT_FORCE_STDERR_LOGGING": "1",
        }
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], env=environment, stderr=subprocess.PIPE
        )
        try:
            return _until_flushed(process, start) * 1000
        finally:
            process.kill()
            process.communicate()


def _until_flushed(process: subprocess.Popen[bytes], start: float) -> float:
    assert process.stderr is not None
    last = b""
    for line in process.stderr:
        now = time.perf_counter() - start
        if line.startswith(FLUSHED):
            return now
        if now > PATIENCE_S:
            break
        last = line
    raise BenchmarkError(f"no window was painted; the last words were {last!r}")
