"""The size of a mark in words: one rule for the view, the list and what leaves the program."""

from __future__ import annotations

from collections import OrderedDict
from weakref import ref

from msgspec import UNSET

from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.mark_sizes import FAILED, size_of
from labeler.model.measures import MASKS, Crossed, Unmeasured
from labeler.model.tiled_masks import TiledMask
from labeler.viewing.late_numbers import LATE, Late, Lost
from labeler.viewing.measure_reasons import volume_reason
from labeler.viewing.measure_text import size_text
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.scene import Painted
from labeler.viewing.shape_words import shape_name

KEPT = 128
"""Twice as many as have words beside them at one time."""
MANY_TILES = 4096
"""Voxels of so many are counted in a millisecond or two."""


def told_size(image: Image, mark: Mark, painted: Painted, late: Late) -> Phrase | None:
    """Of a mark of this image: what it measures, why it does not, or "…" until that is known.
    None where it has no size, or while what is painted is unknown."""
    content = painted.content(mark.shape) if isinstance(mark.shape, MASKS) else None
    counted = None if content is None else _counted(mark, content, late)
    if counted is not None:
        return counted
    size = size_of(image, mark.shape, content)
    return None if size is None else size_text(image, size)


def told_in_list(image: Image, mark: Mark, painted: Painted, late: Late) -> Phrase | None:
    """The size; where a reason stands in its place, which is the same for every mark there, the
    kind of mark before it, so that one is told from another."""
    size = told_size(image, mark, painted, late)
    if size is None or isinstance(mark.shape, MASKS):
        return size
    if not isinstance(size_of(image, mark.shape), Unmeasured | Crossed):
        return size
    return phrase("{kind}. {reason}", kind=shape_name(mark.shape), reason=size)


def _counted(mark: Mark, content: TiledMask, late: Late) -> Phrase | None:
    """What is told until the voxels of a region through slices are counted; None where they are,
    or soon enough."""
    if not isinstance(mark.shape, MASKS) or mark.shape.through is UNSET:
        return None
    if len(content.tiles) <= MANY_TILES:
        return None
    # The region keeps them itself.
    counts = late.number(f"volume/{mark.id}", mark.shape, lambda: len(content.slice_counts))
    return LATE if counts is None else volume_reason(FAILED) if counts is Lost.LOST else None


class KnownSizes:
    """The sizes of marks that a view has told, all of one image, which is not held: moving the
    image asks for them at every step."""

    def __init__(self) -> None:
        self._of: ref[Image] | None = None
        self._known: OrderedDict[str, tuple[Mark, Phrase | None]] = OrderedDict()

    def of(self, image: Image, mark: Mark, painted: Painted, late: Late) -> Phrase | None:
        """As `told_size` tells it."""
        if self._of is None or self._of() is not image:
            self._of = ref(image)
            self._known.clear()
        known = self._known.get(mark.id)
        if known is not None and known[0] is mark:
            self._known.move_to_end(mark.id)
            return known[1]
        size = told_size(image, mark, painted, late)
        if size is not LATE and (size is not None or not isinstance(mark.shape, MASKS)):
            self._known[mark.id] = mark, size
            self._known.move_to_end(mark.id)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return size
