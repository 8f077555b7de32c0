"""What a benchmark says: one row a peer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Row:
    """Ours (`value`) and a peer's (`peer_value`) in `unit`, less being better.

    `bar` is the highest ratio of ours to theirs that counts as held.
    """

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    bar: float

    @property
    def ratio(self) -> float:
        return self.value / self.peer_value

    @property
    def holds(self) -> bool:
        return self.ratio <= self.bar

    def as_json(self) -> dict[str, Any]:
        said = asdict(self) | {"ratio": round(self.ratio, 3), "holds": self.holds}
        said |= {"value": float(f"{self.value:.4g}"), "peer_value": float(f"{self.peer_value:.4g}")}
        order = ("name", "value", "unit", "peer", "peer_value", "ratio", "bar", "holds")
        return {key: said[key] for key in order}


class Benchmark(NamedTuple):
    """How the rows of one name are measured, and what a reader of docs/benchmarks.md is told."""

    measure: Callable[[str], list[Row]]
    about: str


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| what | ours | peer | theirs | ours / theirs | bar | holds |",
        "|---|---:|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {row.name} | {_figure(row.value)} {row.unit} | {row.peer} "
        f"| {_figure(row.peer_value)} {row.unit} "
        f"| {row.ratio:.3g} | {row.bar:.3g} | {'yes' if row.holds else 'NO'} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    """Three digits say more than the noise allows; a frame takes less than a millisecond."""
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
