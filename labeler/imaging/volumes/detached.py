"""Values that lie in other files than their header: found by plain names, joined in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from labeler.imaging.sources.files import Beside
from labeler.imaging.volumes.volume_faults import bad_field, missing_data
from labeler.model.image import ByteSource

MAX_DATA_FILES = 10_000
_NUMBER = re.compile(r"%(0?)(\d{0,2})[di]")


@dataclass(frozen=True, eq=False)
class Piece:
    """`length` bytes of a source from `offset` on."""

    source: ByteSource
    offset: int
    length: int


class JoinedBytes:
    """A ByteSource over pieces one after another; a piece that is short ends what can be read."""

    def __init__(self, name: str, pieces: Sequence[Piece]) -> None:
        self._name = name
        self._pieces = tuple(pieces)
        self._starts = (0, *accumulate(piece.length for piece in pieces))

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return self._starts[-1]

    def read(self, offset: int, length: int) -> bytes:
        kept: list[bytes] = []
        end = min(offset + length, self.size)
        for piece, start in zip(self._pieces, self._starts, strict=False):
            begin, stop = max(offset, start), min(end, start + piece.length)
            if begin < stop:
                kept.append(piece.source.read(piece.offset + begin - start, stop - begin))
                if len(kept[-1]) < stop - begin:
                    break
        return b"".join(kept)


def available(pieces: Sequence[Piece]) -> int:
    """Bytes that are there before the first one that is not."""
    found = 0
    for piece in pieces:
        here = min(max(piece.source.size - piece.offset, 0), piece.length)
        found += here
        if here < piece.length:
            break
    return found


def find_data(names: Sequence[str], header: str, beside: Beside) -> tuple[ByteSource, ...]:
    """The files of these names in the header's folder; raises LabelerError for a missing one."""
    found = []
    for name in names:
        source = beside(name.removeprefix("./"))
        if source is None:
            raise missing_data(header, name[:80])
        found.append(source)
    return tuple(found)


def numbered(words: Sequence[str], header: str, family: str, field: str) -> tuple[str, ...]:
    """Names from a pattern such as "slice%03d.raw" with its first, last and step.

    Raises LabelerError naming `field`.
    """
    pattern, *numbers = words
    wrong = bad_field(header, family, field, " ".join(words))
    if len(numbers) < 3 or len(_NUMBER.findall(pattern)) != 1 or pattern.count("%") != 1:
        raise wrong
    try:
        first, last, step = (int(number) for number in numbers[:3])
    except ValueError:
        raise wrong from None
    count = (last - first) // step + 1 if step else 0
    if not 0 < count <= MAX_DATA_FILES:
        raise wrong

    def named(number: int) -> str:
        return _NUMBER.sub(lambda m: f"{number:{m[1]}{m[2]}d}", pattern)

    return tuple(named(first + at * step) for at in range(count))
