"""Answers on standard output: sentences for people, one JSON document for scripts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

import msgspec

from labeler.app.screens import Amount
from labeler.errors import LabelerError


@dataclass(frozen=True)
class Output:
    """With `as_json` exactly one document is printed, errors too; progress goes to `aside`."""

    as_json: bool
    main: TextIO = sys.stdout
    aside: TextIO = sys.stderr

    def answer(self, value: object, lines: Sequence[str]) -> None:
        """Print `value` as JSON, or `lines` for a person."""
        if self.as_json:
            self.main.write(msgspec.json.format(msgspec.json.encode(value)).decode() + "\n")
        else:
            self.main.write("".join(f"{line}\n" for line in lines))

    def refuse(self, error: LabelerError) -> None:
        """Print an error in its three sentences."""
        if self.as_json:
            told = {"code": error.code, "happened": error.happened}
            told |= {"safe": error.safe, "do": error.do}
            self.main.write(msgspec.json.encode({"error": told}).decode() + "\n")
        else:
            self.aside.write(f"{error.happened}\n{error.safe}\n{error.do}\n")


def money(amount: Amount) -> str:
    """ "25.00 USDC": two decimals, cut and not rounded."""
    cents = amount.minor * 100 // 10**amount.decimals
    return f"{cents // 100}.{cents % 100:02d} {amount.symbol}"
