"""What painted marks will hold once an edit is done: worked out with it, on another thread."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from labeler.model.edit_rules import single_edits
from labeler.model.edits import Edit, PaintMask
from labeler.model.mask_blobs import changed_by
from labeler.model.mask_states import state_of
from labeler.model.masks import Mask
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import TiledMask


@dataclass(frozen=True, eq=False)
class Foretold:
    """Contents by state, slices ready to be drawn by state and index, and strokes as they are kept
    in memory."""

    contents: Mapping[str, TiledMask]
    regions: Mapping[tuple[str, int], Mask]
    strokes: Mapping[str, bytes]


def foretold(
    edit: Edit,
    blobs: Mapping[str, bytes],
    content: Callable[[MaskShape], TiledMask | None],
    index: int,
) -> Foretold:
    """What an edit leads to, whose strokes are `blobs`: `content` gives what masks hold before it,
    `index` is the slice on show. What is not known yet is left out."""
    contents: dict[str, TiledMask] = {}
    regions: dict[tuple[str, int], Mask] = {}
    strokes: dict[str, bytes] = {}
    for one in single_edits(edit):
        if not isinstance(one, PaintMask) or one.delta not in blobs:
            continue
        before = content(one.before)
        if before is None:
            continue
        state, at = state_of(one.after), 0 if one.after.through is msgspec.UNSET else index
        after = contents[state] = changed_by(before, blobs[one.delta])
        strokes[one.delta] = pack(blobs[one.delta])
        if 0 <= at < after.size[0]:
            regions[state, at] = after.region(at)
    return Foretold(contents, regions, strokes)


def pack(stroke: bytes) -> bytes:
    """A stroke as it is kept in memory."""
    return zlib.compress(stroke, 1)
