"""One element's value as text to read: bounded, and never more than one line."""

from __future__ import annotations

import struct

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.charset import decode_text
from labeler.imaging.dicom.dictionary import uid_name
from labeler.model.printable import printable

READ_AT_MOST = 4096
"""Bytes of a value that are looked at."""
LONGEST = 512
"""Signs of a value that are shown."""
_HEX = 16
_NUMBERS = {
    "US": "H",
    "SS": "h",
    "UL": "I",
    "SL": "i",
    "UV": "Q",
    "SV": "q",
    "FL": "f",
    "FD": "d",
}
_PLAIN = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"))
"""Of the default repertoire alone (PS3.5 6.1.2.3)."""
_TEXTS = _PLAIN | {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}
_MOST_NUMBERS = 64


def value_text(
    vr: str, raw: bytes, length: int, *, charset: str, little: bool, signed: bool
) -> str:
    """`raw` are the first bytes of a value that has `length`; `signed` tells US from SS apart
    where the dictionary allows both."""
    if not length:
        return ""
    order = "<" if little else ">"
    if vr == "US" and signed and length == 2:
        vr = "SS" if raw[-1 if little else 0] & 0x80 else "US"
    if vr in _NUMBERS:
        text = _numbers(_NUMBERS[vr], raw, order)
    elif vr == "AT":
        text = _pointers(raw, order)
    elif vr in _TEXTS:
        text = _words(vr, raw, charset)
    else:
        return _bytes(raw, length)
    return _cut(text, more=length > len(raw))


def _words(vr: str, raw: bytes, charset: str) -> str:
    text = decode_text(raw, "" if vr in _PLAIN else charset, name=vr == "PN")
    line = printable(" ".join(text.replace("\0", " ").split()))
    name = uid_name(line) if vr == "UI" else ""
    return f"{line}  {name}" if name else line


def _numbers(letter: str, raw: bytes, order: str) -> str:
    size = struct.calcsize(letter)
    count = min(len(raw) // size, _MOST_NUMBERS)
    values = struct.unpack(f"{order}{count}{letter}", raw[: count * size])
    told = "\\".join(f"{value:.9g}" if isinstance(value, float) else str(value) for value in values)
    return told + ("\\…" if len(raw) // size > count else "")


def _pointers(raw: bytes, order: str) -> str:
    count = min(len(raw) // 4, _MOST_NUMBERS)
    pairs = struct.unpack(f"{order}{count * 2}H", raw[: count * 4])
    return "\\".join(
        tags.spelled(group << 16 | element)
        for group, element in zip(pairs[::2], pairs[1::2], strict=True)
    )


def _bytes(raw: bytes, length: int) -> str:
    shown = raw[:_HEX].hex(" ")
    return f"{shown} … ({length} bytes)" if length > _HEX else shown


def _cut(text: str, *, more: bool) -> str:
    if len(text) > LONGEST:
        return f"{text[:LONGEST]}…"
    return f"{text}…" if more else text
