"""The elements of one DICOM file up to its pixels, read with bounds and without trust."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeVar

from labeler.imaging.dicom.charset import decode_text

_SHORTS = 1 << 16
_LARGEST = 1 << 32
"""One bit more than the standard has: some writers spell unsigned numbers."""
_DIGITS = re.compile(rb"[ 0-9+.\\\\-]+[ \0]*")
_ENDLESS = 1e12
_REMEMBERED = 4096
_SHORT = 64
T = TypeVar("T")


def _remembered(spell: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Files of one series say nearly the same: what was spelled out once is looked up.

    Only short values are kept, so that no file fills the memory.
    """
    known = lru_cache(maxsize=_REMEMBERED)(spell)
    return lambda raw: known(raw) if len(raw) <= _SHORT else spell(raw)


@dataclass(frozen=True)
class Span:
    """Where a value lies in the file; `vr` is b"" where the file does not carry it."""

    vr: bytes
    offset: int
    length: int


@dataclass(frozen=True)
class Dataset:
    """Raw values by tag, and nested datasets by tag; only tags that were asked for.

    Readers below return None where a value is absent, empty or not what the tag promises.
    """

    values: dict[int, bytes] = field(default_factory=dict)
    sequences: dict[int, tuple[Dataset, ...]] = field(default_factory=dict)
    little: bool = True
    charset: str = ""
    spans: dict[int, Span] = field(default_factory=dict)
    """Where large values lie that are read when they are needed."""

    def text(self, tag: int) -> str:
        """The value as one trimmed line; "" where there is none."""
        raw = self.values.get(tag)
        if not raw:
            return ""
        return " ".join(decode_text(raw, self.charset).strip("\ufeff").replace("\0", " ").split())

    def code(self, tag: int) -> str:
        """A value from a closed list or a UID: ASCII, trimmed."""
        raw = self.values.get(tag)
        return _known_code(raw) if raw else ""

    def codes(self, tag: int) -> tuple[str, ...]:
        """The values of a multi-valued code string (VR CS), each trimmed."""
        return tuple(part.strip() for part in self.code(tag).split("\\"))

    def number(self, tag: int) -> int | None:
        """An unsigned short (VR US); also where a writer made it a long or spelled it out."""
        raw = self.values.get(tag, b"")
        order: Literal["little", "big"] = "little" if self.little else "big"
        if len(raw) == 4 and (wide := int.from_bytes(raw, order)) < _SHORTS:
            return wide
        if len(raw) == 2 or (len(raw) % 2 == 0 and len(raw) > 4 and not _DIGITS.fullmatch(raw)):
            return int.from_bytes(raw[:2], order)
        spelled = self.integer(tag)
        return spelled if spelled is not None and 0 <= spelled < _SHORTS else None

    def integer(self, tag: int, largest: int = _LARGEST) -> int | None:
        """The first value of an integer string (VR IS), which has 32 bits (PS3.5 6.2).

        None beyond `largest`, and where it is no whole number.
        """
        raw = self.values.get(tag)
        return integer_in(raw, largest, _known_whole) if raw else None

    def decimals(self, tag: int) -> tuple[float, ...]:
        """The values of a decimal string (VR DS), also with decimal commas; () where any of them
        is not a finite number."""
        raw = self.values.get(tag)
        return _known_decimals(raw) if raw else ()

    def decimal(self, tag: int) -> float | None:
        values = self.decimals(tag)
        return values[0] if values else None

    def told(self, tag: int) -> bool:
        """Whether the tag has a value, whatever it is."""
        return bool(self.values.get(tag, b"").strip(b" \0"))

    def real(self, tag: int) -> float | None:
        """The first value of a decimal string, of any size; None where it is no finite number."""
        if not (first := self.code(tag).split("\\")[0].strip(" \0")):
            return None
        try:
            value = _decimal(first)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def short(self, tag: int, *, signed: bool) -> int | None:
        """The first short (VR US or SS: which of them the values' own sign says)."""
        raw = self.values.get(tag, b"")[:2]
        order: Literal["little", "big"] = "little" if self.little else "big"
        return int.from_bytes(raw, order, signed=signed) if len(raw) == 2 else None

    def shorts(self, tag: int) -> tuple[int, ...]:
        raw = self.values.get(tag, b"")
        count = len(raw) // 2
        order = "<" if self.little else ">"
        return struct.unpack(f"{order}{count}H", raw[: count * 2])

    def longs(self, tag: int) -> tuple[int, ...]:
        """Unsigned longs (VR UL)."""
        return tuple(int(value) for value in self._binary(tag, "I", 4))

    def doubles(self, tag: int) -> tuple[float, ...]:
        """Doubles (VR FD); () where any of them is not a finite number."""
        return _finite(self._binary(tag, "d", 8))

    def double(self, tag: int) -> float | None:
        values = self.doubles(tag)
        return values[0] if values else None

    def single(self, tag: int) -> float | None:
        """The first float (VR FL)."""
        values = _finite(self._binary(tag, "f", 4))
        return values[0] if values else None

    def pointer(self, tag: int) -> int | None:
        """The first attribute tag (VR AT)."""
        pair = self.shorts(tag)[:2]
        return pair[0] << 16 | pair[1] if len(pair) == 2 else None

    def _binary(self, tag: int, kind: str, size: int) -> tuple[float, ...]:
        raw = self.values.get(tag)
        if not raw:
            return ()
        count = len(raw) // size
        order = "<" if self.little else ">"
        return struct.unpack(f"{order}{count}{kind}", raw[: count * size])

    def items(self, tag: int) -> tuple[Dataset, ...]:
        return self.sequences.get(tag, ())

    def item(self, tag: int) -> Dataset:
        """The first item of a sequence; an empty dataset where there is none."""
        found = self.items(tag)
        return found[0] if found else _EMPTY

    def has_any(self, tags: Iterable[int]) -> bool:
        return any(tag in self.values or tag in self.sequences for tag in tags)


_MOST_DIGITS = 12
"""Of an integer string (PS3.5 6.2)."""


def code_in(raw: bytes) -> str:
    """As `Dataset.code` has it."""
    return raw.decode("ascii", "replace").strip(" \0")


def _whole(raw: bytes) -> float | None:
    first = code_in(raw).split("\\")[0].strip()
    if not 0 < len(first) <= _MOST_DIGITS:
        return None
    try:
        whole = float(first)
    except ValueError:
        return None
    return whole if whole.is_integer() else None


def integer_in(
    raw: bytes, largest: int = _LARGEST, whole: Callable[[bytes], float | None] = _whole
) -> int | None:
    """As `Dataset.integer` has it."""
    digits = raw.strip(b" \0")
    if digits.isdigit() and len(digits) <= _MOST_DIGITS:  # as nearly all are
        plain = int(digits)
        return plain if plain <= largest else None
    found = whole(raw)
    return None if found is None or abs(found) > largest else int(found)


def decimals_in(raw: bytes) -> tuple[float, ...]:
    """As `Dataset.decimals` has it."""
    parts = code_in(raw).split("\\")
    try:
        found = tuple(map(float, parts))
    except ValueError:
        try:
            found = tuple(_decimal(part) for part in parts if part.strip(" \0"))
        except ValueError:
            return ()
    for value in found:
        if not -_ENDLESS < value < _ENDLESS:
            return ()
    return found


_known_code, _known_whole = _remembered(code_in), _remembered(_whole)
_known_decimals = _remembered(decimals_in)


def _finite(values: tuple[float, ...]) -> tuple[float, ...]:
    return values if all(math.isfinite(value) for value in values) else ()


def _decimal(part: str) -> float:
    return float(part.replace(",", ".") if "." not in part else part)


_EMPTY = Dataset()
