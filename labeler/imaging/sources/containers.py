"""The table of archives: files that hold files. The first that knows a file unfolds it."""

from __future__ import annotations

from typing import Protocol

from labeler.imaging.sources import gzips, tars, zips
from labeler.imaging.sources.archives import Contents, nested_archive
from labeler.imaging.sources.files import Tick
from labeler.model.image import ByteSource


class Container(Protocol):
    """One kind of archive. Modules have this shape."""

    def knows(self, head: bytes, name: str) -> bool:
        """Whether a file that begins so, and is called so, is of this kind."""
        ...

    def unfold(self, source: ByteSource, tick: Tick) -> Contents:
        """What it holds, read in place. Raises LabelerError where the whole of it is unusable."""
        ...


CONTAINERS: tuple[Container, ...] = (zips, tars, gzips)
"""In the order in which they are asked."""


def unfold(source: ByteSource, head: bytes, tick: Tick, *, inside: bool) -> Contents | None:
    """What an archive holds; None for any other file.

    `inside`: the file lies in an archive itself. Then only a single gzipped file is unfolded;
    raises LabelerError "archive-nested" for others, so that no depth can be made.
    """
    for container in CONTAINERS:
        if container.knows(head, source.name):
            if inside and not (container is gzips and gzips.holds_one_file(head)):
                raise nested_archive(source.name)
            return container.unfold(source, tick)
    return None
