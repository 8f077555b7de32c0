"""Every file that other readers measured, opened here: who agrees, who does not, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labeler.imaging.frame_stores import Decoders
from labeler.imaging.sources.gathering import gather
from tests.conformance.comparing import Outcome, difference, read_all
from tests.conformance.reasons import REASONS

EXPECTATIONS = (
    "must-open",
    "should-open",
    "must-say-no-image",
    "must-fail-politely",
    "companion",
)


@dataclass(frozen=True)
class Verdict:
    """One file. `trouble` is empty where Labeler does what was expected of it."""

    name: str
    expect: str
    trouble: str

    @property
    def reason(self) -> str:
        """Why the product is right where it differs; empty where nothing explains it."""
        return REASONS.get(self.name, "") if self.trouble else ""

    @property
    def explained(self) -> bool:
        return not self.trouble or bool(self.reason)


def walk(data: Path, decoders: Decoders) -> Iterator[Verdict]:
    """A verdict on each file with an expectation, in the order of their names."""
    expected: dict[str, Any] = json.loads((data / "expect.json").read_text())["dev"]
    folders: dict[Path, Outcome] = {}
    for name, measured in sorted(expected.items()):
        expect = measured.get("expect")
        if expect not in EXPECTATIONS:
            continue
        path = data / name
        if measured.get("vendor") == "dicom":
            # One slide in many files: other readers were given the folder, too.
            outcome = folders.get(path.parent)
            if outcome is None:
                outcome = folders[path.parent] = read_all(gather((path.parent,)).files, decoders)
        else:
            outcome = read_all(gather((path,)).files, decoders)
        yield Verdict(name, expect, _trouble(expect, outcome, measured))


def _trouble(expect: str, outcome: Outcome, measured: Any) -> str:
    if expect in ("must-open", "should-open"):
        if not outcome.opened:
            return f"not opened: {outcome.errors[0]}" if outcome.errors else "nothing was told"
        return difference(outcome, measured)
    if expect == "must-say-no-image":
        if outcome.slices:
            return "opened"
        return "" if outcome.errors else "nothing was told"
    if not outcome.errors:
        return "opened without a word"
    return _impolite(outcome)


def _impolite(outcome: Outcome) -> str:
    """A polite failure says what happened, what is safe and what to do, and names the file."""
    for error in outcome.errors:
        if not (error.happened and error.safe and error.do):
            return f"{error.code} says too little"
    return ""


def table(verdicts: list[Verdict]) -> str:
    """Counts as a Markdown table, one row an expectation."""
    lines = [
        "| expected | files | agree | differ with a reason | unexplained |",
        "|---|---|---|---|---|",
    ]
    for expect in EXPECTATIONS:
        rows = [one for one in verdicts if one.expect == expect]
        agree = sum(not one.trouble for one in rows)
        reasoned = sum(bool(one.reason) for one in rows)
        lines.append(
            f"| {expect} | {len(rows)} | {agree} | {reasoned} | {len(rows) - agree - reasoned} |"
        )
    return "\n".join(lines)


def reasons() -> str:
    """The differences and why the product is right, as a Markdown table."""
    rows = (f"| {name} | {reason} |" for name, reason in sorted(REASONS.items()))
    return "\n".join(("| file | why Labeler is right |", "|---|---|", *rows))
