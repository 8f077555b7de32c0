"""Answers on standard output: sentences for people, one JSON document for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

import msgspec

from labeler.app.screens import Amount
from labeler.errors import LabelerError
from labeler.model.printable import printable

Json = dict[str, object]


@dataclass(frozen=True)
class Output:
    """With `as_json` exactly one document goes to `main`, errors too; all else to `aside`."""

    as_json: bool
    main: TextIO
    aside: TextIO
    _warned: set[tuple[str, str, str]] = field(default_factory=set)

    def answer(self, value: object, lines: Sequence[str]) -> None:
        """Print `value` as JSON, or `lines` for a person."""
        if self.as_json:
            document = msgspec.json.encode(_encodable(msgspec.to_builtins(value)))
            self.main.write(msgspec.json.format(document).decode() + "\n")
        else:
            self.main.write("".join(f"{printable(line)}\n" for line in lines))
        self.main.flush()

    def refuse(self, error: LabelerError) -> None:
        """Print an error in its three sentences."""
        if self.as_json:
            self.answer({"error": error_json(error)}, ())
        else:
            self.warn(error)

    def warn(self, error: LabelerError) -> None:
        """Tell an error beside the answer; the same one once."""
        told = (error.happened, error.safe, error.do)
        if told not in self._warned:
            self._warned.add(told)
            self.note(*told)

    def note(self, *lines: str) -> None:
        """Tell a person something that is not the answer."""
        self.aside.write("".join(f"{printable(line)}\n" for line in lines))
        self.aside.flush()


def _encodable(value: object) -> object:
    """Paths may hold bytes that are no text, and JSON cannot hold those."""
    match value:
        case str():
            return value if value.isprintable() else _without_lone_bytes(value)
        case dict():
            return {_encodable(key): _encodable(each) for key, each in value.items()}
        case list() | tuple():
            return [_encodable(each) for each in value]
    return value


def _without_lone_bytes(text: str) -> str:
    """JSON spells control signs itself; only lone halves of signs are none of its."""
    return "".join(printable(sign) if "\ud800" <= sign <= "\udfff" else sign for sign in text)


def error_json(error: LabelerError) -> Json:
    """An error as scripts see it."""
    return {
        "code": error.code,
        "happened": error.happened,
        "safe": error.safe,
        "do": error.do,
    }


def money(amount: Amount) -> str:
    """ "25.00 USDC": two decimals, cut and not rounded."""
    cents = amount.minor * 100 // 10**amount.decimals
    return f"{cents // 100}.{cents % 100:02d} {amount.symbol}".rstrip()


def money_json(amount: Amount) -> Json:
    """Minor units as text: JSON's numbers end before money does."""
    return {
        "minor": str(amount.minor),
        "symbol": amount.symbol,
        "decimals": amount.decimals,
    }
