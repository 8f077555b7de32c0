"""How strokes follow one another in a painted mark, without looking at a voxel.

A stroke is kept as the voxels that it changes, so that taking it back changes the same ones. The
state after it is a digest of the state before and of the stroke: two marks of the same state were
painted by the same strokes in the same order.
"""

from __future__ import annotations

import hashlib

import msgspec

from labeler.model.shapes import MaskRef, MaskShape, PaintedMask

NOTHING_PAINTED = "0" * 64
Size = tuple[int, int, int]
"""Slices, rows and columns."""


def unpainted(size: Size, through: str | None = None) -> PaintedMask:
    """A mark with no voxel in it yet."""
    return PaintedMask(NOTHING_PAINTED, size, msgspec.UNSET if through is None else through)


def painted(before: MaskShape, size: Size, delta: str) -> PaintedMask:
    """The mark after the stroke that the blob `delta` keeps."""
    return PaintedMask(_next(before, delta), size, before.through)


def follows(before: MaskShape, after: MaskShape, delta: str) -> bool:
    """Whether the stroke leads from one to the other, or is taken back between them."""
    if before.through != after.through:
        return False
    return _leads(before, after, delta) or _leads(after, before, delta)


def state_of(shape: MaskShape) -> str:
    """What tells this mark's voxels from all others."""
    return shape.blob if isinstance(shape, MaskRef) else shape.state


def _leads(before: MaskShape, after: MaskShape, delta: str) -> bool:
    if isinstance(after, MaskRef):
        return False
    if isinstance(before, PaintedMask) and before.size != after.size:
        return False
    return after.state == _next(before, delta)


def _next(before: MaskShape, delta: str) -> str:
    told = bytes.fromhex(state_of(before)) + bytes.fromhex(delta)
    return hashlib.sha256(told).hexdigest()
