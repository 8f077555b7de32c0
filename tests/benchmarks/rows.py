"""What a benchmark says: one row a peer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


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
        said |= {"value": round(self.value, 2), "peer_value": round(self.peer_value, 2)}
        order = ("name", "value", "unit", "peer", "peer_value", "ratio", "bar", "holds")
        return {key: said[key] for key in order}


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| what | ours | peer | theirs | ours / theirs | bar | holds |",
        "|---|---:|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {row.name} | {row.value:.1f} {row.unit} | {row.peer} | {row.peer_value:.1f} {row.unit} "
        f"| {row.ratio:.2f} | {row.bar:g} | {'yes' if row.holds else 'NO'} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"
