"""Counts the elements of a dataset before a library makes an object of each."""

from __future__ import annotations

import struct

from labeler.errors import LabelerError

MAX_ELEMENTS = 1_000_000
"""A segmentation of ten thousand frames has about half as many."""

_UNDEFINED = 0xFFFFFFFF
_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR",
                   b"UT", b"UV"))  # fmt: skip


def check_count(data: bytes, name: str, *, explicit: bool, little: bool) -> None:
    """Raises LabelerError where there are more than a million, at any depth.

    Sequences and items are stepped into, never over, so that nesting hides nothing.
    """
    order = "<" if little else ">"
    usual, long = struct.Struct(f"{order}HH2sH"), struct.Struct(f"{order}I")
    item = struct.pack(f"{order}HH", 0xFFFE, 0xE000)
    at, count, size = 0, 0, len(data)
    while at + 8 <= size:
        count += 1
        if count > MAX_ELEMENTS:
            raise _too_many(name)
        group, _, vr, length = usual.unpack_from(data, at)
        if group == 0xFFFE:
            at += 8
            continue
        head = 8
        if not explicit or not vr.isalpha():
            vr, length = b"", long.unpack_from(data, at + 4)[0]
        elif vr in _LONG:
            if at + 12 > size:
                return
            length, head = long.unpack_from(data, at + 8)[0], 12
        at += head
        nested = vr == b"SQ" or (vr in (b"", b"UN") and data[at : at + 4] == item)
        if not nested and length != _UNDEFINED:
            at += length


def _too_many(name: str) -> LabelerError:
    return LabelerError(
        "object-too-large",
        "{name} is not shown over its images: it holds more than {limit} elements.",
        safe="The images and your marks are fine.",
        do="Ask the sender for a smaller file.",
        name=name,
        limit=MAX_ELEMENTS,
    )
