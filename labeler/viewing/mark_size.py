"""The size of a mark in words: one rule for the view, the list and what leaves the program."""

from __future__ import annotations

from msgspec import UNSET

from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.mark_sizes import size_of
from labeler.model.measures import MASKS
from labeler.model.tiled_masks import TiledMask
from labeler.viewing.late_numbers import LATE, Late
from labeler.viewing.measure_text import size_text
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Painted

KEPT = 256
MANY_TILES = 4096
"""Voxels of so many are counted in a millisecond or two."""


def told_size(image: Image, mark: Mark, painted: Painted, late: Late) -> Phrase | None:
    """Of a mark of this image: what it measures, why it does not, or "…" until that is known.
    None where it has no size, or while what is painted is unknown."""
    content = painted.content(mark.shape) if isinstance(mark.shape, MASKS) else None
    if content is not None and not _counted(mark, content, late):
        return LATE
    size = size_of(image, mark.shape, content)
    return None if size is None else size_text(image, size)


def _counted(mark: Mark, content: TiledMask, late: Late) -> bool:
    """Whether the voxels of a region through slices are counted, or soon enough."""
    if not isinstance(mark.shape, MASKS) or mark.shape.through is UNSET:
        return True
    if len(content.tiles) <= MANY_TILES:
        return True
    counts = late.number(f"volume/{mark.id}", mark.shape, lambda: content.slice_counts)
    return counts is not None


class KnownSizes:
    """The sizes of marks that a view has told: moving the image asks for them at every step."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Mark, Image, Phrase | None]] = {}

    def of(self, image: Image, mark: Mark, painted: Painted, late: Late) -> Phrase | None:
        """As `told_size` tells it."""
        known = self._known.get(mark.id)
        if known is not None and known[0] is mark and known[1] is image:
            return known[2]
        size = told_size(image, mark, painted, late)
        if size is not LATE and (size is not None or not isinstance(mark.shape, MASKS)):
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[mark.id] = mark, image, size
        return size
