"""From the start of the process to the first painted window, and to the first answered key."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from labeler.store.profile import Practice, create_profile
from tests.benchmarks.contest import CONTENDERS, BenchmarkError
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = 21
BARS = {"start-window": 1.5, "start-ready": 6.0}
PATIENCE_S = 60.0
FLUSHED = b"qt.widgets.painting: Flushing"
READY = b"ready"
PEER = "bare PySide6 window"


def start_rows(job: str) -> list[Row]:
    """Both without a display, in turns; a throw-away start warms the cache."""
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as home:
        profile = Path(home) / "profile"
        create_profile(profile, Practice(), now=int(time.time()))
        bare = (sys.executable, str(CONTENDERS / "bare_window.py"))
        ours, said = {
            "start-window": ((program(), "--profile", str(profile)), FLUSHED),
            "start-ready": (
                (sys.executable, str(CONTENDERS / "ready_window.py"), str(profile)),
                READY,
            ),
        }[job]
        times: dict[Sequence[str], list[float]] = {bare: [], ours: []}
        for turn in range(ROUNDS + 1):
            for command, spent in times.items():
                milliseconds = until_said_ms(command, said if command is ours else FLUSHED, home)
                if turn:
                    spent.append(milliseconds)
    return [Row(job, median(times[ours]), "ms", PEER, median(times[bare]), BARS[job])]


def program() -> str:
    """The command that a person starts."""
    return str(Path(sys.executable).with_name("labeler"))


def until_said_ms(command: Sequence[str], said: bytes, home: str) -> float:
    """Until a line of what it says holds `said`. Qt itself says when it hands the first painted
    pixels on: nothing in the program helps."""
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
    process = subprocess.Popen(list(command), env=environment, stderr=subprocess.PIPE)
    try:
        return _heard(process, said, start) * 1000
    finally:
        process.kill()
        process.communicate()


def _heard(process: subprocess.Popen[bytes], said: bytes, start: float) -> float:
    assert process.stderr is not None
    last = b""
    for line in process.stderr:
        now = time.perf_counter() - start
        if said in line:
            return now
        if now > PATIENCE_S:
            break
        last = line
    raise BenchmarkError(f"{said!r} was not heard; the last words were {last!r}")


BENCHMARKS = {
    "start-window": Benchmark(
        start_rows,
        "from the start of the process to the first painted window, without a display, as Qt "
        "tells it. That window is the program's own, in its last size and colours with rail and "
        "title; a test holds its pixels to those of the finished one. What is in it is loaded "
        "right after.",
    ),
    "start-ready": Benchmark(
        start_rows,
        "from the start of the process until the first place is painted and has answered a key, "
        "on a profile made before. A bare window has nothing to load, so this bar is no aim: it "
        "keeps the start from growing unseen. What the time beyond the first picture goes to, "
        "roughly: a third to the modules of the session and of the first place with their value "
        "classes, a fifth to numpy, a third to the widgets and to Qt's enumerations, the rest to "
        "painting. What no first place needs is loaded after it.",
    ),
}
