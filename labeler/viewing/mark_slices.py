"""Which slices a mark goes through, as a list of marks cites them."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.lying import shape_on
from labeler.model.shapes import Cuboid
from labeler.model.tiled_masks import TiledMask
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.stack_text import shown_number

Range = tuple[int, int]
"""The first and the last slice."""


def slices_of(image: Image, index: int, mark: Mark, content: TiledMask | None) -> Range:
    """Of a mark that was begun on the slice at `index`; `content` is what a painted one holds."""
    if content is not None and content.size[0] == len(image.refs) > 1:
        return content.ends or (index, index)
    if isinstance(mark.shape, Cuboid):

        def cuts(at: int) -> bool:
            return shape_on(image, at, mark) is not None

        if cuts(index):
            return _last(cuts, index, 0), _last(cuts, index, len(image.refs) - 1)
    return index, index


def _last(cuts: Callable[[int], bool], near: int, far: int) -> int:
    """The last slice from `near` on that a box is cut by: none beyond it is."""
    step = 1 if far >= near else -1
    known, beyond = near, far + step
    while abs(beyond - known) > 1:
        middle = (known + beyond) // 2
        if cuts(middle):
            known = middle
        else:
            beyond = middle
    return known


def cited(image: Image, slices: Range) -> Phrase | None:
    """ "Im 143", "Im 88–97"; None of a whole slide, whose number is that of one of its parts."""
    if image.pyramid is not None and len(image.refs) == 1:
        return None
    low, high = sorted(shown_number(image, index) for index in slices)
    if low == high:
        return phrase("Im {number}", number=low)
    return phrase("Im {first}–{last}", first=low, last=high)
