"""What a hand does every few seconds, in the real window of a long case; and what it looks up."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = 5
SLICES, EDITS = "1000", "10000"
BAR_MS, LOOK_UP_MS = 20.0, 100.0


def switch_rows(job: str) -> list[Row]:
    contenders = {"ours": (Path(sys.executable), "switch_ours.py", (SLICES, EDITS))}
    return [Row(job, medians(contenders, job, ROUNDS)["ours"], "ms", "the bar", BAR_MS, 1.0)]


def dialog_rows(job: str) -> list[Row]:
    contenders = {"ours": (Path(sys.executable), "switch_ours.py", ("40", "40"))}
    return [Row(job, medians(contenders, job, ROUNDS)["ours"], "ms", "the bar", LOOK_UP_MS, 1.0)]


_LONG = (
    "the real window on a series of 1,000 slices with 10,000 edits behind it, from a key until all "
    "is painted, in processor time of the window's thread: "
)
_DIALOG = "the real window, from its command until it is painted, in processor time: "
BENCHMARKS = {
    "tool-switch": Benchmark(switch_rows, _LONG + "another tool is taken."),
    "label-switch": Benchmark(switch_rows, _LONG + "another label is chosen by its digit."),
    "case-undo": Benchmark(
        switch_rows, _LONG + "an edit is taken back or put again, on the slice where it was."
    ),
    "open-shortcuts": Benchmark(dialog_rows, _DIALOG + "the sheet of shortcuts."),
    "open-settings": Benchmark(dialog_rows, _DIALOG + "the settings."),
}
