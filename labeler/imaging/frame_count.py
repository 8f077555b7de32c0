"""How many frames a file says it has, held against how many its bytes could be."""

from __future__ import annotations

from labeler.errors import LabelerError
from labeler.imaging import tags
from labeler.imaging.header import FileHeader
from labeler.imaging.layout import PixelLayout

MAX_FRAMES = 100_000
_FREE = 1024
_SLACK = 16
"""A file that was cut short is still shown, with what is missing named; a lie is not."""
_LEAST_FRAGMENT = 8


def frame_count(header: FileHeader, layout: PixelLayout, *, compressed: bool) -> int:
    """At least 1. Raises LabelerError "bad-value" where the file could not hold a part of them."""
    told = max(header.dataset.integer(tags.NUMBER_OF_FRAMES) or 1, 1)
    if told <= _FREE:
        return told
    begin = 0 if header.pixels is None else header.pixels.offset
    room = max(0, header.source.size - begin) * 8
    least = _LEAST_FRAGMENT * 8 if compressed else layout.frame_bits
    if told > MAX_FRAMES or told > _SLACK * (room // max(least, 1) + 1):
        raise LabelerError(
            "bad-value",
            "{name} cannot be shown: its tag {tag} tells of {value} frames; it cannot hold them.",
            safe="Other files are fine.",
            do="Ask the sender for a file with usable values.",
            name=header.source.name,
            tag=tags.spelled(tags.NUMBER_OF_FRAMES),
            value=told,
        )
    return told
