"""Value representations that a writer got wrong: what the dictionary says, and whether it fits."""

from __future__ import annotations

import struct

_TEXT = frozenset(b"AE AS CS DA DS DT IS LO LT PN SH ST TM UI".split())
"""Short-form representations whose bytes are characters."""
_NUMBER = {b"US": ("H", 0, 0xFFFF), b"SS": ("h", -0x8000, 0x7FFF), b"UL": ("I", 0, 0xFFFFFFFF),
           b"SL": ("i", -0x80000000, 0x7FFFFFFF)}  # fmt: skip


def standard_type(tag: int) -> bytes:
    """The VR of PS3.6; empty for private elements and where it depends on others."""
    from pydicom.datadict import dictionary_VR

    if tag >> 16 & 1:
        return b""
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        return b""
    return vr.encode("ascii") if len(vr) == 2 else b""


def fitted(value: bytes, written: bytes, wanted: bytes, *, little: bool) -> bytes | None:
    """The same value as `wanted` has it; None where that is not sure."""
    if written in _TEXT and wanted in _TEXT:
        return value
    numbers = _numbers(value, written, little=little)
    if numbers is None or not numbers:
        return None
    if wanted in _NUMBER:
        letter, low, high = _NUMBER[wanted]
        if not all(low <= number <= high for number in numbers):
            return None
        return struct.pack(f"{'<' if little else '>'}{len(numbers)}{letter}", *numbers)
    if wanted in (b"IS", b"DS"):
        text = "\\".join(str(number) for number in numbers).encode("ascii")
        return text + b" " * (len(text) % 2)
    return None


def _numbers(value: bytes, written: bytes, *, little: bool) -> tuple[int, ...] | None:
    if written in _NUMBER:
        letter = _NUMBER[written][0]
        size = struct.calcsize(letter)
        if len(value) % size:
            return None
        order = "<" if little else ">"
        return struct.unpack(f"{order}{len(value) // size}{letter}", value)
    if written in _TEXT:
        parts = value.decode("ascii", "replace").strip(" \0").split("\\")
        try:
            return tuple(int(part) for part in parts)
        except ValueError:
            return None
    return None
