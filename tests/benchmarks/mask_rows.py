"""What painting costs: each event of the brush, what is kept of a stroke, a mask made durable."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.contest import measured
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row
from tests.benchmarks.viewers import viewer

ROUNDS = 5
EVENT_MS, UNDO_MS, KEEP_MS = 0.1, 5.0, 15.0
AS_FAST, KEPT, AS_QUICK, LONG = 1 / 10, 1 / 100, 1 / 80, 1.3
VOLUME_MB, EXTRA = 256.0, 0.25
ALIKE = 0.06
"""Voxels of a stroke: the way of a ball is rolled or set down, its edge counted or not."""


def alike(first: int, other: int) -> bool:
    return abs(first - other) <= ALIKE * first


def brush_rows(job: str) -> list[Row]:
    """napari's layer, and our own brush in a series of any length."""
    python, napari = Path(sys.executable), Path(viewer("napari")).parent / "python"
    contenders: dict[str, Any] = {
        "ours": (python, "brush_ours.py", ("512",)),
        "napari": (napari, "brush_napari.py", ("512",)),
    }
    told = measured(contenders, job, ROUNDS, alike)
    ours, theirs = told["ours"], told["napari"]
    lengths = {n: (python, "brush_ours.py", (n,)) for n in ("100", "2000")}
    series = measured(lengths, job, ROUNDS, alike)
    peer = "napari 0.9.2"
    return [
        Row(job, ours["ms"], "ms", f"{peer}, paint() alone", theirs["ms"], AS_FAST),
        Row(job, ours["ms"], "ms", "a tenth of a millisecond", EVENT_MS, 1.0),
        Row(f"{job}-2000", series["2000"]["ms"], "ms", "100 slices", series["100"]["ms"], LONG),
        Row(f"{job}-kept", ours["kept"], "kB", peer, theirs["kept"], KEPT),
        Row(f"{job}-undo", ours["undo"], "ms", peer, theirs["undo"], 1.0),
        Row(f"{job}-undo", ours["undo"], "ms", "the bar", UNDO_MS, 1.0),
    ]


def keep_rows(job: str) -> list[Row]:
    """nibabel, and the bar."""
    contenders: dict[str, Any] = {
        "ours": (Path(sys.executable), "mask_kept.py", ("ours",)),
        "nibabel": (peers_python(), "mask_kept.py", ("nifti",)),
    }
    told = measured(contenders, job, 3)
    ours, theirs = told["ours"]["ms"], told["nibabel"]["ms"]
    return [
        Row(job, ours, "ms", "nibabel, .nii.gz", theirs, AS_QUICK),
        Row(job, ours, "ms", "the bar", KEEP_MS, 1.0),
    ]


def memory_rows(job: str) -> list[Row]:
    """A quarter of the volume."""
    contenders: dict[str, Any] = {"ours": (Path(sys.executable), "mask_kept.py", ("memory",))}
    grown = measured(contenders, job, 1)["ours"]["ms"]
    return [Row(job, grown, "MB", "a quarter of the volume", VOLUME_MB * EXTRA, 1.0)]


BENCHMARKS = {
    "brush-ball": Benchmark(
        brush_rows,
        "a ball of radius 20 in 512^3 voxels, from the pointer's event to changed voxels and "
        "changed pixels of the paint on show, without the screen: the medians of five strokes of "
        "100 events, one after the other, ours with the scene that the program makes for each. "
        "`-2000` is a longer series, `-kept` what is kept of the stroke for undo.",
    ),
    "mask-keep": Benchmark(
        keep_rows, "a mask of 512^3 voxels is encoded, named by its digest, and committed."
    ),
    "mask-memory": Benchmark(
        memory_rows, "what ten labels and a thousand strokes to be undone take of memory."
    ),
}
