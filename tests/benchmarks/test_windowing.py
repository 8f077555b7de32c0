"""The comparison of single steps runs, and tells both sides of each."""

from __future__ import annotations

from tests.benchmarks.windowing import best_ms


def test_each_step_is_measured_both_ways() -> None:
    found = best_ms(1)
    assert len(found) == 4
    assert all(ours > 0 and theirs > 0 for theirs, ours in found.values())
