"""The measuring stick itself: rows, turns, and contenders that must do the same work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import about, collected
from tests.benchmarks.contest import BenchmarkError, medians
from tests.benchmarks.rows import Benchmark, Row, table

SCRIPT = """
import json, sys
for turn, line in enumerate(sys.stdin):
    if line.strip() == "leave":
        break
    print(json.dumps({{"ms": {slow} * turn, "check": {check!r}}}), flush=True)
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    for name, slow, check in (("quick", 1, "same"), ("slow", 10, "same"), ("liar", 1, "other")):
        (tmp_path / f"{name}.py").write_text(SCRIPT.format(slow=slow, check=check))
    return tmp_path


def contenders(folder: Path, *names: str) -> dict[str, tuple[Path, str, tuple[str, ...]]]:
    return {name: (Path(sys.executable), str(folder / f"{name}.py"), ()) for name in names}


def test_the_median_of_the_rounds_counts_and_the_first_one_warms_up(scripts: Path) -> None:
    spent = medians(contenders(scripts, "quick", "slow"), "job", rounds=5)
    assert spent == {"quick": 3, "slow": 30}


def test_contenders_that_did_other_work_are_refused(scripts: Path) -> None:
    with pytest.raises(BenchmarkError, match="same work"):
        medians(contenders(scripts, "quick", "liar"), "job", rounds=1)


def test_a_contender_that_ends_is_named(scripts: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"quick\.py ended"):
        medians(contenders(scripts, "quick"), "leave", rounds=1)


def test_a_row_says_whether_its_bar_holds() -> None:
    row = Row("start-window", 140.0, "ms", "bare", 100.0, 1.5)
    assert row.as_json() == {
        "name": "start-window",
        "value": 140.0,
        "unit": "ms",
        "peer": "bare",
        "peer_value": 100.0,
        "ratio": 1.4,
        "bar": 1.5,
        "holds": True,
    }
    assert not Row("start-window", 151.0, "ms", "bare", 100.0, 1.5).holds
    assert "| start-window | 140.0 ms | bare | 100.0 ms | 1.4 | 1.5 | yes |" in table([row])


def test_each_file_of_rows_brings_its_table() -> None:
    benchmarks = collected()
    assert {"start-window", "first-slice"} <= benchmarks.keys()
    assert all(isinstance(one, Benchmark) and one.about for one in benchmarks.values())
    told = about(benchmarks).splitlines()
    assert max(map(len, told)) <= 100
    assert [line.split("`")[1] for line in told if line.startswith("- `")] == list(benchmarks)


def test_figures_below_a_millisecond_are_told() -> None:
    line = table([Row("window-drag", 0.321, "ms", "QPixmap", 36.5, 1 / 35)])
    assert "| 0.321 ms | QPixmap | 36.5 ms | 0.00879 | 0.0286 | yes |" in line
