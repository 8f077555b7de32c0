"""What is painted: a window dragged over a mammogram, slices scrolled through, a 4K screen."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import Any

from tests.benchmarks.contest import measured
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = 7
PEERS = {
    "window-drag": {
        "table, QPixmap, drawPixmap": ("pixmap", 1 / 35),
        "QImage Grayscale16": ("grey16", 1 / 3),
    },
    "scroll": {
        "OpenCV into one QWidget": ("opencv", 1.5),
        "table, QGraphicsView": ("scene", 1.25),
    },
}
STEADY, LONG = 2.0, 1.1
FRAME_MS = 1.0
REFRESH_MS = 1000 / 60
ALIKE_GREY = 6.0
"""Mean greys of blocks may differ so much: each scales in its own way."""


def alike(first: list[list[float]], other: list[list[float]]) -> bool:
    pairs = zip(chain(*first), chain(*other), strict=True)
    return all(abs(a - b) <= ALIKE_GREY for a, b in pairs)


def painted_rows(job: str) -> list[Row]:
    """Ours beside the peers of that job, in one run."""
    peers = PEERS[job]
    spent = _measured(job, {peer: way for peer, (way, _) in peers.items()})
    ours = spent["ours"]
    beside = [
        Row(job, ours["ms"], "ms", peer, spent[peer]["ms"], bar) for peer, (_, bar) in peers.items()
    ]
    return [*beside, Row(job, ours["ms"], "ms", "a millisecond", FRAME_MS, 1.0)]


def scroll_rows(job: str) -> list[Row]:
    """The peers, our own slow frames, and a series twenty times as long."""
    rows = painted_rows(job)
    ways = {"short": ("100",), "long": ("2000",)}
    python = Path(sys.executable)
    mine = {name: (python, "view_ours.py", slices) for name, slices in ways.items()}
    short, long = measured(mine, job, ROUNDS, alike).values()
    return [
        *rows,
        Row("scroll-p95", short["p95"], "ms", "its own median", short["ms"], STEADY),
        Row("scroll-2000", long["ms"], "ms", "100 slices", short["ms"], LONG),
    ]


def screen_rows(job: str) -> list[Row]:
    """All four viewports of a 4K screen turn at once."""
    ours = _measured(job, {})["ours"]
    return [Row(job, ours["ms"], "ms", "one frame at 60 Hz", REFRESH_MS, 1.0)]


def _measured(job: str, ways: dict[str, str]) -> dict[str, dict[str, float]]:
    python = Path(sys.executable)
    contenders: dict[str, Any] = {"ours": (python, "view_ours.py", ())}
    contenders |= {peer: (python, "view_qt.py", (way,)) for peer, way in ways.items()}
    return measured(contenders, job, ROUNDS, alike)


_EVENTS = "from the event of the hand to the painted pixels, off-screen, without a graphics card; "
BENCHMARKS = {
    "window-drag": Benchmark(
        painted_rows,
        _EVENTS + "the window dragged over a mammogram of 3328 x 4096 pixels in a view of "
        "1000 x 800, in the program's own viewport with all that stands in it. The peers scale "
        "all pixels by a table to 8 bits, as a QPixmap, or to 16 bits, and have Qt draw them.",
    ),
    "scroll": Benchmark(
        scroll_rows,
        _EVENTS + "slices of 512 x 512 by the wheel, windowed, in a view of 1000 x 1000. The "
        "peers draw the bare pixels; ours draws words, letters and the bar of slices as well. "
        "`scroll-p95` is the slowest twentieth of our frames, `scroll-2000` a longer series.",
    ),
    "four-4k": Benchmark(
        screen_rows,
        _EVENTS + "a slice on in each of four viewports of a screen of 3840 x 2160.",
    ),
}
