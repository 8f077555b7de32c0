"""The one size of a mark: what stands beside it, in the list, and in what leaves the program."""

from __future__ import annotations

from dataclasses import replace

from msgspec import UNSET

from labeler.model.image import Caveat, Image
from labeler.model.mask_measures import measure_volume
from labeler.model.measures import (
    MASKS,
    Measure,
    NoVolume,
    RegionMeasure,
    Unmeasured,
    blocked_by,
    measure_mark,
    voxel_area_mm2,
)
from labeler.model.shapes import MaskShape, Shape
from labeler.model.tiled_masks import TiledMask

CROSSED, ACROSS, LEANING, UNREADABLE, NOT_HERE, IN_COLOR, TOO_LARGE, ON_PLANE, IN_BOX, FAILED = (
    "crosses-itself",
    "spacing-across",
    "axes-lean",
    "slice-unreadable",
    "not-here",
    "in-color",
    "too-large",
    "on-plane",
    "in-box",
    "failed",
)
"""Why a number is missing, where it is no caveat of the image."""


def size_of(image: Image, shape: Shape, content: TiledMask | None = None) -> Measure | None:
    """Of a mark of this image; None where it has no size. `content` is what it holds if it is
    painted: a region through slices has a volume, one on a single frame an area."""
    if not isinstance(shape, MASKS):
        return measure_mark(image, shape)
    if content is None:
        return None
    blocking = blocked_by(image)
    if blocking is not None:
        return Unmeasured(blocking)
    if shape.through is UNSET:
        return _area(image, shape, content)
    if content.size[0] != len(image.refs):
        return NoVolume(NOT_HERE)
    reason = why_not_across(image)
    return NoVolume(reason) if reason else measure_volume(image, content)


def _area(image: Image, shape: MaskShape, content: TiledMask) -> Measure | None:
    """Counted in tiles: the voxels of a region on a slide are not unfolded for it."""
    if image.regions:
        return measure_mark(image, shape, content.region(0))
    found = RegionMeasure(voxel_area_mm2(image.affine) * content.count, None)
    projected = Caveat.SPACING_PROJECTED in image.caveats
    return replace(found, at_detector=True) if projected else found


def why_not_across(image: Image) -> str:
    """Why the millimetres across the slices of an image are not known; "" where they are."""
    blocking = blocked_by(image)
    if blocking is not None:
        return blocking.value
    if image.regions:
        return Caveat.SPACING_REGIONAL.value
    across = next((c.value for c in image.caveats if c.blocks_measuring_across), "")
    return across or ("" if image.measurable_across else ACROSS)
