"""Every text of a TIFF is found, or the file is not called readable."""

from __future__ import annotations

import struct

from labeler.imaging.sources.files import MemoryBytes
from labeler.interchange.tiff_texts import tiff_texts

DESCRIPTION, SUB_DIRECTORIES = 270, 330
TEXT = b"Jane Doe, born 1950\0"


def directory(*entries: tuple[int, int, int, int]) -> bytes:
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", 0)


def tiff_with(children: int) -> bytes:
    """A picture with so many sub-directories, the last of which holds a text."""
    first, offsets = 8, 8 + len(directory((0, 0, 0, 0)))
    begin = offsets + 4 * children
    empty, last = directory(), directory((DESCRIPTION, 2, len(TEXT), 0))
    places = [begin + n * len(empty) for n in range(children)]
    text = places[-1] + len(last)
    return b"".join(
        (
            b"II*\0",
            struct.pack("<I", first),
            directory((SUB_DIRECTORIES, 4, children, offsets if children > 1 else begin)),
            struct.pack(f"<{children}I", *places),
            empty * (children - 1),
            directory((DESCRIPTION, 2, len(TEXT), text)),
            TEXT,
        )
    )


def test_a_text_in_the_last_of_many_directories_is_found() -> None:
    for children in (1, 2, 65, 3000):
        found = tiff_texts(MemoryBytes("a.tif", tiff_with(children)))
        assert found is not None
        assert [text.name for text in found] == ["ImageDescription"]


def test_more_directories_than_are_looked_through_are_not_called_clean() -> None:
    assert tiff_texts(MemoryBytes("a.tif", tiff_with(5000))) is None
