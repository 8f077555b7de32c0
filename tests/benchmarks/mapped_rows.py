"""From the start of the process to its window: ours, and those of other programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import IO

from labeler.store.profile import Practice, create_profile
from tests.benchmarks.contest import CONTENDERS, BenchmarkError
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.start_rows import FLUSHED, program, until_said_ms
from tests.benchmarks.viewers import VIEWERS, viewer
from tests.benchmarks.x_screen import XScreen, has_screen

ROUNDS = 3
BARS = {"anylabeling": 1 / 7, "labelme": 1 / 13, "napari": 1 / 15, "bare PySide6": 1.5}

Measure = Callable[[Sequence[str], str], float]
"""Milliseconds from the start of a command to its window; its home is a folder."""


def mapped_rows(job: str) -> list[Row]:
    """In turns, the first of each thrown away; where no X server can be made, without a display."""
    if not has_screen():
        return _rows(
            job, lambda command, home: until_said_ms(command, FLUSHED, home), ", offscreen"
        )
    with XScreen() as screen:
        return _rows(job, lambda command, home: _until_mapped_ms(screen, command, home), "")


def _rows(job: str, measure: Measure, note: str) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as home:
        profile = Path(home) / "profile"
        create_profile(profile, Practice(), now=int(time.time()))
        commands: dict[str, Sequence[str]] = {
            "ours": (program(), "--profile", str(profile)),
            **{name: (viewer(name),) for name in BARS if name in VIEWERS},
            "bare PySide6": (sys.executable, str(CONTENDERS / "bare_window.py")),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(ROUNDS + 1):
            for name, command in commands.items():
                spent = measure(command, home)
                if turn:
                    times[name].append(spent)
    mine = median(times["ours"])
    return [
        Row(job, mine, "ms", f"{name}'s empty window{note}", median(times[name]), bar)
        for name, bar in BARS.items()
    ]


def _until_mapped_ms(screen: XScreen, command: Sequence[str], home: str) -> float:
    environment = os.environ | {
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "XDG_RUNTIME_DIR": home,
        "DISPLAY": screen.name,
        "QT_QPA_PLATFORM": "xcb",
        "LIBGL_ALWAYS_SOFTWARE": "1",
    }
    with screen.watch() as watch, tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(command), env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            return (watch.first_window(lambda: process.poll() is None) - start) * 1000
        except BenchmarkError as error:
            raise BenchmarkError(
                f"{Path(command[0]).name}: {error}; {_last_words(said)}"
            ) from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _last_words(said: IO[bytes]) -> str:
    """What a program told before it gave up, in one line."""
    said.seek(0)
    words = " ".join(said.read().decode(errors="replace").split())
    return f"it said: {words[-400:]}" if words else "it said nothing"


BENCHMARKS = {
    "start-mapped": Benchmark(
        mapped_rows,
        "from the start of the process to the first window of at least 300 x 200 on an X server "
        "without a screen (Xvfb), warm page cache: our window on a profile made before, beside "
        "the windows of other programs, all with nothing opened in them. The least that Python "
        "with Qt can do is a row too: it is most of what the other rows' bars leave. Ours is the "
        "frame of `start-window`; it answers keys at `start-ready`. Where Xvfb or what Qt needs "
        "for it is missing, until Qt hands on the first painted pixels without a display; the row "
        "says so.",
    ),
}
