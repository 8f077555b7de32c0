"""The history of a case on the screen: what a long one costs beside a short one."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.contest import medians
from tests.benchmarks.rows import Benchmark, Row

ROUNDS = 7
EDITS, FEW = "10000", "200"
BAR_MS = 20.0
LONG = 2.0
TURN_MS = 16.0


def history_rows(job: str) -> list[Row]:
    """The bar, and our own list of few edits: as many rows are on the screen."""
    python = Path(sys.executable)
    contenders = {count: (python, "history_ours.py", (count,)) for count in (EDITS, FEW)}
    spent = medians(contenders, job, ROUNDS)
    rows = [Row(job, spent[EDITS], "ms", "the bar", BAR_MS, 1.0)]
    if job == "history-undo":
        rows.append(Row(job, spent[EDITS], "ms", "200 edits", spent[FEW], LONG))
    return rows


def jump_rows(job: str) -> list[Row]:
    """The longest that the hand may have to wait while a jump is under way."""
    spent = medians({EDITS: (Path(sys.executable), "history_jump_ours.py", (EDITS,))}, job, ROUNDS)
    return [Row(job, spent[EDITS], "ms", "the bar", TURN_MS, 1.0)]


_LIST = "the list of a history of 10,000 edits with 100 branches, until it is painted: "
BENCHMARKS = {
    "history-open": Benchmark(history_rows, _LIST + "it is opened for the first time."),
    "history-undo": Benchmark(history_rows, _LIST + "it is open, and an edit is undone."),
    "history-branch": Benchmark(
        history_rows, _LIST + "it is open, and the oldest of its branches is gone to."
    ),
    "history-jump": Benchmark(
        jump_rows,
        "the real window: to the beginning, to the end and to the other branch of a history of "
        "20,000 edits, 10,000 at a time; the longest turn of the window's thread, in processor "
        "time.",
    ),
}
