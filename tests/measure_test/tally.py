"""The largest differences between two hands, number by number."""

from __future__ import annotations

from dataclasses import dataclass, field

BAR = 1e-3
"""A tenth of a percent."""


@dataclass
class Row:
    """`bar` is how far two hands may be apart, relative to the other one's."""

    other: str
    bar: float = BAR
    compared: int = 0
    largest: float = 0.0
    at: str = ""

    @property
    def holds(self) -> bool:
        return self.compared > 0 and self.largest <= self.bar


@dataclass
class Tally:
    """Rows by the number that they are about."""

    rows: dict[str, Row] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def compare(
        self, what: str, other: str, ours: float, theirs: float, at: str, least: float = 1e-9
    ) -> None:
        """`least` is what counts as nothing: differences are relative to no less."""
        row = self.rows.setdefault(what, Row(other))
        row.compared += 1
        apart = abs(ours - theirs) / max(abs(theirs), least)
        if not apart <= row.largest:  # nor is a number that is none
            row.largest, row.at = apart, f"{at}: {ours:.6g} for {theirs:.6g}"

    def same(self, what: str, other: str, ours: object, theirs: object, at: str) -> None:
        """What must be equal is 0 or 1 apart."""
        self.compare(what, other, float(ours != theirs), 0.0, f"{at} {ours} {theirs}", least=1.0)

    @property
    def holds(self) -> bool:
        return bool(self.rows) and all(row.holds for row in self.rows.values())

    def table(self) -> str:
        """As Markdown, a row a number."""
        lines = ["| number | beside | compared | largest difference |", "|---|---|---|---|"]
        for what, row in self.rows.items():
            told = f"{100 * row.largest:.5f} %" + ("" if row.holds else f" **{row.at}**")
            lines.append(f"| {what} | {row.other} | {row.compared} | {told} |")
        return "\n".join(lines)
